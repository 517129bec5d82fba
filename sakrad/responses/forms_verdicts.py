"""The shape of the forms of verdicts: the organisations', and the review of their words and names."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised
from sakrad.records.models import MaskGround, ReviewDecision
from sakrad.responses.lifecycle_verdicts import WORDS
from sakrad.responses.models import VerdictValue

REASON = 2_000  # code points


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
        description=_("Då syns det också att åtagandet bygger på det ni sa. Utan kryss räknas bedömningen med utan namn."),
    )


class VerdictReviewForm(FlaskForm):
    """Whether the words and the name are published."""

    decision = RadioField(
        _("Beslut"),
        choices=lambda: choices(ReviewDecision),
        validators=[InputRequired(_("Välj ett beslut."))],
        invalid_choice_message=_("Välj ett beslut."),
    )
    words = StringField(
        _("Orden som ska döljas"),
        description=_("Vid maskning. Skriv dem exakt som de står. De döljs på varje ställe."),
        validators=[at_most(WORDS)],
    )
    ground = SelectField(_("Rättslig grund"), coerce=str, default="", choices=lambda: [("", _("Ingen")), *choices(MaskGround)])
    reason = TextAreaField(
        _("Skäl"),
        description=_("Behövs när bedömningens ord och namn inte publiceras."),
        filters=[normalised],
        validators=[at_most(REASON)],
    )
