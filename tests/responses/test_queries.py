"""The SQL twin, and that nothing grows with the number of rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.responses import queries, queries_desk
from sakrad.responses.models import Commitment, ProgressStatus
from sakrad.summaries.models import Finding, Point
from tests.factories import responses as make
from tests.statements import counted


@pytest.mark.parametrize("days", [-2, -1, 0, 1])
@pytest.mark.parametrize("told", [(), ("under_way",), ("under_way", "changed"), ("done",), ("done", "under_way")], ids=str)
def test_the_state_in_sql_is_the_lifecycles(app: Flask, days: int, told: tuple[str, ...]) -> None:
    _matter, commitment = make.published()
    for status in told:
        make.progress(commitment, status=ProgressStatus(status))
    with transaction():
        commitment.due_on = clock.today() + timedelta(days=days)
        commitment.done_at = clock.now() if told[-1:] == ("done",) else None
    db.session.expire_all()
    today = clock.today()
    in_sql = db.session.scalar(sa.select(queries.state_sql(today)).where(Commitment.id == commitment.id))
    assert in_sql == queries.standing_of(commitment, today).state.value


def test_the_piles_hold_what_they_say_and_the_overdue_stand_first(app: Flask) -> None:
    matter, planned = make.published()
    late = make.commitment(planned.response, matter.function, due_on=clock.today() - timedelta(days=3))
    done = make.commitment(planned.response, matter.function, done_at=clock.now())
    make.published()  # another municipality's
    found = queries.list_commitments(matter.consultation.municipality_id, today=clock.today())
    assert [row.commitment.id for row in found.rows] == [late.id, planned.id, done.id]
    assert found.counts == {"forsenade": 1, "pagar": 1, "klara": 1}
    overdue = queries.list_commitments(matter.consultation.municipality_id, pile="forsenade", today=clock.today())
    assert [(row.commitment.id, row.standing.days_late) for row in overdue.rows] == [(late.id, 3)]


def test_an_unpublished_commitment_is_not_listed(app: Flask) -> None:
    matter = make.matter()
    make.commitment(make.response(make.release(matter.consultation), finding=matter.findings[0]), matter.function)
    assert queries.list_commitments(matter.consultation.municipality_id, today=clock.today()).rows == []


def test_statements_of_the_list_do_not_grow_with_its_rows(app: Flask) -> None:
    matter, commitment = make.published()
    municipality_id, commitment_id = matter.consultation.municipality_id, commitment.id

    def ask() -> int:
        db.session.remove()
        with counted() as said:
            for row in queries.list_commitments(municipality_id, today=clock.today()).rows:
                assert row.commitment.function.title and row.commitment.consultation.authority.name
        return len(said)

    few = ask()
    first = db.session.get_one(Commitment, commitment_id)
    for _ in range(6):
        make.progress(make.commitment(first.response, first.function))
    assert ask() == few


def test_statements_of_the_desk_do_not_grow_with_its_answers(app: Flask) -> None:
    matter = make.matter()
    release = make.release(matter.consultation)
    made = make.commitment(make.response(release, finding=matter.findings[0]), matter.function)
    commitment_id, consultation_id = made.id, matter.consultation.id
    finding_id, point_ids = matter.findings[1].id, [point.id for point in matter.points]

    def ask() -> int:
        db.session.remove()
        with counted() as said:
            desk = queries_desk.get_desk(db.session.get_one(Consultation, consultation_id))
            for target in [*(point for finding in desk.findings for point in finding.points), *desk.set_aside]:
                assert target.point is not None and target.organisation is not None and target.point.quotation
            for target in desk.answered:
                assert target.response is not None
                assert all(each.function.unit.name for each in target.response.commitments)
        return len(said)

    few = ask()
    first = db.session.get_one(Commitment, commitment_id)
    release = first.response.release
    make.commitment(make.response(release, finding=db.session.get_one(Finding, finding_id)), first.function)
    make.commitment(make.response(release, point=db.session.get_one(Point, point_ids[0])), first.function)
    make.response(release, point=db.session.get_one(Point, point_ids[2]))
    assert ask() == few
