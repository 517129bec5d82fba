"""The order of the list of everything: what one can still answer, soonest first; then what is newest."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask

from sakrad.consultations import queries
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions.queries_coverage import open_first_rows, rows_of
from tests import factories as make


def test_pages_of_the_list_are_what_sorting_everything_by_its_phase_gives(app: Flask) -> None:
    of, hidden, now = make.authority(), make.authority(), clock.now()
    made = [make.consultation(phase, of=of, questions=1) for phase in Phase for _ in range(2)]  # pairs of which nothing but the id differs
    made += [make.consultation(of=of, questions=1, closes_at=now + timedelta(days=days)) for days in (3, 9, 3)]
    make.consultation(of=hidden, questions=1)
    with transaction():
        hidden.municipality.active = False
    public = [one for one in made if one.announced_at is not None]
    for at in (now, now + timedelta(days=4), now + timedelta(days=90)):

        def place(one: Consultation, at: datetime = at) -> tuple[object, ...]:
            is_open = queries.phase_of(one, at) is Phase.open
            return not is_open, one.closes_at if is_open else now, now - (one.announced_at or now), -one.id

        expected = [(one.slug, queries.phase_of(one, at)) for one in sorted(public, key=place)]
        for newest in (True, False):
            for size in (5, 50):
                pages = [open_first_rows(at, limit=size, offset=offset, newest=newest) for offset in range(0, len(public) + 1, size)]
                found = [(row.slug, row.phase) for page in pages for row in rows_of(db.session.execute(page), at)]
                assert found == expected, (at - now, newest, size)
