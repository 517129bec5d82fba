"""Forms about an answer that has been sent, and of the files that go with one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from sakrad.core import clock, i18n
from sakrad.core.fields import Day
from sakrad.core.files import RefusedFile
from sakrad.core.text import normalised
from sakrad.positions.forms import Chosen, Count
from sakrad.positions.models import AnchoringLevel
from sakrad.records.models import MaskGround

LARGEST_ATTACHMENT = 10 * 1024 * 1024  # bytes of one file
REFUSALS = {
    "too_large": _("Filen är större än 10 MB. Spara den i mindre format eller dela upp den."),
    "empty": _("Filen är tom. Välj en annan."),
    "kind": _("Filen är av ett slag som inte kan bifogas. Spara den som PDF, docx, ODT, PNG eller JPEG."),
    "encrypted": _("Filen är låst med lösenord. Spara den utan lösenord och välj den igen."),
    "broken": _("Filen går inte att läsa. Öppna den, spara den på nytt och välj den igen."),
    "too_complex": _("Filen är för stor eller invecklad för att rensas från dolda uppgifter. Spara den som en enklare PDF."),
}


def refusal(refused: RefusedFile) -> Any:
    """Why a file is not taken, in words."""
    return REFUSALS[str(refused)]


def _decided() -> list[SelectChoice]:
    """Who may have decided: everybody but nobody."""
    return [SelectChoice(code, words) for code, words in i18n.choices(AnchoringLevel) if code != AnchoringLevel.not_yet.value]


class RatifyForm(FlaskForm):
    """Confirm a preliminary answer: who decided, when, how many took part. Roles and numbers, never names."""

    anchoring = Chosen(_("Vem har beslutat?"), AnchoringLevel, validators=[InputRequired(_("Välj vem som har beslutat svaret."))])
    decided_on = Day(_("Datum för beslutet"), validators=[InputRequired(_("Skriv dagen då beslutet fattades."))])
    decision_ref = StringField(
        _("Paragraf"),
        description=_("Till exempel § 7. Skicka inte med protokollet."),
        filters=[normalised],
        validators=[Length(max=60, message=_("Paragrafen får vara högst 60 tecken."))],
    )
    asked = Count(_("Hur många tillfrågades?"))
    answered = Count(_("Hur många svarade?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.anchoring.choices = _decided()

    def validate_decided_on(self, field: Any) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError(_("Den dagen har inte varit än. Bekräfta svaret när beslutet är fattat."))

    def validate_answered(self, field: Any) -> None:
        if field.data is not None and self.asked.data is not None and field.data > self.asked.data:
            raise ValidationError(_("Fler kan inte ha svarat än som tillfrågades."))


class AttachForm(FlaskForm):
    """One more file."""

    file = FileField(
        _("Välj en fil"), description=_("PDF, Word (docx), ODT, PNG eller JPEG, högst 10 MB. Bifoga inte protokoll eller medlemslistor.")
    )


class WithholdForm(FlaskForm):
    """Readers do not get the file, because."""

    ground = SelectField(
        _("Rättslig grund"),
        choices=lambda: [("", _("Välj")), *i18n.choices(MaskGround)],
        validators=[InputRequired(_("Välj en grund."))],
    )
    reason = StringField(
        _("Skäl"),
        description=_("Skälet är internt; skriv inte det som ska skyddas."),
        filters=[normalised],
        validators=[InputRequired(_("Skriv skälet.")), Length(max=500, message=_("Skriv högst 500 tecken."))],
    )


class ReplaceForm(WithholdForm):
    """Another copy in the place of ours: one in which something is hidden."""

    file = FileField(
        _("Den maskade filen"), description=_("Dölj uppgifterna så att de är borta, inte bara övertäckta. Vi rensar kopian igen.")
    )


class DetachForm(FlaskForm):
    """Away with one of them."""

    reference = HiddenField()
