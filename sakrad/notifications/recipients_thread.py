"""Who is told what came of their words, and asked whether a promise was kept. See recipients.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Authority, Organisation
from sakrad.directory.queries_merging import now_of
from sakrad.positions.models import Answer, Concurrence, Position, PositionParty, PositionVersion
from sakrad.positions.queries_views import is_view_standing
from sakrad.responses.models import Commitment, FeedbackRelease, Progress, Response, Verdict
from sakrad.responses.queries_verdicts import judges
from sakrad.summaries.models import Citation, Point


def who_has_a_voice(event: Event) -> Iterable[str]:
    """All who answered, spoke at a meeting or stand behind an answer; of answers in parts, those whom the part concerns.

    The last part also tells those of whose words nothing was answered in any.
    """
    spoke = sa.exists().where(PositionVersion.position_id == Position.id, is_view_standing()).correlate(Position)
    heard = sa.and_(Position.consultation_id == event.consultation_id, sa.or_(Position.stands, spoke))
    concerned = sa.select(Position.id).where(heard, _is_concerned(event))
    sender = aliased(Position)
    agreeing = (
        sa.select(sender.id)
        .join(Concurrence, Concurrence.version_id == sender.current_id)
        .where(Concurrence.position_id.in_(concerned), sender.stands)
    )
    own = (
        sa.select(Organisation.email)
        .join(Position, Organisation.id == now_of(Position.organisation_id))
        .where(heard, sa.or_(Position.id.in_(concerned), Position.id.in_(agreeing)))
    )
    joint = (
        sa.select(Organisation.email)
        .join(PositionParty, Organisation.id == now_of(PositionParty.organisation_id))
        .where(PositionParty.position_id.in_(concerned), PositionParty.stands)
    )
    return db.session.scalars(own.union(joint))


def _is_concerned(event: Event) -> sa.ColumnElement[bool]:
    """Whether the part of the answers is about what the position said. Needs Position outside."""
    parts = sa.select(FeedbackRelease.id, FeedbackRelease.published_at).where(FeedbackRelease.consultation_id == event.consultation_id)
    releases = db.session.execute(parts).all()
    if len(releases) <= 1:
        return sa.true()
    here = _is_answered(Response.release_id == event.subject_id)
    if any(release.published_at is None for release in releases):
        return here
    return sa.or_(here, sa.not_(_is_answered(sa.true())))


def _is_answered(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether such an answer is given to something that the position said, itself or through a finding. Needs Position outside."""
    alone = sa.exists().where(Response.point_id == Point.id, which).correlate(Point)
    shared = sa.exists().where(Citation.point_id == Point.id, Response.finding_id == Citation.finding_id, which).correlate(Point)
    return (
        sa.select(Point.id)
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .where(PositionVersion.position_id == Position.id, sa.or_(alone, shared))
        .correlate(Position)
        .exists()
    )


def who_is_to_judge(event: Event) -> Iterable[str]:
    """Those who may judge the commitment, and have not done so since the municipality last told how it goes."""
    who = judges().subquery()
    told = sa.select(sa.func.max(Progress.at)).where(Progress.commitment_id == event.subject_id, Progress.pledge_id.is_(None))
    said = sa.select(Verdict.id).where(
        Verdict.commitment_id == event.subject_id,
        now_of(Verdict.organisation_id) == Organisation.id,
        sa.or_(told.scalar_subquery().is_(None), Verdict.at >= told.scalar_subquery()),
    )
    return db.session.scalars(
        sa.select(Organisation.email)
        .join(who, Organisation.id == now_of(who.c.organisation_id))
        .where(who.c.commitment_id == event.subject_id, sa.not_(said.correlate(Organisation).exists()))
    )


def who_reviews_verdicts(event: Event) -> Iterable[str]:
    """The authority's official mailbox, where there are words or a name to review."""
    verdict: Any = db.session.get(Verdict, event.subject_id or 0)
    if verdict is None or not (verdict.text or verdict.by_name):
        return ()
    mailbox = sa.select(Authority.mailbox).where(Authority.id == event.authority_id)
    return db.session.scalars(mailbox)


def is_asked_instead(event: Event) -> bool:
    """Whether those who would hear of the progress are asked whether the promise was kept: when it is told as done."""
    if event.data.get("status") != "done":
        return False
    commitment = sa.select(Commitment.id).join(Progress, Progress.commitment_id == Commitment.id).where(Progress.id == event.subject_id)
    asked = sa.exists().where(
        Event.name == "verdict_asked",
        Event.consultation_id == event.consultation_id,
        Event.subject_id == commitment.scalar_subquery(),
        Event.at >= event.at,
    )
    return bool(db.session.scalar(sa.select(asked)))
