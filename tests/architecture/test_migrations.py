"""The migrated schema is the models' schema, on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sakrad import create_app
from sakrad.config import ROOT, Settings
from sakrad.core import schema, search
from sakrad.core.db import Base, db
from sakrad.directory.models import ApprovalRule
from sakrad.positions.models import Draft
from sakrad.records.models import Mask, TextKind


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
            opts = {"compare_type": True, "render_as_batch": True, "include_name": search.is_ours}
            context = MigrationContext.configure(connection, opts=opts)
            differences = compare_metadata(context, Base.metadata)
        assert not differences, f"Write a migration (flask db migrate): {differences}"
        db.session.remove()
        db.engine.dispose()


def test_migrations_have_one_head_and_are_numbered() -> None:
    names = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert names and all(re.fullmatch(r"\d{4}_[a-z0-9_]+", name) for name in names), names
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def checks(connection: sa.Connection) -> dict[str, set[tuple[str | None, str]]]:
    """The named rules of every table; PostgreSQL words them its own way, so only the codes within them are compared."""
    inspector = sa.inspect(connection)
    tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {
        table: {
            (rule["name"], ",".join(sorted(re.findall(r"'(\w+)'", rule["sqltext"])))) for rule in inspector.get_check_constraints(table)
        }
        for table in tables
    }


def test_migrations_leave_the_rules_of_the_models(empty_url: str) -> None:
    app = create_app(Settings(database_url=empty_url), testing=True)
    with app.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            migrated = checks(connection)
        with db.engine.begin() as connection:
            Base.metadata.drop_all(connection)
            Base.metadata.create_all(connection)
            assert checks(connection) == migrated
        db.engine.dispose()


OLD = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_what_was_written_before_is_still_there_after_an_upgrade(empty_url: str) -> None:
    """A database of the first version, with an organisation, its draft and a mask, is upgraded to the present one."""
    app = create_app(Settings(database_url=empty_url), testing=True)
    with app.app_context():
        flask_migrate.upgrade(revision="0001")
        metadata = sa.MetaData()
        with db.engine.begin() as connection:
            metadata.reflect(connection)

            def insert(table: str, **values: object) -> None:
                columns = metadata.tables[table].c
                fill = {
                    column.name: OLD if column.name.endswith("_at") else 0 if isinstance(column.type, sa.Integer) else "x"
                    for column in columns
                    if not column.nullable and column.name not in values and column.name != "id"
                }
                flags = {column.name: True for column in columns if column.name in fill and isinstance(column.type, sa.Boolean)}
                connection.execute(sa.insert(metadata.tables[table]).values({**fill, **flags, **values}))

            insert("municipality", id=1, kind="municipality", slug="ek", scb_code="9999")
            insert("authority", id=1, municipality_id=1)
            insert(
                "consultation",
                id=1,
                municipality_id=1,
                authority_id=1,
                policy_stage="drafting",
                participation_level="dialogue",
                answers_public="review",
            )
            insert("organisation", id=1, slug="jouren", kind="association", email="jouren@x.example")
            insert("draft", id=1, organisation_id=1, consultation_id=1, dissent="Några ville mer.")
            insert("mask", id=1, kind="answer", text_id=7, start=0, end=4, ground="sensitive")
        flask_migrate.upgrade()
        draft = db.session.scalars(sa.select(Draft)).one()
        assert (draft.dissent, draft.member_counts, draft.organisation.slug) == ("Några ville mer.", [], "jouren")
        assert (draft.organisation.approval_rule, draft.organisation.approvals_needed) == (ApprovalRule.one, 1)
        mask = db.session.scalars(sa.select(Mask)).one()
        assert (mask.kind, mask.text_id, mask.end) == (TextKind.answer, 7, 4)
        db.session.remove()
        db.engine.dispose()
