"""Kept pages against a bare Flask view that returns the same bytes, the two servers, and memory.

python -m tests.bench.run --only-cache
"""

from __future__ import annotations

import contextlib
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sakrad import create_app
from sakrad.config import Settings
from sakrad.core.db import db
from tests import served
from tests.bench import data, load

SECRET = "bench-secret-" * 4
REQUESTS = 50_000
ROUNDS = 9
PAGES = {
    "start": "/",
    "list": "/sakrad",
    "consultation": "/kommun/stockholm/sakrad/sakrad-0",
    "summary": "/kommun/stockholm/sakrad/sakrad-1/sammanstallning",
}
GUNICORN = ("-m", "gunicorn", "--workers", "{workers}", "--threads", "{threads}", "--worker-class", "gthread", "--log-level", "error")
GUNICORN += ("--bind", "127.0.0.1:{port}", "tests.bench.server:app")
GRANIAN = ("-m", "granian", "--interface", "wsgi", "--workers", "{workers}", "--blocking-threads", "{threads}", "--log-level", "error")
GRANIAN += ("--host", "127.0.0.1", "--port", "{port}", "tests.bench.server:app")


@dataclass(frozen=True, slots=True)
class Server:
    """A server as it is started."""

    name: str
    command: tuple[str, ...]
    workers: int
    threads: int


SERVERS = (
    Server("gunicorn gthread 2 × 4", GUNICORN, 2, 4),
    Server("granian 2 × 1", GRANIAN, 2, 1),
    Server("granian 2 × 4", GRANIAN, 2, 4),
)


@dataclass(frozen=True, slots=True)
class World:
    """The database and the pages that the bare view returns."""

    url: str
    saved: Path
    folder: Path


def run(url: str, folder: Path, *, consultations: int, positions: int, seconds: float) -> None:
    """Fill, and measure everything."""
    world = prepare(url, folder, consultations, positions)
    for server in SERVERS:
        compare(world, server, seconds)
    memory(world, SERVERS[0])


def prepare(url: str, folder: Path, consultations: int, positions: int) -> World:
    """Fill the database and save the pages."""
    saved = folder / "kept"
    saved.mkdir()
    app = create_app(Settings(database_url=url, storage_url=f"file://{folder}/files", secret_key=SECRET, rate_limits=False, cache_bytes=0))
    with app.app_context():
        db.create_all()
        data.fill(consultations, positions)
        db.session.remove()
    (saved / "start.html").write_text("")
    for name, path in PAGES.items():
        (saved / f"{name}.html").write_bytes(app.test_client().get(path).data)
    with app.app_context():
        db.engine.dispose()
    return World(url, saved, folder)


@contextlib.contextmanager
def serving(world: World, server: Server, megabytes: int) -> Iterator[tuple[int, int]]:
    """The server over the database: its port and its process."""
    environment = {
        "BENCH_PAGES": str(world.saved),
        "SAKRAD_DATABASE_URL": world.url,
        "SAKRAD_STORAGE_URL": f"file://{world.folder}/files",
        "SAKRAD_SECRET_KEY": SECRET,
        "SAKRAD_PUBLIC_URL": "http://127.0.0.1",  # as load.get says it
        "SAKRAD_RATE_LIMITS": "off",
        "SAKRAD_CACHE_MB": str(megabytes),
    }
    command = [part.format(port="{port}", workers=server.workers, threads=server.threads) for part in server.command]
    with served.started(command, environment) as (port, process):
        served.wait(lambda: load.Connection(port).ask(load.get("/bare/start")))
        yield port, process


def compare(world: World, server: Server, seconds: float) -> None:
    """Each page as it is made, against the bare view, and then as it is kept."""
    print(f"\n| {server.name} | bare req/s | made | p95 ms |\n|---|---|---|---|")
    with serving(world, server, 0) as (port, _process):
        for name, path in PAGES.items():
            load.hammer(port, path, seconds=0.5)
            bare, made = (load.hammer(port, one, seconds=seconds) for one in (f"/bare/{name}", path))
            print(f"| {name} | {bare.per_second:.0f} | {made.per_second / bare.per_second:.3f} | {made.p95:.0f} |", flush=True)
    kept(world, server, seconds)


def kept(world: World, server: Server, seconds: float) -> None:
    """Each page as it is kept, and unchanged, against the bare view of the same bytes under the same server.

    By turns in short rounds, of which the middle one counts: whatever else the machine does meets all three alike.
    """
    print(f"\n| {server.name} | bare req/s | kept | 304 | kept p95 ms |\n|---|---|---|---|---|")
    with serving(world, server, 32) as (port, _process):
        for name, path in PAGES.items():
            load.hammer(port, path, seconds=0.5)
            _, head, _ = load.Connection(port).ask(load.get(path))
            tag = re.search(rb'ETag: ("[^"]+")', head, re.IGNORECASE)
            assert tag is not None
            asked = ((f"/bare/{name}", ""), (path, ""), (path, tag[1].decode()))
            rounds = [[load.hammer(port, one, seconds=seconds / ROUNDS, tag=known) for one, known in asked] for _ in range(ROUNDS)]
            bare = statistics.median(first.per_second for first, _, _ in rounds)
            ratios = " | ".join(f"{statistics.median(one[which].per_second / one[0].per_second for one in rounds):.2f}" for which in (1, 2))
            print(f"| {name} | {bare:.0f} | {ratios} | {statistics.median(one.p95 for _, one, _ in rounds):.1f} |", flush=True)


def memory(world: World, server: Server) -> None:
    """How large the largest web process is: at start, and every fifth of the requests."""
    with serving(world, server, 32) as (port, pid):
        sizes = [largest(pid)]
        paths = [f"{path}?sida={page}" for path in PAGES.values() for page in range(1, 12)]
        connection = load.Connection(port)
        for turn in range(REQUESTS):
            connection.ask(load.get(paths[turn % len(paths)]))
            if (turn + 1) % (REQUESTS // 5) == 0:
                sizes.append(largest(pid))
    print(f"\nMB of the largest web process, at start and over {REQUESTS:,} requests: {', '.join(f'{size:.0f}' for size in sizes)}.")


def largest(pid: int) -> float:
    """Megabytes of the largest of the process's children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{child}/status").read_text()) for child in children]
    return max(int(size[1]) for size in sizes if size) / 1000
