"""What the operator's tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def _ask_the_store_anew(_app: Flask) -> Iterator[None]:
    """The answer about the file store is kept for a while; not from test to test."""
    _app.extensions.pop("sakrad_storage_check", None)
    yield
    _app.extensions.pop("sakrad_storage_check", None)
