"""What of the promise ledger readers may be told: one home for the rule, as SQL."""

from __future__ import annotations

import sqlalchemy as sa

from sakrad.records.models import ReviewDecision, ReviewKind
from sakrad.records.queries import latest_decision
from sakrad.responses.models import Commitment, CommitmentParty, Pledge, Progress


def is_confirmed() -> sa.ColumnElement[bool]:
    """Whether the organisation stands for its part: it has confirmed it and not withdrawn. Needs Pledge."""
    return sa.and_(Pledge.confirmed_at.is_not(None), Pledge.withdrawn_at.is_(None))


def is_told() -> sa.ColumnElement[bool]:
    """Whether a published commitment may be told: the organisations' own only once one of them has confirmed. Needs Commitment."""
    confirmed = sa.exists().where(Pledge.commitment_id == Commitment.id, is_confirmed()).correlate(Commitment)
    return sa.or_(Commitment.party != CommitmentParty.organisation, confirmed)


def can_be_late() -> sa.ColumnElement[bool]:
    """Only what the municipality does can be late (PRACTICE.md 25). Needs Commitment."""
    return Commitment.party != CommitmentParty.organisation


def is_step_told() -> sa.ColumnElement[bool]:
    """Whether readers may read a row of progress: the municipality's at once, an organisation's after review, of a part that it
    stands for. Needs Progress."""
    let_through = latest_decision(ReviewKind.progress, Progress.id).in_((ReviewDecision.publish, ReviewDecision.masked))
    stands = sa.exists().where(Pledge.id == Progress.pledge_id, is_confirmed()).correlate(Progress)
    return sa.or_(Progress.pledge_id.is_(None), sa.and_(let_through, stands))
