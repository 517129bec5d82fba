"""What is late is told step by step, once; and it is asked how promises go half a year and a year after they were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import get_head
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Function
from sakrad.notifications.recipients import recipients_of
from sakrad.pages.queries_staff import get_todo
from sakrad.positions.queries_coverage import list_rows
from sakrad.responses.commands.overdue import ask_how_it_goes, tell_overdue
from sakrad.responses.lifecycle_overdue import DAYS_LATE, FOLLOW_UPS, Step, latest_due, months_before
from sakrad.responses.models import Commitment, CommitmentParty
from tests import factories as make
from tests.factories import ledger, responses

DAYS = st.dates(date(2020, 1, 1), date(2080, 1, 1))


@pytest.mark.parametrize(
    ("late", "steps"),
    [(-3, []), (0, []), (1, [1]), (6, [1]), (7, [1, 2]), (13, [1, 2]), (14, [1, 2, 3]), (400, [1, 2, 3])],
)
def test_the_owner_hears_after_a_day_the_deputy_after_a_week_the_head_after_two(late: int, steps: list[int]) -> None:
    today = date(2027, 6, 20)
    assert [step for step in Step if today - timedelta(days=late) <= latest_due(step, today)] == steps


@given(DAYS, DAYS)
def test_a_step_is_reached_so_many_days_late(due: date, today: date) -> None:
    assert all((due <= latest_due(step, today)) == ((today - due).days >= DAYS_LATE[step]) for step in Step)


@pytest.mark.parametrize(
    ("published", "today", "come"),
    [
        (date(2027, 3, 1), date(2027, 8, 31), []),
        (date(2027, 3, 1), date(2027, 9, 1), [6]),
        (date(2027, 8, 31), date(2028, 2, 29), []),
        (date(2027, 8, 31), date(2028, 3, 1), [6]),
        (date(2027, 3, 1), date(2028, 3, 1), [6, 12]),
        (date(2027, 3, 1), date(2031, 1, 1), [6, 12]),
    ],
)
def test_it_is_asked_after_half_a_year_and_a_year(published: date, today: date, come: list[int]) -> None:
    assert [months for months in FOLLOW_UPS if published <= months_before(today, months)] == come


@given(DAYS, st.sampled_from(FOLLOW_UPS))
def test_so_many_months_earlier_is_a_day_of_that_month(day: date, months: int) -> None:
    earlier = months_before(day, months)
    assert (day.year * 12 + day.month) - (earlier.year * 12 + earlier.month) == months and earlier.day <= day.day


# -- over the database


def people(function: Function, **values: str) -> None:
    """Give the function and its unit the addresses."""
    with transaction():
        function = db.session.get_one(Function, function.id)
        function.email, function.deputy_email = values.get("owner", ""), values.get("deputy", "")
        function.unit.head_email = values.get("head", "")


def late_commitment(**values: object) -> Commitment:
    """One that was due yesterday, of a function with owner, deputy and head."""
    matter, commitment = responses.published(Phase.answered)
    people(matter.function, owner="agare@prova.example", deputy="ersattare@prova.example", head="chef@prova.example")
    with transaction():
        for name, value in {"due_on": clock.today() - timedelta(days=1), **values}.items():
            setattr(commitment, name, value)
    return commitment


def told_by(job: Callable[[datetime], int], at: datetime) -> list[tuple[str, str]]:
    """Run the job, and say who is mailed for each event that it records: as the worker will."""
    last = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
    with transaction():
        count = job(at)
    found = db.session.scalars(sa.select(Event).where(Event.id > last).order_by(Event.id)).all()
    mine = [event for event in found if event.name != EventName.verdict_asked]
    assert len(mine) == count and all(not isinstance(value, str) or len(value) == 10 for event in mine for value in event.data.values())
    return [mail for event in mine for mail in recipients_of(event)]


def in_days(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


def test_a_late_commitment_is_told_to_owner_deputy_and_head_once_each(app: Flask) -> None:
    late_commitment()
    told = {days: told_by(tell_overdue, in_days(days)) for days in (0, 0, 3, 6, 6, 13, 20)}
    again = [told_by(tell_overdue, in_days(days)) for days in (0, 6, 13, 30)]
    assert not any(again), "nothing is told twice, though the job runs again"
    with transaction():
        assert tell_overdue(in_days(13)) == 0
    assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == EventName.commitment_overdue)) == 3
    assert told[3] == told[20] == []
    assert told[13] == [("commitment_overdue", "chef@prova.example")]


def test_a_moved_day_begins_anew_and_what_is_done_is_told_of_no_more(app: Flask) -> None:
    commitment = late_commitment()
    assert told_by(tell_overdue, in_days(0)) == [("commitment_overdue", "agare@prova.example")]
    with transaction():
        commitment.due_on = clock.today() + timedelta(days=9)
    assert told_by(tell_overdue, in_days(8)) == []
    assert told_by(tell_overdue, in_days(10)) == [("commitment_overdue", "agare@prova.example")]
    first = db.session.scalars(sa.select(Event).where(Event.name == EventName.commitment_overdue).order_by(Event.id)).first()
    assert first is not None and recipients_of(first) == [], "decided before the day was moved, not yet sent: nobody is told"
    with transaction():
        commitment.done_at = clock.now()
    assert told_by(tell_overdue, in_days(30)) == []


@pytest.mark.parametrize("values", [{"party": CommitmentParty.organisation}, {"due_on": None}], ids=["organisations", "in time"])
def test_volunteers_are_never_late_nor_is_what_is_due_today(values: dict[str, object], app: Flask) -> None:
    late_commitment(**{name: value or clock.today() for name, value in values.items()})
    assert told_by(tell_overdue, in_days(0)) == []


def test_where_nobody_has_an_address_the_heirs_authority_is_told(app: Flask) -> None:
    commitment = late_commitment()
    people(commitment.function)
    mailbox = commitment.consultation.authority.mailbox
    assert told_by(tell_overdue, in_days(0)) == [("commitment_overdue", mailbox)]
    other = make.authority(commitment.consultation.municipality, mailbox="nya@prova.example")
    heir = make.function(other, title="Områdeschef", email="", deputy_email="ny-ersattare@prova.example")
    with transaction():
        function = db.session.get_one(Function, commitment.function_id)
        function.heir_id, function.ended_on = heir.id, clock.today()
    assert told_by(tell_overdue, in_days(6)) == [("commitment_overdue", "ny-ersattare@prova.example")]
    assert told_by(tell_overdue, in_days(13)) == [("commitment_overdue", "nya@prova.example")]


def late_in_public(consultation: Consultation) -> int:
    """So many days late readers are told that the answers are, on the page and in lists."""
    at = clock.now()
    head, _more = get_head(consultation.municipality.slug, consultation.slug, at)
    (row,) = list_rows(at, Consultation.id == consultation.id, order=[Consultation.id], limit=1)
    days = head.late(head.feedback_due_on, head.feedback_published_at)
    assert row.late == days
    return days


def test_late_answers_are_told_and_a_later_part_has_a_day_of_its_own(app: Flask) -> None:
    matter = responses.matter(Phase.summarised)
    consultation = matter.consultation
    people(matter.function, owner="agare@prova.example")
    with transaction():
        consultation.feedback_due_on = clock.today() - timedelta(days=4)
    assert told_by(tell_overdue, in_days(0)) == [("feedback_overdue", "agare@prova.example")]
    assert told_by(tell_overdue, in_days(0)) == []
    first = responses.release(consultation, **responses.decided(published_at=in_days(-2)))
    rest = responses.release(consultation, number=2, planned_on=clock.today() + timedelta(days=20), **responses.decided())
    assert late_in_public(consultation) == 4, "a part that is itself late moves nothing"
    midnight = clock.start_of(clock.today() - timedelta(days=3))
    for published_at, late in ((midnight, 4), (midnight - timedelta(seconds=1), 0)):
        with transaction():
            first.published_at = published_at
        assert late_in_public(consultation) == late, "the rest was announced for a later day, if by midnight in Stockholm"
    assert told_by(tell_overdue, in_days(15)) == []
    assert told_by(tell_overdue, in_days(21)) == [("feedback_overdue", "agare@prova.example")]
    with transaction():
        rest.published_at = consultation.feedback_published_at = in_days(20)
    head, _more = get_head(consultation.municipality.slug, consultation.slug, in_days(21))
    assert head.feedback_due_on == rest.planned_on, "the day that was moved is still the promised one when the rest has come"


def test_the_owner_is_asked_after_half_a_year_and_the_organisations_too_after_a_year(app: Flask) -> None:
    matter, commitment = responses.published(Phase.answered)
    people(matter.function, owner="agare@prova.example")
    official = make.user((Role.officer, matter.consultation.authority))
    with transaction():
        commitment.due_on = clock.today() + timedelta(days=900)
    assert told_by(ask_how_it_goes, in_days(170)) == []
    half = in_days(190)
    assert told_by(ask_how_it_goes, half) == [("follow_up_asked", "agare@prova.example")]
    assert told_by(ask_how_it_goes, in_days(191)) == []
    assert [(count.title, count.number) for count in get_todo(official, matter.consultation.municipality, half).follow_ups] == [
        (matter.consultation.title, 1)
    ]
    responses.progress(commitment, at=in_days(192))
    assert get_todo(official, matter.consultation.municipality, half).follow_ups == []
    assert told_by(ask_how_it_goes, in_days(370)) == [("follow_up_asked", "agare@prova.example")]
    asked = sa.select(sa.func.count(Event.id)).where(Event.name == EventName.verdict_asked)
    assert db.session.scalar(asked) == 1, "a year later the organisations are asked as well"
    assert told_by(ask_how_it_goes, in_days(3000)) == []


def test_what_is_done_or_ended_is_not_asked_about(app: Flask) -> None:
    matter, commitment = responses.published(Phase.answered)
    ledger.pledge(commitment, matter.organisation, confirmed=False, asked_words="Vi bjuder in")
    official, place = make.user((Role.officer, matter.consultation.authority)), matter.consultation.municipality

    def to_do() -> int:
        todo = get_todo(make.again(official), make.again(place), in_days(190))
        return sum(count.number for count in todo.commitments) + len(todo.parts)

    assert to_do() == 2
    with transaction():
        commitment.done_at = clock.now()
    assert told_by(ask_how_it_goes, in_days(190)) == []
    with transaction():
        commitment.done_at, commitment.consultation.ended_at = None, clock.now()
    assert told_by(ask_how_it_goes, in_days(190)) == [] == told_by(tell_overdue, in_days(190))
    assert to_do() == 0, "nobody can settle or tell it any more"
