"""The composed public pages: start, the list of consultations, municipalities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, consultation_group, consultation_subject
from sakrad.consultations.queries import phase_sql
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db, in_order, json_rows, lower_sv, order_sv
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.core.statements import built_once
from sakrad.directory.models import Authority, Municipality, Subject, TargetGroup, Unit
from sakrad.directory.queries_public import Named
from sakrad.pages import maps
from sakrad.pages.maps import Map
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_coverage import Row, consultation_rows, list_rows, open_first_rows, public_consultations, rows_of
from sakrad.positions.queries_public import Visibility, Voice, is_quotable, positions, slice_of, visibility_sql, voice
from sakrad.records.models import Mask, TextKind
from sakrad.responses.queries_commitments import Undertaken, is_state, overdue_first, undertaken, undertaken_of
from sakrad.summaries.models import Citation, Finding, Point, Summary

SHORT = 5  # rows of each list on the start page
LOOKED_THROUGH = 40  # citations, for one that may be quoted there
WORDS = 6  # of a search
LIKE = re.compile("[/%_]")  # what means something else in a pattern
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


@built_once
def _open(at: datetime) -> sa.Select[*tuple[Any, ...]]:
    where = (Consultation.closes_at > at, phase_sql(at) == Phase.open.value)  # said so, SQLite begins at the index of the order
    return consultation_rows(at, *where, order=[Consultation.closes_at], limit=SHORT, newest=True)


@built_once
def _summarised(at: datetime) -> sa.Select[*tuple[Any, ...]]:
    newest = Consultation.summary_published_at.desc()
    return consultation_rows(at, WITH_SUMMARY, Consultation.cancelled_at.is_(None), order=[newest], limit=SHORT, newest=True)


@built_once
def _undertaken(at: datetime) -> sa.Select[*tuple[Any, ...]]:
    return undertaken().order_by(*overdue_first(at)).limit(SHORT)


def get_start_page(at: datetime) -> StartPage:
    """What is new everywhere. 5 statements."""
    open_ = rows_of(db.session.execute(*_open(at)), at)
    summaries = rows_of(db.session.execute(*_summarised(at)), at)
    commitments = db.session.execute(*_undertaken(at))
    return StartPage(
        open=tuple(open_),
        summaries=tuple(summaries),
        commitments=tuple(undertaken_of(row, at) for row in commitments),
        quotation=_quotation(at),
        municipalities=_names(*_active()),
        valid_until=clock.valid_until(at, *(row.closes_at for row in open_)),
    )


def _names(statement: sa.Select[Any], values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[1]) for row in db.session.execute(statement, values))


@built_once
def _active() -> sa.Select[*tuple[Any, ...]]:
    places = sa.select(Municipality.slug, FULL_NAME.label("name"))
    return places.where(Municipality.active).order_by(order_sv(Municipality.name)).limit(PAGE)


def _quotation(at: datetime) -> Quotation | None:
    """A short, unmasked quotation, by name, from the newest summary that has one."""
    row = db.session.execute(*_quotable(at)).first()
    if row is None:
        return None
    return Quotation(row.words, voice(row), row.kommun, row.slug, row.authority, row.feedback_published_at is not None, row.finding)


@built_once
def _quotable(at: datetime) -> sa.Select[*tuple[Any, ...]]:
    masked = (
        sa.select(Mask.id)
        .where(Mask.kind == TextKind.answer, Mask.text_id == Answer.id, Mask.removed_at.is_(None))
        .where(Mask.start < Point.end, Mask.end > Point.start)
        .correlate_except(Mask)
        .exists()
    )
    newest = sa.select(Consultation.id).where(WITH_SUMMARY).order_by(Consultation.summary_published_at.desc()).limit(SHORT)
    cited = (  # only these are looked through: the page must not grow with what was ever said
        sa.select(Citation.point_id, Citation.order.label("place"), Finding.number.label("finding"), Summary.published_at)
        .join(Finding, Finding.id == Citation.finding_id)
        .join(Summary, Summary.id == Finding.summary_id)
        .join(Point, Point.id == Citation.point_id)
        .where(Summary.consultation_id.in_(newest), Summary.published_at.is_not(None), Point.end - Point.start <= 180)
        .order_by(Summary.published_at.desc(), Finding.number, Citation.order)
        .limit(LOOKED_THROUGH)
        .subquery("cited")
    )
    version = sa.orm.aliased(PositionVersion, name="spoken_version")
    return (
        positions(
            at,
            slice_of(Answer, Point.start, Point.end).label("words"),
            Municipality.slug.label("kommun"),
            Consultation.slug,
            Authority.name.label("authority"),
            Consultation.feedback_published_at,
            cited.c.finding,
        )
        .join(version, version.position_id == Position.id)
        .join(Answer, Answer.version_id == version.id)
        .join(Point, Point.answer_id == Answer.id)
        .join(cited, cited.c.point_id == Point.id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(IS_PUBLIC, Consultation.cancelled_at.is_(None), sa.not_(masked))
        .where(visibility_sql(at) == Visibility.named.value, is_quotable(version.id), version.withdrawn_at.is_(None))
        .where(sa.func.coalesce(version.meeting_id, 0) == 0)  # what was written; said so, SQLite does not begin at its index
        .order_by(cited.c.published_at.desc(), cited.c.finding, cited.c.place)
        .limit(1)
    )


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
    """A page of the consultations that match. 2 statements."""
    asked = _asked(wanted)
    beside = db.session.execute(*_beside(at, **asked)).one()
    pages = page_count(beside.total)
    page = min(page, pages)
    rows = rows_of(db.session.execute(*_matching(at, (page - 1) * PAGE, **asked)), at)
    borders = [border for row in rows for border in (row.opens_at, row.closes_at)]
    return ConsultationList(
        rows=tuple(rows),
        total=beside.total,
        municipalities=tuple((slug, name) for _place, name, slug in _by_name(beside.municipalities)),
        groups=tuple(Named(*row) for row in _by_name(beside.groups)),
        subjects=tuple(Named(*row) for row in _by_name(beside.subjects)),
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at, *borders),
    )


def matching(wanted: Filter, at: datetime) -> list[sa.ColumnElement[bool]]:
    """What a consultation must be to stand in the list, and in its feed."""
    return _conditions(at, **_asked(wanted))


def _asked(wanted: Filter) -> dict[str, str | None]:
    """What is asked for, as `_conditions` wants it: None where nothing is, and each word of the search as a pattern."""
    chosen = {"kommun": wanted.kommun, "skede": wanted.skede, "grupp": wanted.grupp, "amne": wanted.amne}
    words = enumerate(LIKE.sub(r"/\g<0>", word) for word in wanted.q.lower().split()[:WORDS])
    return {name: value or None for name, value in chosen.items()} | {f"word_{number}": f"%{word}%" for number, word in words}


def _conditions(at: Any, kommun: Any, skede: Any, grupp: Any, amne: Any, **words: Any) -> list[sa.ColumnElement[bool]]:
    """Each word of the search stands in the title, the lead, the purpose or the name of whose it is, in capitals or not."""
    fields = (Consultation.title, Consultation.lead, Consultation.purpose, Municipality.name, Authority.name)
    where = [sa.or_(*(lower_sv(field).like(word, escape="/") for field in fields)) for word in words.values()]
    if kommun is not None:
        where.append(Municipality.slug == kommun)
    if skede is not None:
        where.append(phase_sql(at) == skede)
    if grupp is not None:
        where.append(Consultation.groups.any(TargetGroup.slug == grupp))
    if amne is not None:
        where.append(Consultation.subjects.any(Subject.slug == amne))
    return where


@built_once
def _beside(at: datetime, **asked: str | None) -> sa.Select[*tuple[Any, ...]]:
    """What stands beside a page of the list: how many match, and what can be chosen."""
    if _of_itself(asked):  # counted by the index alone: the few municipalities are asked for, and not the one of each consultation
        places = sa.select(Municipality.id).where(Municipality.active)
        counted = sa.select(sa.func.count()).where(Consultation.announced_at.is_not(None), Consultation.municipality_id.in_(places))
    else:
        counted = public_consultations(sa.func.count())
    announced = sa.select(Consultation.id).where(Consultation.municipality_id == Municipality.id, Consultation.announced_at.is_not(None))
    asking = sa.select(Municipality.name, FULL_NAME, Municipality.slug).where(
        Municipality.active, announced.correlate(Municipality).exists()
    )
    return sa.select(
        counted.where(*_conditions(at, **asked)).scalar_subquery().label("total"),
        _packed(asking).label("municipalities"),
        _packed(_used(TargetGroup, consultation_group.c.target_group_id)).label("groups"),
        _packed(_used(Subject, consultation_subject.c.subject_id)).label("subjects"),
    )


@built_once
def _matching(at: datetime, offset: int, **asked: str | None) -> sa.Select[*tuple[Any, ...]]:
    return open_first_rows(at, *_conditions(at, **asked), limit=PAGE, offset=offset, newest=_of_itself(asked))


def _of_itself(asked: Mapping[str, Any]) -> bool:
    """Whether what is asked is answered by the consultation alone, without the names of whose it is."""
    return asked["kommun"] is None and not any(name.startswith("word_") for name in asked)


def _used(kind: Any, column: sa.ColumnElement[int]) -> sa.Select[*tuple[Any, ...]]:
    """The groups or subjects that some consultation has."""
    return sa.select(kind.name, kind.name_en, kind.slug).where(sa.exists().where(column == kind.id))


def _packed(found: sa.Select[*tuple[Any, ...]]) -> sa.ScalarSelect[Any]:
    return sa.select(json_rows(*found.subquery().c)).scalar_subquery()


def _by_name(rows: list[list[str]] | None) -> list[list[str]]:
    return sorted(rows or (), key=lambda row: in_order(row[0]))


# -- a municipality


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
    code: str  # SCB's
    map: Map | None  # of the county
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
            *(Municipality.county, Municipality.county_code, Municipality.scb_code),
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
        code=found.scb_code,
        map=maps.county(found.county_code, {found.scb_code}, small=True),
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
