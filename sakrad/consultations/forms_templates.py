"""The shape of the forms for templates and copies."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from sakrad.consultations.template_file import LINES
from sakrad.core.fields import at_most
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


class ImportForm(FlaskForm):
    """A template's file."""

    file = FileField(_("Fil"), description=_("En mall som har laddats ned från Sakråd, högst 200 kB. Filen slutar på .json."))


class CopyForm(FlaskForm):
    """What the copy is called, and whether the same organisations are invited."""

    title = StringField(_("Rubrik"), filters=(one_line,), validators=[DataRequired(_("Skriv en rubrik.")), at_most(160)])
    invitations = BooleanField(_("Ta med listan över inbjudna"))
