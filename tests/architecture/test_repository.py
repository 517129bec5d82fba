"""What must never be committed, and what must always be there."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

from sakrad.config import ROOT

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listing.splitlines() if (ROOT / line).is_file()]


def test_sample_addresses_end_in_example() -> None:
    for path in tracked():
        if path.suffix in (".py", ".toml", ".html", ".txt") and "requirements" not in path.name and "vendor" not in path.parts:
            real = [found for found in ADDRESS.findall(path.read_text()) if not found.endswith((".example", ".invalid", "@127.0.0.1"))]
            assert not [found for found in real if not found.split("@")[1].startswith(("pytest.", "bp.", "public"))], f"{path}: {real}"


def test_vendored_files_are_what_the_manifest_says() -> None:
    manifest = json.loads((ROOT / "static" / "vendor" / "manifest.json").read_text())
    text = json.dumps(manifest)
    for path in (ROOT / "static" / "vendor").rglob("*"):
        if path.is_file() and path.suffix in (".js", ".css", ".woff2"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() in text, f"{path.name} differs from the manifest: run deploy/vendor.py."


def test_locks_hold_what_is_asked_for() -> None:
    for name in ("requirements", "requirements-dev"):
        lock = (ROOT / f"{name}.txt").read_text()
        for line in (ROOT / f"{name}.in").read_text().splitlines():
            wanted = line.split("#")[0].strip()
            if wanted and not wanted.startswith("-r"):
                package = re.split(r"[=><\[]", wanted)[0]
                assert f"\n{package}==" in lock, f"{package} is not locked: make lock."
        assert "--hash=sha256:" in lock


def test_project_version_is_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
