"""A browser before an application that counts: the other tests run without rate limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from sakrad import create_app
from sakrad.core.security import limiter
from tests.policing import PolicingClient


@pytest.fixture
def counting(app: Flask) -> Iterator[Callable[[], PolicingClient]]:
    """Makes browsers before the same database with rate limits on."""
    counted = create_app(dataclasses.replace(app.config["SETTINGS"], rate_limits=True), testing=True)
    counted.test_client_class = PolicingClient
    with counted.app_context():
        yield counted.test_client  # type: ignore[misc]
    limiter.enabled = False
