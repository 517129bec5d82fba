"""The shape of the officials' forms. Choices are set by the routes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import WholeNumber, at_most
from sakrad.core.text import normalised

HEADING, BODY, REASON, THEME = 200, 20_000, 2_000, 120  # code points
CLEAN = (normalised,)


def _number() -> WholeNumber:
    return WholeNumber(widget=HiddenInput(), validators=[Optional()])


class DeskForm(FlaskForm):
    """The workbench is one form, so that whichever button is pressed nothing that is typed is lost."""

    finding = HiddenField()  # the id of the one that is open, "ny" for one not saved yet
    seen_version = _number()
    heading = StringField(_("Rubrik"), filters=CLEAN, validators=[at_most(HEADING)])
    body = TextAreaField(_("Text"), filters=CLEAN, validators=[at_most(BODY)])
    theme = SelectField(_("Tema"), coerce=str, default="")
    new_theme = StringField(_("Nytt tema"), filters=CLEAN, validators=[at_most(THEME)])
    colleague = SelectField(_("Vem ska ha hand om svaren?"), coerce=str, default="")
    earlier_reason = SelectField(_("Tidigare skäl"), coerce=str, default="")
    reason = TextAreaField(
        _("Skäl"),
        description=_("Skälet till att lägga åt sidan visas offentligt: det är svaret till organisationerna."),
        filters=CLEAN,
        validators=[at_most(REASON)],
    )
