"""The forms of a question to the members: writing it, making links, and a member's own answer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from sakrad.core.fields import WholeNumber
from sakrad.core.text import normalised
from sakrad.positions.forms import UNKNOWN
from sakrad.positions.lifecycle_survey import (
    FEWEST_OPTIONS,
    FEWEST_QUESTIONS,
    INTRO_LIMIT,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    MOST_TICKETS,
    OPTION_LIMIT,
    QUESTION_LIMIT,
    Question,
)
from sakrad.positions.models import Survey

OWN = "egna"
# Stored as they are shown to the members: Swedish, as the organisation's own questions are.
PRESETS = {
    "ja-nej": ("Ja", "Nej", "Vet inte"),
    "haller-med": ("Håller med", "Håller delvis med", "Håller inte med", "Vet inte"),
    "ofta": ("Ofta", "Ibland", "Sällan eller aldrig", "Vet inte"),
}


class QuestionPart(Form):
    """One closed question. Left empty, it is not asked."""

    text = StringField(
        _("Frågan"), filters=[normalised], validators=[Optional(), Length(max=QUESTION_LIMIT, message=_("Högst %(max)d tecken."))]
    )
    answers = SelectField(
        _("Svarsalternativ"),
        choices=[
            *(SelectChoice(key, " · ".join(options)) for key, options in PRESETS.items()),
            SelectChoice(OWN, _("Egna alternativ")),
        ],
        default="ja-nej",
    )
    options = TextAreaField(
        _("Egna alternativ, ett på varje rad"),
        description=_("Bara om ni har valt egna alternativ. Två till åtta."),
        filters=[normalised],
    )

    @property
    def chosen(self) -> tuple[str, ...]:
        """The options, own or ready-made."""
        if self.answers.data != OWN:
            return PRESETS.get(self.answers.data, ())
        lines = (" ".join(line.split()) for line in normalised(self.options.data).split("\n"))
        return tuple(line for line in lines if line)

    def validate_options(self, field: Any) -> None:
        options = self.chosen
        if self.answers.data == OWN and (self.text.data or "").strip():
            if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
                raise ValidationError(gettext("Skriv minst två och högst åtta alternativ, ett på varje rad."))
            if len({option.casefold() for option in options}) < len(options):
                raise ValidationError(gettext("Samma alternativ står två gånger."))
            if any(len(option) > OPTION_LIMIT for option in options):
                raise ValidationError(gettext("Ett alternativ är för långt. Högst %(most)s tecken.", most=OPTION_LIMIT))


class SurveyForm(FlaskForm):
    """Two to five closed questions, and a few words before them."""

    intro = TextAreaField(
        _("Några ord före frågorna"),
        description=_("Till exempel varför ni frågar. Visas bara för medlemmarna."),
        filters=[normalised],
        validators=[Optional(), Length(max=INTRO_LIMIT, message=_("Högst %(max)d tecken."))],
    )
    questions = FieldList(FormField(QuestionPart), min_entries=MOST_QUESTIONS, max_entries=MOST_QUESTIONS)

    @property
    def written(self) -> list[Question]:
        """The questions that have a text, in order."""
        return [Question(part.form.text.data, part.form.chosen) for part in self.questions if (part.form.text.data or "").strip()]

    def validate(self, extra_validators: Any = None) -> bool:
        fits = bool(super().validate(extra_validators))
        if len(self.written) < FEWEST_QUESTIONS:
            self.form_errors.append(gettext("Skriv minst två frågor."))
            fits = False
        return fits

    @classmethod
    def of(cls, survey: Survey | None) -> SurveyForm:
        """Filled with what stands there."""
        rows = [
            {"text": one.text, "answers": preset_of(tuple(one.options)), "options": "\n".join(one.options)}
            for one in (survey.questions if survey else ())
        ]
        for row in rows:
            row["options"] = row["options"] if row["answers"] == OWN else ""
        return cls(formdata=None, intro=survey.intro if survey else "", questions=rows)


def preset_of(options: tuple[str, ...]) -> str:
    """Which ready-made options these are."""
    return next((key for key, known in PRESETS.items() if known == options), OWN)


class TicketsForm(FlaskForm):
    """How many links."""

    tickets = WholeNumber(
        _("Hur många länkar?"),
        description=_("En för varje medlem. Varje länk går att använda en gång."),
        validators=[
            InputRequired(_("Skriv ett tal.")),
            NumberRange(1, MOST_TICKETS, message=_("Ange ett tal mellan %(min)s och %(max)s.")),
        ],
    )


def answer_form(survey: Survey) -> FlaskForm:
    """The form in which a member answers: one option of every question."""
    fields = {
        f"q{question.number}": RadioField(
            question.text,
            choices=[SelectChoice(str(index), option) for index, option in enumerate(question.options)],
            validators=[InputRequired(_("Välj ett av alternativen."))],
            validate_choice=True,
            invalid_choice_message=UNKNOWN,
        )
        for question in survey.questions
    }
    form: FlaskForm = type("AnswerForm", (FlaskForm,), fields)()
    return form


def choices_in(form: FlaskForm, survey: Survey) -> list[int]:
    """What was chosen, question by question."""
    return [int(form[f"q{question.number}"].data) for question in survey.questions]
