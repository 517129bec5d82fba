"""`make test`: the whole suite on both databases and in the real browser, over all cores, with its time printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def browser() -> str | None:
    """Where Chromium is: SAKRAD_CHROMIUM, or a usual name on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("SAKRAD_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def main() -> int:
    """Run pytest; without Chromium leave the browser tests out aloud, but fail in CI."""
    processes = (os.cpu_count() or 1) + 1  # one more than there are cores: a browser's test waits for most of its time
    arguments = ["-n", os.environ.get("SAKRAD_TEST_PROCESSES", str(processes)), *sys.argv[1:]]
    found = browser()
    if found is None:
        if os.environ.get("CI"):
            print("No Chromium: in CI the browser tests may not be left out.", file=sys.stderr)
            return 1
        print("Chromium is not installed: the browser tests are LEFT OUT (Debian: apt install chromium).", file=sys.stderr)
        arguments += ["-m", "not browser"]
    started = time.monotonic()
    environment = os.environ | ({"SAKRAD_CHROMIUM": found} if found else {})
    result = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False)
    print(f"The suite took {time.monotonic() - started:.0f} s.")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
