"""The forms of the register of organisations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from sakrad.core.fields import Checkboxes, at_most
from sakrad.core.text import normalised


class RegisterFileForm(FlaskForm):
    """The file of a föreningsregister."""

    file = FileField(
        _("Fil med föreningsregistret"),
        description=_("Excel (XLSX) eller CSV, högst 5 000 rader. Den första raden ska vara rubriker."),
    )


class ColumnsForm(FlaskForm):
    """Which column of the file holds what. The names are those of directory.register_file.Field; the route gives the choices."""

    name = SelectField(_("Namn"), default="")
    org_number = SelectField(_("Organisationsnummer"), default="")
    email = SelectField(_("E-post"), description=_("Ta hellre föreningens gemensamma adress än en persons."), default="")
    email_other = SelectField(_("E-post i andra hand"), description=_("Används där den första saknas eller är en persons."), default="")
    kind = SelectField(_("Slag av organisation"), default="")
    groups = SelectField(_("Grupper som den talar för"), default="")
    subjects = SelectField(_("Ämnen"), default="")
    area = SelectField(_("Kommundel eller område"), default="")
    address = SelectField(_("Postadress"), description=_("För inbjudan med brev. Visas aldrig offentligt."), default="")
    postal_code = SelectField(_("Postnummer"), default="")
    city = SelectField(_("Ort"), default="")


class BehalfForm(FlaskForm):
    """What the municipality knows about an organisation that nobody acts for yet."""

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
