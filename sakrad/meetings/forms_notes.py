"""The shape of the forms around a meeting's notes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import HiddenInput

from sakrad.core.fields import Day, WholeNumber, at_most
from sakrad.core.text import normalised

BODY, CORRECTION, ANSWER = 40_000, 4_000, 2_000  # code points
ACCEPTED, REFUSED = "ja", "nej"


class NotesForm(FlaskForm):
    """The notes, and which version their writer saw."""

    version = WholeNumber(widget=HiddenInput(), default=0, validators=[Optional()])
    body = TextAreaField(
        _("Mötesanteckningar"),
        description=_("Vad som sades och av vilken organisation, inte av vilken person. Rubriker skriver du med ## först på raden."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv något i anteckningarna.")), at_most(BODY)],
    )


class ShareForm(FlaskForm):
    """Until which day corrections may be asked for."""

    until = Day(
        _("Rättelser senast"),
        description=_("Till och med den dagen. Föreslaget: en vecka."),
        validators=[InputRequired(_("Välj en dag."))],
    )


class CorrectionForm(FlaskForm):
    """What an organisation asks to have corrected."""

    text = TextAreaField(
        _("Vad behöver rättas?"),
        description=_("Skriv gärna vilken mening det gäller och hur den borde lyda. Namnge inga personer."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv vad som behöver rättas.")), at_most(CORRECTION)],
    )


class AnswerForm(FlaskForm):
    """The municipality's answer to a correction."""

    accepted = RadioField(
        _("Rättas anteckningarna?"),
        choices=[SelectChoice(ACCEPTED, _("Ja, det rättas")), SelectChoice(REFUSED, _("Nej"))],
        validators=[InputRequired(_("Välj ja eller nej."))],
        invalid_choice_message=_("Välj ja eller nej."),
    )
    answer = TextAreaField(
        _("Svar till organisationen"),
        description=_("Behövs vid nej: skriv varför."),
        filters=[normalised],
        validators=[at_most(ANSWER)],
    )
