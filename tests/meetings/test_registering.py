"""Seats, the queue and its order; what people need; and two who want the last seat at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.meetings import commands, jobs, queries, queries_public, queries_seats
from sakrad.meetings import commands_registering as registering
from sakrad.meetings.models import AccessNeed, Meeting, Registration, RegistrationState
from tests import factories as make
from tests.factories import meetings
from tests.factories.positions import fresh


def _organisations(of: Consultation, number: int) -> list[Organisation]:
    return [make.organisation(verified_in=of.municipality) for _ in range(number)]


def register(meeting: Meeting, by: Organisation, people: int = 1, **more: Any) -> RegistrationState:
    with transaction():
        values = {"people": people, "actor": None, "at": clock.now()} | more
        return registering.register(fresh(meeting), fresh(by), **values).state


def leave(meeting: Meeting, by: Organisation) -> None:
    with transaction():
        found = queries_seats.find_registration(fresh(meeting), fresh(by))
        assert found is not None
        registering.leave(found, actor=None, at=clock.now())


def states(meeting: Meeting) -> list[tuple[str, int]]:
    """State and people in the order of coming."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Registration.state, Registration.people).where(Registration.meeting_id == meeting.id).order_by(Registration.id)
    )
    return [(state.value, people) for state, people in rows]


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def test_who_comes_first_gets_the_seats_and_the_queue_moves_in_order_when_somebody_leaves(app: Flask) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, seats=3, seats_each=2)
    first, second, third, fourth = _organisations(of, 4)
    came = [register(meeting, each, people) for each, people in ((first, 2), (second, 2), (third, 1), (fourth, 1))]
    assert [state.value for state in came] == ["registered", "waiting", "waiting", "waiting"]  # nobody passes the second
    leave(meeting, first)
    assert states(meeting) == [("cancelled", 2), ("registered", 2), ("registered", 1), ("waiting", 1)]
    assert names()[-3:] == [EventName.meeting_unregistered, EventName.registration_promoted, EventName.registration_promoted]
    assert register(meeting, first) is RegistrationState.waiting  # last in the queue now
    leave(meeting, third)
    assert states(meeting) == [("waiting", 1), ("registered", 2), ("cancelled", 1), ("registered", 1)]


def test_fewer_leave_room_for_others_and_more_than_there_are_seats_is_refused_without_losing_any(app: Flask) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, seats=2, seats_each=2)
    first, second = _organisations(of, 2)
    register(meeting, first, 2)
    register(meeting, second, 2)
    assert register(meeting, first, 1) is RegistrationState.registered
    assert states(meeting) == [("registered", 1), ("waiting", 2)]
    assert register(meeting, second, 1) is RegistrationState.registered  # it needs less, and there is room
    with pytest.raises(Blocked) as refused:
        register(meeting, first, 2)
    assert [blocker.code for blocker in refused.value.blockers] == ["meeting_seats_taken"]
    assert states(meeting) == [("registered", 1), ("registered", 1)]


def test_seats_that_are_added_go_to_those_who_wait_and_seats_taken_away_throw_nobody_out(app: Flask) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, seats=1, seats_each=1)
    for each in _organisations(of, 3):
        register(meeting, each)

    def resize(seats: int) -> None:
        with transaction():
            held = fresh(meeting)
            plan = queries.plan_of(held)
            commands.change_meeting(
                held,
                type(plan)(**{name: getattr(plan, name) for name in plan.__slots__} | {"seats": seats}),
                title=held.title,
                place_for_registered=True,
                agenda="",
                access="",
                groups=[],
                seen_version=held.version,
                actor=None,
                at=clock.now(),
            )

    resize(2)
    assert [state for state, _ in states(meeting)] == ["registered", "registered", "waiting"]
    resize(1)
    assert [state for state, _ in states(meeting)] == ["registered", "registered", "waiting"]


def test_pressing_twice_registers_once(app: Flask) -> None:
    of = make.consultation()
    meeting, [by] = meetings.meeting(of), _organisations(of, 1)
    register(meeting, by)
    register(meeting, by)
    assert states(meeting) == [("registered", 1)] and names().count(EventName.meeting_registered) == 1


def test_the_last_day_to_register_is_whole_also_across_the_change_of_clocks(app: Flask) -> None:
    of = make.consultation()
    until = clock.end_of(clock.day_of(datetime(2030, 3, 30, 12, tzinfo=UTC)))  # the clocks are set forward that night
    assert until == datetime(2030, 3, 30, 23, tzinfo=UTC)
    meeting = meetings.meeting(
        of, starts_at=datetime(2030, 4, 2, 16, tzinfo=UTC), ends_at=datetime(2030, 4, 2, 18, tzinfo=UTC), register_until=until
    )
    first, late = _organisations(of, 2)
    register(meeting, first, at=until - timedelta(microseconds=1))
    with pytest.raises(Blocked):
        register(meeting, late, at=until)
    assert states(meeting) == [("registered", 1)]


def test_who_has_become_too_many_for_a_smaller_meeting_locks_nobody_out(app: Flask) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, seats=5, seats_each=5)
    first, large, late = _organisations(of, 3)
    register(meeting, first, 5), register(meeting, large, 5)
    with transaction():
        smaller = fresh(meeting)
        smaller.seats = smaller.seats_each = 4
    leave(meeting, first)
    assert queries.facts_of(fresh(meeting)).waiting == 0 and queries_public.list_shown(of.id)[0].left == 4
    assert register(meeting, late, 3) is RegistrationState.registered
    assert states(meeting) == [("cancelled", 5), ("waiting", 5), ("registered", 3)]


def test_two_who_want_the_last_seat_at_once_get_one_seat(app: Flask) -> None:
    of = make.consultation()
    meetings.meeting(of, seats=1, seats_each=1)
    tokens = [(each.slug, of.municipality.slug, of.slug) for each in _organisations(of, 4)]
    gate = threading.Barrier(len(tokens))

    def run(who: tuple[str, str, str]) -> str:
        with app.app_context():
            gate.wait(timeout=10)
            try:
                with transaction():
                    seat = queries_seats.get_seat(*who, number=1)
                    return registering.register(seat.meeting, seat.organisation, people=1, actor=None, at=clock.now()).state.value
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(tokens)) as pool:
        came = sorted(pool.map(run, tokens))
    assert came == ["registered", "waiting", "waiting", "waiting"]
    assert sorted(state.value for state in db.session.scalars(sa.select(Registration.state))) == came


def test_what_people_need_is_tied_to_nobody_and_goes_the_day_after(app: Flask) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of)
    other = meetings.meeting(of, number=2, days=30)
    for each in (meeting, other):
        with transaction():
            registering.ask_for_access(fresh(each), "Teckenspråkstolk", at=clock.now())
    assert names() == []  # an event would tell who, and when
    assert {column.name for column in AccessNeed.__table__.columns} == {"id", "meeting_id", "text"}
    midnight = clock.end_of(clock.day_of(meeting.ends_at))

    def left(at: datetime) -> list[int]:
        with transaction():
            jobs.forget_access_needs({}, at)
        return list(db.session.scalars(sa.select(AccessNeed.meeting_id)))

    assert left(midnight - timedelta(microseconds=1)) == [meeting.id, other.id]
    assert left(midnight) == [other.id]
    with transaction():
        commands.cancel_meeting(fresh(other), reason="Snöoväder", actor=None, at=clock.now())
    assert left(clock.now()) == []
