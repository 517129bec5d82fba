"""Who is told that a promised day has passed, and asked how a promise goes: owner, deputy, head of the unit.

Whoever has no address there is stood for by the authority's official mailbox. After a reorganisation it is the heir's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.heirs import PRESENT, PRESENT_UNIT, join_function
from sakrad.directory.models import Authority
from sakrad.responses.lifecycle_overdue import Step
from sakrad.responses.models import Commitment
from sakrad.responses.queries_overdue import feedback_due, is_unanswered_follow_up

ADDRESS = {Step.owner: PRESENT.email, Step.deputy: PRESENT.deputy_email, Step.head: PRESENT_UNIT.head_email}


def who_lets_the_answer_wait(event: Event) -> Iterable[str]:
    """Whose turn it is to hear that the authority's answers are late, unless they have come since."""
    due, still = feedback_due(), Consultation.feedback_published_at.is_(None)
    waits = (still, Consultation.cancelled_at.is_(None), sa.cast(due, sa.String) == event.data.get("due", ""))
    return _addresses(Step(event.data.get("step", Step.owner)), Consultation.function_id, Consultation.id == event.subject_id, *waits)


def who_lets_the_promise_wait(event: Event) -> Iterable[str]:
    """Whose turn it is to hear that a commitment is late, unless it is done or has another day since."""
    waits = (Commitment.done_at.is_(None), sa.cast(Commitment.due_on, sa.String) == event.data.get("due", ""))
    return _of_commitment(event, Step(event.data.get("step", Step.owner)), *waits)


def who_is_to_tell(event: Event) -> Iterable[str]:
    """The owner of a commitment, unless something has been told since it was asked."""
    return _of_commitment(event, Step.owner, sa.exists().where(Event.id == event.id, is_unanswered_follow_up()))


def _of_commitment(event: Event, step: Step, *where: sa.ColumnElement[bool]) -> Iterable[str]:
    own = sa.and_(Commitment.consultation_id == Consultation.id, Commitment.id == event.subject_id)
    return _addresses(step, Commitment.function_id, *where, commitment=own)


def _addresses(
    step: Step, function_id: Any, *where: sa.ColumnElement[bool], commitment: sa.ColumnElement[bool] | None = None
) -> Iterable[str]:
    mailbox = sa.select(Authority.mailbox).where(Authority.id == sa.func.coalesce(PRESENT_UNIT.authority_id, Consultation.authority_id))
    stand_in = mailbox.correlate(PRESENT_UNIT, Consultation).scalar_subquery()
    statement = sa.select(sa.func.coalesce(sa.func.nullif(ADDRESS[step], ""), stand_in)).select_from(Consultation)
    if commitment is not None:
        statement = statement.join(Commitment, commitment)
    return list(db.session.scalars(join_function(statement, function_id).where(*where)))
