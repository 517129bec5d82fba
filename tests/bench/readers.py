"""200 readers of a consultation while its answers and its summary are published, a word is masked and an answer taken back.

The readers sit in a process of their own on connections that stay open, half of them to each of two web processes that are started
as deploy/ says, and go where the links lead. The publisher runs the product's commands, each step in one transaction. Whatever a
reader was sent must be, byte for byte, what the page was before a step or after it, and from a second after the commit the latter.

python -m tests.bench.run --only-readers
"""

from __future__ import annotations

import math
import multiprocessing
import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from sakrad import create_app
from sakrad.config import Settings
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.text import Span
from sakrad.positions import commands as positions
from sakrad.positions.models import Position
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from sakrad.summaries import commands as summaries
from sakrad.summaries.models import Summary
from tests import factories as make
from tests.bench import cache, load
from tests.factories import summaries as written

READERS = 200
SECRET = "HEMLIGAORDET"
TEXT = "Vägen in är lång och den som ringer får berätta samma sak fem gånger. " * 8
ORGANISATIONS, QUESTIONS, FINDINGS = 8, 5, 5  # 40 answers, each cited once
WARM, BEFORE = 2.0, 4.0  # seconds
SEEN_WITHIN = 1.0
AFTER = 1.3  # seconds of reading after each commit
COMMAND = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:{port}", "tests.bench.server:app")
DEPLOYED = cache.Server("gunicorn gthread 1 × 8, twice", COMMAND, 1, 8)
TAG = re.compile(rb"\r\nETag: ([^\r]+)", re.IGNORECASE)


class Look(NamedTuple):
    """What a reader was shown of a page, and when it had asked."""

    path: str
    began: float
    ended: float
    body: bytes  # of a 304: the one that the reader had


@dataclass(slots=True)
class Reader:
    """Reads a page again and again, and where it leads to once it does. Every other one asks whether they have changed."""

    port: int
    page: str
    leads_to: str  # or nowhere
    asks: bool
    looks: list[Look] = field(default_factory=list)
    unchanged: int = 0
    failed: str = ""

    def read(self, stopped: threading.Event, bodies: dict[bytes, bytes]) -> None:
        """Until stopped, or something fails: any answer but 200 and 304, or a connection that was closed."""
        tags: dict[str, str] = {}
        last: dict[str, bytes] = {}
        try:
            connection = load.Connection(self.port)
            line, path = connection.socket, self.page
            while not stopped.is_set():
                began = time.monotonic()
                status, head, body = connection.ask(load.get(path, tags.get(path, "")))
                ended = time.monotonic()
                if status == 304 and path in tags:
                    self.unchanged += 1
                elif status == 200:
                    last[path] = bodies.setdefault(body, body)
                    found = TAG.search(head)
                    if self.asks and found:
                        tags[path] = found[1].decode()
                else:
                    raise OSError(f"{path} answered {status}")
                if connection.socket is not line:
                    raise OSError(f"{path}: the connection was closed")
                self.looks.append(Look(path, began, ended, last[path]))
                leads = path == self.page and self.leads_to and f'href="{self.leads_to}"'.encode() in last[path]
                path = self.leads_to if leads else self.page
        except OSError as fault:
            self.failed = str(fault)


def read_all(pipe: Pipe, readers: list[Reader]) -> None:
    """The readers' process: they read until the pipe says something, and are sent back with what they saw."""
    stopped = threading.Event()
    bodies: dict[bytes, bytes] = {}  # one of each: they are compared, and sent, once
    threads = [threading.Thread(target=reader.read, args=(stopped, bodies)) for reader in readers]
    for thread in threads:
        thread.start()
    pipe.send("reading")
    pipe.recv()
    stopped.set()
    for thread in threads:
        thread.join()
    pipe.send(readers)


@dataclass(frozen=True, slots=True)
class World:
    """A consultation with 40 answers that nobody has reviewed, and its summary that rests on them all."""

    summary_id: int
    position_ids: tuple[int, ...]
    pages: tuple[str, str, str, str]  # itself, the list of its answers, the first of them, the summary

    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What is done, in order."""
        return (
            (f"{len(self.position_ids)} answers published", self.publish_answers),
            ("summary published", self.publish_summary),
            ("word masked", self.mask),
            ("answer taken back", self.take_back),
        )

    def publish_answers(self) -> None:
        for position_id in self.position_ids:
            version = db.session.get_one(Position, position_id).current
            assert version is not None
            positions.review_position(version, decision=ReviewDecision.publish, actor=None, at=clock.now())

    def publish_summary(self) -> None:
        summaries.publish(db.session.get_one(Summary, self.summary_id), actor=None, at=clock.now())

    def mask(self) -> None:
        version = db.session.get_one(Position, self.position_ids[0]).current
        assert version is not None
        answer = next(answer for answer in version.answers if answer.text.startswith(SECRET))
        where, ground = Span(0, len(SECRET)), MaskGround.personal_data
        positions.mask_text(version, TextKind.answer, answer.id, where, ground=ground, actor=None, at=clock.now())

    def take_back(self) -> None:
        positions.withdraw_position(db.session.get_one(Position, self.position_ids[0]), actor=None, at=clock.now())


@dataclass(frozen=True, slots=True)
class Stage:
    """How every page reads after a step; `began` and `committed` say when it was taken."""

    what: str
    began: float
    committed: float
    bodies: dict[str, bytes]


def prepare() -> World:
    """The rows, as of an authority that has compiled all that it got."""
    consultation = make.consultation(Phase.compiling, questions=QUESTIONS)
    received = []
    for number in range(ORGANISATIONS):
        texts = {question: f"{SECRET if (number, question) == (0, 1) else 'Nej'}. {TEXT}" for question in range(1, QUESTIONS + 1)}
        received.append(make.position(consultation, texts=texts, published=False))
    numbers = [written.point(answer).number for one in received if one.current for answer in one.current.answers]
    summary = written.summary(consultation)
    each = len(numbers) // FINDINGS
    for start in range(0, len(numbers), each):
        written.finding(summary, "\n\n".join(f"Flera lyfter frågan.[{number}]" for number in numbers[start : start + each]))
    make.fact_check(consultation)
    here = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}"
    pages = (here, f"{here}/svar", f"{here}/svar/{received[0].organisation.slug}", f"{here}/sammanstallning")
    return World(summary.id, tuple(one.id for one in received), pages)


def run(url: str, folder: Path) -> None:
    """Fill, publish among readers, judge and print."""
    folder.mkdir()
    settings = Settings(
        database_url=url,
        storage_url=f"file://{folder}/files",
        secret_key=cache.SECRET,
        public_url="http://127.0.0.1",
        rate_limits=False,
        cache_bytes=0,
    )
    app = create_app(settings, testing=True)
    with app.app_context():
        db.create_all()
        world = prepare()
        db.session.remove()
    (folder / "start.html").write_text("")
    spawning = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        ports = [stack.enter_context(cache.serving(cache.World(url, folder, folder), DEPLOYED, 32))[0] for _ in range(2)]
        for port in ports:
            for page in world.pages:
                load.Connection(port).ask(load.get(page))
        here, listed, answer, summary = world.pages
        trips = ((here, summary), (listed, answer), (here, ""))
        readers = [Reader(ports[number % 2], *trips[number % 3], asks=number % 4 > 1) for number in range(READERS)]
        ours, theirs = spawning.Pipe()
        process = spawning.Process(target=read_all, args=(theirs, readers), daemon=True)
        process.start()
        ours.recv()
        time.sleep(WARM)
        measured_from = time.monotonic()
        time.sleep(BEFORE)
        stages = publish(app, world)
        ours.send("stop")
        readers = ours.recv()
        process.join()
    with app.app_context():
        db.engine.dispose()
    late = judge(readers, stages)
    tell(url.partition(":")[0].partition("+")[0], readers, stages, late, measured_from)


def publish(app: Flask, world: World) -> list[Stage]:
    """Take every step, each in one transaction, and wait until every reader must have seen it."""
    client = app.test_client()

    def as_read() -> dict[str, bytes]:
        answers = {page: client.get(page, base_url="http://127.0.0.1") for page in world.pages}
        return {page: answer.data if answer.status_code == 200 else b"" for page, answer in answers.items()}

    stages = [Stage("before", -math.inf, -math.inf, as_read())]
    for what, step in world.steps():
        with app.app_context():
            began = time.monotonic()
            with transaction():
                step()
            committed = time.monotonic()
            db.session.remove()
        stages.append(Stage(what, began, committed, as_read()))
        time.sleep(max(0.0, committed + AFTER - time.monotonic()))
    *_, answer, summary = world.pages
    shown = [tuple(SECRET.encode() in stage.bodies[page] for page in (answer, summary)) for stage in stages]
    if shown != [(False, False), (True, False), (True, True), (False, False), (False, False)]:
        raise SystemExit(f"The pages did not show what was published: {shown}")
    return stages


def judge(readers: list[Reader], stages: list[Stage]) -> list[float]:
    """How many seconds after each commit the last reader asked who was still sent what was there before.

    Raises:
        SystemExit: somebody was sent it after SEEN_WITHIN, a mix, something before its time or again, or no answer.
    """
    late = [0.0] * len(stages)
    known: dict[tuple[str, bytes], list[int]] = {}
    for reader in readers:
        if reader.failed:
            raise SystemExit(reader.failed)
        newest: dict[str, int] = {}
        for look in reader.looks:
            key = (look.path, look.body)
            if key not in known:
                known[key] = [number for number, stage in enumerate(stages) if stage.bodies[look.path] == look.body]
            if not known[key]:
                raise SystemExit(f"{look.path} was a mix: neither as it was before a step, nor as after it.")
            first, last = known[key][0], known[key][-1]
            if first > max(number for number, stage in enumerate(stages) if stage.began <= look.ended):
                raise SystemExit(f"{look.path} showed what was not published yet.")
            if last < newest.get(look.path, 0):
                raise SystemExit(f"{look.path} showed what was there before, after what came then.")
            newest[look.path] = max(first, newest.get(look.path, 0))
            if last + 1 < len(stages) and (after := look.began - stages[last + 1].committed) > late[last + 1]:
                late[last + 1] = after
                if after > SEEN_WITHIN:
                    raise SystemExit(f"{look.path} showed what was there before {after:.1f} s after: {stages[last + 1].what}.")
    return late


def tell(database: str, readers: list[Reader], stages: list[Stage], late: list[float], measured_from: float) -> None:
    """Two rows of figures, and when each step was seen."""
    looks = [look for reader in readers for look in reader.looks]
    begins, ends = stages[1].began, stages[-1].committed + SEEN_WITHIN
    print(f"\n| {READERS} readers, two processes | req/s | p95 ms | p99 ms |\n|---|---|---|---|")
    for what, since, until in (("before", measured_from, begins), ("during", begins, ends)):
        times = sorted((look.ended - look.began) * 1000 for look in looks if since <= look.began < until)
        p95, p99 = (times[int(len(times) * share)] for share in (0.95, 0.99))
        print(f"| {database}, {what} | {len(times) / (until - since):.0f} | {p95:.0f} | {p99:.0f} |")
    seen = [
        f"{stage.what} ({(stage.committed - stage.began) * 1000:.0f} ms) {after * 1000:.0f} ms"
        for stage, after in zip(stages[1:], late[1:], strict=True)
    ]
    unchanged = sum(reader.unchanged for reader in readers) / len(looks)
    print(f"\n{READERS} readers, {len(looks)} answers, {unchanged:.0%} of them 304; none failed, mixed or showed masked words.")
    print(f"What was there before was last sent, after the commit (which took): {', '.join(seen)}.\n", flush=True)
