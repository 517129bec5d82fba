"""What every page asks of the directory: whether this installation holds sample data."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sakrad.core.db import db
from sakrad.directory.models import Municipality

KEEP = 30.0  # seconds


def init_app(app: Flask) -> None:
    """Give every template `sample`. `flask demo` is refused in production, so production never asks."""
    if app.config["SETTINGS"].production:
        return
    known: dict[str, float | bool] = app.extensions.setdefault("sakrad_sample", {})

    @app.context_processor
    def _sample() -> dict[str, Any]:
        if time.monotonic() > known.get("until", 0.0):
            known["sample"] = bool(db.session.scalar(sa.select(sa.exists().where(Municipality.sample, Municipality.active))))
            known["until"] = time.monotonic() + KEEP
        return {"sample": known["sample"]}
