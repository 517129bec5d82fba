"""A real SMTP server in a thread, and the worker's steps against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import EventName, record
from sakrad.notifications import fanout, worker
from sakrad.notifications.mailer import mailer_for
from tests.notifications.postoffice import PostOffice, serve


@pytest.fixture(scope="session")
def _post() -> Iterator[PostOffice]:
    office = PostOffice()
    with serve(office) as office.url:
        yield office


@pytest.fixture
def post(_post: PostOffice) -> PostOffice:
    """An empty post office that takes everything."""
    _post.mails.clear()
    _post.raw.clear()
    _post.envelopes.clear()
    _post.refuse.clear()
    return _post


@pytest.fixture
def work(app: Flask, post: PostOffice) -> Callable[[], None]:
    """Go one round of the worker with the real mailer."""

    def go() -> None:
        worker.go_round(mailer_for(post.url), lambda: False)
        db.session.rollback()  # what follows is read anew

    return go


@pytest.fixture
def happen(app: Flask) -> Callable[..., int]:
    """Record an event and commit: `happen(EventName.user_registered, subject_id=user.id)`; returns its id."""

    def make(name: EventName, **values: Any) -> int:
        with transaction():
            return record(name, **{"at": clock.now(), **values}).id

    return make


@pytest.fixture
def prepared(happen: Callable[..., int]) -> Callable[..., None]:
    """Record an event and make its mails, without sending them."""

    def make(name: EventName, **values: Any) -> None:
        happen(name, **values)
        fanout.fan_out(clock.now())
        fanout.gather(clock.now())

    return make


@pytest.fixture
def settings_with(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change settings for this test."""

    def change(**values: Any) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], **values))

    return change
