"""Sharing the work: who takes care of what, and who has read what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName, record
from sakrad.positions.models import Answer
from sakrad.summaries import lifecycle, queries_sharing
from sakrad.summaries.models import Assignment, Reading, Theme


def assign(
    consultation: Consultation,
    *,
    answers: Sequence[Answer] = (),
    themes: Sequence[Theme] = (),
    to: User,
    actor: Actor | None,
    at: datetime,
) -> list[str]:
    """Give answers and themes to one person; whoever had them before has them no more. One event for all of it.

    Returns:
        The names of those from whom something was taken over.
    """
    refuse_unless_clear(lifecycle.blockers_to_compile(dates_of(consultation), at))
    before = unassign(consultation, answers=answers, themes=themes, actor=actor, at=at)
    ids = [{"answer_id": answer.id} for answer in answers] + [{"theme_id": theme.id} for theme in themes]
    for target in ids:
        made = Assignment(
            consultation_id=consultation.id, user_id=to.id, assigned_at=at, assigned_by_id=actor.id if actor else None, **target
        )
        db.session.add(made)
    db.session.flush()
    if ids:
        record(
            EventName.work_assigned,
            at=at,
            actor=actor,
            subject_id=to.id,
            **consultation.scope,
            answers=len(answers),
            themes=len(themes),
        )
    return [name for name in before if name != to.name]


def unassign(
    consultation: Consultation, *, answers: Sequence[Answer] = (), themes: Sequence[Theme] = (), actor: Actor | None, at: datetime
) -> list[str]:
    """Take answers and themes from whoever has them, and say from whom."""
    refuse_unless_clear(lifecycle.blockers_to_compile(dates_of(consultation), at))
    held = queries_sharing.list_assignments(consultation, answers, themes)
    db.session.execute(sa.delete(Assignment).where(Assignment.id.in_([assignment_id for assignment_id, _name in held])))
    return sorted({name for _assignment_id, name in held})


def mark_read(answers: Iterable[Answer], *, actor: Actor | None, at: datetime) -> int:
    """Remember that the person has read the answers; says how many were new. Reading is never undone, and may be done at any time."""
    if actor is None:
        return 0
    ids = {answer.id for answer in answers}
    known = set(db.session.scalars(sa.select(Reading.answer_id).where(Reading.user_id == actor.id, Reading.answer_id.in_(ids))))
    db.session.add_all([Reading(answer_id=answer_id, user_id=actor.id, read_at=at) for answer_id in sorted(ids - known)])
    db.session.flush()
    return len(ids - known)
