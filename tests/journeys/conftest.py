"""What every journey has: a post office that takes mails, and the worker that sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from sakrad.core.db import db
from sakrad.notifications import worker
from sakrad.notifications.mailer import mailer_for
from tests.notifications.postoffice import PostOffice, serve


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    with serve(office) as office.url:
        yield office


@pytest.fixture
def work(app: Flask, post: PostOffice) -> Callable[[], None]:
    """The worker goes round until the post has everything."""

    def go() -> None:
        for _ in range(3):
            worker.go_round(mailer_for(post.url), lambda: False)
        db.session.remove()

    return go
