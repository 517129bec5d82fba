"""What of the promise ledger readers may be told, and where its commitments stand: one home for each rule, as SQL."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from sakrad.core.db import json_rows
from sakrad.core.statements import among
from sakrad.records.models import ReviewDecision, ReviewKind
from sakrad.records.queries import latest_decision
from sakrad.responses.models import Commitment, CommitmentParty, FeedbackRelease, Pledge, Progress, ProgressStatus, Response

S = TypeVar("S", bound="sa.Select[Any]")


def join_released(statement: S) -> S:
    """Only the commitments whose answer is published: joins Response and FeedbackRelease. Needs Commitment."""
    published = sa.and_(FeedbackRelease.id == Response.release_id, FeedbackRelease.published_at.is_not(None))
    return statement.join(Response, Response.id == Commitment.response_id).join(FeedbackRelease, published)


def is_confirmed() -> sa.ColumnElement[bool]:
    """Whether the organisation stands for its part: it has confirmed it and not withdrawn. Needs Pledge."""
    return sa.and_(Pledge.confirmed_at.is_not(None), Pledge.withdrawn_at.is_(None))


def _stood_for() -> sa.ColumnElement[bool]:
    return sa.exists().where(Pledge.commitment_id == Commitment.id, is_confirmed()).correlate(Commitment)


def is_told() -> sa.ColumnElement[bool]:
    """Whether a published commitment may be told: the organisations' own only once one of them has confirmed. Needs Commitment."""
    return sa.or_(Commitment.party != CommitmentParty.organisation, _stood_for())


def party_told() -> sa.ColumnElement[CommitmentParty]:
    """Whose it is to readers: a joint one is the municipality's alone while no organisation stands for a part. Needs Commitment."""
    alone = sa.and_(Commitment.party == CommitmentParty.joint, ~_stood_for())
    return sa.case((alone, sa.literal(CommitmentParty.municipality, Commitment.party.type)), else_=Commitment.party)


def theirs_column() -> sa.ScalarSelect[Any]:
    """Who stands for what is the organisations' own: the part's id, the name, and what readers know it told last. Needs Commitment."""
    rows = sa.select(json_rows(Pledge.id, Pledge.organisation_name, latest_status(Pledge)))
    own = rows.where(Pledge.commitment_id == Commitment.id, is_confirmed(), Commitment.party == CommitmentParty.organisation)
    return own.correlate(Commitment).scalar_subquery()


def can_be_late() -> sa.ColumnElement[bool]:
    """Only what the municipality does can be late (PRACTICE.md 25). Needs Commitment."""
    return Commitment.party != CommitmentParty.organisation


def is_overdue(today: date) -> sa.ColumnElement[bool]:
    """Not done, and the due day has passed. Needs Commitment."""
    return sa.and_(Commitment.done_at.is_(None), Commitment.due_on < today, can_be_late())


def is_step_told() -> sa.ColumnElement[bool]:
    """Whether readers may read a row of progress: the municipality's at once, an organisation's after review, of a part that it
    stands for. Needs Progress."""
    let_through = among(latest_decision(ReviewKind.progress, Progress.id), (ReviewDecision.publish, ReviewDecision.masked))
    stands = sa.exists().where(Pledge.id == Progress.pledge_id, is_confirmed()).correlate(Progress)
    return sa.or_(Progress.pledge_id.is_(None), sa.and_(let_through, stands))


def latest_status(of: type[Commitment] | type[Pledge]) -> sa.ScalarSelect[ProgressStatus]:
    """What was told last: by the municipality of a commitment, or of an organisation's part as readers know it. Needs `of` outside."""
    own = sa.and_(Progress.commitment_id == Commitment.id, Progress.pledge_id.is_(None))
    which = own if of is Commitment else sa.and_(Progress.pledge_id == Pledge.id, is_step_told())
    return sa.select(Progress.status).where(which).order_by(Progress.id.desc()).limit(1).correlate(of).scalar_subquery()
