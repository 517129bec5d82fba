"""Organisations by the name that an official writes or chooses in a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core.db import db, lower_sv
from sakrad.directory.models import Organisation

WITH_SLUG = re.compile(r"(?P<name>.+) \((?P<slug>[a-z0-9-]+)\)")
MOST = 20  # of one name


class Named(Protocol):
    """What a list tells organisations apart by."""

    @property
    def name(self) -> str: ...
    @property
    def slug(self) -> str: ...


def told_apart(organisations: Sequence[Named]) -> list[str]:
    """What is written to choose each of them: its name, with the slug behind where several have the same."""
    names = [one.name.casefold() for one in organisations]
    return [f"{one.name} ({one.slug})" if names.count(one.name.casefold()) > 1 else one.name for one in organisations]


def find_named(text: str, *among: sa.ColumnElement[bool]) -> list[Organisation]:
    """The organisations of that name, and the very one when its slug stands behind in parentheses; merged ones give their heir.

    Args:
        among: what else must be true of the one that has the name, merged or not.
    """
    statement = sa.select(Organisation).where(*among).options(joinedload(Organisation.heir)).order_by(Organisation.id)
    if chosen := WITH_SLUG.fullmatch(text):
        exact = statement.where(Organisation.slug == chosen["slug"], Organisation.name == chosen["name"])
        if found := list(db.session.scalars(exact)):
            return [_heir(one) for one in found]
    same = statement.where(lower_sv(Organisation.name) == text.lower()).limit(MOST)
    return list({_heir(one).id: _heir(one) for one in db.session.scalars(same)}.values())


def _heir(organisation: Organisation) -> Organisation:
    while organisation.heir is not None:
        organisation = organisation.heir
    return organisation
