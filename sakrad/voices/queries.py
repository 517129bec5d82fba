"""Voice profiles: whom an organisation says that it speaks for, what it has said by name, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, consultation_group
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db, json_rows, lower_sv, order_sv
from sakrad.core.errors import Missing, Moved
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import FormerName, Municipality, Organisation, OrganisationKind, TargetGroup, organisation_group
from sakrad.directory.queries_merging import merged_into
from sakrad.directory.queries_public import Named, groups_of, is_listed, unpacked
from sakrad.positions.models import Answer, Position
from sakrad.positions.queries_coverage import Row, list_rows, open_first
from sakrad.positions.queries_public import Current, Published, Shown, Visibility, visibility_sql
from sakrad.positions.uses import Use, uses_of
from sakrad.responses.models import Response
from sakrad.responses.queries_commitments import Undertaken, undertaken, undertaken_of
from sakrad.summaries.models import Citation, Point

OWN_GROUPS = groups_of(organisation_group, organisation_group.c.organisation_id, Organisation.id)
SPOKEN = 10  # answers on a page of the profile


def place() -> sa.ColumnElement[str | None]:
    """The organisation's municipality; a protected one shows none. Needs Organisation outside."""
    home = sa.select(FULL_NAME).where(Municipality.id == Organisation.municipality_id).correlate(Organisation).scalar_subquery()
    return sa.case((sa.not_(Organisation.protected), home))


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation in a list."""

    slug: str
    name: str
    kind: OrganisationKind
    groups: tuple[Named, ...]
    place: str | None
    answers: int  # published by name


@dataclass(frozen=True, slots=True)
class OrganisationList:
    """/organisationer"""

    rows: tuple[Listed, ...]
    total: int
    groups: tuple[Named, ...]
    page: int
    pages: int
    valid_until: datetime


def by_name_count(at: datetime) -> sa.ScalarSelect[int]:
    """How many answers an organisation has published by name. Needs Organisation outside."""
    return (
        _named(sa.select(sa.func.count()), at)
        .where(Position.organisation_id.in_(merged_into(Organisation.id).correlate(Organisation)))
        .correlate(Organisation)
        .scalar_subquery()
    )


def _named(statement: sa.Select[*tuple[Any, ...]], at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Positions that readers may read under the organisation's name."""
    return (
        statement.select_from(Position)
        .join(Consultation, Consultation.id == Position.consultation_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .outerjoin(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(IS_PUBLIC, visibility_sql(at) == Visibility.named.value)
    )


def list_organisations(at: datetime, *where: sa.ColumnElement[bool], limit: int = PAGE, offset: int = 0) -> list[Listed]:
    """Organisations that have a public page of their own, by name, in one statement; what has been merged stands under its heir."""
    rows = db.session.execute(
        sa.select(
            Organisation.slug,
            Organisation.name,
            Organisation.kind,
            OWN_GROUPS.label("groups"),
            place().label("place"),
            by_name_count(at).label("answers"),
        )
        .where(is_listed(), Organisation.merged_at.is_(None), *where)
        .order_by(order_sv(Organisation.name), Organisation.id)
        .limit(limit)
        .offset(offset)
    )
    return [Listed(row.slug, row.name, row.kind, unpacked(row.groups), row.place, row.answers) for row in rows]


def speaks_for(grupp: str) -> sa.ColumnElement[bool]:
    """Whether an organisation says that it speaks for the group."""
    return Organisation.groups.any(TargetGroup.slug == grupp)


def get_organisation_list(*, q: str, grupp: str, page: int, at: datetime) -> OrganisationList:
    """A page of the organisations. 3 statements."""
    where = [lower_sv(Organisation.name).contains(word, autoescape=True) for word in q.lower().split()[:6]]
    if grupp:
        where.append(speaks_for(grupp))
    unmerged = Organisation.merged_at.is_(None)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Organisation).where(is_listed(), unmerged, *where)) or 0
    pages = page_count(total)
    page = min(page, pages)
    used = sa.select(organisation_group.c.target_group_id)
    groups = db.session.execute(
        sa.select(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug)
        .where(TargetGroup.id.in_(used))
        .order_by(order_sv(TargetGroup.name))
    )
    return OrganisationList(
        rows=tuple(list_organisations(at, *where, offset=(page - 1) * PAGE)),
        total=total,
        groups=tuple(Named(*row) for row in groups),
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at),
    )


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer by name, and what came of it."""

    org: str  # whose address it stands under: the organisation's own, or that of one merged into it
    name: str  # of its day

    kommun: str
    municipality: str
    slug: str
    title: str
    received_at: datetime
    summarised: bool
    uses: tuple[Use, ...]
    commitments: tuple[Undertaken, ...]

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}

    @property
    def findings(self) -> tuple[Use, ...]:
        """The findings that rest on its words, each once, in order."""
        return tuple({use.finding: use for use in sorted(self.uses, key=lambda use: use.finding or 0) if use.finding}.values())

    @property
    def set_aside(self) -> int:
        """How many of its points were answered with a reason instead."""
        return sum(bool(use.set_aside and use.words) for use in self.uses)


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """/organisationer/<org>"""

    slug: str
    name: str
    kind: OrganisationKind
    description: str
    added_value: str
    voice_bearer: bool
    provider: bool
    protected: bool
    place: str | None
    groups: tuple[Named, ...]
    answers: int
    former_names: tuple[str, ...]
    merged: tuple[str, ...]  # names of the organisations merged into it
    spoken: tuple[Spoken, ...]
    page: int
    pages: int
    valid_until: datetime


def get_organisation_page(org: str, page: int, at: datetime) -> OrganisationPage:
    """A voice profile. At most 8 statements.

    Raises:
        Missing: there is no such organisation, or no active municipality has verified it.
        Moved: it has been merged into one that has a profile.
    """
    row = (
        db.session.execute(
            sa.select(
                Organisation.id,
                Organisation.slug,
                Organisation.name,
                Organisation.kind,
                Organisation.description,
                Organisation.added_value,
                Organisation.voice_bearer,
                Organisation.provider,
                Organisation.protected,
                Organisation.heir_id,
                OWN_GROUPS.label("groups"),
                place().label("place"),
                by_name_count(at).label("answers"),
                _former_names().label("former"),
                _merged_names().label("merged"),
            ).where(Organisation.slug == org, is_listed())
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise Missing("organisation")
    values = dict(row)
    organisation_id, heir_id = values.pop("id"), values.pop("heir_id")
    if heir_id is not None:
        heir = db.session.scalar(sa.select(Organisation.slug).where(Organisation.id == heir_id, is_listed()))
        if heir is not None:
            raise Moved(org=heir)
    former, merged = (sorted({name for (name,) in values.pop(names) or ()} - {values["name"]}) for names in ("former", "merged"))
    pages = page_count(values["answers"], SPOKEN)
    page = min(page, pages)
    spoken = _spoken(organisation_id, page, at)
    return OrganisationPage(
        **(values | {"groups": unpacked(values["groups"])}),
        former_names=() if values["protected"] else tuple(former),
        merged=tuple(merged),
        spoken=spoken,
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at),
    )


def _former_names() -> sa.ScalarSelect[Any]:
    """What it was called before. Needs Organisation outside."""
    return (
        sa.select(json_rows(FormerName.name)).where(FormerName.organisation_id == Organisation.id).correlate(Organisation).scalar_subquery()
    )


def _merged_names() -> sa.ScalarSelect[Any]:
    """What is now part of it. Needs Organisation outside."""
    other = sa.orm.aliased(Organisation)
    return sa.select(json_rows(other.name)).where(other.heir_id == Organisation.id).correlate(Organisation).scalar_subquery()


def _spoken(organisation_id: int, page: int, at: datetime) -> tuple[Spoken, ...]:
    """The answers by name, the newest first, with what came of each."""
    columns = (
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Consultation.slug,
        Consultation.title,
        Consultation.summary_published_at,
        Shown.id.label("version_id"),
        Shown.received_at,
        Shown.organisation_name,
        Organisation.slug.label("org"),
    )
    mine = (
        _named(sa.select(*columns), at)
        .join(Shown, Shown.id == Position.published_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Position.organisation_id.in_(merged_into(organisation_id)))
    )
    rows = list(db.session.execute(mine.order_by(Shown.received_at.desc()).limit(SPOKEN).offset((page - 1) * SPOKEN)))
    answers = _versions_of([row.version_id for row in rows if row.summary_published_at is not None])
    used: dict[int, list[Use]] = {}
    for answer_id, uses in uses_of(answers).items():
        used.setdefault(answers[answer_id], []).extend(uses)
    promised = _promised(answers, at)
    return tuple(
        Spoken(
            org=row.org,
            name=row.organisation_name,
            kommun=row.kommun,
            municipality=row.municipality,
            slug=row.slug,
            title=row.title,
            received_at=row.received_at,
            summarised=row.summary_published_at is not None,
            uses=tuple(used.get(row.version_id, ())),
            commitments=tuple(promised.get(row.version_id, ())),
        )
        for row in rows
    )


def _versions_of(version_ids: list[int]) -> dict[int, int]:
    """The versions by their answers."""
    if not version_ids:
        return {}
    rows = db.session.execute(sa.select(Answer.id, Answer.version_id).where(Answer.version_id.in_(version_ids)))
    return {row.id: row.version_id for row in rows}


def _promised(answers: dict[int, int], at: datetime) -> dict[int, list[Undertaken]]:
    """The commitments that rest on the answers' words, through a finding or on their own, by version."""
    if not answers:
        return {}
    cites = sa.select(Citation.finding_id).where(Citation.point_id == Point.id).correlate(Point)
    statement = (
        undertaken(Answer.version_id)
        .join(Point, sa.or_(Point.id == Response.point_id, Response.finding_id.in_(cites)))
        .join(Answer, Answer.id == Point.answer_id)
        .where(Answer.id.in_(answers))
        .distinct()
    )
    found: dict[int, list[Undertaken]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.version_id, []).append(undertaken_of(row, at))
    for promised in found.values():
        promised.sort(key=lambda one: (one.promise.done_on is not None, one.promise.due_on))
    return found


@dataclass(frozen=True, slots=True)
class GroupPage:
    """/grupper/<grupp>"""

    group: Named
    consultations: tuple[tuple[Row, bool], ...]  # and whether somebody has answered for the group
    organisations: tuple[Listed, ...]
    more_organisations: int
    page: int
    pages: int
    valid_until: datetime


def get_group_page(grupp: str, page: int, at: datetime) -> GroupPage:
    """What has been asked about a group, and who says that it speaks for it. 4 statements. Raises Missing."""
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
    row = db.session.execute(
        sa.select(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, concerns.label("concerns"), speakers.label("speakers")).where(
            TargetGroup.slug == grupp
        )
    ).one_or_none()
    if row is None:
        raise Missing("group")
    group = Named(row.name, row.name_en, row.slug)
    pages = page_count(row.concerns)
    page = min(page, pages)
    rows = list_rows(at, Consultation.groups.any(TargetGroup.slug == grupp), order=open_first(at), limit=PAGE, offset=(page - 1) * PAGE)
    return GroupPage(
        group=group,
        consultations=tuple((one, group not in one.silent) for one in rows),
        organisations=tuple(list_organisations(at, speaks_for(grupp))),
        more_organisations=max(0, row.speakers - PAGE),
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at, *(border for one in rows for border in (one.opens_at, one.closes_at))),
    )
