"""The shape of asking to take part, and of the answer."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Optional, ValidationError

from sakrad.core.fields import at_most
from sakrad.core.text import normalised, one_line

MESSAGE = 2_000  # code points


class AskForm(FlaskForm):
    """Asking for one of one's own organisations."""

    organisation = RadioField(_("Organisation"), validators=[InputRequired(_("Välj vilken organisation det gäller."))])
    message = TextAreaField(
        _("Varför vill ni delta?"),
        description=_("Vad ni ser och vilka ni möter. Skriv inga personuppgifter."),
        filters=[normalised],
        validators=[Optional(), at_most(MESSAGE)],
    )


class ConfirmForm(FlaskForm):
    """What somebody has typed for an address, for its holder to read, change and confirm."""

    name = StringField(
        _("Organisation"), filters=[one_line], validators=[DataRequired(_("Skriv vilken organisation ni är.")), at_most(160)]
    )
    message = TextAreaField(
        _("Varför vill ni delta?"),
        description=_("Vad ni ser och vilka ni möter. Skriv inga personuppgifter."),
        filters=[normalised],
        validators=[Optional(), at_most(MESSAGE)],
    )


class AskWithoutAccountForm(ConfirmForm):
    """Asking for whoever has no account. `website` is seen by machines only: people leave it empty."""

    email = EmailField(
        _("Organisationens e-postadress"),
        description=_("Hit skickar vi en länk som ni bekräftar med, och sedan svaret. Ta hellre en gemensam adress än en persons."),
        filters=[normalised],
        validators=[
            DataRequired(_("Skriv en e-postadress.")),
            Email(_("Skriv en e-postadress, till exempel namn@forening.example.")),
            at_most(254),
        ],
    )
    website = StringField(_("Lämna det här fältet tomt"))

    def validate_website(self, field: Any) -> None:
        if field.data:
            raise ValidationError(_("Töm fältet och skicka igen."))


class AnswerForm(FlaskForm):
    """Why an organisation may not take part."""

    reason = TextAreaField(
        _("Skäl"), description=_("Visas för organisationen."), filters=[normalised], validators=[Optional(), at_most(MESSAGE)]
    )
