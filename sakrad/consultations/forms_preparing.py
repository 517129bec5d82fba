"""The shape of a step of the guided preparation: the officers' form with the step's fields only, and its checklist."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import Optional

from sakrad.consultations.forms import DraftForm
from sakrad.consultations.steps import Step
from sakrad.core.fields import Checkboxes


class StepForm(DraftForm):
    """Made for one step: what does not belong to it is taken away."""

    seen = HiddenField()  # the stamp of what the form showed
    ticked = Checkboxes(_("Checklista"), validators=[Optional()])

    def __init__(self, step: Step, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in list(self._fields):
            if name not in (*step.fields, "seen", "ticked", "csrf_token"):
                del self[name]
        self.ticked.choices = [(code, words) for code, words in step.items]
