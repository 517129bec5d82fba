"""Whether each part that the product stands on is there, yes or no: asked by /redo. `flask check` tells more (diagnosis.py)."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable

import sqlalchemy as sa
from flask import current_app

from sakrad.core import clock, files, schema
from sakrad.core.db import db
from sakrad.notifications import mailer
from sakrad.operations import queries

KEEP = 15.0  # seconds that an answer about the file store is kept: /redo is asked often, the store may be far away


def database_answers() -> bool:
    """Whether a statement gets through."""
    try:
        with db.engine.connect() as connection:
            return connection.execute(sa.select(1)).scalar() == 1
    except sa.exc.SQLAlchemyError:
        return False


def database_migrated() -> bool:
    """Whether the schema is the newest."""
    try:
        return schema.is_migrated()
    except sa.exc.SQLAlchemyError:
        return False


def storage_writable() -> bool:
    """Whether the file store takes a file."""
    kept: dict[str, float] = current_app.extensions.setdefault("sakrad_storage_check", {})
    if time.monotonic() > kept.get("until", 0.0):
        kept["until"], kept["writable"] = time.monotonic() + KEEP, float(files.is_writable())
    return bool(kept["writable"])


def worker_alive() -> bool:
    """Whether a worker has gone its round within two minutes."""
    try:
        return queries.is_alive(queries.find_heartbeat(), clock.now())
    except sa.exc.SQLAlchemyError:
        return False
    finally:
        db.session.rollback()


READINESS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": database_migrated,
    "storage": storage_writable,
    "worker": worker_alive,
}


def readiness() -> dict[str, str]:
    """Each part's code: ok or fault."""
    return {name: "ok" if check() else "fault" for name, check in READINESS.items()}


def mail_fault() -> str | None:
    """Why mail cannot leave, in English for whoever runs the machine; None when the server lets us in."""
    try:
        server = mailer.server_of(current_app.config["SETTINGS"].mail_url)
        if server is not None:
            line = mailer.connect(server)
            line.noop()
            line.quit()
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: {error}"
    return None
