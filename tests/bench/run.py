"""`make bench`: the public pages, uncached, as ratios against a bare Flask view under the same server, on SQLite; accepted
submissions, also when the server is killed, on both databases; and the pages' processor time at 2,000 and at 200,000 positions.

python -m tests.bench.run [--consultations 200] [--positions 40] [--seconds 4] [--database URL]
    [--only-submissions | --only-growth | --only-typing | --only-workbench | --only-cache | --only-exports
     | --only-uptake [--share 0.1] | --only-search | --only-readers]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import signal
import sys
import tempfile
from pathlib import Path

from flask import Flask

from sakrad import create_app
from sakrad.config import Settings
from sakrad.core.db import db
from tests import postgresql
from tests.bench import cache, data, exports, growth, load, readers, search, submissions, typing, uptake, workbench

FEW = (4, 10)  # consultations and positions, where only typing is measured
PAGES = {
    "start": "/",
    "list": "/sakrad",
    "consultation": "/kommun/stockholm/sakrad/sakrad-0",
    "summary": "/kommun/stockholm/sakrad/sakrad-1/sammanstallning",
    "position": "/kommun/stockholm/sakrad/sakrad-1/svar/{slug}",
    "municipalities": "/kommun",  # of few statements
}


def main() -> int:
    """Fill, serve, measure, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--consultations", type=int, default=200)
    options.add_argument("--positions", type=int, default=40)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--only-typing", action="store_true", help="leave out the pages and the submissions")
    options.add_argument("--only-workbench", action="store_true", help="only the pages of the workbench, on 1,000 answers")
    options.add_argument("--only-cache", action="store_true", help="only kept pages, the servers and memory")
    options.add_argument("--only-exports", action="store_true", help="only the documents of 2,000 answers, and how large the worker grows")
    options.add_argument(
        "--only-uptake", action="store_true", help="only the pages about uptake, at 300 municipalities and a million points"
    )
    options.add_argument("--only-submissions", action="store_true", help="only submissions, and a kill among them")
    options.add_argument("--only-growth", action="store_true", help="only how pages grow from 2,000 to 200,000 positions")
    options.add_argument("--only-search", action="store_true", help="only searches, at 2,000 and 200,000 positions")
    options.add_argument("--only-readers", action="store_true", help="only 200 readers while a summary is published, masked and taken back")
    options.add_argument("--share", type=float, default=1, help="of the million points")
    options.add_argument("--database", help="the address of an empty database, instead of SQLite in a temporary folder and PostgreSQL")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # so that the servers are ended too
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, gunicorn gthread 2 × 4"
    )
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        first = chosen.database or f"sqlite:///{folder}/bench.sqlite3"
        if chosen.only_search:
            search.run(first, Path(folder))
            if not chosen.database:
                search.run(stack.enter_context(postgresql.fresh_database("bench", durable=True)), Path(folder))
            return 0
        if chosen.only_readers:
            readers.run(first, Path(folder, "first"))
            if not chosen.database:
                readers.run(stack.enter_context(postgresql.fresh_database("bench", durable=True)), Path(folder, "second"))
            return 0
        if chosen.only_uptake:
            url = chosen.database or stack.enter_context(postgresql.fresh_database("bench", durable=True))
            uptake.run(url, Path(folder), consultations=max(1, round(uptake.CONSULTATIONS * chosen.share)))
            return 0
        if chosen.only_cache:
            cache.run(first, Path(folder), consultations=chosen.consultations, positions=chosen.positions, seconds=chosen.seconds)
            return 0
        if chosen.only_growth:
            growth.run(first, Path(folder), PAGES)
            return 0
        if chosen.only_exports:
            exports.run(first, Path(folder))
            return 0
        if chosen.only_workbench:
            workbench.run(first, Path(folder))
            if not chosen.database:
                workbench.run(stack.enter_context(postgresql.fresh_database("bench", durable=True)), Path(folder))
            return 0
        sending, typing_too = not chosen.only_typing, chosen.only_typing
        pages = sending and not chosen.only_submissions
        size = (chosen.consultations, chosen.positions) if pages else FEW
        _bench(first, Path(folder, "first"), size, chosen.seconds, pages=pages, sending=sending, typing_too=typing_too)
        if not chosen.database:
            second = stack.enter_context(postgresql.fresh_database("bench", durable=True))
            _bench(second, Path(folder, "second"), FEW, chosen.seconds, pages=False, sending=sending, typing_too=typing_too)
        if pages:
            growth.run(f"sqlite:///{folder}/growth.sqlite3", Path(folder), PAGES)
    return 0


def _bench(url: str, folder: Path, size: tuple[int, int], seconds: float, *, pages: bool, sending: bool, typing_too: bool) -> None:
    """Fill the database, serve it, and measure."""
    saved = folder / "pages"
    saved.mkdir(parents=True)
    settings = Settings(database_url=url, storage_url=f"file://{folder}/files", secret_key=cache.SECRET, rate_limits=False)
    app = create_app(settings, testing=True)
    with app.app_context():
        db.create_all()
        data.fill(*size)
        ready, last = submissions.parted(submissions.prepare(app) if sending else [])
        people = typing.prepare(app) if typing_too else []
        slug = data.a_sender("sakrad-1")
        db.session.remove()
    (saved / "start.html").write_text("")
    paths = {name: path.format(slug=slug) for name, path in PAGES.items()} if pages else {}
    for name, path in paths.items():
        answer = app.test_client().get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}.")
        (saved / f"{name}.html").write_bytes(answer.data)
    with app.app_context():
        db.engine.dispose()
    world = cache.World(url, saved, folder)
    with cache.serving(world, cache.SERVERS[0], 0) as (port, _process):  # kept pages are measured by themselves
        print(f"\n{url.partition(':')[0]}")
        if pages:
            _measure_pages(port, saved, paths, seconds)
        if sending:
            _measure_submissions(port, ready)
        if typing_too:
            _measure_typing(port, people, seconds)
    if pages:
        cache.kept(world, cache.SERVERS[0], min(seconds, 3))
    if sending:
        _measure_killed(app, world, ready, last)
    with app.app_context():
        if typing_too:
            acknowledged, merges = typing.verify(people), sum(typist.merges for typist in people)
            print(f"\n{acknowledged} acknowledged saves, every one in its draft's history; {merges} merges; none failed.", flush=True)
        db.session.remove()
        db.engine.dispose()


def _measure_pages(port: int, saved: Path, pages: dict[str, str], seconds: float) -> None:
    print("\n| page, 8 connections | kB | req/s | p95 ms | bare req/s | ratio |\n|---|---|---|---|---|---|")
    for name, path in pages.items():
        size = (saved / f"{name}.html").stat().st_size / 1000
        load.hammer(port, path, seconds=0.7)
        bare = load.hammer(port, f"/bare/{name}", seconds=seconds)
        ours = load.hammer(port, path, seconds=seconds)
        ratio = ours.per_second / bare.per_second
        print(f"| {name} | {size:.0f} | {ours.per_second:.0f} | {ours.p95:.0f} | {bare.per_second:.0f} | {ratio:.3f} |", flush=True)


def _measure_submissions(port: int, ready: list[tuple[int, list[submissions.Ready]]]) -> None:
    print("\n| submissions | accepted/s | p95 ms |\n|---|---|---|")
    for writers, batch in ready:
        figures = submissions.send(port, batch, writers)
        print(f"| {writers} writer{'s' if writers > 1 else ''} | {figures.per_second:.0f} | {figures.p95:.0f} |", flush=True)


def _measure_killed(
    app: Flask, world: cache.World, ready: list[tuple[int, list[submissions.Ready]]], last: list[submissions.Ready]
) -> None:
    """SIGKILL to every process of the server while submissions come in: what was accepted is there, also of those before."""
    with cache.serving(world, cache.SERVERS[0], 0) as (port, process):
        accepted = submissions.send_until_killed(port, last, lambda: os.killpg(process, signal.SIGKILL))
    with app.app_context():
        submissions.verify([*accepted, *(one.key for _writers, batch in ready for one in batch)])
        db.session.remove()
    print(f"\nThe server was killed among {len(accepted)} accepted submissions; every one is there.", flush=True)


def _measure_typing(port: int, people: list[typing.Typist], seconds: float) -> None:
    print(f"\n| {len(people)} people typing | autosaves/s | p95 ms |\n|---|---|---|")
    for what, pause in (("a save every two seconds each", 2.0), ("as fast as they are answered", 0.0)):
        figures = typing.type_at_once(port, people, seconds=seconds + pause, pause=pause)
        print(f"| {what} | {figures.per_second:.0f} | {figures.p95:.0f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
