"""The direction rules of the design, read from the code itself. No exception list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sakrad import PACKAGES
from sakrad.config import ROOT

SOURCE = ROOT / "sakrad"
OPEN = {"models", "queries", "policy", "lifecycle", "labels", "links"}  # what another package may import
RANK = {name: rank for rank, name in enumerate(PACKAGES)}


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE)


def of(package: str) -> list[Path]:
    """The modules of a package. A test a package: one a module made two thousand."""
    return [path for path in modules() if path.relative_to(SOURCE).parts[0] == package]


each_package = pytest.mark.parametrize("package", PACKAGES)


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs of (module, name) that the file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the import absolutely."
            yield from ((node.module or "", alias.name) for alias in node.names)


def inside(module: str, name: str) -> tuple[str, str] | None:
    """(package, module) of an import of ours."""
    parts = [*module.split("."), name]
    if parts[0] != "sakrad" or len(parts) < 3 or parts[1] == "config":
        return None
    return parts[1], parts[2]


@each_package
def test_a_package_imports_only_what_stands_below_it(package: str) -> None:
    for path in of(package):
        for module, name in imported(path):
            found = inside(module, name)
            if found and found[0] != package:
                assert found[0] in RANK, f"{path}: imports the unknown package {found[0]}."
                assert RANK[found[0]] < RANK[package], (
                    f"{path.relative_to(ROOT)} imports {module}, but {found[0]} stands above {package}. "
                    "Move the code up, or record an event that the upper package listens to."
                )


@each_package
def test_another_package_is_entered_through_its_open_modules(package: str) -> None:
    for path in of(package):
        place = path.relative_to(SOURCE).parts[1]
        for module, name in imported(path):
            found = inside(module, name)
            if not found or found[0] in (package, "core"):
                continue
            entered = found[1]
            assert entered not in ("routes", "forms"), (
                f"{path.relative_to(ROOT)} imports {module}: routes and forms are never imported by others."
            )
            if entered == "commands" or entered.startswith("commands_"):
                assert place.startswith(("commands", "cli", "jobs", "worker")) or package == "demo", (
                    f"{path.relative_to(ROOT)} calls another package's commands: only commands (and the worker and the demo) may."
                )


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("policy.py")) + sorted(SOURCE.rglob("lifecycle.py")), ids=str)
def test_policy_and_lifecycle_are_pure(path: Path) -> None:
    for module, name in imported(path):
        assert not module.startswith(("flask", "sqlalchemy")), f"{path}: pure modules know neither flask nor the session."
        assert (module, name) != ("sakrad.core.db", "db"), f"{path}: pure modules do not read the database."
    if path.name == "lifecycle.py":
        assert "clock.now(" not in path.read_text(), f"{path}: the time is an argument."


@each_package
def test_the_request_stays_in_routes_and_core(package: str) -> None:
    for path in of(package):
        if "routes" in path.parts or package == "core" or path.name in ("setup.py", "sessions.py"):
            continue
        for module, name in imported(path):
            assert not (module == "flask" and name in ("request", "session", "g")), f"{path}: pass what you need as arguments."
            assert not (module == "flask_login" and name == "current_user"), f"{path}: pass the user as an argument."


def occurrences(needle: str) -> list[str]:
    return [str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if needle in path.read_text()]


def test_only_core_db_commits() -> None:
    assert occurrences(".commit()") == ["core/db.py"], "Use core.db.transaction()."


def test_only_core_htmx_knows_the_headers() -> None:
    assert occurrences('"HX-') == ["core/htmx.py"], "Use core.htmx."


def test_commands_never_read_the_clock_or_send_mail() -> None:
    for path in (path for path in modules() if any(part.startswith("commands") for part in path.parts)):
        text = path.read_text()
        assert "clock.now(" not in text and "clock.today(" not in text, f"{path}: the time is the argument `at`."
        assert "smtplib" not in text, f"{path}: record an event; the worker sends."


def test_files_stay_small() -> None:
    large = {str(path.relative_to(ROOT)): lines for path in SOURCE.rglob("*.py") if (lines := len(path.read_text().splitlines())) > 400}
    assert not large, f"Split by audience, then verb, then concept: {large}"


def test_no_module_is_called_nothing_in_particular() -> None:
    vague = {"utils", "util", "helpers", "common", "manager", "managers", "service", "services", "misc"}
    assert not [path for path in SOURCE.rglob("*.py") if path.stem in vague]
