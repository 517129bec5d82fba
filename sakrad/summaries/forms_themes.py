"""The shape of the forms about themes. Choices are set by the routes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import WholeNumber, at_most
from sakrad.summaries.forms import CLEAN, THEME

DESCRIPTION = 300  # code points


class ThemeForm(FlaskForm):
    """Naming a theme: a new one, or the one that `theme` tells."""

    theme = WholeNumber(widget=HiddenInput(), validators=[Optional(), NumberRange(0, 999_999_999)])
    name = StringField(_("Temats namn"), filters=CLEAN, validators=[DataRequired(_("Skriv temats namn.")), at_most(THEME)])
    description = StringField(
        _("Vad som hör hit"), description=_("Så att kollegor sorterar lika."), filters=CLEAN, validators=[at_most(DESCRIPTION)]
    )
    under = SelectField(_("Under"), coerce=str, default="")


class SplitForm(FlaskForm):
    """Where the chosen points are to go: to a theme that there is, or to a new one."""

    to = SelectField(_("Till temat"), coerce=str, default="")
    name = StringField(_("Nytt tema"), filters=CLEAN, validators=[at_most(THEME)])
