"""The form of the municipality's Word template."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField

REFUSALS = {
    "too_large": _("Filen är större än 5 MB. Spara mallen utan stora bilder."),
    "empty": _("Filen är tom. Välj en annan."),
    "kind": _("Filen är ingen Word-mall. Spara den som .dotx eller .docx."),
    "encrypted": _("Filen är låst med lösenord. Spara den utan lösenord och välj den igen."),
    "broken": _("Filen går inte att läsa. Öppna den i Word, spara den på nytt och välj den igen."),
    "too_complex": _("Filen är för stor eller invecklad. Spara en enklare mall."),
    "no_styles": _("Filen har inga formatmallar. Välj en mall med rubriker."),
}


class WordTemplateForm(FlaskForm):
    """A template to upload."""

    file = FileField(_("Word-mall"), description=_("En .dotx eller .docx, högst 5 MB."))
