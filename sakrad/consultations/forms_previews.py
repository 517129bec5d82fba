"""The shape of the forms for previews."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Optional, ValidationError

from sakrad.core.fields import at_most
from sakrad.core.text import normalised

CLEAN = (normalised,)
APPROVE, CHANGE = "godkann", "andra"


class AskForm(FlaskForm):
    """Whom one asks to look."""

    function = StringField(
        _("Funktion"),
        description=_("Till exempel Socialchefen, Nämndens presidium eller Kommunikatören. Skriv inget namn."),
        filters=CLEAN,
        validators=[DataRequired(_("Skriv vilken funktion som ska titta.")), at_most(160)],
    )
    email = EmailField(
        _("E-postadress"),
        description=_("Dit skickas länken. Lämna tomt om du hellre lämnar över den själv."),
        filters=CLEAN,
        validators=[Optional(), Email(_("Skriv en e-postadress, till exempel namn@kommun.example.")), at_most(254)],
    )


class DecideForm(FlaskForm):
    """Approve, or ask for a change."""

    seen = HiddenField()  # the stamp of what was shown
    decision = RadioField(
        _("Vad säger du?"),
        choices=[SelectChoice(APPROVE, _("Det är bra, annonsera gärna")), SelectChoice(CHANGE, _("Något behöver ändras först"))],
        validators=[InputRequired(_("Välj ett av svaren."))],
    )
    comment = TextAreaField(
        _("Med egna ord"),
        description=_("Skriv alltid om något ska ändras. Det du skriver blir en handling hos kommunen."),
        filters=CLEAN,
        validators=[at_most(5_000)],
    )

    def validate_comment(self, field: Any) -> None:
        if self.decision.data == CHANGE and not field.data:
            raise ValidationError(_("Skriv vad som behöver ändras."))
