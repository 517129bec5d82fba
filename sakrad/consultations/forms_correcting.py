"""The shape of the forms for corrections and for councils' hearings. A correction asks only for what was chosen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from sakrad.consultations.corrections import DATES, LIMIT, LIMITS, OF_QUESTION, TEXTS, Part, Wanted, words_of
from sakrad.consultations.forms import OPTION_LIMIT, OPTIONS, MaterialForm, lines_of
from sakrad.consultations.models import Consultation, CouncilHearing, Material, Question
from sakrad.core import clock
from sakrad.core.fields import Day, at_most, web_address
from sakrad.core.i18n import label
from sakrad.core.text import normalised
from sakrad.directory.models import Council

TEXTS_CHOICE, DATES_CHOICE = "texter", "datum"
REASON = _("Visas offentligt, och är det första som de som svarar får läsa.")


def question_choice(question: Question) -> str:
    """What the address calls a question that is to be corrected."""
    return f"fraga-{question.number}"


def material_choice(material: Material) -> str:
    """What the address calls material that is to be withdrawn."""
    return f"underlag-{material.reference}"


def _name(question: Question, part: Part) -> str:
    return f"q{question.number}_{part.value}"


def _reason() -> TextAreaField:
    return TextAreaField(_("Varför ändrar ni?"), description=REASON, filters=[normalised], validators=[at_most(LIMIT)])


class CorrectionForm(FlaskForm):
    """What every correction has: its reason, and the stamp of the differences that were looked at."""

    seen = HiddenField()
    announcing = False  # the pressed button: announce, and not only show
    reason = _reason()

    def validate_reason(self, field: Any) -> None:
        if self.announcing and not (field.data or "").strip():
            raise ValidationError(_("Skriv varför ni ändrar."))


def correction_form(consultation: Consultation, chosen: Collection[str]) -> Any:
    """The form for the chosen things, filled with what stands there now."""
    fields: dict[str, Any] = {}
    for question in _chosen_questions(consultation, chosen):
        for part in _parts(question):
            fields[_name(question, part)] = _text(part, words_of(question, part), short=part is Part.length_hint)
        if question.kind != "open":
            fields[_name(question, Part.withdrawn_at)] = BooleanField(
                _("Frågan utgår"), description=_("Den står kvar överstruken, med de svar som har kommit in.")
            )
    if TEXTS_CHOICE in chosen:
        fields |= {part.value: _text(part, getattr(consultation, part)) for part in TEXTS}
    if DATES_CHOICE in chosen:
        fields |= {part.value: _day(consultation, part) for part in DATES}
    for material in _chosen_material(consultation, chosen):
        fields[material_choice(material)] = BooleanField(
            _("Utgår: %(title)s", title=material.title), description=_("Filen går att läsa också sedan, märkt som utgången.")
        )
    return type("ChosenCorrectionForm", (CorrectionForm,), fields)()


def wanted_of(form: Any, consultation: Consultation) -> Wanted:
    """What the form says is to stand there instead."""
    questions = [question for question in consultation.questions if _name(question, Part.text) in form]
    withdrawn = [one for one in questions if (name := _name(one, Part.withdrawn_at)) in form and form[name].data]
    outdated = [one for one in consultation.materials if (name := material_choice(one)) in form and form[name].data]
    return Wanted(
        texts={part: form[part.value].data or "" for part in TEXTS if part.value in form},
        dates={part: _date(consultation, part, form[part.value].data) for part in DATES if part.value in form},
        questions={one.number: {part: _words(part, form[_name(one, part)].data) for part in _parts(one)} for one in questions},
        withdrawn=frozenset(one.number for one in withdrawn),
        outdated=frozenset(one.reference for one in outdated),
    )


def _chosen_questions(consultation: Consultation, chosen: Collection[str]) -> list[Question]:
    return [one for one in consultation.questions if question_choice(one) in chosen and one.withdrawn_at is None]


def _chosen_material(consultation: Consultation, chosen: Collection[str]) -> list[Material]:
    return [one for one in consultation.materials if material_choice(one) in chosen and one.withdrawn_at is None]


def _parts(question: Question) -> list[Part]:
    """What can be changed of it: alternatives only where it has some."""
    return [part for part in OF_QUESTION if part is not Part.options or question.options]


def _words(part: Part, typed: str | None) -> str:
    return "\n".join(lines_of(typed)) if part is Part.options else typed or ""


def _text(part: Part, now: str, *, short: bool = False) -> Any:
    kind = StringField if short else TextAreaField
    rules = [Optional(), at_most(LIMITS.get(part, LIMIT))]
    hint = ""
    if part is Part.options:
        hint = _("Lägg till nya sist, ett per rad. De som finns står kvar som de är, eftersom någon kan ha svarat.")
        rules.append(_within_options)
    return kind(label(part), default=now, description=hint, filters=[normalised], validators=rules)


def _within_options(_form: Any, field: Any) -> None:
    """The same limits as where a question is written."""
    lines = lines_of(field.data)
    if len(lines) > OPTIONS:
        raise ValidationError(_("Ge högst %(number)d alternativ.", number=OPTIONS))
    if any(len(line) > OPTION_LIMIT for line in lines):
        raise ValidationError(_("Ett alternativ får ha högst %(number)d tecken.", number=OPTION_LIMIT))


def _day(consultation: Consultation, part: Part) -> Day:
    now = getattr(consultation, part)
    closing = part is Part.closes_at
    hint = _("Bara framåt. Hela dagen räknas.") if closing else ""
    return Day(
        label(part),
        description=hint,
        default=clock.last_day(now) if closing and now else now,
        validators=[InputRequired(_("Ange en dag."))] if closing else [Optional()],
    )


def _date(consultation: Consultation, part: Part, day: date | None) -> date | datetime | None:
    """As it is stored: the closing as an instant, which may fall within its last day."""
    if part is not Part.closes_at or day is None:
        return day
    now = consultation.closes_at
    return now if now and clock.last_day(now) == day else clock.end_of(day)


class AddedMaterialForm(MaterialForm):
    """Material that is added by a correction, with the reason."""

    reason = TextAreaField(
        _("Varför kommer det nu?"),
        description=REASON,
        filters=[normalised],
        validators=[DataRequired(_("Skriv varför underlaget kommer nu.")), at_most(LIMIT)],
    )


class HearingForm(FlaskForm):
    """When a council takes the matter up, and what came of it."""

    council = SelectField(_("Råd"), validators=[InputRequired(_("Välj ett råd."))])
    heard_on = Day(_("Dag"), validators=[InputRequired(_("Ange rådets dag."))])
    paragraph = StringField(
        _("Paragraf"), description=_("I rådets protokoll, till exempel § 12."), filters=[normalised], validators=[at_most(40)]
    )
    minutes_url = URLField(
        _("Länk till protokollet"),
        description=_("När det är justerat. Börjar med https:// eller http://."),
        filters=[normalised],
        validators=[Optional(), at_most(500), web_address],
    )

    def offer(self, councils: Collection[Council]) -> None:
        """Give the field its choices."""
        self.council.choices = [("", _("Välj")), *((council.name, council.name) for council in councils)]


def hearing_of(hearing: CouncilHearing) -> dict[str, Any]:
    """What the form shows for a hearing."""
    return {"council": hearing.council.name} | {name: getattr(hearing, name) for name in ("heard_on", "paragraph", "minutes_url")}
