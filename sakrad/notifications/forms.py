"""The shape of asking to be told, and of how often."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired

from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised
from sakrad.notifications.models import Rhythm


class FollowForm(FlaskForm):
    """For whoever is signed in: a button. The page's address says what."""


class AskForm(FollowForm):
    """The same with the address to which it is told."""

    email = EmailField(
        _("E-postadress"),
        description=_("Du får ett mejl med en knapp att trycka på, så att ingen annan kan anmäla dig."),
        filters=[normalised],
        validators=[
            DataRequired(_("Skriv en e-postadress.")),
            Email(_("Skriv en e-postadress, till exempel namn@forening.example.")),
            at_most(254),
        ],
        render_kw={"autocomplete": "email"},
    )


class RhythmForm(FlaskForm):
    """How often."""

    rhythm = RadioField(
        _("Hur ofta vill du få mejl?"),
        choices=[SelectChoice(*one) for one in choices(Rhythm)],
        validators=[InputRequired(_("Välj hur ofta."))],
    )
