"""The directory's forms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Email, Optional

from sakrad.core.fields import Checkboxes, at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised, one_line
from sakrad.directory.models import OrganisationKind, VerificationBasis

REQUIRED = DataRequired(_("Fyll i det här fältet."))
EMAIL = Email(_("Skriv en e-postadress, till exempel namn@forening.example."))


class OrganisationForm(FlaskForm):
    """An organisation's profile."""

    name = StringField(_("Organisationens namn"), validators=[REQUIRED, at_most(160)], filters=[one_line])
    kind = SelectField(_("Slag av organisation"), choices=lambda: choices(OrganisationKind))
    org_number = StringField(
        _("Organisationsnummer"),
        description=_("Om ni har ett. En förening kan finnas utan."),
        validators=[at_most(20)],
        filters=[normalised],
    )
    email = EmailField(
        _("E-postadress till organisationen"),
        description=_("Hit går inbjudningar och kvitton. Adressen visas aldrig offentligt. Ta hellre en gemensam adress än en persons."),
        validators=[REQUIRED, EMAIL, at_most(254)],
        filters=[normalised],
    )
    municipality = SelectField(_("Kommun"), description=_("Där ni främst verkar."))
    groups = Checkboxes(
        _("Grupper som ni talar för"),
        description=_("Visas alltid som ”enligt organisationen”. Välj bara dem som ni verkligen har underlag att tala för."),
        validators=[Optional()],
    )
    subjects = Checkboxes(
        _("Ämnen som ni arbetar med"), description=_("Då vet kommunerna vad ni vill bli frågade om."), validators=[Optional()]
    )
    area = StringField(
        _("Kommundel eller område"),
        description=_("Där ni främst verkar, till exempel Norrby. Lämna tomt om det är hela kommunen."),
        validators=[at_most(80)],
        filters=[normalised],
    )
    postal_address = TextAreaField(
        _("Postadress"),
        description=_("För inbjudan med brev. Visas aldrig offentligt."),
        validators=[at_most(300)],
        filters=[normalised],
    )
    voice_bearer = BooleanField(_("Röstbärare: vi för fram våra medlemmars eller en grupps röst"))
    provider = BooleanField(_("Utförare: vi ger stöd, service eller verksamhet"))
    description = TextAreaField(
        _("Om organisationen"), description=_("Vilka ni är och vad ni gör."), validators=[at_most(2000)], filters=[normalised]
    )
    added_value = TextAreaField(
        _("Vårt mervärde"),
        description=_("Det som ni bidrar med och som ingen annan gör på samma sätt."),
        validators=[at_most(2000)],
        filters=[normalised],
    )
    protected = BooleanField(
        _("Skyddad organisation"),
        description=_(
            "Ingen kommun, kommundel eller postadress sparas eller visas, till exempel för en jour med hemlig adress. "
            "Skriv inga platser i texterna."
        ),
    )


class OnBehalfForm(FlaskForm):
    """What a coordinator enters about an organisation so that it can be invited."""

    name = StringField(_("Organisationens namn"), validators=[REQUIRED, at_most(160)], filters=[one_line])
    kind = SelectField(_("Slag av organisation"), choices=lambda: choices(OrganisationKind))
    email = EmailField(
        _("E-postadress till organisationen"),
        description=_("Hit skickas inbjudan och kvitto. Ta hellre en gemensam adress än en persons."),
        validators=[REQUIRED, EMAIL, at_most(254)],
        filters=[normalised],
    )
    org_number = StringField(
        _("Organisationsnummer"),
        description=_("Om ni känner till det. En förening kan finnas utan."),
        validators=[at_most(20)],
        filters=[normalised],
    )
    groups = Checkboxes(
        _("Grupper som organisationen talar för"),
        description=_("Så vitt ni vet. Organisationen kan själv ändra."),
        validators=[Optional()],
    )
    subjects = Checkboxes(_("Ämnen som den arbetar med"), validators=[Optional()])
    area = StringField(
        _("Kommundel eller område"),
        description=_("Där den främst verkar, till exempel Norrby."),
        validators=[at_most(80)],
        filters=[normalised],
    )
    postal_address = TextAreaField(
        _("Postadress"),
        description=_("För inbjudan med brev. Visas aldrig offentligt. Ta hellre föreningens adress än en persons."),
        validators=[at_most(300)],
        filters=[normalised],
    )


class VerificationForm(FlaskForm):
    """What the municipality looked at."""

    basis = RadioField(
        _("Vad har ni gått efter?"),
        choices=lambda: choices(VerificationBasis),
        validators=[DataRequired(_("Välj vad ni har gått efter."))],
    )


class MailboxForm(FlaskForm):
    """An official mailbox."""

    mailbox = EmailField(
        _("Officiell e-postadress"),
        description=_("Registratorns brevlåda. Hit går det som kommer in, och hit går svar på våra mejl."),
        validators=[REQUIRED, EMAIL, at_most(254)],
        filters=[normalised],
    )


class AuthorityForm(MailboxForm):
    """A nämnd that stands there: its short name never changes."""

    name = StringField(
        _("Nämndens namn"), description=_("Till exempel Socialnämnden."), validators=[REQUIRED, at_most(160)], filters=[normalised]
    )


class NewAuthorityForm(AuthorityForm):
    """A nämnd to be added."""

    short = StringField(
        _("Förkortning"),
        description=_("Till exempel SN. Den inleder nämndens kvittonummer och kan inte ändras."),
        validators=[REQUIRED, at_most(12)],
        filters=[normalised],
    )


class UnitForm(FlaskForm):
    """A förvaltning or enhet."""

    name = StringField(
        _("Förvaltningens eller enhetens namn"),
        description=_("Till exempel Socialförvaltningen."),
        validators=[REQUIRED, at_most(160)],
        filters=[normalised],
    )
    head_email = EmailField(
        _("E-postadress till chefen"),
        description=_("Får veta när något är två veckor försenat. Visas aldrig offentligt."),
        validators=[Optional(), EMAIL, at_most(254)],
        filters=[normalised],
    )


class FunctionForm(FlaskForm):
    """A function that owns matters."""

    title = StringField(
        _("Funktion"), description=_("Till exempel Samordnare mot våld."), validators=[REQUIRED, at_most(160)], filters=[normalised]
    )
    holder = StringField(_("Innehavare"), validators=[at_most(120)], filters=[normalised])
    deputy = StringField(_("Ersättare"), validators=[at_most(120)], filters=[normalised])
    email = EmailField(
        _("E-postadress"),
        description=_("Visas på sakrådets sida. Ta hellre funktionens adress än en persons."),
        validators=[Optional(), EMAIL, at_most(254)],
        filters=[normalised],
    )
    phone = TelField(_("Telefon"), description=_("Visas på sakrådets sida."), validators=[at_most(40)], filters=[normalised])
    deputy_email = EmailField(
        _("E-postadress till ersättaren"),
        description=_("Får veta när något är en vecka försenat. Visas aldrig offentligt."),
        validators=[Optional(), EMAIL, at_most(254)],
        filters=[normalised],
    )


class CouncilForm(FlaskForm):
    """A råd."""

    name = StringField(
        _("Rådets namn"),
        description=_("Till exempel Pensionärsrådet. Råd är kommunens egna organ och räknas aldrig som organisationer."),
        validators=[REQUIRED, at_most(160)],
        filters=[normalised],
    )


class SwitchForm(MailboxForm):
    """Switching a municipality on."""


class SwitchOffForm(FlaskForm):
    """Switching it off: only the button."""
