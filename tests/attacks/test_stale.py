"""Two processes keep pages while something is published, masked and withdrawn: no reader sees what was there before, or a mix."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions import commands
from sakrad.positions.models import Position
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from tests import factories as make
from tests import served

SECRET = "HEMLIGAORDET"
SEEN_WITHIN = 1.0  # seconds
READERS = 3  # to each process: one reads, two ask whether it has changed
COMMAND = ("-m", "gunicorn", "--bind", "127.0.0.1:{port}", "-w", "1", "--threads", "4", "-k", "gthread", "app:app", "--log-level", "error")
SETTINGS = {"SAKRAD_PUBLIC_URL": "http://127.0.0.1", "SAKRAD_SECRET_KEY": "test-" * 8, "SAKRAD_CACHE_MB": "8"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader was shown: an answer that was asked for at `began`, with how many secrets and how many masks."""

    began: float
    ended: float
    status: int
    secrets: int
    masks: int


def ask(port: int, path: str, tag: str = "") -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": "127.0.0.1"} | ({"If-None-Match": tag} if tag else {}))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers.get("ETag", ""), body


class Reader(threading.Thread):
    """Reads the page again and again; `asks` whether it has changed, when it has read it."""

    def __init__(self, port: int, path: str, *, asks: bool) -> None:
        super().__init__(daemon=True)
        self.port, self.path, self.asks = port, path, asks
        self.looks: list[Look] = []
        self.unchanged = 0
        self.stop = False

    def run(self) -> None:
        tag, last = "", b""
        while not self.stop:
            began = time.monotonic()
            status, new_tag, body = ask(self.port, self.path, tag if self.asks else "")
            if status == 304:
                self.unchanged += 1
                status, body = 200, last
            else:
                tag, last = new_tag, body
            self.looks.append(Look(began, time.monotonic(), status, body.count(SECRET.encode()), body.count(b'class="masked"')))
            time.sleep(0.01)


def test_every_reader_sees_a_change_within_a_second_and_never_a_mix(app: Flask, database_url: str) -> None:
    consultation = make.consultation(Phase.open)
    by = make.organisation(verified_in=consultation.municipality)
    texts = {question.number: f"Vi ser {SECRET} varje vecka." for question in consultation.questions}
    position = make.position(consultation, by, texts=texts, published=False)
    path = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar/{by.slug}"
    position_id, many = position.id, len(texts)
    db.session.remove()

    def publish() -> None:
        version = db.session.get_one(Position, position_id).current
        assert version is not None
        commands.review_position(version, decision=ReviewDecision.publish, actor=None, at=clock.now())

    def mask() -> None:
        position = db.session.get_one(Position, position_id)
        of = position.consultation
        assert position.current is not None
        whose = {"municipality_id": of.municipality_id, "authority_id": of.authority_id, "consultation_id": of.id}
        for answer in position.current.answers:
            ground = MaskGround.personal_data
            records.mask_words(TextKind.answer, [answer.id], answer.text, words=SECRET, ground=ground, actor=None, at=clock.now(), **whose)

    def withdraw() -> None:
        commands.withdraw_position(db.session.get_one(Position, position_id), actor=None, at=clock.now())

    with ExitStack() as stack:
        ports = [stack.enter_context(served.started(COMMAND, SETTINGS | {"SAKRAD_DATABASE_URL": database_url}))[0] for _ in range(2)]
        for port in ports:
            served.wait(partial(ask, port, "/metod"))
        readers = [Reader(port, path, asks=number > 0) for port in ports for number in range(READERS)]
        for reader in readers:
            reader.start()
        changes = [seen_by_all(readers, change) for change in (lambda: None, publish, mask, withdraw)]
        for reader in readers:
            reader.stop = True
            reader.join(timeout=30)
    shown = [(0, 0), (many, 0), (0, many), (0, 0)]  # secrets and masks: not yet, readable, masked, taken back
    for reader in readers:
        assert {look.status for look in reader.looks} <= {200, 404}  # nobody knows of it yet
        assert reader.unchanged or not reader.asks
        for look in reader.looks:
            settled = max((n for n, (_, committed) in enumerate(changes) if committed + SEEN_WITHIN <= look.began), default=0)
            begun = max((n for n, (began, _) in enumerate(changes) if began <= look.ended), default=0)
            assert (look.secrets, look.masks) in shown[settled : begun + 1], look
        states = [(look.secrets, look.masks) for look in reader.looks]
        assert [state for state, _ in itertools.groupby(states)] == shown, "A reader saw a change, and then what was there before it."


def seen_by_all(readers: list[Reader], change: Callable[[], None]) -> tuple[float, float]:
    """Make the change, and wait until every reader must have seen it. When it was begun, and when it was committed."""
    began = time.monotonic()
    with transaction():
        change()
    committed = time.monotonic()
    db.session.remove()
    while not all(reader.looks and reader.looks[-1].began > committed + SEEN_WITHIN for reader in readers):
        assert time.monotonic() < committed + 60 and all(reader.is_alive() for reader in readers), "the readers do not read"
        time.sleep(0.05)
    return began, committed
