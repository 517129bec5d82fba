"""What is drawn once: on its own day, and in no more room than it is given."""

from __future__ import annotations

from datetime import date

from flask import Flask, render_template_string

from sakrad.core.drawn import Kept

PAGE = "{% macro told_on(words) %}{{ words }} {{ today }}{% endmacro %}{{ once(told_on, 'Det är') }}"


def test_what_a_page_drew_at_midnight_is_no_other_days(app: Flask) -> None:
    with app.test_request_context():
        for day in (date(2027, 5, 13), date(2027, 5, 14), date(2027, 5, 13)):
            assert render_template_string(PAGE, today=day) == f"Det är {day}"


def test_what_is_kept_takes_no_more_room_than_there_is(app: Flask) -> None:
    kept: Kept[str] = Kept(1_000)
    with app.test_request_context():
        for number in range(30):
            assert kept.of(lambda number=number: "x" * number, number, takes=lambda _made: 90) == "x" * number  # type: ignore[misc]
            assert len(kept.made) * 90 == kept.bytes <= 1_000
        assert kept.of(lambda: "y", 31, takes=lambda _made: 900) == "y"
        assert len(kept.made) > 1, "One large thing must not have all others forgotten."
