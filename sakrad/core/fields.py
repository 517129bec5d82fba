"""What every package's forms are made of."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectMultipleField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from sakrad.core.i18n import number
from sakrad.core.text import is_web_address, whole_number

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)  # days outside are slips, and the first and last there are overflow


def at_most(limit: int) -> Length:
    """A text of at most so many characters, refused in Swedish."""
    return Length(max=limit, message=_("Skriv högst %(most)s tecken.", most=LazyString(number, limit)))


def web_address(_form: Any, field: Any) -> None:
    """A validator of links: to a page on the web, where anything is written. What is too long has been told so."""
    if field.data and not field.errors and not is_web_address(field.data):
        raise ValidationError(_("Länken ska börja med https:// och leda till en webbsida."))


class Checkboxes(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Day(DateField):
    """A day that can be reckoned with, refused in Swedish."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Skriv datumet som år, månad och dag: 2027-02-15.")) from None
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(_("Ange en dag mellan åren 2000 och 2199."))


class WholeNumber(IntegerField):
    """A number written with digits, and no larger than the databases hold."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        typed = valuelist[0].strip()
        self.data = whole_number(typed)
        if typed and self.data is None:
            raise ValueError(_("Skriv ett tal med siffror."))
