"""When what the public reads last changed: a number per municipality and one for all, moved by the transactions that change it.

A page under /kommun/<kommun> shows its municipality and what all share (organisations, groups); every other page may show anything.
The cache within the process (core.cache) keeps a page as long as the stamps of its address have not moved.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from sakrad.core import clock
from sakrad.core.db import Base, UTCDateTime, before_commit, db, insert

ALL = "*"  # moves with everything
WAITING = "sakrad_stamps"
SHARED = "-"  # what every page may show: organisations, groups, municipalities


class Stamp(Base):
    """A scope and how often it has changed. The scope is ALL, SHARED or a municipality's slug."""

    __tablename__ = "stamp"

    scope: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Moved:
    """How often a scope has changed, and when it last did."""

    number: int
    at: datetime


def move(scope: str) -> None:
    """What the scope shows has changed. Written last in the present transaction: its row is locked as briefly as can be."""
    db.session.info.setdefault(WAITING, set()).update((scope, ALL))
    before_commit("stamps", _write, very_last=True)


def move_all(connection: sa.Connection) -> None:
    """Everything may have changed: after a migration."""
    connection.execute(_moved(db.engine.dialect.name), _rows({SHARED, ALL}))


def _write() -> None:
    db.session.execute(_moved(db.engine.dialect.name), _rows(db.session.info.pop(WAITING)))


@sa.event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(WAITING, None)


def _rows(scopes: Iterable[str]) -> list[dict[str, Any]]:
    """In the one order in which all lock them."""
    at = clock.now()
    return [{"scope": scope, "number": 1, "moved_at": at} for scope in sorted(scopes)]


@functools.cache
def _moved(_dialect: str) -> sa.Executable:
    """Built once for each kind of database: every accepted answer runs it."""
    first = insert(Stamp.__table__)
    return first.on_conflict_do_update(index_elements=[Stamp.scope], set_={"number": Stamp.number + 1, "moved_at": first.excluded.moved_at})


def scopes_of(path: str) -> tuple[str, ...]:
    """Which stamps a public address depends on (without its language)."""
    parts = path.split("/", 3)
    if len(parts) < 3 or parts[1] != "kommun" or not parts[2] or path.endswith("/kalender"):  # which shows the neighbours as well
        return (ALL,)
    return SHARED, parts[2].partition(".")[0]  # /kommun/ekhamra.atom


def read(connection: sa.Connection) -> dict[str, Moved]:
    """Every stamp, in one statement."""
    return {row.scope: Moved(row.number, row.moved_at) for row in connection.execute(sa.select(*Stamp.__table__.c))}


def latest(known: dict[str, Moved], scopes: Iterable[str]) -> tuple[int, ...]:
    """What a kept page was made of: compared with what it would be made of now."""
    return tuple(known[scope].number if scope in known else 0 for scope in scopes)
