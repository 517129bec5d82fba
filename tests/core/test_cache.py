"""The cache within the process: what it keeps, for how long, and for whom it keeps nothing."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client, TestResponse

from sakrad import create_app
from sakrad.consultations.lifecycle import Phase
from sakrad.core import cache, clock, figures, stamps
from sakrad.core.cache import ENTRY, Entry, Shelf
from sakrad.core.db import db, transaction
from tests import factories as make
from tests.factories import reading
from tests.noticing import BESIDE, PRIVATE
from tests.policing import PolicingClient
from tests.statements import counted

TABLE = re.compile(r'(?:FROM|JOIN) "?([a-z_]+)')
HOST = "http://127.0.0.1:5000"


class Reader:
    """Asks as browsers do, and tells how the cache answered, as it is told in /metrics: kept, unchanged, made or passed."""

    def __init__(self, app: Flask) -> None:
        self.cache: cache.Cache = app.extensions["sakrad_cache"]
        self.client = Client(app, use_cookies=False)

    def ask(self, path: str, method: str = "GET", base_url: str = HOST, **headers: str) -> tuple[TestResponse, str]:
        before = tallied()
        answer = self.client.open(path, method=method, base_url=base_url, headers={k.replace("_", "-"): v for k, v in headers.items()})
        ((how, more),) = (tallied() - before).items()
        assert more == 1
        return answer, how

    def how(self, path: str, *args: str, **headers: str) -> str:
        return self.ask(path, *args, **headers)[1]


def tallied() -> Counter[str]:
    (family,) = figures.CACHE.collect()
    return Counter({one.labels["answer"]: int(one.value) for one in family.samples if one.name == "sakrad_cache_total"})


@pytest.fixture
def keeping(app: Flask, make_settings) -> Iterator[Flask]:  # type: ignore[no-untyped-def]
    """A second application over the same database, which keeps pages."""
    db.session.remove()
    second = create_app(make_settings(app.config["SETTINGS"].database_url, cache_bytes=1_000_000), testing=True)
    second.extensions["sakrad_sample"].update(sample=False, until=float("inf"))
    yield second
    second.extensions["sakrad_cache"].watch.close()
    with second.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same bytes from either
def test_every_reading_page_is_kept_and_reads_the_same_from_the_cache(app: Flask, client: PolicingClient, keeping: Flask) -> None:
    paths = reading.addresses(reading.story())
    db.session.remove()
    reader, read = Reader(keeping), set[str]()
    for endpoint, path in paths.items():
        if "q=" in path:
            continue
        for address in (path, f"/en{path}"):
            with counted() as statements:
                fresh = client.get(address, policed=False)
            read |= {table for statement in statements for table in TABLE.findall(statement)}
            first, how = reader.ask(address)
            again, how_again = reader.ask(address)
            assert (how, how_again) == ("made", "kept"), endpoint
            assert fresh.data == first.data == again.data, endpoint
            assert of_the_page(first) == of_the_page(fresh), endpoint
            head, how = reader.ask(address, "HEAD")
            assert (how, head.data, dict(head.headers)) == ("kept", b"", dict(again.headers)), endpoint
            tag = again.headers["ETag"]
            for asked in (tag, f"W/{tag}", f'"other", W/{tag}', "*"):
                unchanged, how = reader.ask(address, If_None_Match=asked)
                assert (how, unchanged.status_code, unchanged.data) == ("unchanged", 304, b""), endpoint
                assert unchanged.headers["ETag"] == tag and "Content-Length" not in unchanged.headers
            assert reader.ask(address, If_None_Match='"other"')[0].status_code == 200
            assert "Set-Cookie" not in again.headers
    both = ", ".join(sorted(read & PRIVATE - BESIDE))
    assert not both, f"Read by pages, and so not private (tests/noticing.py): {both}"


def of_the_page(answer: TestResponse) -> dict[str, str]:
    """The headers, but for what the server in front says itself, and what only the cache can tell."""
    return {name: value for name, value in answer.headers if name not in ("Date", "Last-Modified")}


def test_what_is_asked_for_otherwise_passes_by_or_is_not_kept(app: Flask, keeping: Flask) -> None:
    consultation = make.consultation()
    path = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}"
    db.session.remove()
    reader = Reader(keeping)
    shelf = reader.cache.shelf
    for passing in (
        {"Cookie": "a=b; sakrad=secret"},
        {"HX_Request": "true"},
        {"Range": "bytes=0-9"},
        {"Authorization": "Basic x"},
    ):
        assert reader.how(path, **passing) == "passed"
    assert reader.how(f"{path}%3Fsida=1") == "passed", "it would be kept as another address"
    assert reader.how(f"{path}?utm_source=x") == reader.how("/sakrad?q=hemligt") == "passed"
    assert reader.how(path, "POST") == reader.how(f"/sakrad?grupp={'x' * 600}") == "passed"
    answer, how = reader.ask(path, base_url="http://evil.example")
    assert how == "passed" and answer.status_code == 200
    assert reader.how("/kommun/finns-inte") == reader.how("/logga-in") == reader.how("/konto") == "made"
    assert shelf.bytes == len(shelf.entries) == 0
    assert [reader.how(asked) for asked in ("/sakrad?sida=1&amne=x", "/sakrad?amne=x&sida=1", "/sakrad?amne=y&sida=1")] == [
        "made",
        "kept",
        "made",
    ]
    assert reader.how(path, Cookie="other=1") == "made"
    assert b"evil.example" not in reader.ask(path)[0].data


def test_a_change_is_seen_at_once_and_another_municipalitys_changes_nothing(app: Flask, keeping: Flask) -> None:
    consultation, other = make.consultation(), make.consultation()
    place, elsewhere = consultation.municipality.slug, other.municipality.slug
    path = f"/kommun/{place}/sakrad/{consultation.slug}"
    db.session.remove()
    reader = Reader(keeping)
    reader.cache.watch.AGAIN = 0.0  # PostgreSQL's half second has its own test (attacks/test_stale.py)
    assert (reader.how(path), reader.how("/"), reader.how(path)) == ("made", "made", "kept")
    move(elsewhere)
    assert (reader.how(path), reader.how("/")) == ("kept", "made")
    move(stamps.SHARED)
    assert (reader.how(path), reader.how(path), reader.how("/")) == ("made", "kept", "made")
    move(place)
    assert (reader.how(path), reader.how("/")) == ("made", "made")


def move(scope: str) -> None:
    with transaction():
        stamps.move(scope)
    db.session.remove()


def test_a_page_is_kept_until_its_border(app: Flask, keeping: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    db.session.remove()
    reader = Reader(keeping)
    assert (reader.how("/metod"), reader.how("/metod")) == ("made", "kept")
    border = clock.end_of(clock.today())
    monkeypatch.setattr(cache.time, "time", (border - timedelta(seconds=1)).timestamp)
    assert reader.how("/metod") == "kept"
    monkeypatch.setattr(cache.time, "time", border.timestamp)
    assert reader.how("/metod") == "made"


def test_last_modified_is_said_of_every_kept_page_and_stands_for_the_same_bytes(
    app: Flask, keeping: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation = make.consultation(Phase.open, closes_at=clock.now() + timedelta(minutes=5))  # a border within the day
    kommun = consultation.municipality.slug
    path = f"/kommun/{kommun}/sakrad/{consultation.slug}"
    db.session.remove()
    reader, now = Reader(keeping), clock.now()
    reader.cache.watch.AGAIN = 0.0

    def at(seconds: float) -> str | None:
        monkeypatch.setattr(cache.time, "time", (now + timedelta(seconds=seconds)).timestamp)
        return reader.ask(path)[0].headers.get("Last-Modified")

    assert (at(0), at(1)) == (None, None)  # another process may still send what was there before, made in the same second
    first = at(3)
    assert first is not None and reader.ask(path)[1] == "kept"
    assert now <= reader.ask(path)[0].last_modified <= now + timedelta(seconds=1)
    unchanged = reader.ask(path, If_Modified_Since=first)[0]
    assert (unchanged.status_code, unchanged.headers["Last-Modified"]) == (304, first)
    assert reader.ask(path, If_Modified_Since=first, If_None_Match='"other"')[0].status_code == 200
    move(kommun)
    assert reader.ask(path, If_Modified_Since=first)[0].status_code == 200
    second = at(6)
    assert second not in (None, first) and reader.ask(path, If_Modified_Since=first)[0].status_code == 200


def test_when_the_stamps_cannot_be_read_the_page_is_made(app: Flask, keeping: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    db.session.remove()
    reader = Reader(keeping)
    reader.cache.watch.AGAIN, reader.cache.watch.OLDEST = 0.0, 0.2
    assert (reader.how("/metod"), reader.how("/metod")) == ("made", "kept")
    reader.cache.watch.close()
    reader.cache.watch.read_at = 0.0

    def fail(_connection: sa.Connection) -> None:
        raise sa.exc.OperationalError("", {}, Exception())

    with monkeypatch.context() as patched:
        patched.setattr(stamps, "read", fail)
        assert (reader.how("/metod"), reader.how("/metod")) == ("passed", "passed")
    reader.cache.watch.REST = 0.0
    assert reader.how("/metod") == "kept"


def test_what_many_ask_for_at_once_is_made_once_and_nobody_is_given_what_has_changed_since() -> None:
    """While the first has the page made three more ask for it, and something changes: one of the three has it made again."""
    moved = {stamps.ALL: stamps.Moved(1, clock.now())}
    made: list[int] = []
    asked = threading.Semaphore(0)
    begun, go_on = threading.Event(), threading.Event()

    class Watch:
        def now(self) -> dict[str, stamps.Moved]:
            asked.release()
            return dict(moved)

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = str(moved[stamps.ALL].number).encode()
        made.append(int(body))
        begun.set()
        assert go_on.wait(10)
        environ[cache.KEEP] = clock.now() + timedelta(minutes=1)
        start_response("200 OK", [("ETag", '"x"'), ("Content-Length", "1"), ("Cache-Control", cache.RULE)])
        return [body]

    whole = cache.Cache(application, cast("Any", Watch()), Shelf(100_000), "a.example", "session=")

    def ask() -> bytes:
        environ = {"REQUEST_METHOD": "GET", "HTTP_HOST": "a.example", "PATH_INFO": "/"}
        return b"".join(whole(environ, lambda *_: None))

    with ThreadPoolExecutor(4) as readers:
        first = readers.submit(ask)
        assert begun.wait(10) and asked.acquire(timeout=10) and asked.acquire(timeout=10)  # it looks again when it has the turn
        others = [readers.submit(ask) for _ in range(3)]
        assert all(asked.acquire(timeout=10) for _ in others)  # each has looked, and found nothing
        moved[stamps.ALL] = stamps.Moved(2, clock.now())
        go_on.set()
        assert (first.result(10), [other.result(10) for other in others], made) == (b"1", [b"2"] * 3, [1, 2])


def test_the_shelf_never_holds_more_than_it_may() -> None:
    def entry(size: int) -> Entry:
        return Entry((1,), 1.0, [], b"x" * size, "", "", 0.0)

    shelf = Shelf(3 * (1000 + ENTRY))
    for key in "abc":
        shelf.put(key, entry(1000))
    assert shelf.get("a")
    shelf.put("d", entry(1000))
    assert list(shelf.entries) == ["c", "a", "d"] and shelf.bytes == shelf.room
    shelf.put("a", entry(500))
    assert list(shelf.entries) == ["c", "d", "a"] and shelf.bytes == shelf.room - 500
    shelf.put("e", entry(shelf.room))
    assert not shelf.entries and shelf.bytes == 0
