"""The yearly report: a small world counted by hand, and the borders of the year in Stockholm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from sakrad.core.errors import Missing
from sakrad.responses.models import CommitmentParty, Outcome
from sakrad.voices import report, report_words
from sakrad.voices.method import Kept
from sakrad.voices.queries_report import get_year_report, get_years
from sakrad.voices.report import Ahead, Asked, Heard, Numbers, Promised, Year
from tests import factories as make
from tests.factories.report import LATER, NEXT, world
from tests.statements import counted

SECOND = timedelta(seconds=1)
YEAR = Year(2026, LATER)


def test_the_year_in_numbers_and_the_year_before(app: Flask) -> None:
    here = world()
    kommun = here.municipality.slug
    with counted() as statements:
        view = get_year_report(kommun, 2026, LATER)
    assert len(statements) <= 7
    assert view.numbers == Numbers(
        opened=1,
        closed=1,
        summarised=0,
        answered=1,
        in_time=0,
        findings=2,
        organisations=2,
        first_timers=0,  # the new one answered without a name
        answers=2,
        meetings=1,
        groups=2,
        unheard=1,
        days_to_answer=50,
        days_to_feedback=74,
        promised=2,
        kept=1,
        overdue=1,
    )
    assert view.before == Numbers(
        opened=1,
        closed=1,
        summarised=1,
        answered=0,
        in_time=0,
        findings=0,
        organisations=1,
        first_timers=1,
        answers=1,
        meetings=0,
        groups=1,  # which the summary says was not heard
        unheard=1,
        days_to_answer=50,
        days_to_feedback=None,
        promised=0,
        kept=0,
        overdue=0,
    )
    assert view.outcomes == {Outcome.will_do: 1, Outcome.wont_do: 1}
    assert [one.what for one in view.kept] == ["En skylt"]
    assert [one.what for one in view.theirs if view.year.has(one.done_at)] == ["En kväll för alla"]
    assert [one.name for one in view.voices] == ["Öppna föreningen"] and view.unnamed == 1
    assert [(one.what, one.due_on, one.late(view.year)) for one in view.late] == [("Ett nummer dygnet runt", date(2026, 12, 1), 30)]
    assert [(one.asked.title, one.ahead, one.late) for one in view.ahead] == [("Det andra", Ahead.summary, 0)]
    assert [decision.ref for _, decision in view.decided] == ["§ 12"]
    now = get_year_report(here.municipality.slug, 2027, LATER)
    assert [(one.asked.title, one.late) for one in now.ahead] == [("Det andra", 28)], "as it stands now"
    assert now.numbers.overdue == 0 and now.before == view.numbers, "the moved day counts from when it was moved"


def test_there_are_reports_from_the_first_year_to_this(app: Flask) -> None:
    here, quiet = world(), make.municipality()
    assert get_years(here.municipality.slug, LATER).years == (2027, 2026, 2025)
    assert get_years(quiet.slug, LATER).years == (2027,) and get_year_report(quiet.slug, 2027, LATER).empty
    for kommun, year in ((here.municipality.slug, 2024), (here.municipality.slug, 2028), (quiet.slug, 2026), ("finns-inte", 2027)):
        with pytest.raises(Missing):
            get_year_report(kommun, year, LATER)


def asked(**values: object) -> Asked:
    closes = datetime(2026, 6, 1, tzinfo=UTC)
    dates = {"opens_at": closes - timedelta(days=42), "closes_at": closes, "summary_published_at": closes + timedelta(days=30)}
    due = {"summary_due_on": date(2026, 7, 5), "feedback_due_on": date(2026, 9, 1), "feedback_published_at": closes + timedelta(days=60)}
    rest = {"cancelled_at": None, "ended_at": None, "answered": 2, "groups": (), "in_short": ""}
    names = {"id": 1, "kommun": "ort", "slug": "fraga", "title": "Fråga", "authority": "Nämnden", "outcomes": ()}
    return Asked(**(names | dates | due | rest | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("instant", "inside"),
    [
        (datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), False),
    ],
)
def test_the_year_begins_and_ends_at_midnight_in_stockholm(instant: datetime, inside: bool) -> None:
    assert YEAR.has(instant) is inside
    assert asked(opens_at=instant, closes_at=instant + timedelta(days=400)).opened(YEAR) is inside
    assert YEAR.had_last_day(instant + SECOND) is inside, "New Year's midnight closes New Year's Eve"


def test_of_the_present_year_only_what_has_happened_is_told() -> None:
    year = Year(2026, datetime(2026, 6, 15, tzinfo=UTC))
    assert year.going_on and year.day == date(2026, 6, 15) and year.until == year.at
    assert not year.has(year.at + SECOND) and not Year(2026, NEXT).going_on
    one = asked()
    assert (one.closed(year), one.is_of(year.before)) == (True, False)
    assert report.checks(one, year)["summary"] is Kept.later


@pytest.mark.parametrize(
    ("values", "what", "how"),
    [
        ({}, "time", Kept.yes),
        ({"opens_at": datetime(2026, 5, 20, tzinfo=UTC)}, "time", Kept.no),
        ({}, "heard", Kept.none),
        ({"groups": (Heard("Barn", 1),)}, "heard", Kept.yes),
        ({"groups": (Heard("Barn", 0),)}, "heard", Kept.no),
        ({"summary_due_on": date(2026, 6, 30)}, "summary", Kept.no),
        ({"feedback_published_at": None}, "feedback", Kept.no),
        ({"feedback_published_at": None, "feedback_due_on": date(2027, 2, 1)}, "feedback", Kept.later),
        ({"feedback_published_at": NEXT + SECOND, "feedback_due_on": date(2027, 2, 1)}, "feedback", Kept.later),
    ],
)
def test_the_method_in_brief(app: Flask, values: dict[str, object], what: str, how: Kept) -> None:
    assert report.checks(asked(**values), YEAR)[what] is how


def test_a_cancelled_one_has_no_method_and_waits_for_nothing() -> None:
    one = asked(cancelled_at=datetime(2026, 5, 1, tzinfo=UTC), feedback_published_at=None)
    assert report.checks(one, YEAR) == {} and report.waiting(one, YEAR) is None
    assert one.opened(YEAR) and not one.closed(YEAR)


def test_organisations_are_never_late() -> None:
    made = Promised("ort", "fraga", "Fråga", 1, 1, "Läxhjälp", "", CommitmentParty.municipality, NEXT, date(2026, 12, 1), None)
    assert made.late(YEAR) == 30
    assert replace(made, party=CommitmentParty.joint).late(YEAR) == 30
    assert replace(made, party=CommitmentParty.organisation).late(YEAR) == 0
    assert replace(made, due_on=date(2026, 12, 31)).late(YEAR) == 0, "the due date is the last day"


def test_differences_are_told_in_words_once_the_year_is_over(app: Flask) -> None:
    here = world()
    view = get_year_report(here.municipality.slug, 2026, LATER)
    with app.test_request_context():
        told = {row.label: row.difference for row in report_words.compared(view)}
        assert told["Organisationer som deltog"] == "1 fler" and told["Sammanställningar"] == "1 färre"
        assert told["Sakråd som öppnade"] == "lika många" and told["Tid att svara (median)"] == "lika lång"
        now = get_year_report(here.municipality.slug, 2027, LATER)
        assert {row.difference for row in report_words.compared(now)} == {""}, "half a year says nothing beside a whole one"
