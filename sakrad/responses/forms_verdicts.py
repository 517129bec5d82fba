"""The shape of the form of verdicts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from sakrad.core.fields import at_most
from sakrad.core.text import normalised
from sakrad.responses.lifecycle_verdicts import WORDS
from sakrad.responses.models import VerdictValue


class VerdictForm(FlaskForm):
    """Whether a commitment was kept."""

    value = RadioField(
        _("Er bedömning"),
        choices=[
            SelectChoice(VerdictValue.done.value, _("Gjort")),
            SelectChoice(VerdictValue.partly.value, _("Delvis gjort")),
            SelectChoice(VerdictValue.not_done.value, _("Inte gjort")),
        ],
        validators=[InputRequired(_("Välj ett av de tre."))],
        invalid_choice_message=_("Välj ett av de tre."),
    )
    text = TextAreaField(
        _("Vill ni säga något mer?"),
        description=_("Orden publiceras först när kommunen har granskat dem. Namnge inga personer."),
        filters=[normalised],
        validators=[at_most(WORDS)],
    )
    by_name = BooleanField(
        _("Visa vårt namn bredvid bedömningen"),
        description=_("Då syns det också att åtagandet bygger på det ni sa. Utan kryss räknas den, men utan namn."),
    )
