"""Reads about mergers: where an organisation has gone, and which ones have come to it.

Two moments are told apart. From the merger on, readers find the organisation under its heir. What is the organisation's
own (drafts, members, what it has sent) becomes the heir's only when both sides have accepted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core import ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing, Moved
from sakrad.directory import links
from sakrad.directory.models import Merger, MergerSide, Organisation


def find_merger(organisation: Organisation, *, held: bool = False) -> Merger | None:
    """The merger of the organisation into another, accepted or not, with both; `held`: its row is locked when writing."""
    statement = (
        sa.select(Merger)
        .where(Merger.organisation_id == organisation.id, Merger.undone_at.is_(None))
        .options(joinedload(Merger.organisation), joinedload(Merger.heir))
    )
    return db.session.scalar(locked(statement, Merger) if held else statement)


def follow(organisation: Organisation) -> Organisation:
    """The organisation itself, unless both sides have accepted that it is its heir.

    Raises:
        Moved: to the heir's address.
    """
    if organisation.merged_at is not None and (heir := find_heir_in_force(organisation)) is not None:
        raise Moved(org=heir.slug)
    return organisation


def get_present(org: str) -> Organisation:
    """The organisation at the address of its own space; not held, and without what comes along with `queries.get_organisation`.

    Raises:
        Missing: there is none.
        Moved: both sides have accepted that it is merged into another.
    """
    organisation = db.session.scalar(sa.select(Organisation).where(Organisation.slug == org))
    if organisation is None:
        raise Missing("organisation")
    return follow(organisation)


def find_heir_in_force(organisation: Organisation) -> Organisation | None:
    """The heir, once both sides have accepted."""
    return db.session.scalar(
        sa.select(Organisation).join(Merger, Merger.heir_id == Organisation.id).where(Merger.organisation_id == organisation.id, in_force())
    )


def in_force() -> sa.ColumnElement[bool]:
    """That both sides have accepted the merger."""
    return sa.and_(Merger.accepted_at.is_not(None), Merger.heir_accepted_at.is_not(None))


def accepted_into(organisation_id: int) -> sa.Select[int]:
    """The ids of those whose own space has become this one's: merged into it, and accepted by both sides."""
    return sa.select(Merger.organisation_id).where(Merger.heir_id == organisation_id, in_force())


def own_ids(organisation: Organisation) -> list[int]:
    """The organisation's id and those of the ones whose own space has become its."""
    return [organisation.id, *db.session.scalars(accepted_into(organisation.id))]


def is_own(column: sa.SQLColumnExpression[Any], organisation: Organisation) -> sa.ColumnElement[bool]:
    """The same, of a column of organisations' ids."""
    return sa.or_(column == organisation.id, column.in_(accepted_into(organisation.id)))


def now_of(organisation_id: Any) -> sa.ColumnElement[int]:
    """Whose words an organisation's are now: its own, or its heir's once both have accepted the merger."""
    heir = sa.select(Merger.heir_id).where(Merger.organisation_id == organisation_id, in_force())
    return sa.func.coalesce(heir.correlate_except(Merger).scalar_subquery(), organisation_id)


def present_id(who: type[Organisation]) -> sa.ColumnElement[int]:
    """Under whom readers find an organisation: itself, or its heir from the merger on."""
    return sa.func.coalesce(who.heir_id, who.id)


def merged_into(organisation_id: Any) -> sa.Select[int]:
    """The ids of those that readers find under this one: the organisation itself, and all that have been merged into it."""
    other = sa.orm.aliased(Organisation)
    return sa.select(other.id).where(sa.or_(other.id == organisation_id, other.heir_id == organisation_id))


def with_merged(organisation_ids: Collection[int]) -> set[int]:
    """These organisations and all that have been merged into them; nothing is asked for none."""
    if not organisation_ids:
        return set()
    merged = sa.select(Organisation.id).where(Organisation.heir_id.in_(organisation_ids))
    return {*organisation_ids, *db.session.scalars(merged)}


def get_merger_side(token: str) -> tuple[Merger, MergerSide]:
    """The merger that a mailed link is about, undone or not, and whose link it is; locked when writing.

    Raises:
        Missing: the token is false, or the organisation has been merged anew since.
    """
    statement = (
        sa.select(Merger)
        .where(Merger.reference == ids.reference_in(token))
        .options(joinedload(Merger.organisation), joinedload(Merger.heir))
    )
    merger = db.session.scalar(locked(statement, Merger))
    side = links.side_of(token, merger) if merger is not None else None
    if merger is None or side is None:
        raise Missing("merger")
    return merger, side
