"""The form for what organisations said at a meeting: several rows, each one organisation, one question and its words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField

from sakrad.consultations.models import Question
from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import excerpt, normalised, one_line
from sakrad.directory.models import Organisation
from sakrad.positions.models import ANSWER_LIMIT, PublicationWish

ROWS = 4


class ViewRow(Form):
    """What one organisation said about one question. An empty row says nothing."""

    there = SelectField(_("Organisation"), choices=[], default="", validate_choice=False)  # one of those who were at the meeting
    sender = StringField(_("Organisation"), description=_("Tomt: samma som ovan."), filters=[one_line], validators=[at_most(240)])
    question = SelectField(_("Fråga"), coerce=int, choices=[])
    text = TextAreaField(_("Vad sades?"), filters=[normalised], validators=[at_most(ANSWER_LIMIT)])


class ViewsForm(FlaskForm):
    """Several rows, saved together or not at all."""

    submission_key = HiddenField()
    rows = FieldList(FormField(ViewRow), min_entries=ROWS, max_entries=ROWS)
    wish = SelectField(
        _("Sa de om det får publiceras?"),
        choices=lambda: [("", _("De sa inget – vi frågar när de läser igenom")), *choices(PublicationWish)],
        description=_("Gäller alla rader. Utan besked publiceras det inte."),
        default="",
    )

    @property
    def wished(self) -> PublicationWish | None:
        return PublicationWish(self.wish.data) if self.wish.data else None


def views_form(questions: list[Question], there: list[Organisation], **more: Any) -> ViewsForm:
    """The form with the consultation's questions, and those who were there, to choose among."""
    form = ViewsForm(**more)
    names = [(one.slug, one.name) for one in there]
    for place, row in enumerate(form.rows):
        row.form.there.choices = [("", _("Samma som ovan") if place else _("Välj")), *names]
        row.form.question.choices = [(one.number, f"{one.number}. {excerpt(one.text, 90)}") for one in questions]
    return form
