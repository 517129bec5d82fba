"""All that has come of one organisation's voice, consultation by consultation: the list of its threads (queries_thread)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core.db import db
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Authority, Municipality, Organisation
from sakrad.directory.queries_merging import own_ids
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.responses.links import voiced
from sakrad.responses.models import Commitment, FeedbackRelease, Outcome, Response
from sakrad.responses.outcomes import outcome_of_point
from sakrad.responses.queries_verdicts import judges
from sakrad.responses.told import is_told
from sakrad.summaries.models import Citation, Point


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the organisation's own pieces in one consultation, and of those that it stands behind: each once."""

    taken_up: int = 0
    set_aside: int = 0
    unanswered: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=dict)  # in their order


@dataclass(slots=True, kw_only=True)
class ThreadRow(Counts):
    """One consultation, and what came of what the organisation said in it."""

    kommun: str
    slug: str
    title: str
    municipality: str
    authority: str
    closes_at: datetime
    summary_published_at: datetime | None
    feedback_published_at: datetime | None
    promised: int = 0
    done: int = 0

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


@dataclass(frozen=True, slots=True)
class ThreadList:
    """A page of them, the newest first."""

    rows: tuple[ThreadRow, ...]
    total: int
    page: int
    pages: int


def get_thread_list(organisation: Organisation, page: int, at: datetime) -> ThreadList:
    """The consultations in which the organisation has a voice of its own or stands behind another's. At most 5 statements."""
    own = own_ids(organisation)
    mine, joint = voiced(own)
    where = (IS_PUBLIC, Consultation.id.in_(sa.select(Position.consultation_id).where(Position.id.in_(mine.union(joint)))))
    from_ = sa.join(Consultation, Municipality, Municipality.id == Consultation.municipality_id)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(from_).where(*where)) or 0
    pages = page_count(total)
    page = min(page, pages)
    columns = (
        Consultation.id,
        Consultation.slug,
        Consultation.title,
        Consultation.closes_at,
        Consultation.summary_published_at,
        Consultation.feedback_published_at,
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Authority.name.label("authority"),
    )
    listed = sa.select(*columns).select_from(from_).join(Authority, Authority.id == Consultation.authority_id).where(*where)
    found = db.session.execute(listed.order_by(Consultation.closes_at.desc(), Consultation.id.desc()).limit(PAGE).offset((page - 1) * PAGE))
    rows = {row.pop("id"): ThreadRow(**row) for row in map(dict, found.mappings())}
    if rows:
        count_points({key: row for key, row in rows.items() if row.summary_published_at and row.summary_published_at <= at}, own)
        _count_promises(rows, own)
    return ThreadList(tuple(rows.values()), total, page, pages)


def count_points(counts: Mapping[int, Counts], own: Collection[int]) -> None:
    """Count what was taken up, set aside and answered in consultations (by id) whose summary is published. One statement.

    What was said at a meeting is its speaker's alone, and stands though the written answer is disowned.
    """
    (mine, joint), spoken = voiced(own), PositionVersion.meeting_id.is_not(None)
    written = sa.and_(Position.disowned_at.is_(None), sa.not_(spoken), Position.id.in_(mine.union(joint)))
    cited = sa.exists().where(Citation.point_id == Point.id).correlate(Point)
    pieces = (
        sa.select(Point.consultation_id, cited.label("cited"), outcome_of_point().label("outcome"))
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Point.consultation_id.in_(counts), sa.or_(written, sa.and_(spoken, Position.id.in_(mine))))
        .where(sa.or_(cited, Point.set_aside_at.is_not(None)))
        .subquery()
    )
    counted = sa.select(pieces.c.consultation_id, pieces.c.cited, pieces.c.outcome, sa.func.count().label("number"))
    for one in db.session.execute(counted.group_by(pieces.c.consultation_id, pieces.c.cited, pieces.c.outcome)):
        row = counts[one.consultation_id]
        row.taken_up += one.number if one.cited else 0
        row.set_aside += 0 if one.cited else one.number
        if one.outcome is None:
            row.unanswered += one.number
        else:
            row.outcomes[one.outcome] = row.outcomes.get(one.outcome, 0) + one.number
    for row in counts.values():
        row.outcomes = {outcome: row.outcomes[outcome] for outcome in Outcome if outcome in row.outcomes}


def _count_promises(rows: dict[int, ThreadRow], own: Collection[int]) -> None:
    """How many published commitments rest on the organisations' words, and how many of them are done."""
    who = judges().subquery()
    theirs = sa.select(who.c.commitment_id).where(who.c.organisation_id.in_(own))
    counted = (
        sa.select(Commitment.consultation_id, sa.func.count().label("number"), sa.func.count(Commitment.done_at).label("done"))
        .join(Response, Response.id == Commitment.response_id)
        .join(FeedbackRelease, sa.and_(FeedbackRelease.id == Response.release_id, FeedbackRelease.published_at.is_not(None)))
        .where(Commitment.consultation_id.in_(rows), Commitment.id.in_(theirs), is_told())
        .group_by(Commitment.consultation_id)
    )
    for one in db.session.execute(counted):
        rows[one.consultation_id].promised, rows[one.consultation_id].done = one.number, one.done
