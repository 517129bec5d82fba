"""Extras for tests that follow a row through requests."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa

from sakrad.core.db import Base, db

T = TypeVar("T", bound=Base)


def fresh(thing: T) -> T:
    """The row as it stands now: a request has had its own session since the test loaded it."""
    identity = sa.inspect(thing).identity
    found = db.session.get(type(thing), identity, populate_existing=True) if identity else None
    assert found is not None, "The row is gone."
    return found
