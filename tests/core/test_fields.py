"""Days and numbers in forms: what cannot be reckoned with is refused beside its field, and crashes nothing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from sakrad.config import ROOT
from sakrad.core.fields import Day, WholeNumber


class Fields(Form):
    on = Day(validators=[Optional()])
    people = WholeNumber(validators=[Optional()], default=7)
    needed = WholeNumber(validators=[InputRequired("Ange ett tal.")])


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2000-01-01", date(2000, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
        ("", None),
        *((bad, False) for bad in ("1999-12-31", "2200-01-01", "0001-01-01", "9999-12-31", "2027-02-30", "10000-01-01", "i våras", "\x00")),
    ],
)
def test_a_day_is_one_that_can_be_reckoned_with(typed: str, day: date | bool | None) -> None:
    form = Fields(MultiDict({"on": typed, "needed": "1"}))
    assert form.validate() is (day is not False) and form.on.data == (day or None)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0", 0), (" 12 ", 12), ("999999999", 999_999_999), ("", None)]
    + [(bad, False) for bad in ("1000000000", "9" * 400, "9" * 5000, "-1", "²", "٣", "1e9", "NaN", "\x00")],
)
def test_a_number_is_digits_that_the_databases_hold(typed: str, number: int | bool | None) -> None:
    form = Fields(MultiDict({"people": typed, "needed": "1"}))
    assert form.validate() is (number is not False)
    assert form.people.data == (None if number is False else number)


def test_a_number_that_is_missing_is_asked_for_and_one_that_was_not_asked_for_stays() -> None:
    form = Fields(MultiDict({"needed": ""}))
    assert not form.validate() and form.needed.errors == ["Ange ett tal."] and form.people.data == 7


def test_no_form_takes_days_or_numbers_in_another_way() -> None:
    field = re.compile(r"\b(DateField|IntegerField|DecimalField|FloatField)\b")
    others = [path for path in (ROOT / "sakrad").rglob("*.py") if path.name != "fields.py" and field.search(path.read_text("utf-8"))]
    assert others == []
