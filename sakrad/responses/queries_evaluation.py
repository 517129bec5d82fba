"""Reads about the evaluation: what it says in public, and what somebody is asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries_merging import find_heir_in_force, get_present, is_own, now_of
from sakrad.responses import evaluation, links_evaluation
from sakrad.responses.evaluation import OPEN_FOR, ROUNDS, STATEMENTS, STEPS, Result, Tally, Told, Whose
from sakrad.responses.models import EvaluationReply, EvaluationRound, EvaluationSeat

# -- in public


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """…/sakrad/<slug>/utvardering"""

    head: Head
    results: tuple[Result, ...]  # by round
    valid_until: datetime


def get_evaluation_page(kommun: str, slug: str, at: datetime) -> EvaluationPage:
    """How both sides judge an announced consultation. Three statements. Raises Missing."""
    head, _more = get_head(kommun, slug, at)
    results = results_of([head.id], at).get(head.id, ())
    ends = [result.closes_at for result in results if not result.is_over]
    return EvaluationPage(head, results, min([head.valid_until, *ends]))


def results_of(consultation_ids: Collection[int], at: datetime) -> dict[int, tuple[Result, ...]]:
    """What readers may see of each consultation's rounds, in order; one that nobody has been asked about is left out. Two statements."""
    if not consultation_ids:
        return {}
    told: dict[tuple[int, EvaluationRound], list[Told]] = {}
    for row in db.session.execute(_replies(consultation_ids)).mappings():
        told.setdefault((row["consultation_id"], row["round"]), []).append(_told(row))
    seat = EvaluationSeat
    waiting = sa.func.sum(sa.case((seat.answered, 0), else_=1))
    rounds = sa.select(seat.consultation_id, seat.round, sa.func.min(seat.asked_at).label("asked_at"), waiting.label("waiting"))
    found: dict[int, dict[EvaluationRound, Result]] = {}
    for one in db.session.execute(rounds.where(seat.consultation_id.in_(consultation_ids)).group_by(seat.consultation_id, seat.round)):
        over = evaluation.is_over(one.asked_at, one.waiting, at)
        sides = told.get((one.consultation_id, one.round), []) if over else []
        result = Result(one.round, one.asked_at, one.asked_at + OPEN_FOR, over, evaluation.tell(sides))
        found.setdefault(one.consultation_id, {})[one.round] = result
    return {number: tuple(rounds[each] for each in ROUNDS if each in rounds) for number, rounds in found.items()}


def _replies(consultation_ids: Collection[int]) -> Any:
    """A row for each consultation, round and side: how many replies, and how many chose each step of each statement."""
    reply = EvaluationReply
    steps = [
        sa.func.sum(sa.case((getattr(reply, each.key) == step, 1), else_=0)).label(f"{each.key}_{step}")
        for each in STATEMENTS
        for step in range(1, STEPS + 1)
    ]
    key = (reply.consultation_id, reply.round, reply.side)
    replies = sa.func.count().label("replies")
    # In a steady order, so that not even the order of the rows tells who came first.
    return sa.select(*key, replies, *steps).where(reply.consultation_id.in_(consultation_ids)).group_by(*key).order_by(reply.side.desc())


def _told(row: sa.RowMapping) -> Told:
    tallies = {}
    for each in STATEMENTS:
        counts = tuple(int(row[f"{each.key}_{step}"]) for step in range(1, STEPS + 1))
        tallies[each.key] = Tally(counts, row["replies"] - sum(counts))
    return Told(Whose(row["side"].value), row["replies"], tallies)


# -- for who is asked


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody's seat, and by which way it was reached."""

    seat: EvaluationSeat
    organisation: Organisation | None  # whose it is now: the heir, where the asked one has been merged into it
    token: str | None = None  # of the mailed link; None: by account

    @property
    def consultation(self) -> Consultation:
        return self.seat.consultation


def get_link_asked(token: str) -> Asked:
    """What the mailed link opens; the consultation is locked when writing. Raises Missing where the token is false."""
    seat = _one(EvaluationSeat.reference == ids.reference_in(token))
    if seat is None or not links_evaluation.is_evaluation_token(token, seat):
        raise Missing("evaluation")
    return Asked(seat, seat.organisation and (find_heir_in_force(seat.organisation) or seat.organisation), token)


def get_organisation_asked(org: str, kommun: str, slug: str) -> Asked:
    """What an organisation is asked: what waits before what is answered, and the latest round first. Raises Missing, Moved."""
    organisation = get_present(org)
    seat = _one(is_own(EvaluationSeat.organisation_id, organisation), Municipality.slug == kommun, Consultation.slug == slug)
    if seat is None:
        raise Missing("evaluation")
    return Asked(seat, organisation)


def find_official_asked(consultation: Consultation, user: User) -> Asked | None:
    """What an official is asked about the consultation; None where they are not."""
    seat = _one(EvaluationSeat.consultation_id == consultation.id, EvaluationSeat.user_id == user.id)
    return Asked(seat, None) if seat is not None else None


def list_to_evaluate(organisation: Organisation, at: datetime) -> list[EvaluationSeat]:
    """What waits for the organisation's answer, the oldest first."""
    mine = is_own(EvaluationSeat.organisation_id, organisation)
    open_now = sa.and_(~EvaluationSeat.answered, EvaluationSeat.asked_at > at - OPEN_FOR)
    other = sa.orm.aliased(EvaluationSeat)  # whose organisation has been merged since
    same = (other.consultation_id == EvaluationSeat.consultation_id, other.round == EvaluationSeat.round)
    told = sa.exists().where(*same, other.answered, is_own(other.organisation_id, organisation))
    return list(db.session.scalars(_seats(mine, open_now, ~told).order_by(EvaluationSeat.asked_at, EvaluationSeat.id)))


def _one(*which: sa.ColumnElement[bool]) -> EvaluationSeat | None:
    latest = (EvaluationSeat.answered, EvaluationSeat.asked_at.desc(), EvaluationSeat.id.desc())
    return db.session.scalar(locked(_seats(*which).order_by(*latest).limit(1), Consultation))


def list_shared(seat: EvaluationSeat) -> list[EvaluationSeat]:
    """The seat, and in its round those of the organisations that it has become one with. Read anew and locked when writing."""
    s, same = EvaluationSeat, EvaluationSeat.id == seat.id
    if seat.organisation_id is not None:
        heir = now_of(sa.literal(seat.organisation_id))
        same = sa.and_(s.consultation_id == seat.consultation_id, s.round == seat.round, now_of(s.organisation_id) == heir)
    return list(db.session.scalars(locked(sa.select(s).where(same).order_by(s.id), s)))


def is_answered(seat: EvaluationSeat) -> bool:
    """Whether the organisation or official has answered in the round, by this seat or another."""
    return any(each.answered for each in list_shared(seat))


def _seats(*which: sa.ColumnElement[bool]) -> sa.Select[EvaluationSeat]:
    """Seats with what their pages show."""
    return (
        sa.select(EvaluationSeat)
        .join(EvaluationSeat.consultation)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(Municipality.active, *which)
        .options(
            joinedload(EvaluationSeat.consultation).joinedload(Consultation.municipality),
            joinedload(EvaluationSeat.consultation).joinedload(Consultation.authority),
            joinedload(EvaluationSeat.organisation),
        )
    )


def list_to_ask(round: EvaluationRound, at: datetime, *, within: Any, limit: int) -> list[Consultation]:
    """Consultations whose round has come, no longer ago than `within`, and about which nobody has been asked yet."""
    latest = at - ROUNDS[round]
    asked = sa.exists().where(EvaluationSeat.consultation_id == Consultation.id, EvaluationSeat.round == round)
    return list(
        db.session.scalars(
            sa.select(Consultation)
            .join(Consultation.municipality)
            .where(
                Municipality.active,
                Consultation.cancelled_at.is_(None),
                Consultation.feedback_published_at <= latest,
                Consultation.feedback_published_at > latest - within,
                ~asked,
            )
            .order_by(Consultation.feedback_published_at, Consultation.id)
            .limit(limit)
        )
    )
