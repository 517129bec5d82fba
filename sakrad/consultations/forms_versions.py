"""The shape of the form for a version in another language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired

from sakrad.consultations.commands import VersionWords
from sakrad.consultations.models import ContentVersion
from sakrad.core.fields import at_most
from sakrad.core.text import normalised, whole_number

LONGEST = 10_000  # code points: a page is at most 60 kB, and a letter of some languages takes three bytes
QUESTION = 500


class VersionForm(FlaskForm):
    """What every version has. Its questions are added by `version_form`."""

    version = HiddenField(default="0")
    title = StringField(_("Rubrik"), filters=[normalised], validators=[DataRequired(_("Skriv en rubrik.")), at_most(160)])
    lead = TextAreaField(_("Saken i en mening"), filters=[normalised], validators=[at_most(300)])
    text = TextAreaField(
        _("Text"),
        description=_("Så mycket av originalet som läsarna behöver. Rubriker börjar med ##, punkter i en lista med ett streck."),
        filters=[normalised],
        validators=[at_most(LONGEST)],
    )
    made_by = StringField(
        _("Vem har gjort versionen?"),
        description=_("Till exempel ”Översatt av Språkhuset”. Inga namn på personer."),
        filters=[normalised],
        validators=[at_most(160)],
    )

    @property
    def seen(self) -> int:
        """The number of the version that was changed."""
        return whole_number(self.version.data or "") or 0

    @property
    def asked(self) -> list[Any]:
        """The fields of the questions."""
        return [field for field in self if field.short_name.startswith("q")]

    def words(self) -> VersionWords:
        """What the form says."""
        questions = tuple((int(field.short_name[1:]), field.data or "") for field in self.asked)
        return VersionWords(self.title.data or "", self.lead.data or "", self.text.data or "", questions, self.made_by.data or "")


def version_form(questions: Sequence[tuple[int, str]], version: ContentVersion | None, begin: str = "") -> Any:
    """The form, filled with what is saved.

    Args:
        begin: the text to begin with, where nothing is saved.
    """
    fields: dict[str, Any] = {
        f"q{number}": TextAreaField(
            _("Fråga %(number)s", number=number), description=text, filters=[normalised], validators=[at_most(QUESTION)]
        )
        for number, text in questions
    }
    return type("WrittenVersionForm", (VersionForm,), fields)(data=values_of(version) if version else {"text": begin})


def values_of(version: ContentVersion) -> dict[str, Any]:
    """What the form shows of a version."""
    questions = {f"q{number}": text for number, text in version.questions}
    return {name: getattr(version, name) for name in ("title", "lead", "text", "made_by", "version")} | questions
