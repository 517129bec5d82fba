"""When something may be corrected: a table of rules, without a database."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest

from sakrad.consultations.corrections import Change, Part
from sakrad.consultations.lifecycle import Dates, Facts
from sakrad.consultations.lifecycle_correcting import blockers_to_begin_correction, blockers_to_correct, blockers_to_note_hearing
from sakrad.consultations.models import Material, Question, QuestionKind
from sakrad.core import clock

AT = datetime(2027, 5, 10, 10, tzinfo=UTC)
CLOSES = clock.end_of(date(2027, 6, 4))
OPEN = Facts(
    dates=Dates(announced_at=datetime(2027, 4, 20, tzinfo=UTC), opens_at=datetime(2027, 4, 20, tzinfo=UTC), closes_at=CLOSES),
    questions=2,
    summary_due_on=date(2027, 7, 9),
    decision_on=date(2027, 8, 20),
    feedback_due_on=date(2027, 9, 3),
)


def dated(**values: object) -> Facts:
    return dataclasses.replace(OPEN, dates=dataclasses.replace(OPEN.dates, **values))


DRAFT = dated(announced_at=None)
ANNOUNCED = dated(opens_at=datetime(2027, 5, 20, tzinfo=UTC))
COMPILING = dated(closes_at=clock.end_of(date(2027, 5, 1)))
SUMMARISED = dataclasses.replace(
    COMPILING, dates=dataclasses.replace(COMPILING.dates, summary_published_at=datetime(2027, 5, 9, tzinfo=UTC))
)
ANSWERED = dataclasses.replace(
    SUMMARISED, dates=dataclasses.replace(SUMMARISED.dates, feedback_published_at=datetime(2027, 5, 9, tzinfo=UTC))
)
CANCELLED = dated(cancelled_at=datetime(2027, 5, 1, tzinfo=UTC))
ENDED = dataclasses.replace(ANSWERED, dates=dataclasses.replace(ANSWERED.dates, ended_at=datetime(2027, 5, 9, tzinfo=UTC)))


def asked(number: int = 1, kind: QuestionKind = QuestionKind.experience) -> Question:
    return Question(number=number, kind=kind, text="Vad ser ni?")


WORDS = Change(Part.text, "Vad ser ni?", "Vad ser ni nu?", question=asked())
LEAD = Change(Part.lead, "Förr", "Nu")
PAPER = Change(Part.material, "", "Karta", material=Material(title="Karta"))


def gone(number: int = 1, kind: QuestionKind = QuestionKind.experience) -> Change:
    return Change(Part.withdrawn_at, "", "", question=asked(number, kind))


def offered(after: str) -> Change:
    return Change(Part.options, "Jour\nStöd", after, question=asked(2, QuestionKind.need))


def moved(day: date) -> Change:
    return Change(Part.closes_at, CLOSES.isoformat(), clock.end_of(day).isoformat())


def day(part: Part, before: str, after: str) -> Change:
    return Change(part, before, after)


LATER = moved(date(2027, 6, 18))
SUMMARY_LATER = day(Part.summary_due_on, "2027-07-09", "2027-07-16")


@pytest.mark.parametrize(
    ("facts", "changes", "codes"),
    [
        (DRAFT, [WORDS], ["correction_before_opening"]),
        (ANNOUNCED, [WORDS], ["correction_before_opening"]),
        (ANNOUNCED, [LATER], []),
        (ANNOUNCED, [LATER, WORDS], ["correction_before_opening"]),
        (DRAFT, [LATER], ["not_announced"]),
        (CANCELLED, [WORDS], ["consultation_cancelled"]),
        (ANSWERED, [SUMMARY_LATER], ["correction_too_late"]),
        (OPEN, [], ["correction_empty"]),
        (OPEN, [WORDS, LEAD, PAPER, LATER, SUMMARY_LATER], []),
        (COMPILING, [WORDS], ["answering_closed"]),
        (COMPILING, [gone()], ["answering_closed"]),
        (COMPILING, [LATER], ["answering_closed"]),
        (COMPILING, [LEAD, PAPER, SUMMARY_LATER], []),
        (SUMMARISED, [LEAD], ["correction_dates_only"]),
        (SUMMARISED, [PAPER], ["correction_dates_only"]),
        (SUMMARISED, [day(Part.feedback_due_on, "2027-09-03", "2027-09-10")], []),
        (OPEN, [Change(Part.text, "Vad?", " ", question=asked(2))], ["question_empty"]),
        (OPEN, [Change(Part.purpose, "Veta", "")], ["purpose_missing"]),
        (OPEN, [Change(Part.can_influence, "Allt", "")], ["influence_missing"]),
        (OPEN, [Change(Part.use_of_views, "Så", "")], []),
        (OPEN, [offered("Jour\nStöd\nTolk")], []),
        (OPEN, [offered("Jour")], ["options_only_added"]),
        (OPEN, [offered("Stöd\nJour")], ["options_only_added"]),
        (OPEN, [offered("Jourer\nStöd")], ["options_only_added"]),
        (OPEN, [offered("Jour\nStöd\nJour")], ["options_only_added"]),
        (OPEN, [gone()], []),
        (OPEN, [gone(1), gone(2)], ["question_missing"]),
        (OPEN, [gone(3, QuestionKind.open)], ["open_question_stays"]),
        (OPEN, [moved(date(2027, 6, 1))], ["closing_only_later"]),
        (OPEN, [moved(date(2027, 7, 9))], ["summary_due_before_closing"]),
        (OPEN, [moved(date(2027, 7, 9)), day(Part.summary_due_on, "2027-07-09", "2027-07-30")], []),
        (OPEN, [day(Part.summary_due_on, "2027-07-09", "2027-06-04")], ["summary_due_before_closing"]),
        (OPEN, [day(Part.decision_on, "2027-08-20", "2027-07-01")], ["decision_before_summary"]),
        (OPEN, [day(Part.feedback_due_on, "2027-09-03", "")], ["feedback_date_missing"]),
        (OPEN, [day(Part.follow_up_on, "", "2027-09-01")], ["follow_up_too_early"]),
        (OPEN, [day(Part.follow_up_on, "", "2028-09-01")], []),
        (SUMMARISED, [day(Part.feedback_due_on, "2027-05-09", "2027-09-03")], ["date_passed"]),
        (SUMMARISED, [day(Part.feedback_due_on, "2027-05-10", "2027-09-03")], []),  # today has not passed
        (COMPILING, [day(Part.summary_due_on, "2027-07-09", "2027-05-09")], ["date_to_be_passed"]),
    ],
)
def test_what_may_be_corrected_and_why_not(facts, changes, codes):
    assert [blocker.code for blocker in blockers_to_correct(facts, changes, AT)] == codes


@pytest.mark.parametrize("facts", [DRAFT, ANNOUNCED, OPEN, COMPILING, SUMMARISED, ANSWERED, CANCELLED])
def test_the_page_says_from_the_start_whether_anything_may_be_corrected(facts):
    found = [blocker.code for blocker in blockers_to_begin_correction(facts, AT)]
    assert found == [blocker.code for blocker in blockers_to_correct(facts, [LEAD], AT) if blocker.code != "correction_dates_only"]


def test_the_last_second_before_closing_is_still_open():
    last = dataclasses.replace(OPEN, dates=dataclasses.replace(OPEN.dates, closes_at=AT))
    assert [one.code for one in blockers_to_correct(last, [WORDS], AT)] == ["answering_closed"]
    assert blockers_to_correct(last, [WORDS], AT.replace(hour=9, minute=59)) == []


def test_councils_are_noted_until_the_matter_is_closed():
    codes = {
        name: [one.code for one in blockers_to_note_hearing(facts, AT)] for name, facts in globals().items() if isinstance(facts, Facts)
    }
    assert {name: found for name, found in codes.items() if found} == {"CANCELLED": ["consultation_cancelled"], "ENDED": ["already_ended"]}
