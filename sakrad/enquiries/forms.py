"""The shape of the public form."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Regexp, ValidationError

from sakrad.core.fields import at_most
from sakrad.core.text import normalised

TEXT = 10_000  # code points


class EnquiryForm(FlaskForm):
    """A matter. `website` is seen by machines only: people leave it empty."""

    organisation = StringField(
        _("Organisation"),
        filters=[normalised],
        validators=[DataRequired(_("Skriv vilken organisation ni är.")), at_most(160)],
    )
    email = EmailField(
        _("E-postadress"),
        description=_("Hit skickas kvittot. Ta hellre en gemensam adress än en persons."),
        filters=[normalised],
        validators=[
            DataRequired(_("Skriv en e-postadress.")),
            Email(_("Skriv en e-postadress, till exempel namn@forening.example.")),
            at_most(254),
        ],
    )
    title = StringField(
        _("Frågan i några ord"), filters=[normalised], validators=[DataRequired(_("Skriv vad frågan gäller.")), at_most(160)]
    )
    text = TextAreaField(
        _("Berätta"),
        description=_("Vad ser ni, vilka gäller det, och vad skulle ni vilja att kommunen gjorde? Skriv inga personuppgifter."),
        filters=[normalised],
        validators=[DataRequired(_("Skriv något om frågan.")), at_most(TEXT)],
    )
    website = StringField(_("Lämna det här fältet tomt"))
    submission_key = HiddenField(validators=[Regexp(r"^[a-z0-9]{20,40}$", message=_("Sidan var för gammal. Skicka en gång till."))])

    def validate_website(self, field: Any) -> None:
        if field.data:
            raise ValidationError(_("Töm fältet och skicka igen."))
