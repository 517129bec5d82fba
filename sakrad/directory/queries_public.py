"""What readers may see of the directory: groups by name, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from sakrad.core import ids
from sakrad.core.statements import strings
from sakrad.directory.models import Municipality, Organisation, TargetGroup, Verification

_COLUMN, _ROW = "\t", "\n"


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A group or subject: shown with `|named`, in the language of the page."""

    name: str
    name_en: str
    slug: str


def groups_of(link: sa.Table, key: sa.ColumnElement[Any], owner: Any) -> sa.ScalarSelect[str]:
    """The groups that `link` ties to `owner`, as one column of the owner's row, so that no statement is needed for them."""
    return (
        sa.select(packed_groups())
        .select_from(link.join(TargetGroup.__table__, link.c.target_group_id == TargetGroup.id))
        .where(key == owner)
        .correlate_except(link, TargetGroup)
        .scalar_subquery()
    )


def packed_groups() -> sa.ColumnElement[str]:
    """Several groups in one text; `unpacked` takes them apart."""
    return strings(TargetGroup.name + _COLUMN + TargetGroup.name_en + _COLUMN + TargetGroup.slug, _ROW)


def unpacked(text: str | None) -> tuple[Named, ...]:
    """The groups, by name."""
    return tuple(sorted(Named(*row.split(_COLUMN)) for row in text.split(_ROW))) if text else ()


def county_slug(name: str) -> str:
    """A county's part of its address, /lan/stockholms-lan."""
    return ids.slugify(name)


def is_listed() -> sa.ColumnElement[bool]:
    """Whether an organisation has a public page: some active municipality has verified it. Needs Organisation outside."""
    verified = (
        sa.select(Verification.id)
        .join(Municipality, Municipality.id == Verification.municipality_id)
        .where(Verification.organisation_id == Organisation.id, Municipality.active)
    )
    return verified.correlate(Organisation).exists()
