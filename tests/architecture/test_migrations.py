"""The migrated schema is the models' schema, on both databases."""

from __future__ import annotations

import re
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sakrad import create_app
from sakrad.config import ROOT, Settings
from sakrad.core import schema
from sakrad.core.db import Base, db


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> str:
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/empty.sqlite3"
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    name = f"{engine.url.database}_migrated"
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    engine.dispose()
    return re.sub(r"/[^/?]+\?", f"/{name}?", database_url)


def test_migrations_equal_models(empty_url: str) -> None:
    app = create_app(Settings(database_url=empty_url), testing=True)
    with app.app_context():
        assert not schema.is_migrated()
        flask_migrate.upgrade()
        assert schema.is_migrated()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
            differences = compare_metadata(context, Base.metadata)
        assert not differences, f"Write a migration (flask db migrate): {differences}"
        db.session.remove()
        db.engine.dispose()


def test_migrations_have_one_head_and_are_numbered() -> None:
    names = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert names and all(re.fullmatch(r"\d{4}_[a-z0-9_]+", name) for name in names), names
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
