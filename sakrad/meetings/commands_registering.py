"""What an organisation does about a meeting: registers, changes how many come, leaves, and says what somebody needs.

The meeting's row is locked by whoever loads it for writing, so that two who want the last seat come one after the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sakrad.consultations.commands.recording import record
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Organisation
from sakrad.meetings import lifecycle, queries, queries_seats
from sakrad.meetings.lifecycle import Wish
from sakrad.meetings.models import AccessNeed, Meeting, Registration, RegistrationState


def register(
    meeting: Meeting, organisation: Organisation, *, people: int, digital: bool = False, actor: Actor | None, at: datetime
) -> Registration:
    """Register the organisation, or change how many come. Without room for them a newcomer waits, in the order of coming.

    Who already has seats keeps them when there is no room for more. Fewer leave room for those who wait. Who waits keeps
    its place in the queue.

    Raises:
        Blocked: it is too late, too many for one organisation, or no more seats for one that has some.
    """
    found, wish = queries_seats.find_registration(meeting, organisation), Wish(people, digital)
    facts = queries.facts_of(meeting, besides=found.organisation_id if found else organisation.id)
    if found is not None and found.state is RegistrationState.registered:
        refuse_unless_clear(lifecycle.blockers_to_enlarge(facts, queries.wish_of(found), wish, at))
    else:
        refuse_unless_clear(lifecycle.blockers_to_register(facts, wish, at))
    if found is not None and (found.state, found.people, found.digital) == (RegistrationState.registered, people, digital):
        return found  # pressed twice
    if found is None:
        found = Registration(meeting_id=meeting.id, organisation_id=organisation.id, reference=ids.reference())
        db.session.add(found)
    if found.state in (None, RegistrationState.cancelled):
        found.state, found.queued_at = lifecycle.state_for(facts, wish), at
    found.people, found.digital, found.changed_at = people, digital, at
    promote(meeting, at=at, told=found)
    _record(EventName.meeting_registered, meeting, found, actor=actor, at=at)
    return found


def leave(registration: Registration, *, actor: Actor | None, at: datetime) -> None:
    """The organisation does not come. Its seats go to those who wait.

    Raises:
        Blocked: the meeting has begun, or is called off.
    """
    meeting = registration.meeting
    refuse_unless_clear(lifecycle.blockers_to_leave(queries.facts_of(meeting), at))
    if registration.state is RegistrationState.cancelled:
        return
    registration.state, registration.changed_at = RegistrationState.cancelled, at
    _record(EventName.meeting_unregistered, meeting, registration, actor=actor, at=at)
    promote(meeting, at=at)


def promote(meeting: Meeting, *, at: datetime, told: Registration | None = None) -> None:
    """Give those who wait the seats that there are, in order. Nothing once the meeting has begun.

    Args:
        told: whose registration is recorded in the same breath: it gets no second event.
    """
    db.session.flush()
    if meeting.starts_at <= at or meeting.cancelled_at is not None:
        return
    queue = queries.list_queue(meeting)
    taken = queries.facts_of(meeting).taken if queue else 0
    chosen = set(lifecycle.promoted(queries.queued(meeting, queue), meeting.seats, taken, meeting.seats_each))
    for registration in queue:
        if registration.id in chosen:
            registration.state, registration.changed_at = RegistrationState.registered, at
            if registration is not told:
                _record(EventName.registration_promoted, meeting, registration, actor=None, at=at)
    db.session.flush()


def ask_for_access(meeting: Meeting, text: str, *, at: datetime) -> None:
    """Say what somebody needs in order to take part. Tied to nobody, and so without an event, which would tell who and when.

    Raises:
        Blocked: the meeting has begun, or is called off.
    """
    refuse_unless_clear(lifecycle.blockers_to_ask(queries.facts_of(meeting), at))
    db.session.add(AccessNeed(meeting_id=meeting.id, text=normalised(text)))
    db.session.flush()


def _record(name: EventName, meeting: Meeting, registration: Registration, *, actor: Actor | None, at: datetime) -> None:
    """The subject is the registration, the organisation its own."""
    values: dict[str, Any] = {"subject_id": registration.id, "organisation_id": registration.organisation_id, "meeting": meeting.number}
    db.session.flush()
    record(name, meeting.consultation, actor=actor, at=at, state=registration.state.value, **values)
