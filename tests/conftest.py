"""Fixtures for every test. `app` and `client` run each database test on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from xdist.scheduler import LoadGroupScheduling

from sakrad import create_app
from sakrad.config import Settings
from sakrad.core import search
from sakrad.core.db import db as database
from sakrad.core.security import limiter
from tests import postgresql
from tests.policing import PolicingClient

IN_CI = bool(os.environ.get("CI"))
TOGETHER = ("tests/browser/", "tests/demo/")  # files whose tests share what takes seconds to make
SAMPLE = tuple(
    f"tests/browser/test_{name}.py" for name in ("accessibility", "crawl", "marking", "reading", "workbench")
)  # they serve the sample data
LEARNING = ("tests/summaries/analysis/", "tests/summaries/routes/test_suggestions.py")  # scikit-learn takes seconds to import


def _compiled() -> str:
    """Where the templates lie compiled, for all workers and applications: it takes seconds each time."""
    folder = Path(tempfile.gettempdir()) / f"sakrad-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)


gc.set_threshold(100_000, 50, 100)  # rows that live for one test: looking for cycles among them took a tenth of the suite
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(_compiled())}


class FilesTogether(LoadGroupScheduling):
    """One worker takes the whole of a file under TOGETHER, one all of LEARNING, one all of SAMPLE, any worker any other test.

    The mark xdist_group does nothing with this pytest: the plugin writes it into what pytest now derives.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(LEARNING):
            return "learning"
        if nodeid.startswith(SAMPLE):
            return "sample"
        return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesTogether:
    return FilesTogether(config, log)  # type: ignore[arg-type]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/test.sqlite3"
        return
    with postgresql.fresh_database(worker) as url:
        yield url


@pytest.fixture(scope="session")
def make_settings(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    files = tmp_path_factory.mktemp("files")

    def make(url: str, **more: object) -> Settings:
        more = {"rate_limits": False, "cache_bytes": 0, **more}
        return Settings(database_url=url, storage_url=f"file://{files}", secret_key="test-" * 8, **more)  # type: ignore[arg-type]

    yield make
    shutil.rmtree(files, ignore_errors=True)


@pytest.fixture(scope="session")
def _app(database_url: str, make_settings) -> Iterator[Flask]:  # type: ignore[no-untyped-def]
    app = create_app(make_settings(database_url), testing=True)
    app.test_client_class = PolicingClient
    with app.app_context():
        hasten(database.engine)
        database.create_all()
    yield app
    with app.app_context():
        database.session.remove()
        database.engine.dispose()


@pytest.fixture(autouse=True)
def _no_limits() -> None:
    """The limiter is one for all applications of the process: whoever made one with limits must not count for others."""
    limiter.enabled = False


@pytest.fixture
def app(_app: Flask) -> Iterator[Flask]:
    """The application over an empty database, with an application context pushed."""
    # Asked anew twice a minute, whether there is sample data would come in the midst of somebody's counting.
    _app.extensions["sakrad_sample"].update(sample=False, until=float("inf"))
    with _app.app_context():
        yield _app
        empty()


def hasten(engine: sa.Engine) -> None:
    """Have SQLite not wait for the disk at each commit: test data need not survive the machine. PostgreSQL is started so."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        engine.dispose()


def empty() -> None:
    """Delete every row of every table; the session forgets them, since their numbers come again."""
    database.session.remove()
    with database.engine.connect().execution_options(sakrad_write=True) as connection, connection.begin():
        if database.engine.dialect.name == "postgresql":
            # TRUNCATE makes new files for every table: fifty times slower here than deleting a few rows.
            deletes = "; ".join(f'DELETE FROM "{table.name}"' for table in database.metadata.sorted_tables)
            connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {deletes}")
            search.clear(connection)
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            search.clear(connection)
            for table in connection.exec_driver_sql(_filled()).scalars().all():  # to ask first is ten times faster than to delete nothing
                connection.exec_driver_sql(f'DELETE FROM "{table}"')


@lru_cache(maxsize=1)
def _filled() -> str:
    """Asks SQLite which tables hold anything, from the leaves to the roots."""
    tables = [table.name for table in reversed(database.metadata.sorted_tables)]
    return " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)


@pytest.fixture
def client(app: Flask) -> PolicingClient:
    """A browser without an account. `client.sign_in(user)` signs it in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def browse(app: Flask):  # type: ignore[no-untyped-def]
    """Make more browsers: `officer = browse(user)`."""

    def make(user: object = None) -> PolicingClient:
        client = app.test_client()
        return client.sign_in(user) if user else client  # type: ignore[return-value, attr-defined]

    return make
