"""What every package's forms are made of."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget


def at_most(limit: int) -> Length:
    """A text of at most so many characters, refused in Swedish."""
    return Length(max=limit, message=_("Skriv högst %(max)d tecken."))


class Checkboxes(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
