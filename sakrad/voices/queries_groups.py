"""A group: what has been asked about it, who says that it speaks for it, what was said for it, and what came of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation, Question, consultation_group
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.core.text import MASK
from sakrad.directory.models import Municipality, Organisation, TargetGroup
from sakrad.directory.queries_public import Named, is_listed
from sakrad.positions.models import Answer, PositionVersion, version_group
from sakrad.positions.queries_coverage import Row, list_rows, open_first
from sakrad.positions.queries_public import READABLE, Visibility, is_quotable, positions, slice_of, visibility_sql
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, masks_over, published_row
from sakrad.responses.models import Outcome
from sakrad.responses.outcomes import outcome_of_point
from sakrad.summaries.models import Citation, Finding, Point
from sakrad.summaries.queries_public import Source, source
from sakrad.voices.queries import Listed, list_organisations, speaks_for
from sakrad.voices.queries_uptake import Scope, Uptake, list_latest, uptake_of

SAID = 25  # points on a page
WORDS = 900  # bytes of each
LATEST = 5  # on the group's own page
DEEPEST = 400  # pages: further back one reads by consultation


@dataclass(frozen=True, slots=True)
class GroupPage:
    """/grupper/<grupp>"""

    group: Named
    consultations: tuple[tuple[Row, bool], ...]  # and whether somebody has answered for the group
    organisations: tuple[Listed, ...]
    more_organisations: int
    uptake: Uptake
    said: tuple[SaidFor, ...]  # the latest by name: beside who speaks for the group, one without could be guessed
    more_said: bool
    page: int
    pages: int
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class SaidFor:
    """A point of a published summary from an organisation that says that it speaks for the group, and what came of it."""

    kommun: str
    municipality: str
    slug: str
    title: str
    source: Source
    finding: int | None  # the first that cites it
    heading: str
    set_aside: str  # the reason, masked
    outcome: Outcome | None

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


@dataclass(frozen=True, slots=True)
class SaidPage:
    """/grupper/<grupp>/sagt"""

    group: Named
    rows: tuple[SaidFor, ...]
    page: int
    pages: int  # one more than this one where there is more: nobody counts them all
    valid_until: datetime


def get_group_page(grupp: str, page: int, at: datetime) -> GroupPage:
    """What has been asked about a group, who says that it speaks for it, and what came of it. 7 statements. Raises Missing."""
    concerns = (
        sa.select(sa.func.count())
        .select_from(Consultation)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(consultation_group, consultation_group.c.consultation_id == Consultation.id)
        .where(IS_PUBLIC, consultation_group.c.target_group_id == TargetGroup.id)
        .correlate(TargetGroup)
        .scalar_subquery()
    )
    speakers = (
        sa.select(sa.func.count())
        .select_from(Organisation)
        .where(is_listed(), Organisation.merged_at.is_(None), Organisation.groups.any(TargetGroup.slug == grupp))
        .scalar_subquery()
    )
    row = _group(grupp, concerns.label("concerns"), speakers.label("speakers"))
    group = Named(row.name, row.name_en, row.slug)
    pages = page_count(row.concerns)
    page = min(page, pages)
    rows = list_rows(at, Consultation.groups.any(TargetGroup.slug == grupp), order=open_first(at), limit=PAGE, offset=(page - 1) * PAGE)
    uptake = uptake_of(Scope(group=row.id))
    said = _said(row.id, at, limit=LATEST + 1)
    return GroupPage(
        group=group,
        consultations=tuple((one, group not in one.silent) for one in rows),
        organisations=tuple(list_organisations(at, speaks_for(grupp))),
        more_organisations=max(0, row.speakers - PAGE),
        uptake=uptake,
        said=readable(said[:LATEST]),
        more_said=len(said) > LATEST,
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at, *(border for one in rows for border in (one.opens_at, one.closes_at))),
    )


def get_said_page(grupp: str, page: int, at: datetime) -> SaidPage:
    """A page of everything that has been said by name for a group, the latest first. 4 statements. Raises Missing."""
    row = _group(grupp)
    page = min(page, DEEPEST)
    said = _said(row.id, at, limit=SAID + 1, offset=(page - 1) * SAID)
    if page > 1 and not said:
        raise Missing("page")
    pages = page + (len(said) > SAID and page < DEEPEST)
    return SaidPage(Named(row.name, row.name_en, row.slug), readable(said[:SAID]), page, pages, clock.valid_until(at))


def _group(grupp: str, *columns: Any) -> Any:
    statement = sa.select(TargetGroup.id, TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, *columns)
    row = db.session.execute(statement.where(TargetGroup.slug == grupp)).one_or_none()
    if row is None:
        raise Missing("group")
    return row


def _said(group_id: int, at: datetime, *, limit: int, offset: int = 0) -> tuple[SaidFor, ...]:
    """Points said by name, once each, of versions that speak for the group. 3 statements.

    For whom one without a name speaks would tell who it is: the organisations of a group are few.
    """
    latest = Consultation.id.in_(list_latest(Scope(group=group_id), limit + offset))
    speaks = sa.exists().where(version_group.c.version_id == Answer.version_id, version_group.c.target_group_id == group_id)
    return list_said(at, latest, speaks, visibility_sql(at) == Visibility.named.value, limit=limit, offset=offset)


def readable(said: tuple[SaidFor, ...]) -> tuple[SaidFor, ...]:
    """Those that masks do not lie over as a whole: whose such words are is in no figure either (responses.uptake)."""
    return tuple(one for one in said if one.source.words.replace(MASK, "").strip())


def list_said(at: datetime, *where: sa.ColumnElement[bool], limit: int, offset: int = 0) -> tuple[SaidFor, ...]:
    """Points of published summaries that readers may read, once each, the latest first. 2 statements."""
    version = aliased(PositionVersion, name="spoken_version")
    quotable = sa.and_(is_quotable(Answer.version_id), version.withdrawn_at.is_(None), version.disowned_at.is_(None))
    columns = (
        Point.id.label("point_id"),
        Point.number.label("point"),
        Point.start,
        Point.end,
        Point.set_aside_reason,
        Point.set_aside_at,
        masks_column(TextKind.set_aside, Point.id).label("set_aside_masks"),
        Answer.id.label("answer_id"),
        Answer.stance,
        Answer.own_interest,
        slice_of(Answer, Point.start, Point.end).label("words"),
        quotable.label("quotable"),
        version.number.label("spoken_in"),
        Question.number.label("question"),
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Consultation.slug,
        Consultation.title,
        Finding.number.label("finding"),
        Finding.heading,
        masks_column(TextKind.finding_heading, Finding.id).label("heading_masks"),
        outcome_of_point().label("outcome"),
    )
    statement = (
        positions(at, *columns, spoken=version)
        .join(Answer, Answer.version_id == version.id)
        .join(Point, Point.answer_id == Answer.id)
        .join(Question, Question.id == Answer.question_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .outerjoin(Finding, Finding.id == _first_finding())
        .where(IS_PUBLIC, Consultation.summary_published_at.is_not(None), visibility_sql(at).in_(READABLE), quotable, *where)
        .order_by(Consultation.summary_published_at.desc(), Consultation.id, Point.number)
    )
    rows = list(db.session.execute(statement.limit(limit).offset(offset)))
    masks = masks_over({TextKind.answer: {row.answer_id for row in rows}})
    return tuple(
        SaidFor(
            kommun=row.kommun,
            municipality=row.municipality,
            slug=row.slug,
            title=row.title,
            source=source(row, row.point, masks, WORDS),
            finding=row.finding,
            heading=published_row(row.heading or "", row.heading_masks),
            set_aside=published_row(row.set_aside_reason, row.set_aside_masks) if row.set_aside_at else "",
            outcome=row.outcome,
        )
        for row in rows
    )


def _first_finding() -> sa.ScalarSelect[int]:
    """The finding with the lowest number that cites a point: the one that speaks for it (responses.outcomes). Needs Point outside."""
    first = aliased(Finding)
    cites = sa.select(first.id).join(Citation, Citation.finding_id == first.id).where(Citation.point_id == Point.id)
    return cites.order_by(first.number).limit(1).correlate(Point).scalar_subquery()
