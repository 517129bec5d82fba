"""The forms of requests for documents."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Email, InputRequired, Length, Optional

from sakrad.core.fields import at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised
from sakrad.records.models import DisclosureOutcome


class AskForm(FlaskForm):
    """What somebody wants to read, if they care to say more. `website` is seen by machines only."""

    message = TextAreaField(_("Vill du lägga till något?"), filters=[normalised], validators=[at_most(2_000)])
    email = StringField(
        _("E-postadress"),
        description=_("Om du vill ha svaret med e-post. Adressen raderas 30 dagar efter att begäran är besvarad."),
        filters=[normalised],
        validators=[Optional(), Length(max=254), Email(_("Skriv en e-postadress, till exempel namn@forening.example."))],
    )
    website = StringField(_("Lämna det här fältet tomt"))

    def validate_website(self, field: Any) -> None:
        if field.data:
            raise ValidationError(_("Töm fältet och skicka igen."))


class HandleForm(FlaskForm):
    """How the request was answered."""

    outcome = RadioField(
        _("Hur besvarades begäran?"),
        choices=lambda: choices(DisclosureOutcome),
        validators=[InputRequired(_("Välj hur begäran besvarades."))],
    )
