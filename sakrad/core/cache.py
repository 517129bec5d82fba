"""Pages that everybody may read, kept in the process for as long as they would read the same (DESIGN.md §8, Cache).

A page is kept with the stamps of what it shows (core.stamps), read before it was made, and until its `valid_until`. Each
request asks whether the stamps have moved; a page whose stamps have is made anew. So a change is seen by the next reader
on SQLite, and within a second on PostgreSQL, in every process. When nobody can say, the page is made as if there were no cache.
What many ask for at once is made once: the others wait a moment for it, and then ask the stamps themselves.

Kept in no file and by no other process: a restart, a migration (migrations/env.py moves the stamps) and new files in static/
begin anew. Signed-in readers pass by it, and so does whatever has an unknown parameter, a search or another host.
"""

from __future__ import annotations

import math
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa
from flask import Flask, request, template_rendered
from sqlalchemy.engine import make_url
from werkzeug.http import http_date

from sakrad.core import clock, figures, htmx, stamps

# The parameters of the public pages that may be kept. Not q: what people search for is kept nowhere.
PARAMETERS = frozenset(
    {"amne", "annat", "ar", "bokstav", "enhet", "fraga", "grupp", "kommun", "lage", "manad"}
    | {"part", "samlad", "sida", "skede", "slag", "svar", "till", "utfall", "visa"}
)
PASS_BY = (htmx.IN_ENVIRON, "HTTP_RANGE", "HTTP_AUTHORIZATION")
VALIDATORS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
RULE = "public, max-age=0, must-revalidate"
OF_ONE_ANSWER = frozenset({"date", "x-request-id"})
OF_A_BODY = frozenset({"content-length", "content-type"})
LONGEST = 300_000  # bytes of a page
LONGEST_ADDRESS = 500
ENTRY = 2_000  # bytes that an entry takes beside its body: headers, key, objects
KEEP = "sakrad.keep_until"
PATIENCE = 1.0  # seconds that a reader waits for another's page instead of having it made too
SETTLED = 2  # seconds after the one in which a page was made: longer than Watch.OLDEST, and a thread that waits for its turn

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def keep_until(instant: datetime) -> None:
    """Say until when the present answer reads the same, if nothing moves. Pages say it by their view's `valid_until`."""
    known: datetime | None = request.environ.get(KEEP)
    request.environ[KEEP] = instant if known is None else min(known, instant)


def keep_today() -> None:
    """The same, of a page that no border changes but midnight."""
    keep_until(clock.valid_until(clock.now()))


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer and what it was made of."""

    stamps: tuple[int, ...]
    until: float
    headers: Headers
    body: bytes
    etag: str
    modified: str  # Last-Modified; empty when the page is not kept
    modified_from: float  # when it may be said


class Watch:
    """What the stamps are now, on a connection of its own: no request's snapshot stands between."""

    AGAIN = 0.5  # seconds until the stamps are read again, on PostgreSQL
    OLDEST = 0.9  # beyond this nobody is answered from them
    REST = 1.0  # after a failure

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.counts_changes = self.url.get_backend_name() == "sqlite"
        self._begin()

    def _begin(self) -> None:
        """Begin with nothing: at the start, and in a process that was forked off."""
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.connection: sa.Connection | None = None
        self.version: int | None = None
        self.known: dict[str, stamps.Moved] = {}
        self.read_at = self.failed_at = -math.inf

    def now(self) -> dict[str, stamps.Moved] | None:
        """Every stamp; None when nobody can say."""
        if self.pid != os.getpid():
            self._begin()
        return self._counted() if self.counts_changes else self._timed()

    def _counted(self) -> dict[str, stamps.Moved] | None:
        """SQLite counts what other connections commit: asking takes microseconds."""
        with self.lock:
            if self._rests():
                return None
            try:
                connection = self._connected()
                version = connection.connection.driver_connection.execute("PRAGMA data_version").fetchone()[0]  # type: ignore[union-attr]
                if version != self.version:
                    self.known, self.version = stamps.read(connection), version
            except (sa.exc.SQLAlchemyError, sqlite3.Error):
                self._fail()
                return None
            return self.known

    def _timed(self) -> dict[str, stamps.Moved] | None:
        """One thread reads; the others use what there is, as long as it is young."""
        age = time.monotonic() - self.read_at
        if age < self.AGAIN:
            return self.known
        if self.lock.acquire(timeout=0 if age < self.OLDEST else self.AGAIN):
            try:
                began = time.monotonic()
                if began - self.read_at >= self.AGAIN and not self._rests():
                    self.known, self.read_at = stamps.read(self._connected()), began
            except sa.exc.SQLAlchemyError:
                self._fail()
            finally:
                self.lock.release()
        return self.known if time.monotonic() - self.read_at < self.OLDEST else None

    def _connected(self) -> sa.Connection:
        if self.connection is None:
            more: dict[str, Any] = {"check_same_thread": False, "timeout": 0.2}
            if not self.counts_changes:
                more = {"connect_timeout": 2, "options": "-c statement_timeout=500"}
            self.connection = sa.create_engine(
                self.url, isolation_level="AUTOCOMMIT", connect_args=more, poolclass=sa.pool.NullPool
            ).connect()
        return self.connection

    def close(self) -> None:
        """Let go of the connection; the next who asks opens another."""
        connection, self.connection, self.version = self.connection, None, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _rests(self) -> bool:
        return time.monotonic() - self.failed_at < self.REST

    def _fail(self) -> None:
        self.failed_at = time.monotonic()
        self.close()


class Shelf:
    """Entries by address, the least lately used thrown away first; never more bytes than it may hold."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.bytes = 0
        self.entries: OrderedDict[str, Entry] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: str) -> Entry | None:
        """The entry, which has now been used."""
        with self.lock:
            entry = self.entries.get(key)
            if entry is not None:
                self.entries.move_to_end(key)
            return entry

    def put(self, key: str, entry: Entry) -> None:
        """Keep it instead of what stood there."""
        with self.lock:
            self._drop(key)
            self.entries[key] = entry
            self.bytes += len(entry.body) + ENTRY
            while self.bytes > self.room:
                self._drop(next(iter(self.entries)))

    def _drop(self, key: str) -> None:
        old = self.entries.pop(key, None)
        if old is not None:
            self.bytes -= len(old.body) + ENTRY


class Turns:
    """What many ask for at once is made by one thread; the others wait a moment, and find it made."""

    def __init__(self) -> None:
        self.locks = [threading.Lock() for _ in range(256)]  # two addresses that share one wait for each other, which harms nobody

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Wait for whoever makes the same; go on without, when that takes long."""
        lock = self.locks[hash(key) % len(self.locks)]
        taken = lock.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if taken:
                lock.release()


@dataclass(slots=True)
class Cache:
    """WSGI middleware, outside the language prefix and inside the proxy's headers."""

    app: Application
    watch: Watch
    shelf: Shelf
    host: str
    cookie: str
    turns: Turns = field(default_factory=Turns)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        key = self._key(environ)
        path: str = environ["PATH_INFO"]
        scopes = stamps.scopes_of(path[3:] if path.startswith("/en/") else path)
        if key is None:
            return self._pass_by(environ, start_response)
        moved, entry = self._look(key, scopes)
        if moved is not None and entry is None:
            with self.turns.of(key):
                moved, entry = self._look(key, scopes)
                if moved is not None and entry is None:
                    return self._make(key, scopes, moved, environ, start_response)
        if entry is None:
            return self._pass_by(environ, start_response)
        now = time.time()
        unchanged = _unchanged(entry, _asked(environ), now)
        (figures.UNCHANGED if unchanged else figures.KEPT).inc()
        return _send(entry, environ["REQUEST_METHOD"], now, start_response, unchanged=unchanged)

    def _pass_by(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        figures.PASSED.inc()
        return self.app(environ, start_response)

    def _look(self, key: str, scopes: tuple[str, ...]) -> tuple[dict[str, stamps.Moved] | None, Entry | None]:
        """What has moved, None when nobody can say; and the entry, if it still reads the same."""
        moved = self.watch.now()
        entry = self.shelf.get(key) if moved is not None else None
        if entry is None or moved is None or entry.until <= time.time() or entry.stamps != stamps.latest(moved, scopes):
            return moved, None
        return moved, entry

    def _key(self, environ: dict[str, Any]) -> str | None:
        """By what the answer is kept: the address with its parameters in order. None: not to be kept, whatever the answer is."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("HTTP_HOST") != self.host:
            return None
        if any(name in environ for name in PASS_BY) or self.cookie in environ.get("HTTP_COOKIE", ""):
            return None
        path = f"{environ.get('SCRIPT_NAME', '')}{environ['PATH_INFO']}"
        query = environ.get("QUERY_STRING", "")
        if "?" in path or path.startswith("/static/") or len(path) + len(query) > LONGEST_ADDRESS:
            return None
        if not query:
            return path
        pairs = parse_qsl(query, keep_blank_values=True)
        if not PARAMETERS.issuperset(name for name, _ in pairs):
            return None
        return f"{path}?{urlencode(sorted(pairs, key=lambda pair: pair[0]))}"

    def _make(
        self,
        key: str,
        scopes: tuple[str, ...],
        moved: dict[str, stamps.Moved],
        environ: dict[str, Any],
        start_response: Any,
    ) -> Iterable[bytes]:
        """Have the application answer a GET, and keep the answer if it may be kept."""
        figures.MADE.inc()
        method, asked = environ["REQUEST_METHOD"], _asked(environ)
        for name in VALIDATORS:  # or the application would answer 304, and nothing be kept
            environ.pop(name, None)
        answered: list[Any] = []

        def hold(*start: Any) -> Callable[[bytes], None]:
            answered[:] = start
            return lambda data: None

        environ["REQUEST_METHOD"] = "GET"
        parts = self.app(environ, hold)
        status, headers = answered[0], answered[1]
        found = {name.lower(): value for name, value in headers}
        until: datetime | None = environ.get(KEEP)
        if status.startswith("200") and _is_for_all(found):
            entry = self._entry(b"".join(parts), headers, found, scopes, moved, until)
            _close(parts)
            if until is not None:
                self.shelf.put(key, entry)
            now = time.time()
            return _send(entry, method, now, start_response, unchanged=_unchanged(entry, asked, now))
        start_response(*answered)
        if method == "HEAD":
            _close(parts)
            return []
        return parts

    def _entry(
        self,
        body: bytes,
        headers: Headers,
        found: dict[str, str],
        scopes: tuple[str, ...],
        moved: dict[str, stamps.Moved],
        until: datetime | None,
    ) -> Entry:
        """The answer with its Last-Modified: the end of the second in which it was made.

        Nobody knows when the clock last changed a page, and a stamp may be older than the transaction that moved it; but what
        replaces these bytes is made later than they were. They are told of once no process can send them beside what was made
        in the same second: so a Last-Modified stands for the same bytes wherever it is asked about, and none gives a wrong 304.
        Two processes tell two of the same bytes: who goes from one to the other without an ETag is sent a page that it had.
        """
        kept = [(name, value) for name, value in headers if name.lower() not in OF_ONE_ANSWER]
        made = int(time.time()) + 1
        modified = http_date(made) if until is not None else ""
        ends = until.timestamp() if until is not None else 0.0
        return Entry(stamps.latest(moved, scopes), ends, kept, body, found["etag"], modified, made + SETTLED)


def _asked(environ: dict[str, Any]) -> tuple[str, ...]:
    """The bytes that the reader has already: If-None-Match and If-Modified-Since."""
    return tuple(environ.get(name, "") for name in VALIDATORS)


def _send(entry: Entry, method: str, now: float, start_response: Any, *, unchanged: bool) -> Iterable[bytes]:
    """The answer, or that it is unchanged."""
    headers = list(entry.headers)
    if entry.modified and now >= entry.modified_from:
        headers.append(("Last-Modified", entry.modified))
    if unchanged:
        start_response("304 NOT MODIFIED", [pair for pair in headers if pair[0].lower() not in OF_A_BODY])
        return []
    start_response("200 OK", headers)
    return [] if method == "HEAD" else [entry.body]


def _unchanged(entry: Entry, asked: tuple[str, ...], now: float) -> bool:
    """Whether the reader has these bytes already, by the tag or else by the date."""
    known, since = asked
    if known:
        return _matches(known, entry.etag)
    return bool(entry.modified) and now >= entry.modified_from and since == entry.modified


def _is_for_all(found: dict[str, str]) -> bool:
    """Whether the headers are those of a page that everybody may be sent, and that is not too long to hold."""
    same = "set-cookie" not in found and found.get("vary", htmx.VARIES) == htmx.VARIES
    return same and found.get("cache-control") == RULE and "etag" in found and int(found.get("content-length", LONGEST + 1)) <= LONGEST


def _matches(known: str, etag: str) -> bool:
    """Whether If-None-Match names the bytes; weakly, since who packs them in front makes the tag weak."""
    wanted = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") in (wanted, "*") for one in known.split(","))


def _close(parts: Iterable[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()


def _learn(_app: Flask, context: dict[str, Any], **_more: Any) -> None:
    """A page's view knows until when it reads the same."""
    until = getattr(context.get("view"), "valid_until", None)
    if until is not None:
        keep_until(until)


def install(app: Flask) -> None:
    """Put the cache in front of the application, unless its size is 0. Called last, before the proxy's headers are read."""
    settings = app.config["SETTINGS"]
    if not settings.cache_bytes:
        return
    template_rendered.connect(_learn, app)
    host = urlsplit(settings.public_url).netloc
    cookie = f"{app.config['SESSION_COOKIE_NAME']}="
    cache = Cache(app.wsgi_app, Watch(settings.database_url), Shelf(settings.cache_bytes), host, cookie)
    app.wsgi_app = cache  # type: ignore[method-assign]
    app.extensions["sakrad_cache"] = cache
