"""The shape of the forms for templates and copies."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from sakrad.consultations.forms import SharedForm, lines_of
from sakrad.consultations.models import QuestionKind
from sakrad.consultations.template_file import LINES, MOST_QUESTIONS, QUESTION, WORDS, TemplateContent, as_dict
from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised, one_line

CLEAN = (normalised,)


class KeepForm(FlaskForm):
    """What a template is called, and what it is for."""

    name = StringField(
        _("Mallens namn"),
        description=_("Så att den som letar förstår när mallen passar."),
        filters=(one_line,),
        validators=[DataRequired(_("Skriv vad mallen ska heta.")), at_most(LINES["name"])],
    )
    description = TextAreaField(
        _("När den passar"),
        description=_("En eller två meningar."),
        filters=CLEAN,
        validators=[Optional(), at_most(LINES["description"])],
    )


def _texts() -> dict[str, Any]:
    """The template's own texts, called as in the officers' form."""
    called = {
        "name": _("Mallens namn"),
        "description": _("När den passar"),
        "title": _("Rubrik"),
        "lead": _("Saken i en mening"),
        "need": _("Varför nu?"),
        "purpose": _("Varför frågar ni?"),
        "background": _("Bakgrund"),
        "background_easy": _("Bakgrund på lättläst svenska"),
        "can_influence": _("Det här går att påverka"),
        "already_decided": _("Det här går inte att påverka"),
        "use_of_views": _("Så tas synpunkterna om hand"),
        "selection_rationale": _("Varför just de här organisationerna?"),
        "inviting_function": _("Inbjuder"),
        "meeting": _("Om ni har ett möte"),
    }
    return {
        name: (StringField if name in ("name", "title", "inviting_function") else TextAreaField)(
            words,
            filters=CLEAN,
            validators=[DataRequired(_("Skriv vad mallen ska heta.")) if name == "name" else Optional(), at_most(WORDS[name])],
        )
        for name, words in called.items()
    }


def _question_fields(number: int) -> dict[str, Any]:
    return {
        f"q{number}_text": TextAreaField(_("Fråga"), filters=CLEAN, validators=[Optional(), at_most(QUESTION["text"])]),
        f"q{number}_kind": SelectField(_("Typ"), choices=lambda: choices(QuestionKind), default=QuestionKind.experience.value),
        f"q{number}_help": TextAreaField(_("Hjälptext"), filters=CLEAN, validators=[Optional(), at_most(QUESTION["help"])]),
        f"q{number}_length_hint": StringField(
            _("Hur långt svar?"), filters=CLEAN, validators=[Optional(), at_most(QUESTION["length_hint"])]
        ),
        f"q{number}_options": TextAreaField(
            _("Alternativ"), description=_("Ett per rad. Bara för typerna Behov (rangordnas) och Val."), filters=CLEAN
        ),
        f"q{number}_required": BooleanField(_("Frågan måste besvaras")),
    }


class TextsForm(SharedForm):
    """A kept template's texts and questions. What makes a whole template is judged where files are (template_file.checked)."""

    seen = HiddenField()  # the stamp of what the form showed
    numbers: range = range(0)

    @classmethod
    def of(cls, content: TemplateContent, *, more_questions: int) -> Any:
        """The form with fields for every question, and for some more."""
        numbers = range(1, min(len(content.questions) + more_questions, MOST_QUESTIONS) + 1)
        fields = _texts() | {name: field for number in numbers for name, field in _question_fields(number).items()}
        return type("TemplateTextsForm", (cls,), fields | {"numbers": numbers})(data=cls.values_of(content))

    @staticmethod
    def values_of(content: TemplateContent) -> dict[str, Any]:
        """What the form shows for a template."""
        shown: dict[str, Any] = {name: getattr(content, name) for name in _TEXTS}
        for number, question in enumerate(content.questions, start=1):
            shown |= {f"q{number}_{name}": getattr(question, name) for name in ("text", "help", "length_hint", "required")}
            shown |= {f"q{number}_kind": question.kind.value, f"q{number}_options": "\n".join(question.options)}
        return shown

    def changed(self, content: TemplateContent) -> dict[str, Any]:
        """The template as plain data with what the form says; a question without words goes, and the open one stays last."""
        asked = [
            {
                **{name: self[f"q{number}_{name}"].data or "" for name in ("text", "help", "length_hint", "kind")},
                "required": self[f"q{number}_required"].data,
                "options": lines_of(self[f"q{number}_options"].data),
            }
            for number in self.numbers
            if (self[f"q{number}_text"].data or "").strip()
        ]
        asked.sort(key=lambda question: question["kind"] == QuestionKind.open.value)
        return as_dict(content) | {name: self[name].data or "" for name in _TEXTS} | {"questions": asked}


_TEXTS = tuple(name for name in WORDS if name != "origin")


class ImportForm(FlaskForm):
    """A template's file."""

    file = FileField(_("Fil"), description=_("En mall som har laddats ned från Sakråd, högst 200 kB. Filen slutar på .json."))


class CopyForm(FlaskForm):
    """What the copy is called, and whether the same organisations are invited."""

    title = StringField(_("Rubrik"), filters=(one_line,), validators=[DataRequired(_("Skriv en rubrik.")), at_most(160)])
    invitations = BooleanField(_("Ta med listan över inbjudna"))
