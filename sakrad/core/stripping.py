"""Copies of files without what nobody meant to publish: authors, comments, tracked changes, places, scripts.

Uploads are hostile until proved otherwise, so they are opened in a process of their own that has little time and memory
and imports nothing of the application (core/stripped). What cannot be stripped is refused: nothing is published as it came.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import structlog

from sakrad.config import ROOT
from sakrad.core.files import FileKind, RefusedFile

SECONDS = 20  # by the clock; the process allows itself less of the processor
LARGEST = 40 * 1024 * 1024  # bytes of a copy: more than any original, since pictures may grow
# The package's own __init__ would import the whole application.
START = (
    "import sys, types; package = types.ModuleType('sakrad'); package.__path__ = [sys.argv[1]]; sys.modules['sakrad'] = package;"
    "from sakrad.core.stripped.child import main; sys.exit(main(sys.argv[2], int(sys.argv[3])))"
)
REFUSED = 3  # the exit code of a refusal with a reason
REASONS = ("broken", "encrypted", "too_complex")
log = structlog.get_logger()


def strip(content: bytes, kind: FileKind) -> bytes:
    """The file's visible content and nothing else, in the same format.

    Raises:
        RefusedFile: it is `broken`, `encrypted`, or `too_complex` to be opened within the limits.
    """
    return opened_apart(content, kind.value)


def opened_apart(content: bytes, kind: str) -> bytes:
    """What the process of its own makes of the file: core/stripped/child.py has the kinds. Raises as `strip`."""
    command = [sys.executable, "-I", "-c", START, str(ROOT / "sakrad"), kind, str(LARGEST)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
            command, input=content, capture_output=True, timeout=SECONDS, cwd=Path("/"), env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise RefusedFile("too_complex") from None
    if done.returncode == 0 and done.stdout:
        return done.stdout
    reason = done.stderr.decode("ascii", "replace").strip()
    if done.returncode == REFUSED and reason in REASONS:
        raise RefusedFile(reason)
    log.warning("stripping_died", kind=kind, code=done.returncode)  # killed by a limit, or a fault of a parser
    raise RefusedFile("too_complex" if done.returncode < 0 else "broken")
