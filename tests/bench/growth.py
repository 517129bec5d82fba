"""How the public pages, uncached, grow from 2,000 to 200,000 positions: processor time in one process, the least of many."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from sakrad import create_app
from sakrad.config import Settings
from sakrad.core.db import db
from tests.bench import data

POSITIONS = 40  # of a consultation
SIZES = (2_000, 200_000)
TIMES = 40


def run(url: str, folder: Path, pages: Mapping[str, str], sizes: tuple[int, int] = SIZES) -> None:
    """Fill to the first size, measure, multiply to the second, measure again."""
    settings = Settings(database_url=url, storage_url=f"file://{folder}/files", rate_limits=False, cache_bytes=0)
    app = create_app(settings, testing=True)
    with app.app_context():
        db.create_all()
        data.fill(sizes[0] // POSITIONS, POSITIONS)
        db.session.remove()
    measured = [_measure(app, pages)]
    with app.app_context():
        data.multiply(sizes[1] // sizes[0])
        db.session.remove()
    measured.append(_measure(app, pages))
    print(f"\n| page, one process | ms at {sizes[0]:,} positions | at {sizes[1]:,} | growth |\n|---|---|---|---|")
    for name in pages:
        few, many = (one[name] for one in measured)
        print(f"| {name} | {few:.1f} | {many:.1f} | {many / few:.2f} |", flush=True)


def _measure(app: Flask, pages: Mapping[str, str]) -> dict[str, float]:
    with app.app_context():
        slug = data.a_sender("sakrad-1")
        db.session.remove()
    client, found = app.test_client(), {}
    for name, path in pages.items():
        times = []
        for _ in range(TIMES):
            began = time.process_time()
            answer = client.get(path.format(slug=slug))
            times.append((time.process_time() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}.")
        found[name] = min(times)
    return found
