"""What deploy/ says of the product is true: settings, addresses, limits, and upgrades that the running version survives."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from sakrad import create_app
from sakrad.config import ROOT, Settings
from sakrad.core import schema
from sakrad.core.db import db
from sakrad.core.logs import SECRET_PATHS
from tests.conftest import IN_CI

DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx" / "sakrad.conf").read_text()
HARDENING = DEPLOY / "systemd" / "sakrad-.service.d" / "hardening.conf"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TRYING_OUT = {"SAKRAD_RATE_LIMITS"}  # production refuses to be without
FIRST = 26  # upgrades without a pause are promised from here on (deploy/UPGRADE.md)


def test_every_setting_is_explained() -> None:
    read = set(re.findall(r'"(SAKRAD_[A-Z_]+)"', (ROOT / "sakrad" / "config.py").read_text()))
    told = set(re.findall(r"^#?(SAKRAD_[A-Z_]+)=", (DEPLOY / "sakrad.env.example").read_text(), re.MULTILINE))
    assert told == read - TRYING_OUT


def test_compose_runs_two_web_processes_a_worker_and_a_database_behind_nginx() -> None:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert set(services) == {"database", "migrate", "web-a", "web-b", "worker", "nginx"}
    assert int(services["database"]["image"].partition(":")[2]) >= 16
    for name in ("web-a", "web-b", "worker"):
        one = services[name]
        assert one["read_only"] and one["cap_drop"] == ["ALL"] and "ports" not in one
        assert one["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert [name for name, one in services.items() if "ports" in one] == ["nginx"]
    for place in ("127.0.0.1:8001", "127.0.0.1:8002"):
        assert place in NGINX and place in services["nginx"]["command"][2]


@pytest.mark.parametrize("path", ["/metrics", "/en/metrics", "/redo", "/en/redo/", "//metrics"])
def test_what_is_for_the_inside_is_not_served(path: str) -> None:
    (inside,) = re.findall(r"location ~ (\S+) \{ return 404; \}", NGINX)
    assert re.search(inside, path)
    assert not re.search(inside, "/redogorelse") and not re.search(inside, "/kommun/metrics")


def test_nginx_takes_a_little_more_than_we_do_so_that_we_can_say_so_in_words() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    ours = Settings().as_flask()["MAX_CONTENT_LENGTH"]
    assert ours < int(megabytes) * 1024 * 1024 <= ours + 2 * 1024 * 1024


def test_nginx_keeps_nothing_that_people_have_said() -> None:
    cached = [block for block in re.split(r"\n    location ", NGINX) if "proxy_cache " in block]
    assert [block.split(" {")[0] for block in cached] == ["/static/"]
    assert "X-Forwarded-For $remote_addr" in NGINX


def test_nginx_logs_nothing_personal() -> None:
    """No more than the application does: neither query nor token nor who asks. Each server says so itself."""
    (form,) = re.findall(r"log_format sakrad escape=json (.*?);", NGINX, re.DOTALL)
    assert set(re.findall(r"\$(\w+)", form)) == {
        *("time_iso8601", "request_method", "sakrad_path", "status", "body_bytes_sent", "request_time", "upstream_http_x_request_id")
    }
    assert SECRET_PATHS.pattern.removeprefix("((?:^|/)") in NGINX, "As core/logs.py has it."
    for server in NGINX.split("\nserver {")[1:]:
        (log,) = re.findall(r"^    access_log (.*);", server, re.MULTILINE)
        assert log in ("off", "/var/log/nginx/access.log sakrad") and "error_log /var/log/nginx/error.log crit;" in server


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_units_may_write_where_data_lies_only(unit: Path) -> None:
    words = unit.read_text()
    for rule in ("User=sakrad", HARDENING.name):
        assert rule in words
    assert words.startswith("# ") and unit.name.startswith(HARDENING.parent.name.removesuffix(".service.d"))
    assert not re.search("^(?:Protect|Private|Restrict|SystemCall|Capability|NoNew)", words, re.MULTILINE), "Only there, for all."
    for rule in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=\n",
    ):
        assert rule in HARDENING.read_text()


def test_nginx_understands_it(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if (nginx is None or openssl is None) and not IN_CI:
        pytest.skip("nginx or openssl is not installed (Debian: apt install nginx-light openssl). In CI they must be.")
    assert nginx and openssl
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
    subprocess.run([openssl, *made], cwd=tmp_path, check=True, capture_output=True)
    moved = (
        NGINX.replace("/etc/ssl/sakrad", str(tmp_path)).replace("/var/cache/nginx", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    )
    (tmp_path / "site.conf").write_text(moved)
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/site.conf; }}")
    tried = subprocess.run([nginx, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr


# -- upgrades without a pause: the version that runs must survive the schema of the next one


VERSIONS = ROOT / "migrations" / "versions"
MIGRATIONS = [one for one in sorted(VERSIONS.glob("[0-9]*.py")) if int(one.name[:4]) >= FIRST]
REFUSED = {"drop_column", "drop_table", "rename_table", "alter_column", "batch_alter_table", "drop_constraint"} | {
    f"create_{what}" for what in ("check_constraint", "exclude_constraint", "foreign_key", "primary_key", "unique_constraint")
}
SQL = re.compile(r"(?<!ON )\b(?:ALTER|DROP|RENAME|DELETE|UPDATE|TRUNCATE|REPLACE|TRIGGER)\b")


def _functions(source: str) -> dict[str, ast.FunctionDef]:
    return {one.name: one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)}


# The one exception, to the letter: it puts a CHECK that allows more in the place of one that allows less. What the older version
# writes is allowed before and after, and columns, names and rows stay. All is one transaction: nobody sees the table halfway.
WIDEN = ast.dump(_functions((VERSIONS / "0029_content_versions.py").read_text())["_widen"])


def _says(call: ast.Call, name: str, value: bool) -> bool:
    return any(one.arg == name and isinstance(one.value, ast.Constant) and one.value.value is value for one in call.keywords)


def too_much(source: str) -> list[str]:
    """What a migration does that the older version may not survive."""
    left = [one for one in ast.parse(source).body if getattr(one, "name", "") != "downgrade" and ast.dump(one) != WIDEN]
    nodes = [node for part in left for node in ast.walk(part)]
    calls = [(node.func.attr, node) for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    made = [ast.dump(call.args[0]) for name, call in calls if name == "create_table"]
    found = [f"{name}: old code still reads or breaks it" for name, _ in calls if name in REFUSED]
    for name, call in calls:
        if name == "add_column":
            (column,) = [one for one in ast.walk(call) if isinstance(one, ast.Call) and getattr(one.func, "attr", "") == "Column"]
            if _says(column, "nullable", False) and not any(one.arg == "server_default" for one in column.keywords):
                found.append("a new column must be nullable or have a server_default: old code does not fill it in")
        if name == "create_index" and _says(call, "unique", True) and ast.dump(call.args[1]) not in made:
            found.append("a unique index on a table that old code fills")
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return found + [f"raw SQL: {text}" for text in texts if SQL.search(text)]


@pytest.mark.parametrize("migration", MIGRATIONS, ids=[one.stem for one in MIGRATIONS])
def test_a_migration_only_adds(migration: Path) -> None:
    """No table, column or rule goes away, is renamed or narrowed, and a new column asks nothing of the rows that old code writes."""
    assert not too_much(migration.read_text()), "Take it away in a later version."


@pytest.mark.parametrize(
    "body",
    [
        'op.drop_constraint("a", "b")',
        'op.create_check_constraint("a", "b", "c > 0")',
        'op.execute("ALTER TABLE a RENAME TO b")',
        'op.execute(f"DROP TABLE {name}")',
        'op.create_index("a", "b", ["c"], unique=True)',
        'op.add_column("a", sa.Column("b", sa.Text(), nullable=False))',
    ],
)
def test_what_narrows_is_seen(body: str) -> None:
    assert too_much(f"def upgrade():\n    _widen()\n\n\ndef _widen():\n    {body}\n")


def test_what_is_widened_allows_all_that_it_did() -> None:
    """A rule that is put in the place of another (`_widen`) names every code that the one before did."""
    texts = [
        found[1] for one in sorted(VERSIONS.glob("*.py")) if (found := re.search(r"^TEXTS = (\(.*?^\))", one.read_text(), re.M | re.S))
    ]
    kinds = [set(ast.literal_eval(text)) for text in texts]
    assert len(kinds) >= 2 and all(before <= after for before, after in pairwise(kinds))


def test_a_process_of_the_older_version_starts_on_the_newer_schema(tmp_path: Path) -> None:
    """While an upgrade goes on; a database that lags behind is refused as ever."""
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/x.sqlite3"), testing=True)
    with app.app_context():
        for revision, starts in (("9999", True), ("0001", False)):
            with db.engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
                connection.exec_driver_sql("DELETE FROM alembic_version")
                connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")
            assert schema.is_migrated() is starts
        db.engine.dispose()
