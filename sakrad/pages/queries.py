"""The composed public pages: start, the list of consultations, municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, consultation_group, consultation_subject
from sakrad.consultations.queries import phase_sql
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db, lower_sv, order_sv
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Authority, Municipality, Subject, TargetGroup, Unit
from sakrad.directory.queries_public import Named
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_coverage import Row, list_rows, open_first, public_consultations
from sakrad.positions.queries_public import Visibility, Voice, is_quotable, positions, slice_of, visibility_sql, voice
from sakrad.records.models import Mask, TextKind
from sakrad.responses.queries_commitments import Undertaken, is_state, overdue_first, undertaken, undertaken_of
from sakrad.summaries.models import Citation, Finding, Point, Summary

SHORT = 5  # rows of each list on the start page
WORDS = 6  # of a search
WITH_SUMMARY = Consultation.summary_published_at.is_not(None)


# -- start


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a published finding rests on."""

    words: str
    voice: Voice
    kommun: str
    slug: str
    authority: str
    replied: bool
    finding: int


@dataclass(frozen=True, slots=True)
class StartPage:
    """/"""

    open: tuple[Row, ...]
    summaries: tuple[Row, ...]
    commitments: tuple[Undertaken, ...]
    quotation: Quotation | None
    municipalities: tuple[tuple[str, str], ...]
    valid_until: datetime


def get_start_page(at: datetime) -> StartPage:
    """What is new everywhere. 5 statements."""
    is_open = phase_sql(at) == Phase.open.value
    open_ = list_rows(at, is_open, order=[Consultation.closes_at], limit=SHORT)
    summaries = list_rows(
        at, WITH_SUMMARY, Consultation.cancelled_at.is_(None), order=[Consultation.summary_published_at.desc()], limit=SHORT
    )
    commitments = db.session.execute(undertaken().order_by(*overdue_first(at)).limit(SHORT))
    places = sa.select(Municipality.slug, FULL_NAME.label("name"))
    return StartPage(
        open=tuple(open_),
        summaries=tuple(summaries),
        commitments=tuple(undertaken_of(row, at) for row in commitments),
        quotation=_quotation(at),
        municipalities=_names(places.where(Municipality.active).order_by(order_sv(Municipality.name)).limit(PAGE)),
        valid_until=clock.valid_until(at, *(row.closes_at for row in open_)),
    )


def _names(statement: sa.Select[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[1]) for row in db.session.execute(statement))


def _quotation(at: datetime) -> Quotation | None:
    """A short, unmasked quotation, by name, from the newest summary that has one."""
    masked = (
        sa.select(Mask.id)
        .where(Mask.kind == TextKind.answer, Mask.text_id == Answer.id, Mask.removed_at.is_(None))
        .where(Mask.start < Point.end, Mask.end > Point.start)
        .correlate_except(Mask)
        .exists()
    )
    other = sa.orm.aliased(Consultation)
    newest = (  # only these are looked through: the page must not grow with what was ever said
        sa.select(other.id).where(other.summary_published_at.is_not(None)).order_by(other.summary_published_at.desc()).limit(SHORT)
    )
    version = sa.orm.aliased(PositionVersion, name="spoken_version")
    statement = (
        positions(
            at,
            slice_of(Answer, Point.start, Point.end).label("words"),
            Municipality.slug.label("kommun"),
            Consultation.slug,
            Authority.name.label("authority"),
            Consultation.feedback_published_at,
            Finding.number.label("finding"),
        )
        .join(version, version.position_id == Position.id)
        .join(Answer, Answer.version_id == version.id)
        .join(Point, Point.answer_id == Answer.id)
        .join(Citation, Citation.point_id == Point.id)
        .join(Finding, Finding.id == Citation.finding_id)
        .join(Summary, sa.and_(Summary.id == Finding.summary_id, Summary.published_at.is_not(None)))
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(IS_PUBLIC, Consultation.id.in_(newest), Consultation.cancelled_at.is_(None), Point.end - Point.start <= 180, sa.not_(masked))
        .where(visibility_sql(at) == Visibility.named.value, is_quotable(version.id), version.withdrawn_at.is_(None))
        .where(version.meeting_id.is_(None))  # what was written
        .order_by(Summary.published_at.desc(), Finding.number, Citation.order)
        .limit(1)
    )
    row = db.session.execute(statement).first()
    if row is None:
        return None
    return Quotation(row.words, voice(row), row.kommun, row.slug, row.authority, row.feedback_published_at is not None, row.finding)


# -- the list of consultations


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader asks for; empty strings ask for nothing."""

    q: str = ""
    kommun: str = ""
    skede: str = ""
    grupp: str = ""
    amne: str = ""


@dataclass(frozen=True, slots=True)
class ConsultationList:
    """/sakrad"""

    rows: tuple[Row, ...]
    total: int
    municipalities: tuple[tuple[str, str], ...]
    groups: tuple[Named, ...]
    subjects: tuple[Named, ...]
    page: int
    pages: int
    valid_until: datetime


def get_consultation_list(wanted: Filter, page: int, at: datetime) -> ConsultationList:
    """A page of the consultations that match. 5 statements."""
    where = [*_matches(wanted.q), *_chosen(wanted, at)]
    total = db.session.scalar(public_consultations(sa.func.count()).where(*where)) or 0
    pages = page_count(total)
    page = min(page, pages)
    rows = list_rows(at, *where, order=open_first(at), limit=PAGE, offset=(page - 1) * PAGE)
    municipalities = public_consultations(Municipality.slug, FULL_NAME.label("name"), order_sv(Municipality.name)).distinct()
    borders = [border for row in rows for border in (row.opens_at, row.closes_at)]
    return ConsultationList(
        rows=tuple(rows),
        total=total,
        municipalities=_names(municipalities.order_by(order_sv(Municipality.name))),
        groups=_used(TargetGroup, consultation_group.c.target_group_id),
        subjects=_used(Subject, consultation_subject.c.subject_id),
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at, *borders),
    )


def _matches(q: str) -> list[sa.ColumnElement[bool]]:
    """Each word of the search stands in the title, the lead, the purpose or the name of whose it is, in capitals or not."""
    fields = (Consultation.title, Consultation.lead, Consultation.purpose, Municipality.name, Authority.name)
    return [sa.or_(*(lower_sv(field).contains(word, autoescape=True) for field in fields)) for word in q.lower().split()[:WORDS]]


def _chosen(wanted: Filter, at: datetime) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if wanted.kommun:
        where.append(Municipality.slug == wanted.kommun)
    if wanted.skede:
        where.append(phase_sql(at) == wanted.skede)
    if wanted.grupp:
        where.append(Consultation.groups.any(TargetGroup.slug == wanted.grupp))
    if wanted.amne:
        where.append(Consultation.subjects.any(Subject.slug == wanted.amne))
    return where


def _used(kind: Any, column: sa.ColumnElement[int]) -> tuple[Named, ...]:
    """The groups or subjects that some consultation has."""
    found = db.session.execute(
        sa.select(kind.name, kind.name_en, kind.slug).where(kind.id.in_(sa.select(column))).order_by(order_sv(kind.name))
    )
    return tuple(Named(*row) for row in found)


# -- municipalities


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality in the list."""

    slug: str
    name: str
    open: int
    total: int


@dataclass(frozen=True, slots=True)
class MunicipalityList:
    """/kommun: the active municipalities by county."""

    counties: tuple[tuple[str, tuple[Place, ...]], ...]
    valid_until: datetime


def get_municipality_list(at: datetime) -> MunicipalityList:
    """One statement; there are at most 311 of them."""

    def count(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        of = sa.select(sa.func.count()).where(
            Consultation.municipality_id == Municipality.id, Consultation.announced_at.is_not(None), *where
        )
        return of.correlate(Municipality).scalar_subquery()

    rows = db.session.execute(
        sa.select(
            Municipality.slug,
            FULL_NAME.label("name"),
            Municipality.county,
            count(phase_sql(at) == Phase.open.value).label("open"),
            count().label("total"),
        )
        .where(Municipality.active)
        .order_by(order_sv(Municipality.county), Municipality.kind.desc(), order_sv(Municipality.name))
    )
    counties: dict[str, list[Place]] = {}
    for row in rows:
        counties.setdefault(row.county, []).append(Place(row.slug, row.name, row.open, row.total))
    return MunicipalityList(tuple((county, tuple(places)) for county, places in counties.items()), clock.valid_until(at))


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """A nämnd and what stands under it."""

    name: str
    mailbox: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MunicipalityPage:
    """/kommun/<kommun>"""

    slug: str
    name: str
    place: str
    county: str
    mailbox: str
    open: tuple[Row, ...]
    waiting: tuple[Row, ...]  # closed, and the municipality's turn
    results: tuple[Row, ...]
    overdue: tuple[Undertaken, ...]
    authorities: tuple[AuthorityView, ...]
    valid_until: datetime


def get_municipality_page(kommun: str, at: datetime) -> MunicipalityPage:
    """A municipality. 6 statements. Raises Missing."""
    found = db.session.execute(
        sa.select(
            Municipality.id,
            Municipality.slug,
            FULL_NAME.label("name"),
            Municipality.name.label("place"),
            Municipality.county,
            Municipality.mailbox,
        ).where(Municipality.slug == kommun, Municipality.active)
    ).one_or_none()
    if found is None:
        raise Missing("municipality")
    mine, phase = Municipality.id == found.id, phase_sql(at)
    open_ = list_rows(at, mine, phase.in_((Phase.announced.value, Phase.open.value)), order=[Consultation.closes_at], limit=PAGE)
    waiting = list_rows(at, mine, phase.in_((Phase.compiling.value, Phase.summarised.value)), order=[Consultation.closes_at], limit=PAGE)
    results = list_rows(
        at, mine, Consultation.feedback_published_at.is_not(None), order=[Consultation.feedback_published_at.desc()], limit=SHORT
    )
    overdue = db.session.execute(undertaken().where(mine, is_state("overdue", at)).order_by(*overdue_first(at)).limit(SHORT))
    return MunicipalityPage(
        slug=found.slug,
        name=found.name,
        place=found.place,
        county=found.county,
        mailbox=found.mailbox,
        open=tuple(open_),
        waiting=tuple(waiting),
        results=tuple(results),
        overdue=tuple(undertaken_of(row, at) for row in overdue),
        authorities=_authorities(found.id),
        valid_until=clock.valid_until(at, *(border for row in open_ for border in (row.opens_at, row.closes_at))),
    )


def _authorities(municipality_id: int) -> tuple[AuthorityView, ...]:
    rows = db.session.execute(
        sa.select(Authority.name, Authority.mailbox, Unit.name.label("unit"))
        .outerjoin(Unit, sa.and_(Unit.authority_id == Authority.id, Unit.ended_on.is_(None)))
        .where(Authority.municipality_id == municipality_id)
        .order_by(order_sv(Authority.name), order_sv(Unit.name))
    )
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.name, row.mailbox), []).extend([row.unit] if row.unit else [])
    return tuple(AuthorityView(name, mailbox, tuple(units)) for (name, mailbox), units in found.items())
