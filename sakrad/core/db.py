"""The database: typed base, naming convention, and the one place that commits.

Writes go through `transaction()`. On SQLite it takes the write lock at once (BEGIN IMMEDIATE), because a read before
the lock gives stale objects or an instant "database is locked". On PostgreSQL the loaders lock the root row with
`locked()`. Nothing else in the product calls commit.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, object_session
from sqlalchemy.sql.functions import GenericFunction

from sakrad.core import clock

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WRITE = "sakrad_write"
LAY_DOWN = "sakrad_lay_down"
IDLE = 1  # seconds
LAST = "sakrad_before_commit"
ALONE = "sakrad_alone"  # the slug of the one municipality of which is read (pages/alone.py)
S = TypeVar("S", bound="sa.Select[*tuple[Any, ...]]")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every model. Models name their table themselves (flask-sqlalchemy#1186)."""

    metadata = sa.MetaData(naming_convention=NAMES)


class Appended:
    """Beside `Base`: rows that are added and then stand. Changing or deleting one is refused, by whatever route it comes."""


AGAIN = timedelta(minutes=10)


def is_said_again(last: Any | None, at: datetime, **said: Any) -> bool:
    """Whether the latest of rows that stand, from `last.at`, says just this already: a button that was pressed twice."""
    return last is not None and at - last.at < AGAIN and all(getattr(last, name) == value for name, value in said.items())


@event.listens_for(Appended, "before_update", propagate=True)
def _refuse_changed(_mapper: Any, _connection: Connection, row: Any) -> None:
    session = object_session(row)
    if session is None or session.is_modified(row, include_collections=False):
        raise RuntimeError(f"{type(row).__name__} is appended, never changed.")


@event.listens_for(Appended, "before_delete", propagate=True)
def _refuse_deleted(_mapper: Any, _connection: Connection, row: Any) -> None:
    raise RuntimeError(f"{type(row).__name__} is appended, never deleted.")


@event.listens_for(Session, "do_orm_execute")
def _refuse_many(state: ORMExecuteState) -> None:
    """The same for `update(Model)` and `delete(Model)`, which pass by the rows."""
    if (state.is_update or state.is_delete) and state.bind_mapper and issubclass(state.bind_mapper.class_, Appended):
        raise RuntimeError(f"{state.bind_mapper.class_.__name__} is appended, never changed or deleted.")


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant, stored as UTC. SQLite drops time zones, so they are taken off and put back here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Naive datetime: every instant in Sakråd is aware (use core.clock).")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code(kind: type[enum.StrEnum], **kwargs: Any) -> sa.Enum:
    """A column type for a StrEnum, stored as its value, with a named CHECK on both databases."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=kwargs.pop("name", kind.__name__.lower()),
        values_callable=lambda members: [member.value for member in members],
    )


class lower_sv(GenericFunction[str]):  # noqa: N801 - reads as the SQL function that it is
    """Lower case that knows å, ä and ö: SQLite's own knows ASCII only, PostgreSQL's only what its locale knows."""

    type = sa.String()
    inherit_cache = True


class order_sv(GenericFunction[str]):  # noqa: N801
    """What names are sorted by: å, ä, ö after z, whatever the database's locale."""

    type = sa.String()
    inherit_cache = True


class day_sv(GenericFunction[date]):  # noqa: N801
    """The day in Stockholm on which an instant falls: core.clock.day_of, in SQL. date() would say UTC's, or the session's."""

    type = sa.Date()
    inherit_cache = True


class json_rows(GenericFunction[list[list[Any]]]):  # noqa: N801
    """The rows of a subquery as one column, a list of lists in no order, so that a page needs no statement of its own for them.

    Numbers and texts only; truth is 0 or 1 on SQLite. NULL when there are no rows on PostgreSQL: write `or ()`.
    """

    type = sa.JSON()
    inherit_cache = True


@compiles(json_rows, "sqlite")
def _json_rows_sqlite(element: json_rows, compiler: Any, **kwargs: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **kwargs)}))"


@compiles(json_rows, "postgresql")
def _json_rows_postgresql(element: json_rows, compiler: Any, **kwargs: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **kwargs)}))"


AFTER_Z = str.maketrans("åäö", "{|}")
BEYOND_ASCII = "ÅÄÖÆØÉÈÊËÁÀÂÍÓÚÜÇÑŠŽ"


def in_order(text: str) -> str:
    """What order_sv says of a text, for names that are sorted when they have been read."""
    return text.lower().translate(AFTER_Z)


@compiles(day_sv, "postgresql")
def _day_sv(element: day_sv, compiler: Any, **kwargs: Any) -> str:
    return f"CAST(timezone('{clock.STOCKHOLM.key}', {compiler.process(element.clauses, **kwargs)}) AS DATE)"


@compiles(lower_sv, "postgresql")
def _lower_sv(element: lower_sv, compiler: Any, **kwargs: Any) -> str:
    inner = compiler.process(element.clauses, **kwargs)
    return f"translate(lower({inner}), '{BEYOND_ASCII}', '{BEYOND_ASCII.lower()}')"


@compiles(order_sv, "postgresql")
def _order_sv(element: order_sv, compiler: Any, **kwargs: Any) -> str:
    inner = compiler.process(element.clauses, **kwargs)
    return f"translate(translate(lower({inner}), '{BEYOND_ASCII}', '{BEYOND_ASCII.lower()}'), 'åäö', '{{|}}') COLLATE \"C\""


db = SQLAlchemy(model_class=Base)


def configure(engine: Engine) -> None:
    """Set the connection rules of the engine's database. Call once per engine."""
    if engine.dialect.name != "sqlite":
        _ping_idle(engine)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        # The file is read where the system keeps it (its first 2 GB, SQLite's most): 2,000 texts of a search are not copied page by page,
        # and what somebody else has written does not empty what was kept of the rest.
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=FULL", "mmap_size=2147418112"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("lower_sv", 1, lambda text: text and text.lower(), deterministic=True)
        connection.create_function("day_sv", 1, _day_of, deterministic=True)
        connection.create_function("order_sv", 1, lambda text: text and in_order(text), deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITE) else "BEGIN")


def _ping_idle(engine: Engine) -> None:
    """Try a connection that has lain before it is used, as pool_pre_ping does: one that was used just now costs no round trip."""

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        record.info[LAY_DOWN] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(LAY_DOWN, time.monotonic()) > IDLE:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise sa.exc.DisconnectionError from error  # the pool opens another


def _day_of(text: str | None) -> str | None:
    return clock.day_of(datetime.fromisoformat(text).replace(tzinfo=UTC)).isoformat() if text else None


def writing() -> bool:
    """Whether the present session is inside `transaction()`."""
    return bool(db.session.info.get(WRITE))


@contextmanager
def transaction() -> Iterator[None]:
    """Open the write transaction, commit on leaving, roll back on any exception.

    Joins the transaction that is already open. Refuses to open in a GET: reading must not write.

    Raises:
        RuntimeError: in a request whose method is safe.
    """
    if has_request_context() and request.method in SAFE_METHODS:
        raise RuntimeError("A GET must not write. Move the change to a POST.")
    session = db.session
    if writing():
        yield
        return
    session.rollback()  # ends a read that came before the lock; what it loaded is read again
    session.connection(execution_options={WRITE: True})
    session.info[WRITE] = True
    session.info[LAST] = {}
    try:
        yield
        _do_last(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(WRITE, None)
        session.info.pop(LAST, None)


@contextmanager
def as_readers() -> Iterator[None]:
    """Read as the public pages do where the installation is for one municipality alone: for the worker, which otherwise reads all."""
    slug, before = current_app.config["SETTINGS"].municipality, db.session.info.get(ALONE)
    if not slug or before:
        yield
        return
    db.session.info[ALONE] = slug
    try:
        yield
    finally:
        db.session.info.pop(ALONE, None)


def before_commit(key: str, do: Callable[[], None], *, very_last: bool = False) -> None:
    """Have something done once, at the end of the present transaction and within it, when all that it changes is known.

    Args:
        key: what is done. Asked for again with the same key, it is done once.
        very_last: when nothing else remains: rows that many transactions want are locked as briefly as can be, in one order.

    Raises:
        KeyError: no transaction is open.
    """
    db.session.info[LAST].setdefault((very_last, key), do)


def _do_last(session: Any) -> None:
    """What was asked for `before_commit`, and what that asks for."""
    while waiting := session.info[LAST]:
        first = min(waiting)
        if not first[0]:
            waiting.pop(first)()
            continue
        session.info[LAST] = {}
        for key in sorted(waiting):
            waiting[key]()


def abandon() -> None:
    """Roll back what the present transaction has done so far; it then commits nothing."""
    db.session.rollback()
    if LAST in db.session.info:
        db.session.info[LAST] = {}


def snapshot() -> None:
    """Begin the one read snapshot of a GET (SQLite's BEGIN is one already)."""
    if db.engine.dialect.name == "postgresql" and not db.session().in_transaction():
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def insert(table: type[Base] | sa.FromClause) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say ON CONFLICT: both databases know the same words, each by its own class."""
    return (postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert)(table)  # type: ignore[arg-type]


@contextmanager
def planned_for_values() -> Iterator[None]:
    """Have PostgreSQL plan each statement for its values, also one that it has been asked many times and would else plan once for all.

    For statements that are best answered in one way when a value is common and in another when it is rare. It costs the others more.
    """
    if db.engine.dialect.name != "postgresql":
        yield
        return
    raw: Any = db.session.connection().connection.driver_connection
    before, raw.prepare_threshold = raw.prepare_threshold, None
    try:
        yield
    finally:
        raw.prepare_threshold = before


def locks_rows() -> bool:
    """Whether rows are locked one by one: what was read before a row is held may be old. SQLite's one writer reads after its lock."""
    return db.engine.dialect.name == "postgresql"


def locked(statement: S, *of: Any, when: bool | None = None) -> S:
    """The statement, locking the rows of `of` when it runs inside `transaction()` (no effect on SQLite).

    Args:
        when: whether it will; for a statement that is built once for each.
    """
    lock = writing() if when is None else when
    return statement.with_for_update(of=of or None).execution_options(populate_existing=True) if lock else statement
