"""The organisations that have a public page of their own, in lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db, lower_sv, order_sv
from sakrad.core.paging import PAGE, page_count
from sakrad.core.statements import built_once
from sakrad.directory.models import Municipality, Organisation, OrganisationKind, TargetGroup, Verification, organisation_group
from sakrad.directory.queries_merging import merged_into
from sakrad.directory.queries_public import Named, groups_of, is_listed, unpacked
from sakrad.positions.models import Position
from sakrad.positions.queries_public import Current, Published, Visibility, visibility_sql

OWN_GROUPS = groups_of(organisation_group, organisation_group.c.organisation_id, Organisation.id)
LIKE = re.compile("[/%_]")  # what means something else in a pattern
ESCAPED = r"/\g<0>"
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
class New:
    """An organisation, and since when it has a public page."""

    slug: str
    name: str
    kind: OrganisationKind
    groups: tuple[Named, ...]
    place: str | None
    listed_at: datetime


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
        named(sa.select(sa.func.count()), at)
        .where(Position.organisation_id.in_(merged_into(Organisation.id).correlate(Organisation)))
        .correlate(Organisation)
        .scalar_subquery()
    )


def named(statement: sa.Select[*tuple[Any, ...]], at: datetime) -> sa.Select[*tuple[Any, ...]]:
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
    return _listed(db.session.execute(_rows(at, *where, limit=limit, offset=offset)))


def _rows(at: datetime, *where: sa.ColumnElement[bool], limit: int, offset: int) -> sa.Select[*tuple[Any, ...]]:
    """The statement of `list_organisations`.

    The page is chosen first: otherwise the answers of every organisation would be counted, and all but a page left out.
    """
    order = (order_sv(Organisation.name), Organisation.id)
    chosen = sa.select(Organisation.id).where(is_listed(), Organisation.merged_at.is_(None), *where)
    chosen_page = chosen.order_by(*order).limit(limit).offset(offset).subquery("page")
    return (
        sa.select(
            Organisation.slug,
            Organisation.name,
            Organisation.kind,
            OWN_GROUPS.label("groups"),
            place().label("place"),
            by_name_count(at).label("answers"),
        )
        .join(chosen_page, chosen_page.c.id == Organisation.id)
        .order_by(*order)
    )


def _listed(rows: sa.Result[Any]) -> list[Listed]:
    return [Listed(row.slug, row.name, row.kind, unpacked(row.groups), row.place, row.answers) for row in rows]


def speaks_for(grupp: str) -> sa.ColumnElement[bool]:
    """Whether an organisation says that it speaks for the group."""
    return Organisation.groups.any(TargetGroup.slug == grupp)


def _conditions(grupp: Any, **words: Any) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [lower_sv(Organisation.name).like(word, escape="/") for word in words.values()]
    return where if grupp is None else [*where, speaks_for(grupp)]


@built_once
def _counted(**asked: str | None) -> sa.Select[int]:
    found = sa.select(sa.func.count()).select_from(Organisation)
    return found.where(is_listed(), Organisation.merged_at.is_(None), *_conditions(**asked))


@built_once
def _matching(at: datetime, offset: int, **asked: str | None) -> sa.Select[*tuple[Any, ...]]:
    return _rows(at, *_conditions(**asked), limit=PAGE, offset=offset)


@built_once
def _groups_used() -> sa.Select[*tuple[Any, ...]]:
    used = sa.select(organisation_group.c.target_group_id)
    names = sa.select(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug)
    return names.where(TargetGroup.id.in_(used)).order_by(order_sv(TargetGroup.name))


def asked_organisations(asked: Mapping[str, str]) -> dict[str, str]:
    """The choices of the list and of its feed, out of what was asked for."""
    return {name: asked.get(name, "").strip()[:200] for name in ("q", "grupp")}


def _asked(q: str, grupp: str) -> dict[str, str | None]:
    words = {f"word_{number}": f"%{LIKE.sub(ESCAPED, word)}%" for number, word in enumerate(q.lower().split()[:6])}
    return {"grupp": grupp or None, **words}


def get_organisation_list(*, q: str, grupp: str, page: int, at: datetime) -> OrganisationList:
    """A page of the organisations. 3 statements."""
    asked = _asked(q, grupp)
    total = db.session.scalar(*_counted(**asked)) or 0
    pages = page_count(total)
    page = min(page, pages)
    groups = db.session.execute(*_groups_used())
    return OrganisationList(
        rows=tuple(_listed(db.session.execute(*_matching(at, (page - 1) * PAGE, **asked)))),
        total=total,
        groups=tuple(Named(*row) for row in groups),
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at),
    )


@built_once
def _newest(limit: int, **asked: str | None) -> sa.Select[*tuple[Any, ...]]:
    first = sa.select(sa.func.min(Verification.verified_at)).join(Municipality, Municipality.id == Verification.municipality_id)
    first = first.where(Verification.organisation_id == Organisation.id, Municipality.active)
    since = first.correlate(Organisation).scalar_subquery().label("listed_at")
    columns = (Organisation.slug, Organisation.name, Organisation.kind, OWN_GROUPS.label("groups"), place().label("place"), since)
    listed = sa.select(*columns).where(is_listed(), Organisation.merged_at.is_(None), *_conditions(**asked))
    return listed.order_by(sa.desc("listed_at"), Organisation.id.desc()).limit(limit)


def list_newest(*, q: str, grupp: str, limit: int) -> list[New]:
    """Those that the list shows for the same choices, the newest first. 1 statement."""
    rows = db.session.execute(*_newest(limit, **_asked(q, grupp)))
    return [New(row.slug, row.name, row.kind, unpacked(row.groups), row.place, row.listed_at) for row in rows]
