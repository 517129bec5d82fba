"""The shape of the officers' forms. Choices are set by the routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from sakrad.consultations.models import AnswersPublic, CommentsRule, Consultation, ParticipationLevel, PolicyStage, Question, QuestionKind
from sakrad.core import clock
from sakrad.core.fields import Checkboxes, Day, WholeNumber, at_most
from sakrad.core.i18n import choices, day
from sakrad.core.text import normalised, one_line

SHORT, LONG = 5_000, 30_000  # code points
OPTION_LIMIT, OPTIONS = 120, 20
CLEAN = (normalised,)


def lines_of(text: str | None) -> list[str]:
    """The lines that hold something."""
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


class Named(Protocol):
    """A group or a subject."""

    slug: Any
    name: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people have changed: its id and label, and both texts."""

    field: str
    label: str
    mine: str
    theirs: str


def _text(label: Any, limit: int, hint: Any = "", *, required: Any = None) -> TextAreaField:
    rules = [DataRequired(required)] if required else [Optional()]
    return TextAreaField(label, description=hint, filters=CLEAN, validators=[*rules, at_most(limit)])


def _line(label: Any, limit: int, hint: Any = "", *, required: Any = None) -> StringField:
    rules = [DataRequired(required)] if required else [Optional()]
    return StringField(label, description=hint, filters=(one_line,), validators=[*rules, at_most(limit)])


def _day(label: Any, hint: Any = "", *, required: Any = None) -> Day:
    return Day(label, description=hint, validators=[InputRequired(required) if required else Optional()])


class SharedForm(FlaskForm):
    """A form that two people may have open at once."""

    def differences(self, theirs: dict[str, Any]) -> list[Difference]:
        """The fields in which what was typed here differs from what stands there now."""
        return [
            Difference(self[name].id, self[name].label.text, _readable(self[name], self[name].data), _readable(self[name], value))
            for name, value in theirs.items()
            if name in self and not isinstance(self[name].widget, HiddenInput) and (self[name].data or None) != (value or None)
        ]


class MatterForm(SharedForm):
    """What a consultation is about: seven fields in front, the rest under "Fler val" (PRACTICE.md 11)."""

    version = WholeNumber(widget=HiddenInput(), validators=[Optional()])

    title = _line(_("Rubrik"), 160, _("Saken i några ord. Den blir rubrik på sidan och i inbjudan."), required=_("Skriv en rubrik."))
    decision_on = _day(_("Nämndens möte"), _("Då nämnden tar ställning till svaren."))
    lead = _text(_("Saken i en mening"), 300, _("Avgränsa: vad gäller det, och var slutar det?"))
    need = _text(_("Varför nu?"), SHORT, _("Behovet, och varför frågan ställs just nu."))
    purpose = _text(_("Varför frågar ni?"), SHORT, _("Vad svaren ska användas till, och vilket beslut de går in i."))
    can_influence = _text(_("Det här går att påverka"), SHORT, _("En sak per rad, med - framför."))
    already_decided = _text(_("Det här går inte att påverka"), SHORT, _("Det som redan är beslutat, eller bestäms av någon annan."))
    groups = Checkboxes(_("Grupper som frågan gäller"), validators=[Optional()])
    function = SelectField(_("Ansvarig funktion"), description=_("Svarar på frågor, och står på sidan."), validators=[Optional()])

    opens_on = _day(_("Öppnar"), _("Lämna tomt för att öppna när sakrådet annonseras."))
    closes_on = _day(_("Sista dag att svara"), _("Hela dagen räknas. Sex veckor är lagom för en styrelse."))
    summary_due_on = _day(_("Sammanställningen klar"))
    feedback_due_on = _day(
        _("Nämndens svar publiceras senast"), _("Efter nämndens möte. Dagen visas för alla, också när den har passerat.")
    )
    follow_up_on = _day(_("Uppföljning"), _("Då ni berättar vad som blev gjort."))

    background = _text(_("Bakgrund"), LONG, _("Det man behöver veta för att kunna svara. En till två sidor räcker. Skrivs i Markdown."))
    background_easy = _text(_("Bakgrund på lättläst svenska"), LONG)
    policy_stage = SelectField(_("Skede i beslutsprocessen"), choices=lambda: choices(PolicyStage))
    participation_level = SelectField(_("Grad av delaktighet"), choices=lambda: choices(ParticipationLevel))
    subjects = Checkboxes(_("Ämnen"), validators=[Optional()])
    diary_number = _line(_("Diarienummer"), 60, _("Ert eget, om ärendet har ett."))
    inviting_function = _line(_("Inbjuder"), 160, _("Till exempel Socialnämndens ordförande."))
    selection_rationale = _text(_("Varför just de här organisationerna?"), SHORT, _("Visas på sidan, bredvid listan över inbjudna."))
    use_of_views = _text(
        _("Så tas synpunkterna om hand"),
        SHORT,
        _("Vem som läser, hur det sammanställs och kontrolleras, och vem som svarar. Visas på sidan."),
    )
    comments_rule = RadioField(_("Får organisationer kommentera varandras svar?"), choices=lambda: choices(CommentsRule), default="none")
    answers_public = RadioField(_("När får svaren läsas?"), choices=lambda: choices(AnswersPublic))
    open_invitation = BooleanField(_("Öppen inbjudan: också organisationer som inte är inbjudna får svara"))
    coordinator_takes_part = BooleanField(_("Kommunens samordnare får handlägga sakrådet"))
    touches_money = BooleanField(_("Frågan rör pengar eller avtal"))

    short_time_reason = _text(_("Skäl till kort svarstid"), SHORT, _("Behövs bara när svarstiden är under 21 dagar. Visas offentligt."))
    group_not_invited_reason = _text(
        _("Skäl till att ingen är inbjuden för en grupp"), SHORT, _("Behövs bara när en vald grupp saknar inbjuden. Visas offentligt.")
    )
    early_decision_reason = _text(
        _("Skäl till att beslutet kommer tidigt"), SHORT, _("Behövs bara när mötet är inom 21 dagar från svarstiden. Visas offentligt.")
    )

    def validate_closes_on(self, field: Any) -> None:
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_("Sista dagen att svara kan inte komma före dagen då sakrådet öppnar."))

    def offer(self, *, functions: dict[str, list[tuple[str, str]]], groups: Sequence[Named], subjects: Sequence[Named]) -> None:
        """Give the fields their choices. `functions`: by unit, or by authority where there are several: reference and title."""
        offered = {
            "function": {"": [("", _("Välj"))], **functions},
            "groups": [(group.slug, group.name) for group in groups],
            "subjects": [(subject.slug, subject.name) for subject in subjects],
        }
        for name in offered.keys() & self._fields.keys():
            self[name].choices = offered[name]

    def matter(self) -> dict[str, Any]:
        """The values of the fields that it has, as a command takes them: instants instead of days, without what has to be looked up."""
        values = {name: self[name].data for name in _AS_THEY_ARE if name in self}
        values |= {name: kind(self[name].data) for name, kind in _CODES.items() if name in self}
        if "opens_on" in self:
            values["opens_at"] = clock.start_of(self.opens_on.data) if self.opens_on.data else None
        if "closes_on" in self:
            values["closes_at"] = clock.end_of(self.closes_on.data) if self.closes_on.data else None
        return values


def matter_of(consultation: Consultation) -> dict[str, Any]:
    """What the form shows for a consultation."""
    return {
        **{name: getattr(consultation, name) for name in _AS_THEY_ARE},
        "version": consultation.version,
        **{name: getattr(consultation, name).value for name in _CODES},
        "opens_on": clock.day_of(consultation.opens_at) if consultation.opens_at else None,
        "closes_on": clock.last_day(consultation.closes_at) if consultation.closes_at else None,
        "groups": [group.slug for group in consultation.groups],
        "subjects": [subject.slug for subject in consultation.subjects],
        "function": consultation.contact.reference if consultation.contact else "",
    }


def _readable(field: Any, value: Any) -> str:
    """A field's value as text."""
    if isinstance(field, BooleanField):
        return str(_("Ja") if value else _("Nej"))
    if isinstance(field, Day):
        return day(value, year=True)
    if isinstance(field, SelectField | SelectMultipleField):
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(choice.label) for choice in field.iter_choices() if choice.value in chosen and choice.value)
    return str(value or "")


_CODES = {
    "policy_stage": PolicyStage,
    "participation_level": ParticipationLevel,
    "answers_public": AnswersPublic,
    "comments_rule": CommentsRule,
}
_AS_THEY_ARE = (
    *("title", "lead", "need", "purpose", "background", "background_easy", "can_influence", "already_decided", "use_of_views"),
    *("diary_number", "inviting_function", "touches_money", "selection_rationale", "open_invitation", "coordinator_takes_part"),
    *("summary_due_on", "decision_on", "feedback_due_on", "follow_up_on"),
    *("short_time_reason", "group_not_invited_reason", "early_decision_reason"),
)


class DraftForm(MatterForm):
    """The same for a new one, which also says whose it is, and may bring its questions at once."""

    authority = SelectField(_("Nämnd"))
    questions = _text(
        _("Frågor"),
        SHORT,
        _("En fråga per rad. Typ, hjälptext och alternativ lägger ni till på nästa sida. En öppen fråga läggs sist av sig själv."),
    )
    invite_matching = BooleanField(_("Bjud in de organisationer i kommunen som säger sig tala för grupperna"))

    def validate_questions(self, field: Any) -> None:
        if any(len(line) > 500 for line in lines_of(field.data)):
            raise ValidationError(_("En fråga får ha högst 500 tecken."))


class OpenQuestionForm(SharedForm):
    """The last question, which is always open: it has words, and neither kind nor options."""

    seen = HiddenField()  # the stamp of what the form showed
    text = _text(_("Fråga"), 500, required=_("Skriv frågan."))
    help = _text(_("Hjälptext"), 500, _("Vad ni menar, och vad som är bra att tänka på."))
    length_hint = _line(_("Hur långt svar?"), 120, _("Till exempel: En halv sida räcker."))
    required = BooleanField(_("Frågan måste besvaras"))

    def asked(self) -> dict[str, Any]:
        """The question as the commands take it."""
        words = {name: self[name].data for name in ("text", "help", "length_hint", "required")}
        return words | {"kind": QuestionKind.open, "options": []}


class QuestionForm(OpenQuestionForm):
    """Any other question."""

    kind = SelectField(_("Typ"), choices=lambda: [pair for pair in choices(QuestionKind) if pair[0] != QuestionKind.open.value])
    options = _text(_("Alternativ"), 3_000, _("Ett per rad. Bara för typerna Behov (rangordnas) och Val."))

    def asked(self) -> dict[str, Any]:
        return super().asked() | {"kind": QuestionKind(self.kind.data), "options": lines_of(self.options.data)}

    def validate_options(self, field: Any) -> None:
        if len(lines_of(field.data)) > OPTIONS:
            raise ValidationError(_("Ge högst %(number)d alternativ.", number=OPTIONS))
        if any(len(line) > OPTION_LIMIT for line in lines_of(field.data)):
            raise ValidationError(_("Ett alternativ får ha högst %(number)d tecken.", number=OPTION_LIMIT))


def question_of(question: Question) -> dict[str, Any]:
    """What the form shows for a question."""
    words = {name: getattr(question, name) for name in ("text", "help", "length_hint", "required")}
    return words | {"kind": question.kind.value, "options": "\n".join(question.options)}


class MaterialForm(FlaskForm):
    """A file and what it says."""

    file = FileField(_("Fil"), description=_("PDF, DOCX, ODT, PNG eller JPEG, högst 20 MB."))
    title = _line(_("Namn"), 160, required=_("Skriv vad filen heter."))
    description = _text(
        _("Vad filen innehåller"),
        SHORT,
        _("I text, för den som inte kan öppna eller läsa filen."),
        required=_("Beskriv innehållet i text."),
    )


class InviteForm(FlaskForm):
    """Organisations to invite, by slug."""

    organisations = Checkboxes(_("Organisationer"), validate_choice=False, validators=[InputRequired(_("Välj minst en organisation."))])


class AnnounceForm(FlaskForm):
    """The public reasons for the soft gates that apply."""

    short_time_reason = _text(_("Varför är svarstiden kort?"), SHORT, _("Visas offentligt på sakrådets sida."))
    group_not_invited_reason = _text(_("Varför är ingen inbjuden för gruppen?"), SHORT, _("Visas offentligt på sakrådets sida."))
    early_decision_reason = _text(_("Varför kommer beslutet så tidigt?"), SHORT, _("Visas offentligt på sakrådets sida."))


class ClosingForm(FlaskForm):
    """A later last day, and the dates that follow."""

    DATES = ("closes_on", "summary_due_on", "decision_on", "feedback_due_on", "follow_up_on")

    def days(self) -> str:
        """The days that are typed, as one text."""
        return " ".join(str(self[name].data or "-") for name in self.DATES)

    closes_on = _day(_("Ny sista dag att svara"), required=_("Ange en dag."))
    summary_due_on = _day(_("Sammanställningen klar"))
    decision_on = _day(_("Nämndens möte"))
    feedback_due_on = _day(_("Nämndens svar publiceras senast"))
    follow_up_on = _day(_("Uppföljning"))
    seen = HiddenField()  # the days whose hints were shown
    reason = _text(
        _("Varför förlänger ni?"), SHORT, _("Visas offentligt, som en rättelse."), required=_("Skriv varför svarstiden förlängs.")
    )


class CancelForm(FlaskForm):
    """Why it is broken off."""

    reason = _text(_("Skäl"), SHORT, _("Visas offentligt om sakrådet är annonserat."), required=_("Skriv varför sakrådet avbryts."))
