"""`make bench`: the public pages and accepted submissions, as ratios against a bare Flask view under the same server.

python -m tests.bench.run [--consultations 200] [--positions 40] [--seconds 4] [--database URL]
"""

from __future__ import annotations

import argparse
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sakrad import create_app
from sakrad.config import ROOT, Settings
from sakrad.core.db import db
from tests.bench import data, load, submissions

SECRET = "bench-secret-" * 4
PAGES = {
    "start": "/",
    "list": "/sakrad",
    "consultation": "/kommun/stockholm/sakrad/sakrad-0",
    "summary": "/kommun/stockholm/sakrad/sakrad-1/sammanstallning",
    "position": "/kommun/stockholm/sakrad/sakrad-1/svar/{slug}",
}


def main() -> int:
    """Fill, serve, measure, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--consultations", type=int, default=200)
    options.add_argument("--positions", type=int, default=40)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--database", help="a PostgreSQL address with an empty database; SQLite in a temporary folder otherwise")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database or f"sqlite:///{folder}/bench.sqlite3"
        settings = Settings(database_url=url, storage_url=f"file://{folder}/files", secret_key=SECRET, rate_limits=False)
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            data.fill(chosen.consultations, chosen.positions)
            ready = submissions.prepare(app)
            slug = data.a_sender("sakrad-1")
            db.session.remove()
        pages = {name: path.format(slug=slug) for name, path in PAGES.items()}
        saved = Path(folder) / "pages"
        saved.mkdir()
        for name, path in pages.items():
            answer = app.test_client().get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}.")
            (saved / f"{name}.html").write_bytes(answer.data)
        with app.app_context():
            db.engine.dispose()
        _measure(settings, saved, pages, ready, chosen.seconds)
    return 0


def _measure(settings: Settings, saved: Path, pages: dict[str, str], ready: list[submissions.Ready], seconds: float) -> None:
    port = _free_port()
    environment = os.environ | {
        "BENCH_PAGES": str(saved),
        "SAKRAD_DATABASE_URL": settings.database_url,
        "SAKRAD_STORAGE_URL": settings.storage_url,
        "SAKRAD_SECRET_KEY": settings.secret_key,
        "SAKRAD_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SAKRAD_RATE_LIMITS": "off",
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "-w", "2", "--threads", "4", "-k", "gthread"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*command, "--log-level", "error", "tests.bench.server:app"], cwd=ROOT, env=environment, **quiet)  # type: ignore[call-overload]
    try:
        _wait(port)
        print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
        print(f"{settings.database_url.split(':')[0]}, gunicorn gthread 2 × 4, 8 connections\n")
        print("| page | kB | req/s | p95 ms | bare req/s | ratio |\n|---|---|---|---|---|---|")
        for name, path in pages.items():
            size = (saved / f"{name}.html").stat().st_size / 1000
            load.hammer(port, path, seconds=0.7)
            bare = load.hammer(port, f"/bare/{name}", seconds=seconds)
            ours = load.hammer(port, path, seconds=seconds)
            ratio = ours.per_second / bare.per_second
            print(f"| {name} | {size:.0f} | {ours.per_second:.0f} | {ours.p95:.0f} | {bare.per_second:.0f} | {ratio:.3f} |", flush=True)
        print("\n| submissions | accepted/s | p95 ms |\n|---|---|---|")
        half = len(ready) // 2
        for writers, batch in ((1, ready[: half // 2]), (8, ready[half // 2 :])):
            figures = submissions.send(port, batch, writers)
            print(f"| {writers} writer{'s' if writers > 1 else ''} | {figures.per_second:.0f} | {figures.p95:.0f} |", flush=True)
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            load.Connection(port).ask(load.get("/bare/start"))
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    sys.exit(main())
