"""Both sides judge the process: who is asked, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import Membership, Role
from sakrad.consultations.models import Consultation
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import EventName
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import now_of
from sakrad.positions.models import Position, PositionParty, PositionVersion
from sakrad.positions.queries_views import is_view_standing
from sakrad.responses import queries_evaluation
from sakrad.responses.evaluation import ROUNDS, STATEMENTS, STEPS
from sakrad.responses.lifecycle_evaluation import blockers_to_answer
from sakrad.responses.models import EvaluationReply, EvaluationRound, EvaluationSeat

LATEST = timedelta(days=60)  # later than so nobody is asked about a round that was missed
AT_ONCE = 50  # consultations a time


def ask_due(at: datetime) -> int:
    """Ask both sides about every consultation whose round has come; returns how many. Done again, it asks nobody twice."""
    asked = 0
    for round in ROUNDS:
        for consultation in queries_evaluation.list_to_ask(round, at, within=LATEST, limit=AT_ONCE):
            ask_about(consultation, round, at=at)
            asked += 1
    return asked


def ask_about(consultation: Consultation, round: EvaluationRound, *, at: datetime) -> None:
    """Give a seat to every organisation that answered or stands behind an answer, and to the officials; each is mailed a link.

    A constant number of statements, however many they are. Those who have a seat in the round already keep it.
    """
    seats = [{"organisation_id": number, "user_id": None} for number in _organisations(consultation)]
    seats += [{"organisation_id": None, "user_id": number} for number in _officials(consultation)]
    seat = EvaluationSeat
    held = sa.select(seat.organisation_id, seat.user_id).where(seat.consultation_id == consultation.id, seat.round == round)
    known = {tuple(row) for row in db.session.execute(held)}
    new = [each for each in seats if (each["organisation_id"], each["user_id"]) not in known]
    if not new:
        return
    common = {"consultation_id": consultation.id, "round": round, "asked_at": at}
    made = db.session.execute(sa.insert(seat).returning(seat.id, seat.organisation_id), [{**common, **each} for each in new])
    each = [{"subject_id": row.id, "organisation_id": row.organisation_id} for row in made.all()]
    events.record_many(EventName.evaluation_asked, each, at=at, **consultation.scope)


def answer_evaluation(seat: EvaluationSeat, said: Mapping[str, int | None], *, at: datetime) -> None:
    """Take an answer: a step from 1 to 5 for each statement, None where one cannot say.

    What was answered is tied to nobody: the seat is only marked as answered, and the event says the consultation alone.
    An organisation that others have been merged into answers once for them all: their seats are marked as well.

    Raises:
        Blocked: it has been answered, or the round is over.
        ValueError: a statement is missing, or a step that there is not.
    """
    shared = queries_evaluation.list_shared(seat)
    refuse_unless_clear(blockers_to_answer(answered=any(each.answered for each in shared), asked_at=seat.asked_at, at=at))
    steps = {each.key: said[each.key] for each in STATEMENTS if each.key in said}
    if len(steps) != len(STATEMENTS) or any(step is not None and step not in range(1, STEPS + 1) for step in steps.values()):
        raise ValueError("a step for each statement")
    for each in shared:
        each.answered = True
    db.session.add(EvaluationReply(consultation_id=seat.consultation_id, round=seat.round, side=seat.side, **steps))
    db.session.flush()
    events.record(EventName.evaluation_answered, at=at, **seat.consultation.scope)


def _organisations(consultation: Consultation) -> list[int]:
    """Whoever answered, spoke at a meeting or stands behind an answer, published or not; the heir of one that has been merged."""
    viewed = sa.exists().where(PositionVersion.position_id == Position.id, is_view_standing())
    own: Any = sa.select(Position.organisation_id).where(Position.consultation_id == consultation.id, sa.or_(Position.stands, viewed))
    parties = (
        sa.select(PositionParty.organisation_id)
        .join(Position, Position.id == PositionParty.position_id)
        .where(Position.consultation_id == consultation.id, Position.stands, PositionParty.stands)
    )
    ids = sa.select(now_of(Organisation.id)).where(sa.or_(Organisation.id.in_(own), Organisation.id.in_(parties)))
    return sorted(set(db.session.scalars(ids)))


def _officials(consultation: Consultation) -> list[int]:
    """The authority's officers, and the coordinators where they take part."""
    handles: sa.ColumnElement[bool] = sa.and_(Membership.role == Role.officer, Membership.authority_id == consultation.authority_id)
    if consultation.coordinator_takes_part:
        coordinates = sa.and_(Membership.role == Role.coordinator, Membership.municipality_id == consultation.municipality_id)
        handles = sa.or_(handles, coordinates)
    return sorted(set(db.session.scalars(sa.select(Membership.user_id).where(handles, Membership.ended_at.is_(None)))))
