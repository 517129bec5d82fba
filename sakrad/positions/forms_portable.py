"""Forms about what an organisation brings from another installation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, RadioField, SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from sakrad.core.fields import Checkboxes, at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised
from sakrad.records.models import MaskGround, ReviewDecision


class BringForm(FlaskForm):
    """A file from another installation."""

    file = FileField(_("Fil"), description=_("En fil med era svar som ni har laddat ned från Sakråd på en annan plats, högst 5 MB."))


class ImportedReviewForm(FlaskForm):
    """Whether readers are told of the chosen ones: title, municipality and day."""

    chosen = Checkboxes(_("Vilka gäller det?"), validators=[InputRequired(_("Välj minst ett svar."))])
    decision = RadioField(
        _("Beslut"),
        choices=[
            SelectChoice(ReviewDecision.publish.value, _("Visa på organisationens sida")),
            SelectChoice(ReviewDecision.withheld.value, _("Visa inte")),
        ],
        validators=[InputRequired(_("Välj om svaren ska visas."))],
    )
    ground = SelectField(_("Rättslig grund"), choices=lambda: [("", _("Ingen vald")), *choices(MaskGround)], validators=[Optional()])
    reason = TextAreaField(_("Skäl"), description=_("Behövs när svaren inte visas."), filters=[normalised], validators=[at_most(1000)])

    def validate_reason(self, field: Any) -> None:
        """What is not shown says why."""
        if self.decision.data == ReviewDecision.withheld.value and not field.data:
            raise ValidationError(_("Skriv varför svaren inte visas."))

    def validate(self, extra_validators: Any = None) -> bool:
        """What is not shown rests on law: asked here, since Optional ends the chain of a field that is left empty."""
        good: bool = super().validate(extra_validators)
        if self.decision.data == ReviewDecision.withheld.value and not self.ground.data:
            self.ground.errors = [_("Välj en grund.")]
            good = False
        return good
