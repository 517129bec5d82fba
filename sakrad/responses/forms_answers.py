"""Sharing the answers: who drafts them, who reads them, in which part they are published, and phrases that return."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import HiddenInput

from sakrad.accounts.models import User
from sakrad.core.fields import Checkboxes, Day, WholeNumber, at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised
from sakrad.directory.models import Unit
from sakrad.responses.models import Outcome

LONGEST = 5_000  # code points of a phrase, as of a reason


class AssignForm(FlaskForm):
    """Which answers a unit is to draft, and by when."""

    targets = Checkboxes(_("Svar att skriva"), validators=[InputRequired(_("Kryssa för minst ett."))])
    unit = SelectField(_("Enhet"), validators=[Optional()])
    due_on = Day(_("Utkastet behövs senast"), validators=[Optional()])
    note = StringField(
        _("Till enheten"), description=_("Syns bara för kollegor."), filters=[normalised], validators=[Optional(), at_most(300)]
    )

    def offer(self, units: Iterable[Unit], targets: list[tuple[str, str]]) -> None:
        """Give the units, by authority, and what is to be answered."""
        by_authority: dict[str, list[tuple[str, str]]] = {}
        for unit in units:
            by_authority.setdefault(unit.authority.name, []).append((unit.reference, unit.name))
        self.unit.choices = {"": [("", gettext("Välj"))], **by_authority}
        self.targets.choices = targets


class AskReviewForm(FlaskForm):
    """Which colleague is to read."""

    reviewer = SelectField(_("Kollega"), validators=[InputRequired(_("Välj vem som ska läsa."))])

    def offer(self, colleagues: Iterable[User]) -> None:
        """Give the colleagues."""
        self.reviewer.choices = [("", gettext("Välj")), *((str(one.id), one.name) for one in colleagues)]


class ReviewForm(FlaskForm):
    """What the colleague thinks of the wording that she has read."""

    version = WholeNumber(widget=HiddenInput(), validators=[Optional()])
    verdict = RadioField(
        _("Vad tycker du?"),
        choices=[SelectChoice("good", _("Svaret är bra som det är")), SelectChoice("change", _("Något behöver ändras"))],
        validators=[InputRequired(_("Välj vad du tycker."))],
    )
    note = TextAreaField(
        _("Vad behöver ändras?"),
        description=_("Behövs när något ska ändras. Syns bara för kollegor."),
        filters=[normalised],
        validators=[Optional(), at_most(500)],
    )


class PartForm(FlaskForm):
    """A part of the answers, published for itself."""

    title = StringField(
        _("Vad handlar delen om?"),
        description=_("Till exempel: Det som rör skolan."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv vad delen handlar om.")), at_most(120)],
    )
    planned_on = Day(
        _("Publiceras senast"),
        description=_("Sägs offentligt när en tidigare del publiceras."),
        validators=[Optional()],
    )


class MoveForm(FlaskForm):
    """Answers that are to be published with another part."""

    responses = Checkboxes(_("Flytta hit"), validators=[InputRequired(_("Kryssa för minst ett."))])


class PhraseForm(FlaskForm):
    """A wording to begin an answer from."""

    title = StringField(
        _("Namn"),
        description=_("Så att ni känner igen den."),
        filters=[normalised],
        validators=[DataRequired(_("Ge frasen ett namn.")), at_most(80)],
    )
    text = TextAreaField(_("Ord"), filters=[normalised], validators=[DataRequired(_("Skriv frasen.")), at_most(LONGEST)])
    outcome = SelectField(
        _("Brukar höra till"), choices=lambda: [("", gettext("Vilket svar som helst")), *choices(Outcome)], validators=[Optional()]
    )

    @property
    def chosen(self) -> Outcome | None:
        """The outcome that it goes with."""
        return Outcome(self.outcome.data) if self.outcome.data else None
