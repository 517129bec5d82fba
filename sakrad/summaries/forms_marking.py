"""The shape of marking: exact words, and in the same breath where they belong. Choices are set by the routes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import Checkboxes, WholeNumber, at_most
from sakrad.summaries.commands.points import NOTE
from sakrad.summaries.forms import CLEAN, THEME


def _number() -> WholeNumber:
    return WholeNumber(widget=HiddenInput(), validators=[Optional()])


class PointForm(FlaskForm):
    """Sorting one point."""

    theme = SelectField(_("Tema"), coerce=str, default="")
    groups = Checkboxes(_("Vilka det handlar om"), coerce=int)
    note = TextAreaField(
        _("Anteckning"), description=_("Mellan er som sammanställer. Publiceras aldrig."), filters=CLEAN, validators=[at_most(NOTE)]
    )


class MarkForm(PointForm):
    """Words that are marked on the workbench. It stands within the workbench's own form, which holds the token."""

    class Meta:
        csrf = False

    start = _number()
    end = _number()
    new_theme = StringField(_("Nytt tema"), filters=CLEAN, validators=[at_most(THEME)])
    finding = SelectField(_("Citera i"), coerce=str, default="")


class AnswerForm(MarkForm):
    """The same on the page of one answer, where numbered sentences may be chosen instead, and points be given another shape."""

    class Meta:
        csrf = True

    sentences = Checkboxes(_("Meningar"), coerce=int)
    use = SelectField(_("Orden blir"), coerce=str, default="")  # "" a new point, "ord-12" the words of 12, "dela-12" a part of it


class MergeForm(FlaskForm):
    """Which points become one."""

    points = Checkboxes(_("Synpunkter"), coerce=int)
