"""The write lock, the one commit, and what happens when things go wrong."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock, events, jobs
from sakrad.core.db import Appended, day_sv, db, transaction
from sakrad.core.events import Event, EventName
from sakrad.core.jobs import Job, JobState
from tests import factories as make


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_get_may_not_write(app: Flask) -> None:
    with app.test_request_context("/", method="GET"), pytest.raises(RuntimeError, match="GET must not write"), transaction():
        pass


def test_an_exception_leaves_nothing_behind(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        events.record(EventName.user_registered, at=clock.now())
        raise ZeroDivisionError
    assert count(Event) == 0


def test_an_inner_transaction_joins_the_outer(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            events.record(EventName.user_registered, at=clock.now())
        raise ZeroDivisionError
    assert count(Event) == 0


def test_instants_come_back_aware_and_in_utc(app: Flask) -> None:
    stockholm_summer = datetime(2027, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with transaction():
        events.record(EventName.user_registered, at=stockholm_summer)
    at = db.session.scalar(sa.select(Event.at))
    assert at == datetime(2027, 7, 1, 10, tzinfo=UTC)
    assert at is not None and at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "at", [datetime(2027, 2, 1, 22, 59, tzinfo=UTC), datetime(2027, 2, 1, 23, tzinfo=UTC), datetime(2027, 7, 1, 22, tzinfo=UTC)]
)
def test_a_day_in_the_database_is_the_one_in_stockholm(app: Flask, at: datetime) -> None:
    with transaction():
        events.record(EventName.user_registered, at=at)
    assert db.session.scalar(sa.select(day_sv(Event.at))) == clock.day_of(at)
    assert db.session.scalar(sa.select(Event.at).where(day_sv(Event.at) == clock.day_of(at))) == at


def test_a_naive_instant_is_refused(app: Flask) -> None:
    with pytest.raises(sa.exc.StatementError, match="Naive"), transaction():
        events.record(EventName.user_registered, at=datetime(2027, 7, 1))  # noqa: DTZ001 - the point


APPENDED = {"Continuation", "Event", "EvaluationReply", "LinkedDecision", "ProfileVersion", "Progress", "Verdict"}


def test_what_is_appended_is_never_changed_or_deleted_by_any_route(app: Flask) -> None:
    models = Appended.__subclasses__()
    assert {model.__name__ for model in models} == APPENDED
    for model in models:
        key = sa.inspect(model).primary_key[0].key
        for deed in ("change", "delete"):
            row = model(**{column.key: None for column in sa.inspect(model).column_attrs} | {key: 1})
            sa.orm.make_transient_to_detached(row)
            with pytest.raises(RuntimeError, match="appended"), transaction():
                db.session.add(row)
                if deed == "delete":
                    db.session.delete(row)
                elif hasattr(model, "at"):
                    row.at = clock.now()
                else:
                    row.q1 = 1
            db.session.expunge_all()
        for many in (sa.update(model).values({key: 1}), sa.delete(model)):
            with pytest.raises(RuntimeError, match="appended"), transaction():
                db.session.execute(many)


def test_no_update_is_lost_between_writers(app: Flask) -> None:
    """Eight threads add to one number; each reads it under the lock."""
    place = make.municipality(name="0")
    key, table = place.id, type(place)
    db.session.remove()

    def add() -> None:
        with app.app_context():
            for _ in range(10):
                with transaction():
                    row = db.session.scalar(sa.select(table).where(table.id == key).with_for_update())
                    row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.get(table, key).name == "80"


def test_a_job_runs_once_and_is_queued_once(app: Flask) -> None:
    done: list[int] = []
    jobs.handles("test_once")(lambda payload, at: done.append(payload["n"]))
    at = clock.now()
    with transaction():
        jobs.enqueue("test_once", "one", at=at, n=7)
        jobs.enqueue("test_once", "one", at=at, n=8)
    assert jobs.run_due(at) == 1 and jobs.run_due(at) == 0
    assert done == [7]


def test_a_failing_job_is_tried_again_later_and_dies_at_last(app: Flask) -> None:
    def fail(_payload: object, _at: object) -> None:
        raise ValueError("hemligt")

    jobs.handles("test_fail")(fail)
    at = clock.now()
    with transaction():
        jobs.enqueue("test_fail", "bad", at=at)
    assert jobs.run_due(at) == 1
    assert jobs.run_due(at) == 0, "it waits"
    for _ in range(jobs.TRIES):
        at += timedelta(hours=7)
        jobs.run_due(at)
    job = db.session.scalar(sa.select(Job))
    assert job is not None and job.state is JobState.dead and job.last_error == "ValueError"


def test_a_job_whose_worker_died_is_leased_again_after_its_lease(app: Flask) -> None:
    done: list[int] = []
    jobs.handles("test_lease")(lambda _payload, _at: done.append(1))
    at = clock.now()
    with transaction():
        db.session.add(Job(kind="test_lease", key="k", run_at=at, leased_until=at + jobs.LEASE, attempts=1, payload={}))
    assert jobs.run_due(at) == 0
    assert jobs.run_due(at + jobs.LEASE) == 1 and done == [1]
