"""The shape of the staff's forms. Choices that depend on the municipality are set by the routes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import Day, WholeNumber, at_most
from sakrad.core.i18n import choices, day
from sakrad.core.text import normalised
from sakrad.directory.models import Function
from sakrad.responses.models import Commitment, CommitmentParty, DecisionForm, Outcome, Phrase, Response

REASON = 5_000  # code points


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people have changed: its label and both texts."""

    label: str
    mine: str
    theirs: str


class LockedForm(FlaskForm):
    """A form that knows which version its writer saw."""

    version = WholeNumber(widget=HiddenInput(), validators=[Optional()])

    def overtaken(self, theirs: dict[str, Any]) -> list[Difference]:
        """What differs from what stands there now, field by field. The next save is made knowing theirs."""
        self.version.data, self.version.raw_data = theirs["version"], None
        return [
            Difference(str(self[name].label.text), _readable(self[name], self[name].data), _readable(self[name], value))
            for name, value in theirs.items()
            if name != "version" and (self[name].data or None) != (value or None)
        ]


def _readable(field: Any, value: Any) -> str:
    if isinstance(field, Day):
        return day(value, year=True)
    if isinstance(field, SelectField | RadioField):
        return next((str(choice.label) for choice in field.iter_choices() if choice.value == value), "")
    return str(value or "")


def _line(label: Any, limit: int, hint: Any = "", *rules: Any) -> StringField:
    return StringField(label, description=hint, filters=[normalised], validators=[*(rules or [Optional()]), at_most(limit)])


class ResponseForm(LockedForm):
    """An answer. Which of the last fields are needed depends on the outcome: the lifecycle says."""

    outcome = RadioField(_("Vad blir det?"), choices=lambda: choices(Outcome), validators=[InputRequired(_("Välj vad det blir."))])
    reason = TextAreaField(
        _("Varför"),
        description=_("På vanlig svenska, till dem som svarade. Behövs till alla svar; ett ”noteras” räcker inte."),
        filters=[normalised],
        validators=[Optional(), at_most(REASON)],
    )
    study_until_on = Day(_("Utreds till"), description=_("Bara för ”Utreds till …”."), validators=[Optional()])
    whose = _line(_("Vems ansvar"), 160, _("Bara för ”Inte kommunens ansvar, utan …”. Till exempel Region Bruket."))
    basis = _line(_("Dokument"), 200, _("Bara för ”Underlag – används i …”. Till exempel Handlingsplan mot våld."))
    basis_on = Day(_("Dokumentets datum"), description=_("Bara för ”Underlag – används i …”."), validators=[Optional()])
    phrase = SelectField(_("Fras"), validate_choice=False, validators=[Optional()])

    def offer_phrases(self, phrases: Iterable[Phrase]) -> None:
        """Give the wordings to choose from."""
        self.phrase.choices = [("", _("Välj en fras")), *((each.reference, each.title) for each in phrases)]

    def insert(self, phrase: Phrase) -> None:
        """Put the phrase after what is written; its outcome too, where none is chosen. Nothing typed is lost."""
        self.reason.data = "\n\n".join(filter(None, [self.reason.data, phrase.text]))
        if not self.outcome.data and phrase.outcome is not None:
            self.outcome.data = phrase.outcome.value
        self.phrase.data = ""

    def values(self) -> dict[str, Any]:
        """As the commands take them."""
        return {name: self[name].data for name in _ANSWER} | {"outcome": Outcome(self.outcome.data)}


_ANSWER = ("reason", "study_until_on", "whose", "basis", "basis_on")


def answer_of(response: Response) -> dict[str, Any]:
    """What the form shows for an answer."""
    return {"outcome": response.outcome.value, **{name: getattr(response, name) for name in _ANSWER}, "version": response.version}


class CommitmentForm(LockedForm):
    """A promise: what, who, by when, and how one will see it."""

    what = _line(
        _("Vad ska göras?"), 300, _("En sak, så att det går att säga om den är gjord."), DataRequired(_("Skriv vad som ska göras."))
    )
    function = SelectField(_("Ansvarig funktion"), validators=[InputRequired(_("Välj vem som ansvarar."))])
    party = RadioField(
        _("Vem gör det?"),
        description=_(
            "Organisationernas delar föreslår du när åtagandet är sparat. De blir offentliga först när organisationen har bekräftat."
        ),
        choices=lambda: choices(CommitmentParty),
        default=CommitmentParty.municipality.value,
        validators=[Optional()],
    )
    due_on = Day(_("Senast"), validators=[InputRequired(_("Ange en dag."))])
    how_seen = _line(_("Hur syns det att det är gjort?"), 300, _("Till exempel: Numret står på kommunens första sida."))

    def offer(self, functions: Iterable[Function]) -> None:
        """Give the functions to choose from, by unit."""
        units: dict[str, list[tuple[str, str]]] = {}
        for each in functions:
            units.setdefault(f"{each.unit.authority.name}, {each.unit.name}", []).append((each.reference, each.title))
        self.function.choices = {"": [("", _("Välj"))], **units}


def promise_of(commitment: Commitment) -> dict[str, Any]:
    """What the form shows for a commitment."""
    return {
        **{name: getattr(commitment, name) for name in ("what", "due_on", "how_seen", "version")},
        "function": commitment.function.present.reference,
        "party": commitment.party.value,
    }


class SendForm(FlaskForm):
    """The answers go to the authority."""

    meeting_on = Day(
        _("Nämndens möte"),
        description=_("Lämna tomt om svaren beslutas på delegation eller lämnas av förvaltningen."),
        validators=[Optional()],
    )
    unread = BooleanField(
        _("Ingen kollega kan läsa svaren"), description=_("Till exempel när du är ensam om sakrådet. Det visas inte för någon.")
    )


class DecisionRecordForm(FlaskForm):
    """Who decided, when and under which number."""

    form = RadioField(
        _("Vem har beslutat?"),
        description=_("Det står i rubriken på svaret. Mål, inriktning, omfattning och kvalitet får inte delegeras (KL 6 kap. 38 §)."),
        choices=lambda: choices(DecisionForm),
        validators=[InputRequired(_("Välj vem som har beslutat."))],
    )
    decision_on = Day(_("Beslutets dag"), validators=[InputRequired(_("Ange dagen för beslutet."))])
    decision_ref = _line(_("Paragraf eller nummer"), 60, _("§ för nämndens beslut, nummer för delegationsbeslut."))
    minutes_url = URLField(
        _("Länk till protokollet"), filters=[normalised], description=_("När det är justerat."), validators=[Optional(), at_most(500)]
    )
