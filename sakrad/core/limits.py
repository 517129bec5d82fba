"""Rate-limit counters in our own database, so that several processes count together (limits has no SQL storage).

Each count is its own short transaction on its own connection, before the request's: a refused request still counts.
"""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from limits.storage import Storage
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core.db import WRITE, Base, db, insert


class Hit(Base):
    """How often a key has been seen in its present window."""

    __tablename__ = "rate_limit"

    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[float]  # seconds since 1970, as the library counts


class DatabaseStorage(Storage):
    """`limits.storage.Storage` on the table above; one UPSERT per count, on both databases."""

    STORAGE_SCHEME: list[str] | None = ["sakrad"]  # noqa: RUF012 - declared so by the library

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one more; a window that has passed begins again."""
        now = time.time()
        table: Any = Hit.__table__
        upsert: Any = insert(table).values(key=key[:255], count=amount, expires_at=now + expiry)
        passed = table.c.expires_at <= now
        upsert = upsert.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "count": sa.case((passed, amount), else_=table.c.count + amount),
                "expires_at": sa.case((passed, now + expiry), else_=table.c.expires_at),
            },
        ).returning(table.c.count)
        with db.engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            return int(connection.execute(upsert).scalar_one())

    def _row(self, key: str) -> Any:
        with db.engine.connect() as connection:
            return connection.execute(
                sa.select(Hit.count, Hit.expires_at).where(Hit.key == key[:255], Hit.expires_at > time.time())
            ).one_or_none()

    def get(self, key: str) -> int:
        row = self._row(key)
        return int(row.count) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._row(key)
        return float(row.expires_at) if row else time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with db.engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            return int(connection.execute(sa.delete(Hit)).rowcount)

    def clear(self, key: str) -> None:
        with db.engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            connection.execute(sa.delete(Hit).where(Hit.key == key[:255]))


def forget_passed() -> None:
    """Drop the rows whose window has passed; the worker calls it once an hour."""
    db.session.execute(sa.delete(Hit).where(Hit.expires_at < time.time()))
