"""Forms about an answer that has been sent, and of the files that go with one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SelectChoice, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from sakrad.core import clock, i18n
from sakrad.core.fields import Day
from sakrad.core.text import normalised
from sakrad.positions.forms import Chosen, Count
from sakrad.positions.models import AnchoringLevel


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


class DetachForm(FlaskForm):
    """Away with one of them."""

    reference = HiddenField()
