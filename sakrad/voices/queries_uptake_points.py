"""From a figure of uptake to the words behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME, Head, get_head
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation, TargetGroup, Unit
from sakrad.directory.queries_merging import present_id
from sakrad.directory.queries_public import Named
from sakrad.positions.models import Answer, version_group
from sakrad.positions.queries_public import Visibility, visibility_sql
from sakrad.responses.models import Outcome, UptakeCell
from sakrad.responses.outcomes import outcome_of_point
from sakrad.summaries.models import Citation, Point
from sakrad.voices.queries_groups import DEEPEST, SAID, SaidFor, list_said, readable
from sakrad.voices.queries_uptake import Scope, count_unnamed, list_latest
from sakrad.voices.queries_uptake_pages import Asked

UNANSWERED = "obesvarad"  # in the address, beside the outcomes' codes


@dataclass(frozen=True, slots=True)
class PointsPage:
    """…/genomslag/synpunkter and /statistik/synpunkter"""

    head: Head | None  # of the consultation
    kommun: str
    municipality: str
    place: str  # its name alone
    asked: Asked
    group: Named | None
    unit: str
    outcome: str  # a code, UNANSWERED, or "" for all
    rows: tuple[SaidFor, ...]
    by_name_only: bool
    unnamed: int  # points that the figure counts, and that are left out here
    page: int
    pages: int  # one more than this one where there is more: nobody counts them all
    valid_until: datetime


def get_consultation_points(kommun: str, slug: str, asked: Asked, outcome: str, page: int, at: datetime) -> PointsPage:
    """The words behind the figures of a consultation. At most 6 statements. Raises Missing."""
    head, _more = get_head(kommun, slug, at)
    if head.summary_published_at is None:
        raise Missing("uptake")
    asked = replace(asked, year=None, unit="")
    return _page(head, kommun, (head.municipality, head.place), asked, outcome, page, at, Scope(consultation=head.id))


def get_municipality_points(kommun: str, asked: Asked, outcome: str, page: int, at: datetime) -> PointsPage:
    """The same of a municipality. At most 8 statements. Raises Missing."""
    statement = sa.select(Municipality.id, FULL_NAME.label("name"), Municipality.name.label("place")).where(
        Municipality.slug == kommun, Municipality.active
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise Missing("municipality")
    return _page(None, kommun, (found.name, found.place), asked, outcome, page, at, Scope(municipality=found.id))


def get_all_points(asked: Asked, outcome: str, page: int, at: datetime) -> PointsPage:
    """The same of all municipalities together. At most 6 statements. Raises Missing."""
    return _page(None, "", ("", ""), replace(asked, unit=""), outcome, page, at, Scope())


def _page(
    head: Head | None, kommun: str, names: tuple[str, str], asked: Asked, outcome: str, page: int, at: datetime, scope: Scope
) -> PointsPage:
    outcome = outcome if outcome == UNANSWERED or outcome in set(Outcome) else ""
    group_id, group = _group(asked.group)
    unit = db.session.execute(sa.select(Unit.id, Unit.name).where(Unit.reference == asked.unit)).one_or_none() if asked.unit else None
    asked = replace(asked, group=asked.group if group else "", unit=asked.unit if unit else "")
    page = min(page, DEEPEST)
    offset = (page - 1) * SAID
    scope = replace(scope, unit=unit.id if unit else None, group=group_id, year=asked.year, kind=asked.kind)
    where = _narrowed(asked, outcome, at)
    if head is None:
        where.append(Consultation.id.in_(list_latest(scope, offset + SAID + 1, *_counted_as(outcome))))
    else:
        where.append(Consultation.id == head.id)
    rows = list_said(at, *where, limit=SAID + 1, offset=offset)
    by_name = _only_by_name(asked, outcome)
    if page > 1 and not rows:
        raise Missing("page")
    return PointsPage(
        head=head,
        kommun=kommun,
        municipality=names[0],
        place=names[1],
        asked=asked,
        group=group,
        unit=unit.name if unit else "",
        outcome=outcome,
        rows=readable(rows[:SAID]) if by_name else rows[:SAID],
        by_name_only=by_name,
        unnamed=count_unnamed(scope, *_counted_as(outcome)) if by_name else 0,
        page=page,
        pages=page + (len(rows) > SAID and page < DEEPEST),
        valid_until=head.valid_until if head else clock.valid_until(at),
    )


def _counted_as(outcome: str) -> list[sa.ColumnElement[bool]]:
    """The outcome as the cells say it."""
    if not outcome:
        return []
    return [UptakeCell.outcome.is_(None) if outcome == UNANSWERED else UptakeCell.outcome == Outcome(outcome)]


def _group(slug: str) -> tuple[int | None, Named | None]:
    if not slug:
        return None, None
    statement = sa.select(TargetGroup.id, TargetGroup.name, TargetGroup.name_en, TargetGroup.slug).where(TargetGroup.slug == slug)
    row = db.session.execute(statement).one_or_none()
    return (row.id, Named(row.name, row.name_en, row.slug)) if row else (None, None)


def _only_by_name(asked: Asked, outcome: str) -> bool:
    """A list that says of what kind its organisations are, or for whom they speak, would tell of those without a name; and one
    of an outcome would give back what its figure leaves out.
    """
    return bool(asked.group or asked.kind or outcome)


def _narrowed(asked: Asked, outcome: str, at: datetime) -> list[sa.ColumnElement[bool]]:
    """What is asked for, as conditions of `list_said`."""
    own, heir = aliased(Organisation), aliased(Organisation)
    answered = outcome_of_point()
    where = [sa.or_(Point.set_aside_at.is_not(None), sa.exists().where(Citation.point_id == Point.id))]
    if asked.year is not None:
        first, last = (clock.start_of(date(year, 1, 1)) for year in (asked.year, asked.year + 1))
        where += [Consultation.summary_published_at >= first, Consultation.summary_published_at < last]
    if asked.unit:
        where.append(Consultation.unit_id == sa.select(Unit.id).where(Unit.reference == asked.unit).scalar_subquery())
    if asked.group:
        said_for = sa.select(version_group.c.version_id).join(TargetGroup, TargetGroup.id == version_group.c.target_group_id)
        where.append(Answer.version_id.in_(said_for.where(TargetGroup.slug == asked.group)))
    if asked.kind:
        kinds = sa.select(own.id).join(heir, heir.id == present_id(own)).where(heir.kind == asked.kind)
        where.append(Organisation.id.in_(kinds))
    if _only_by_name(asked, outcome):
        where.append(visibility_sql(at) == Visibility.named.value)
    if outcome:
        where.append(answered.is_(None) if outcome == UNANSWERED else answered == Outcome(outcome))
    return where
