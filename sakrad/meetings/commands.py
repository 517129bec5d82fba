"""What those who handle a consultation do with its meetings: plan, change, call off, note who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.commands.recording import record
from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.meetings import lifecycle, queries
from sakrad.meetings.commands_registering import promote
from sakrad.meetings.lifecycle import Plan
from sakrad.meetings.models import AccessNeed, Attendance, Meeting, MeetingForm

# What those who have registered must know of; the rest (agenda, what access there is) they read on the page.
TOLD = ("form", "starts_at", "ends_at", "place", "link")


def plan_meeting(
    consultation: Consultation,
    plan: Plan,
    *,
    title: str,
    place_for_registered: bool = False,
    agenda: str = "",
    access: str = "",
    groups: Sequence[TargetGroup] = (),
    actor: Actor | None,
    at: datetime,
) -> Meeting:
    """Plan a meeting; readers see it once the consultation is announced.

    Args:
        groups: whom it is for; none: for everybody.

    Raises:
        Blocked: with everything that does not hold together, or the consultation is over.
    """
    refuse_unless_clear(lifecycle.blockers_to_plan(plan, called_off=queries.is_called_off(consultation), at=at))
    meeting = Meeting(
        consultation=consultation,
        number=queries.next_number(consultation),
        reference=ids.reference(),
        version=1,
        title=title,
        place_for_registered=place_for_registered,
        agenda=agenda,
        access=access,
        groups=list(groups),
        created_at=at,
        created_by_id=actor.id if actor else None,
        **_settled(plan),
    )
    db.session.add(meeting)
    db.session.flush()
    record_meeting(EventName.meeting_planned, meeting, actor=actor, at=at)
    return meeting


def change_meeting(
    meeting: Meeting,
    plan: Plan,
    *,
    title: str,
    place_for_registered: bool,
    agenda: str,
    access: str,
    groups: Sequence[TargetGroup],
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Change it. Whoever has seats keeps them; seats that are added go to those who wait.

    Raises:
        Blocked: it has begun or is called off, or the new plan does not hold together.
        Stale: somebody has changed it meanwhile; `theirs` is the meeting.
    """
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(meeting), at))
    if seen_version != meeting.version:
        raise Stale(meeting)
    refuse_unless_clear(lifecycle.blockers_to_plan(plan, called_off=False, at=at))
    settled = _settled(plan)
    matters = any(settled[name] != getattr(meeting, name) for name in TOLD)
    for name, value in settled.items():
        setattr(meeting, name, value)
    meeting.title, meeting.agenda, meeting.access = title, agenda, access
    meeting.place_for_registered, meeting.groups = place_for_registered, list(groups)
    meeting.version, meeting.changed_at = meeting.version + 1, at
    record_meeting(EventName.meeting_changed, meeting, actor=actor, at=at, matters=matters)
    promote(meeting, at=at)


def cancel_meeting(meeting: Meeting, *, reason: str, actor: Actor | None, at: datetime) -> None:
    """Call it off, with a reason that is public once the consultation is announced. What people needed is deleted at once.

    Raises:
        Blocked: it has begun, or is called off already.
    """
    refuse_unless_clear(lifecycle.blockers_to_cancel(queries.facts_of(meeting), at))
    meeting.cancelled_at, meeting.cancel_reason = at, reason
    meeting.version += 1
    record_meeting(EventName.meeting_cancelled, meeting, actor=actor, at=at)
    delete_needs(meeting.id)


def note_attendance(meeting: Meeting, people: Mapping[Organisation, int], *, actor: Actor | None, at: datetime) -> None:
    """Note how many came from each organisation; 0 takes away what was noted. Those not named stay as they are.

    Raises:
        Blocked: it has not begun, or was called off.
    """
    refuse_unless_clear(lifecycle.blockers_to_note_attendance(queries.facts_of(meeting), at))
    noted = {attendance.organisation_id: attendance for attendance in queries.list_attendance(meeting)}
    for organisation, number in people.items():
        present = noted.get(organisation.id)
        if present is None and number > 0:
            db.session.add(Attendance(meeting_id=meeting.id, organisation_id=organisation.id, people=number))
        elif present is not None and number > 0:
            present.people = number
        elif present is not None:
            db.session.delete(present)
    db.session.flush()
    record_meeting(EventName.attendance_noted, meeting, actor=actor, at=at)


def delete_needs(*meeting_ids: int) -> None:
    """Delete what people needed at the meetings."""
    db.session.execute(sa.delete(AccessNeed).where(AccessNeed.meeting_id.in_(meeting_ids)).execution_options(synchronize_session=False))


def record_meeting(name: EventName, meeting: Meeting, *, actor: Actor | None, at: datetime, **data: Any) -> None:
    """Record what has happened with the meeting: the subject is its id, and `meeting` its number for the timeline."""
    record(name, meeting.consultation, actor=actor, at=at, subject_id=meeting.id, meeting=meeting.number, **data)


def _settled(plan: Plan) -> dict[str, Any]:
    """The plan as columns. A room of a meeting that is only digital, or a link to one without, is not kept."""
    names = ("form", "starts_at", "ends_at", "register_until", "seats", "seats_each")
    return {name: getattr(plan, name) for name in names} | {
        "place": "" if plan.form is MeetingForm.digital else plan.place,
        "link": "" if plan.form is MeetingForm.on_site else plan.link,
    }
