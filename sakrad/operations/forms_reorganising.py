"""The form in which a unit ends: who takes over, for the whole and for each of its functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional

from sakrad.directory.models import Function, Unit

PREFIX = "funktion-"


class ReorganiseForm(FlaskForm):
    """Who takes over; one more choice for each function is added by `reorganise_form`."""

    heir = SelectField(_("Enhet som tar över"), validators=[InputRequired(_("Välj vilken enhet som tar över."))])

    sure = BooleanField(
        _("Jag förstår att det inte går att ångra"), validators=[InputRequired(_("Kryssa för att du förstår att det inte går att ångra."))]
    )

    def choice_of(self, function: Function) -> str:
        """The reference of the function that takes over; empty when it goes along to the heir unit."""
        return str(self[f"{PREFIX}{function.reference}"].data or "")

    def fields_of_functions(self) -> list[Any]:
        """The choices for the functions, in order."""
        return [field for field in self if field.name.startswith(PREFIX)]


def reorganise_form(functions: Sequence[Function], heirs: Sequence[Unit]) -> ReorganiseForm:
    """The form for a unit with these functions, and these units to go to."""
    there = [
        SelectChoice(one.reference, one.title, optgroup=f"{unit.authority.name}, {unit.name}")
        for unit in heirs
        for one in unit.functions
        if one.ended_on is None
    ]
    own = {
        f"{PREFIX}{function.reference}": SelectField(
            _("Vem tar över efter %(title)s?", title=function.title),
            validators=[Optional()],
            choices=[SelectChoice("", _("Följer med till den nya enheten")), *there],
        )
        for function in functions
    }
    form: ReorganiseForm = type("ReorganiseFormOfUnit", (ReorganiseForm,), own)()
    form.heir.choices = [
        SelectChoice("", _("Välj")),
        *(SelectChoice(unit.reference, unit.name, optgroup=unit.authority.name) for unit in heirs),
    ]
    return form
