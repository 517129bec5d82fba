"""The forms of accounts, members and roles."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError

from sakrad.accounts import passwords
from sakrad.accounts.models import AUTHORITY_ROLES, ORGANISATION_ROLES, Role
from sakrad.core.fields import WholeNumber, at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised, one_line
from sakrad.directory.lifecycle import APPROVALS
from sakrad.directory.models import ApprovalRule, OrganisationKind

REQUIRED = DataRequired(_("Fyll i det här fältet."))
EMAIL = Email(_("Skriv en e-postadress, till exempel namn@forening.example."))
LONGEST = 200  # characters of a password


def _email(label: Any, description: Any = "") -> EmailField:
    return EmailField(
        label,
        description=description,
        validators=[REQUIRED, EMAIL, at_most(254)],
        filters=[normalised],
        render_kw={"autocomplete": "username"},
    )


def _new_password(label: Any) -> PasswordField:
    return PasswordField(
        label,
        description=_("Minst %(n)d tecken. Flera ord efter varandra är lätta att minnas och svåra att gissa.", n=passwords.MINIMUM),
        validators=[
            InputRequired(_("Välj ett lösenord.")),
            Length(min=passwords.MINIMUM, max=LONGEST, message=_("Lösenordet ska ha minst %(min)d och högst %(max)d tecken.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def _present_password(label: Any) -> PasswordField:
    return PasswordField(label, validators=[InputRequired(_("Skriv lösenordet."))], render_kw={"autocomplete": "current-password"})


def _name() -> StringField:
    return StringField(
        _("Namn"),
        description=_("Visas för dem du arbetar med. Det publiceras aldrig."),
        validators=[REQUIRED, at_most(120)],
        filters=[normalised],
        render_kw={"autocomplete": "name"},
    )


class SignInForm(FlaskForm):
    """Address and password."""

    email = _email(_("E-postadress"))
    password = _present_password(_("Lösenord"))


class ConfirmForm(FlaskForm):
    """The password that was chosen at sign-up."""

    password = _present_password(_("Lösenordet som du valde"))


class CodeForm(FlaskForm):
    """A one-time code."""

    code = StringField(
        _("Engångskod"),
        description=_("Sex siffror från appen."),
        validators=[REQUIRED, at_most(12)],
        filters=[normalised],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class SignUpForm(FlaskForm):
    """A new account."""

    name = _name()
    email = _email(_("E-postadress"), _("Dit skickar vi en länk som bekräftar att adressen är din."))
    password = _new_password(_("Lösenord"))


class JoinForm(FlaskForm):
    """A new account for an address that a mailed link has proved."""

    name = _name()
    password = _new_password(_("Lösenord"))


class ForgotForm(FlaskForm):
    """Asking for a password link."""

    email = _email(_("E-postadress"))


class NewPasswordForm(FlaskForm):
    """A new password by mailed link."""

    password = _new_password(_("Nytt lösenord"))


class NameForm(FlaskForm):
    """The name that colleagues see."""

    name = _name()


class ChangePasswordForm(FlaskForm):
    """A new password while signed in."""

    present = _present_password(_("Nuvarande lösenord"))
    password = _new_password(_("Nytt lösenord"))


class NewAddressForm(FlaskForm):
    """Another address to sign in with."""

    email = _email(_("Ny e-postadress"), _("Dit skickar vi en länk. Den gamla adressen gäller tills du har tryckt på den."))
    present = _present_password(_("Nuvarande lösenord"))


class RoleForm(FlaskForm):
    """One more role for a member."""

    role = SelectField(_("Roll"), choices=lambda: [choice for choice in choices(Role) if choice[0] in ORGANISATION_ROLES])


class InviteForm(FlaskForm):
    """Inviting somebody to act for the organisation."""

    email = EmailField(_("E-postadress"), validators=[REQUIRED, EMAIL, at_most(254)], filters=[normalised])
    role = RadioField(
        _("Roll"),
        choices=[
            SelectChoice(Role.writer.value, _("Skribent"), {"hint": _("Skriver i organisationens utkast.")}),
            SelectChoice(Role.approver.value, _("Godkännare"), {"hint": _("Skriver, och skickar in svar för organisationen.")}),
            SelectChoice(Role.administrator.value, _("Administratör"), {"hint": _("Allt detta, och sköter profil och medlemmar.")}),
        ],
        validators=[InputRequired(_("Välj en roll."))],
    )


class ApprovalRuleForm(FlaskForm):
    """Who must approve an answer before it is sent."""

    rule = RadioField(
        _("Vem godkänner ett svar innan det skickas?"),
        choices=[
            SelectChoice(ApprovalRule.one.value, _("En person gör allt"), {"hint": _("Den som är godkännare skickar in på egen hand.")}),
            SelectChoice(ApprovalRule.two.value, _("Två tillsammans"), {"hint": _("Två olika personer godkänner samma text.")}),
            SelectChoice(ApprovalRule.board.value, _("Styrelsen"), {"hint": _("Så många som ni själva bestämmer godkänner samma text.")}),
        ],
        validators=[InputRequired(_("Välj ett av alternativen."))],
    )
    approvals_needed = WholeNumber(
        _("Hur många i styrelsen?"),
        description=_(
            "Bara om ni valde Styrelsen: minst %(least)d, högst %(most)d.",
            least=APPROVALS[ApprovalRule.board][0],
            most=APPROVALS[ApprovalRule.board][-1],
        ),
        validators=[Optional()],
    )


class StaffInviteForm(FlaskForm):
    """Inviting somebody to work at an authority, or to coordinate."""

    email = EmailField(_("E-postadress i tjänsten"), validators=[REQUIRED, EMAIL, at_most(254)], filters=[normalised])
    role = RadioField(
        _("Roll"),
        choices=[
            SelectChoice(Role.officer.value, _("Handläggare"), {"hint": _("Förbereder och handlägger nämndens sakråd.")}),
            SelectChoice(
                Role.registrar.value, _("Registrator"), {"hint": _("Ser nämndens inkomna svar och noterar att de är registrerade.")}
            ),
            SelectChoice(
                Role.coordinator.value, _("Samordnare"), {"hint": _("Sköter kommunens inställningar och bekräftar organisationer.")}
            ),
        ],
        validators=[InputRequired(_("Välj en roll."))],
    )
    authority = SelectField(_("Nämnd"), description=_("För handläggare och registrator."))

    def validate_authority(self, field: SelectField) -> None:
        """Officers and registrars belong to an authority."""
        if self.role.data in AUTHORITY_ROLES and not field.data:
            raise ValidationError(_("Välj en nämnd."))


class CoordinatorForm(FlaskForm):
    """Inviting a municipality's coordinator."""

    email = EmailField(_("E-postadress i tjänsten"), validators=[REQUIRED, EMAIL, at_most(254)], filters=[normalised])


class OrganisationForm(FlaskForm):
    """The little that is needed to begin; the profile holds the rest."""

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
    protected = BooleanField(
        _("Skyddad organisation"), description=_("Ingen kommun sparas eller visas, till exempel för en jour med hemlig adress.")
    )
    voice_bearer = BooleanField(_("Röstbärare: vi för fram våra medlemmars eller en grupps röst"), default=True)
    provider = BooleanField(_("Utförare: vi ger stöd, service eller verksamhet"))
