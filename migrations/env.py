"""Alembic's environment, run by `flask db`: the application's engine and models."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from sakrad.core import search, stamps
from sakrad.core.db import WRITE, db

migrate = current_app.extensions["migrate"]


def run() -> None:
    """Migrate in one transaction per database, taking SQLite's write lock first."""
    with db.engine.connect().execution_options(**{WRITE: True}) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_own_types,
            include_name=search.is_ours,
            **(migrate.configure_args | {"compare_type": True}),
        )
        with context.begin_transaction():
            context.run_migrations()
            if not context.is_offline_mode() and sa.inspect(connection).has_table(stamps.Stamp.__tablename__):
                stamps.move_all(connection)  # a running process keeps no page of before


def render_own_types(kind, item, autogen_context):
    """Write our column type with its import, which autogenerate forgets."""
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        autogen_context.imports.add("from sakrad.core.db import UTCDateTime")
        return "UTCDateTime()"
    return False


run()
