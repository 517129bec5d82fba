"""The last instant: what arrives before closing is received, what arrives at it is not, whoever holds the lock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db
from sakrad.positions.models import PositionVersion
from tests import factories as make
from tests.factories import positions as desk


@pytest.mark.parametrize(
    ("before", "received"), [(timedelta(microseconds=1), True), (timedelta(0), False), (timedelta(seconds=-1), False)], ids=str
)
def test_the_servers_clock_decides_without_grace(app: Flask, browse: Any, before: timedelta, received: bool) -> None:
    of = make.consultation(closes_at=clock.now().replace(microsecond=0) + timedelta(hours=2))
    by = make.organisation(verified_in=of.municipality)
    draft = desk.fill(desk.open_draft(of, by))
    instant, url, form = desk.fresh(of).closes_at - before, desk.desk_url(of, by, "/skicka"), desk.seen(draft)
    member = browse(desk.member(by))
    with time_machine.travel(instant, tick=False):
        answer = member.post(url, data=form)
        assert answer.status_code == (303 if received else 409)
        again = member.post(url, data=form)  # the double click gets the same receipt, also after closing
        assert again.status_code == answer.status_code
    versions = db.session.scalars(sa.select(PositionVersion)).all()
    assert [version.received_at for version in versions] == ([instant] if received else [])
    assert "Vägen in" in desk.fresh(draft).answers[0].text
