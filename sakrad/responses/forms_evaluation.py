"""The shape of the evaluation: eight statements, each agreed with from 1 to 5, or "kan inte säga"."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from sakrad.responses.evaluation import STATEMENTS, STEPS

UNSURE = "-"
_WORDS = {1: _("1 – stämmer inte alls"), STEPS: _("%(n)s – stämmer helt", n=STEPS)}


class EvaluationForm(FlaskForm):
    """A field for each statement, under its key."""

    def said(self) -> dict[str, int | None]:
        """As the command takes it."""
        return {each.key: None if self[each.key].data == UNSURE else int(self[each.key].data) for each in STATEMENTS}


for _each in STATEMENTS:
    _steps = [SelectChoice(str(step), _WORDS.get(step, str(step))) for step in range(1, STEPS + 1)]
    setattr(
        EvaluationForm,
        _each.key,
        RadioField(
            _each.words,
            choices=[*_steps, SelectChoice(UNSURE, _("Kan inte säga"))],
            validators=[InputRequired(_("Välj en siffra, eller ”Kan inte säga”."))],
        ),
    )
