"""Reaching the invited: the better address of one that came back, which letters to print, and the code of a printed letter."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from sakrad.core.fields import Checkboxes, at_most
from sakrad.core.text import normalised


class ResendForm(FlaskForm):
    """The address to try now."""

    email = EmailField(
        _("Organisationens e-postadress"),
        description=_("Helst en funktionsadress, till exempel info@forening.example."),
        filters=[normalised],
        validators=[
            DataRequired(_("Skriv adressen.")),
            Email(_("Skriv en e-postadress, till exempel info@forening.example.")),
            at_most(254),
        ],
    )


class LettersForm(FlaskForm):
    """The organisations to print letters to, by slug; or all that the list shows, on every page of it."""

    organisations = Checkboxes(_("Organisationer"), validate_choice=False)
    status = HiddenField()


class LetterCodeForm(FlaskForm):
    """The code on a printed invitation."""

    code = StringField(
        _("Kod"),
        description=_("Står i brevet, tre gånger fyra tecken. Stora eller små bokstäver spelar ingen roll."),
        filters=[normalised],
        validators=[InputRequired(_("Skriv koden från brevet.")), Length(max=40, message=_("Koden är tre gånger fyra tecken."))],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
