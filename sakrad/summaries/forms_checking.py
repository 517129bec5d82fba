"""The shape of the forms of the faktakontroll: the officials', and the organisation's own."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import Day, WholeNumber, at_most
from sakrad.core.text import normalised
from sakrad.records.masking import ReviewForm
from sakrad.summaries.lifecycle_checking import CORRECTION, OBJECTION
from sakrad.summaries.models import ReplyKind

ANSWER = 2_000  # code points
ACCEPTED, REFUSED = "ja", "nej"


class RoundForm(FlaskForm):
    """Until which day the organisations may reply."""

    until = Day(
        _("Svara senast"),
        description=_("Till och med den dagen. Föreslaget: tio arbetsdagar."),
        validators=[InputRequired(_("Välj en dag."))],
    )
    knowing = BooleanField(_("Fråga organisationerna ändå"), description=_("Ändras texten sedan gäller deras svar en tidigare lydelse."))


class ReplyForm(FlaskForm):
    """What an organisation says of how it is rendered."""

    seen = HiddenField()  # the digest of what was shown
    key = HiddenField()
    kind = RadioField(
        _("Återges ni rätt?"),
        choices=[
            SelectChoice(ReplyKind.confirmed.value, _("Ja, vi återges rätt")),
            SelectChoice(
                ReplyKind.correction.value,
                _("Nej, vi ber om en rättelse"),
                {"hint": _("Kommunen rättar texten, eller svarar varför den inte ändras."), "most": CORRECTION},
            ),
            SelectChoice(
                ReplyKind.objection.value,
                _("Vi har en kort invändning"),
                {
                    "hint": _("Högst %(n)s tecken. Den visas för alla bredvid texten, när kommunen har granskat den.", n=OBJECTION),
                    "most": OBJECTION,
                },
            ),
        ],
        validators=[InputRequired(_("Välj ett av de tre."))],
        invalid_choice_message=_("Välj ett av de tre."),
    )
    finding = SelectField(_("Vilken text gäller det?"), coerce=str, default="", validate_choice=True)
    text = TextAreaField(
        _("Era ord"),
        description=_(
            "Behövs vid en rättelse eller en invändning. En invändning får ha högst %(n)s tecken. Namnge inga personer.", n=OBJECTION
        ),
        filters=[normalised],
        validators=[at_most(CORRECTION)],
    )


class AnswerForm(FlaskForm):
    """The municipality's answer to a correction that is asked for."""

    seen = WholeNumber(widget=HiddenInput(), default=0, validators=[Optional()])
    accepted = RadioField(
        _("Rättas texten?"),
        choices=[SelectChoice(ACCEPTED, _("Ja, texten rättas")), SelectChoice(REFUSED, _("Nej"))],
        validators=[InputRequired(_("Välj ja eller nej."))],
        invalid_choice_message=_("Välj ja eller nej."),
    )
    answer = TextAreaField(
        _("Svar till organisationen"),
        description=_("Behövs vid nej: skriv varför."),
        filters=[normalised],
        validators=[at_most(ANSWER)],
    )


class ObjectionForm(ReviewForm):
    """Whether an objection is published."""

    seen = WholeNumber(widget=HiddenInput(), default=0, validators=[Optional()])
