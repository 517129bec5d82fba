"""Publishing in parts: each has its title, and a day that is announced with the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.responses import lifecycle_answers as lifecycle
from sakrad.responses import queries
from sakrad.responses.commands.answers import open_release
from sakrad.responses.commands.recording import line, record
from sakrad.responses.models import FeedbackRelease, Response, ResponseVersion


def add_part(consultation: Consultation, *, title: str, planned_on: date | None, actor: Actor | None, at: datetime) -> FeedbackRelease:
    """Begin another part, after those that there are.

    Raises:
        Blocked: the summary is not published, everything is decided already, or the day has passed.
    """
    refuse_unless_clear(lifecycle.faults_of_day(planned_on, "planned_on", at))
    open_release(consultation, at=at)
    number = max(part.number for part in queries.list_releases(consultation)) + 1
    part = FeedbackRelease(consultation=consultation, number=number, title=line(title), planned_on=planned_on)
    record(EventName.feedback_divided, consultation, part, actor=actor, at=at, number=number)
    return part


def change_part(part: FeedbackRelease, *, title: str, planned_on: date | None, actor: Actor | None, at: datetime) -> None:
    """Call it something else, or plan it for another day, until it is published.

    Raises:
        Blocked: it is published, or the day has passed.
    """
    refuse_unless_clear(lifecycle.blockers_to_change_part(published=part.published_at is not None))
    if planned_on != part.planned_on:
        refuse_unless_clear(lifecycle.faults_of_day(planned_on, "planned_on", at))
    part.title, part.planned_on = line(title), planned_on
    record(EventName.feedback_divided, part.consultation, part, actor=actor, at=at, number=part.number)


def drop_part(part: FeedbackRelease, *, actor: Actor | None, at: datetime) -> None:
    """Take an empty part away.

    Raises:
        Blocked: it holds answers, has been sent, or is the only one.
    """
    refuse_unless_clear(lifecycle.blockers_to_drop_part(queries.part_facts(part)))
    record(EventName.feedback_divided, part.consultation, part, actor=actor, at=at, number=part.number)
    db.session.delete(part)
    db.session.flush()


def move_responses(responses: Sequence[Response], to: FeedbackRelease, *, actor: Actor | None, at: datetime) -> None:
    """Have the answers published with another part; what the authority was sent of them is no longer before it.

    Raises:
        Blocked: one of them is decided, or that part is with the authority.
        Missing: they belong to another consultation.
    """
    sources = {response.release for response in responses}
    if any(source.consultation_id != to.consultation_id for source in sources):
        raise Missing("part")
    refuse_unless_clear(lifecycle.blockers_to_move([queries.part_facts(source) for source in sources], queries.part_facts(to)))
    ids = [response.id for response in responses]
    for statement in (
        sa.update(Response).where(Response.id.in_(ids)).values(release_id=to.id),
        sa.update(ResponseVersion).where(ResponseVersion.response_id.in_(ids)).values(sent=False),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
    for response in responses:
        db.session.expire(response)
    record(EventName.feedback_divided, to.consultation, to, actor=actor, at=at, number=to.number)
