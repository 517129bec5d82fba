"""Search beside the list page: at 2,000 and 200,000 positions of five answers, for words that few, some and very many texts have.

The index is filled as the search writer fills it, but in bulk and by itself: what somebody finds is read from nothing else.
"""

from __future__ import annotations

import logging
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sakrad import create_app
from sakrad.config import Settings
from sakrad.consultations.models import Consultation
from sakrad.core import search
from sakrad.core.db import db, transaction
from sakrad.core.search_index import SearchEntry, SearchWord
from tests.bench import data

CONSULTATIONS, ANSWERS = 200, 5
SMALL, LARGE = 2_000, 200_000  # positions
BATCH = 5_000
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)  # an answer a minute since
TIMES = 40
KNOWN = 20_000  # words that anybody uses, the n-th as often as 1 / n
LENGTH = 45  # words of an answer, which are fewer stems
FEW, SOME = 20, 200  # answers with the word
SEARCHES = {
    "20 hits": "/sok?q=tjugoordet",
    "200 hits": "/sok?q=tvåhundraordet",
    "200 hits, narrowed": "/sok?q=tvåhundraordet&skede=open&slag=answer",
    "two words": "/sok?q=tvåhundraordet+ensamhet",
    "a common word": "/sok?q=ensamhet",
    "a common word, narrowed": "/sok?q=ensamhet&skede=open",
    "misspelled": "/sok?q=kvinojouren",
    "suggestions": "/sok/forslag?q=ens",
}


def run(url: str, folder: Path, *, large: int = LARGE) -> None:
    """Fill an empty database, measure, fill more, measure again; print what each search costs beside the list page."""
    app = create_app(
        Settings(database_url=url, storage_url=f"file://{folder}/files", secret_key="bench-secret-" * 4, rate_limits=False), testing=True
    )
    logging.disable(logging.INFO)
    with app.app_context():
        db.create_all()
        data.fill(CONSULTATIONS, SMALL // CONSULTATIONS)
        fill(0, SMALL)
        _settle()
        small = _measured(app)
        began = time.perf_counter()
        fill(SMALL, large)
        print(f"\n{url.partition(':')[0]}: {large:,} positions in the index, made in {time.perf_counter() - began:.0f} s")
        _settle()
        after = _measured(app)
        db.session.remove()
        db.engine.dispose()
    print(
        f"\n| search | ms, p95 at {SMALL:,} | ms, p95 at {large:,} | growth of the median | p95 / the list page's |\n|---|---|---|---|---|"
    )
    for name in after:
        (few, few95), (many, many95) = small[name], after[name]
        print(f"| {name} | {few95:.1f} | {many95:.1f} | {many / few:.2f} | {many95 / after['the list page'][1]:.2f} |", flush=True)


def fill(first: int, last: int) -> None:
    """The answers of positions, in the index: each word as often as it is used, and the sought ones evenly among the first."""
    consultations = db.session.execute(sa.select(Consultation.id, Consultation.municipality_id, Consultation.unit_id)).all()
    rng = random.Random(first)
    words = rng.choices([f"ord{n}" for n in range(KNOWN)], [1 / (n + 10) for n in range(KNOWN)], k=1_000_003)
    sought = {"tjugoordet": FEW, "tvåhundraordet": SOME} if not first else {}
    entry_id = db.session.scalar(sa.select(sa.func.max(SearchEntry.id))) or 0
    for begin in range(first * ANSWERS, last * ANSWERS, BATCH):
        rows = []
        for n in range(begin, min(begin + BATCH, last * ANSWERS)):
            entry_id += 1
            at = n * LENGTH % (len(words) - LENGTH)
            stems = {*words[at : at + LENGTH], *(("ensam",) if n % 3 == 0 else ())}
            stems |= {word for word, many in sought.items() if n % (SMALL * ANSWERS // many) == 0}
            rows.append((_entry(consultations[n % len(consultations)], n), entry_id, sorted(stems)))
        _write(rows)
    if not first:
        entries = ["tjugoordet", "tvåhundraordet", "ensam", "kvinnojour", *dict.fromkeys(words)]
        with transaction():
            db.session.execute(
                sa.insert(SearchWord), [{"stem": one, "reversed": one[::-1], "is_name": one == "kvinnojour"} for one in entries]
            )


def _entry(consultation: Any, n: int) -> search.Entry:
    at = BEGAN + timedelta(minutes=n)
    return search.Entry(
        key=f"answer:{n}",
        part=f"position:{n // ANSWERS}",
        kind="answer",
        path=f"/kommun/stockholm/sakrad/sakrad-1/svar/forening-{n // ANSWERS}#fraga-{n % ANSWERS + 1}",
        title=f"Förening {n // ANSWERS}",
        text="Vägen in är lång och ensamheten är stor. " * 6 + "tvåhundraordet tjugoordet",
        facts='{"number": 1}',
        consultation_id=consultation.id,
        municipality_id=consultation.municipality_id,
        unit_id=consultation.unit_id,
        organisation_kind="association",
        groups=" 1 2 3 ",
        subjects=" 1 ",
        year=at.year,
        at=at,
    )


def _write(rows: list[tuple[search.Entry, int, list[str]]]) -> None:
    """As core.search writes them, in bulk and without asking what stood there: by COPY on PostgreSQL."""
    columns = [column.name for column in search.ENTRY.c]
    values = [
        tuple(
            {"id": one, "digest": "0" * 64, "indexed_at": entry.at, "visible_from": None}.get(name, getattr(entry, name, None))
            for name in columns
        )
        for entry, one, _stems in rows
    ]
    said = [(one, search.number_of(one, entry.at), stems, sorted(entry.tokens)) for entry, one, stems in rows]
    with transaction():
        raw: Any = db.session.connection().connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            vectors = [(one, number, "", *(" ".join(f"'{token}'" for token in tokens) for tokens in both)) for one, number, *both in said]
            _copy(raw, "search_entry", columns, values)
            _copy(raw, "search_vector", ["id", "newest", *search.COLUMNS], vectors)
        else:
            marks = ", ".join("?" * len(columns))
            plain = [tuple(str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value for value in row) for row in values]
            raw.executemany(f"INSERT INTO search_entry ({', '.join(columns)}) VALUES ({marks})", plain)
            raw.executemany(
                "INSERT INTO search_fts (rowid, title, words, facets) VALUES (?, '', ?, ?)",
                [(number, " ".join(stems), " ".join(facets)) for _one, number, stems, facets in said],
            )


def _copy(raw: Any, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _settle() -> None:
    """What the databases do by themselves sooner or later, and the worker each week."""
    db.session.commit()
    for _step in search.merge(500):
        pass
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE")


def _measured(app: Flask) -> dict[str, tuple[float, float]]:
    client = app.test_client()
    pages = {"the list page": "/sakrad"} | SEARCHES
    return {name: _median_and_p95(_times(client, path)) for name, path in pages.items()}


def _times(client: Any, path: str) -> Iterator[float]:
    headers = {"HX-Request": "true"} if "forslag" in path else {}
    for number in range(TIMES + 2):
        began = time.perf_counter()
        answer = client.get(path, headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}.")
        if number > 1:
            yield (time.perf_counter() - began) * 1000


def _median_and_p95(times: Iterator[float]) -> tuple[float, float]:
    sorted_times = sorted(times)
    return statistics.median(sorted_times), sorted_times[int(len(sorted_times) * 0.95) - 1]
