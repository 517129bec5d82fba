"""Fifty people typing at once: autosaves per second, and afterwards every acknowledged word looked up in the drafts' history.

Most have a draft of their own. Some write two in the same draft, and some of those in the same answer, where the one who
comes second gets both texts and saves again. Each save adds words, as typing does.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf

from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation, Invitation, Question
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation
from sakrad.positions.models import DraftRevision
from sakrad.positions.revisions import Splice
from tests.bench import load

PEOPLE = 50
PAIRS = 10  # drafts with two writers; in every second both write the same answer
VERSION = re.compile(rb'-version" value="(\d+)"')
THEIRS = re.compile(rb'value="q\d+:(\d+)"')


@dataclass
class Typist:
    """Somebody with an open page, and what the server has told them is saved."""

    path: str
    cookie: str
    csrf_token: str
    name: str
    part: str
    version: int = 0
    text: str = ""
    merged: str = ""
    saved: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    merges: int = 0
    faults: list[int] = field(default_factory=list)

    def save(self, connection: load.Connection) -> None:
        """Type some words, and let the page save them."""
        if not self.merged:
            self.text += f"{self.name} skriver mening {len(self.saved) + 1} om vägen in. "
        form = {"csrf_token": self.csrf_token, f"{self.part}-version": self.version, f"{self.part}-text": self.text}
        began = time.perf_counter()
        status, _head, body = connection.ask(self._request(form | ({"sammanslagen": self.merged} if self.merged else {})))
        self.times.append(time.perf_counter() - began)
        if status == 200 and (found := VERSION.search(body)):
            self.version, self.merged = int(found[1]), ""
            self.saved.append(self.text.strip())
        elif status == 422 and (found := THEIRS.search(body)):
            self.merged, self.merges = f"{self.part}:{int(found[1])}", self.merges + 1
        else:
            self.faults.append(status)

    def _request(self, form: dict[str, object]) -> bytes:
        body = urlencode(form).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sakrad={self.cookie}\r\nHX-Request: true\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def prepare(app: Flask) -> list[Typist]:
    """Invited organisations without drafts, and people who have opened their links."""
    now = clock.now()
    with transaction():
        consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == "sakrad-0")).one()
        invitations = []
        for number in range(PEOPLE - PAIRS):
            slug = f"forfattare-{number}"
            writing = Organisation(slug=slug, name=f"Förening som skriver {number}", email=f"{slug}@bench.example", created_at=now)
            db.session.add(writing)
            db.session.flush()
            invitations.append(
                Invitation(
                    consultation_id=consultation.id, organisation_id=writing.id, reference=ids.reference(), created_at=now, sent_at=now
                )
            )
        db.session.add_all(invitations)
    people = [_typist(app, invitation, "q1") for invitation in invitations]
    return people + [_typist(app, invitation, f"q{number % 2 + 1}") for number, invitation in enumerate(invitations[:PAIRS])]


def _typist(app: Flask, invitation: Invitation, part: str) -> Typist:
    with app.test_request_context():
        g.pop("csrf_token", None)  # the application context, and its g, outlives the request
        session["opened_invitations"] = [invitation.reference]
        csrf_token = generate_csrf()
        cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))  # type: ignore[attr-defined]
    return Typist(f"/inbjudan/{token_of(invitation)}/svar", cookie, csrf_token, f"Person {ids.reference(4)}", part)


def type_at_once(port: int, people: Sequence[Typist], *, seconds: float, pause: float) -> load.Figures:
    """Everybody types and saves, resting `pause` seconds in between."""
    stop = time.perf_counter() + seconds
    before = [len(typist.times) for typist in people]

    def run(typist: Typist, late: float) -> None:
        connection = load.Connection(port)
        time.sleep(late)
        while time.perf_counter() < stop and not typist.faults:
            typist.save(connection)
            time.sleep(pause)

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(typist, pause * n / len(people))) for n, typist in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    times = sorted(taken for typist, known in zip(people, before, strict=True) for taken in typist.times[known:])
    return load.Figures(len(times) / elapsed, times[int(len(times) * 0.95)] * 1000)


def verify(people: Sequence[Typist]) -> int:
    """How many acknowledged saves there were. Raises SystemExit when one was refused, or its words are in no draft's history."""
    if faults := [status for typist in people for status in typist.faults]:
        raise SystemExit(f"{len(faults)} saves failed, the first with {faults[0]}.")
    texts: dict[tuple[int, int], str] = {}
    kept: set[str] = set()
    revisions = sa.select(DraftRevision).join(Question).order_by(DraftRevision.draft_id, Question.number, DraftRevision.number)
    for revision in db.session.scalars(revisions):
        key = (revision.draft_id, revision.question_id or 0)
        splice = Splice(revision.head, revision.tail, revision.words)
        texts[key] = splice.onto(texts.get(key, "")) if splice.head or splice.tail else splice.words
        kept.add(texts[key])
    acknowledged = [text for typist in people for text in typist.saved]
    if lost := [text for text in acknowledged if text not in kept]:
        raise SystemExit(f"{len(lost)} acknowledged saves are nowhere, the first: …{lost[0][-60:]}")
    return len(acknowledged)
