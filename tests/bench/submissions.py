"""Accepted submissions per second: finished drafts, sent by several writers through the mailed link, and what survives a kill."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf

from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation
from sakrad.positions import receipts
from sakrad.positions.models import AnchoringLevel, Draft, DraftAnswer, PositionVersion, PublicationWish
from tests.bench import load

BATCHES = {1: 120, 8: 400, 64: 640}  # how many drafts so many writers send
KILLED = 300  # more, which are being sent when the server is killed


@dataclass(frozen=True)
class Ready:
    """One finished draft: the request that sends it, and the key by which it is known again."""

    request: bytes
    key: str


def prepare(app: Flask) -> list[Ready]:
    """Finished drafts of organisations that have not answered yet, each with its own browser session."""
    now = clock.now()
    with transaction():
        consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == "sakrad-0")).one()
        drafts = []
        for number in range(sum(BATCHES.values()) + KILLED):
            sender = Organisation(
                slug=f"skriver-{number}", name=f"Skrivande förening {number}", email=f"s{number}@bench.example", created_at=now
            )
            db.session.add(sender)
            db.session.flush()
            invitation = Invitation(
                consultation_id=consultation.id, organisation_id=sender.id, reference=ids.reference(), created_at=now, sent_at=now
            )
            draft = Draft(
                consultation_id=consultation.id,
                organisation_id=sender.id,
                submission_key=ids.token()[:40],
                created_at=now,
                updated_at=now,
                signed_role="Ordförande",
                anchoring=AnchoringLevel.board,
                wish=PublicationWish.named,
            )
            db.session.add_all([invitation, draft])
            db.session.flush()
            db.session.add_all(
                DraftAnswer(draft_id=draft.id, question_id=question.id, text="Vi vill ha en väg in. " * 20, version=1, updated_at=now)
                for question in consultation.questions
                if question.number != 3
            )
            drafts.append((invitation, draft))
    return [_request(app, invitation, draft) for invitation, draft in drafts]


def _request(app: Flask, invitation: Invitation, draft: Draft) -> Ready:
    with app.test_request_context():
        g.pop("csrf_token", None)  # the application context, and its g, outlives the request
        session["opened_invitations"] = [invitation.reference]
        form_token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = signer.dumps(dict(session))
    body = urlencode({"csrf_token": form_token, "submission_key": draft.submission_key, "seen": receipts.fingerprint(draft)}).encode()
    head = (
        f"POST /inbjudan/{token_of(invitation)}/svar/skicka HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sakrad={cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Ready(head.encode() + body, draft.submission_key)


def parted(ready: list[Ready]) -> tuple[list[tuple[int, list[Ready]]], list[Ready]]:
    """A batch for each number of writers, and what is sent when the server is killed."""
    rest = iter(ready)
    return [(writers, list(itertools.islice(rest, many))) for writers, many in BATCHES.items()], list(rest)


def send_until_killed(port: int, ready: list[Ready], kill: Callable[[], None], writers: int = 8) -> list[str]:
    """Send from several writers and kill the server halfway; the keys of what had been accepted by then."""
    accepted: list[str] = []
    halfway = threading.Event()

    def run(batch: list[Ready]) -> None:
        connection = load.Connection(port)
        for one in batch:
            try:
                status, _, _ = connection.ask(one.request)
            except OSError:
                return
            if status == 303:
                accepted.append(one.key)
            if len(accepted) >= len(ready) // 2:
                halfway.set()

    threads = [threading.Thread(target=run, args=(ready[start::writers],)) for start in range(writers)]
    for thread in threads:
        thread.start()
    if not halfway.wait(60):
        raise SystemExit("Too few submissions were accepted to kill the server among them.")
    kill()
    for thread in threads:
        thread.join()
    return accepted


def verify(keys: list[str]) -> None:
    """Every submission that was accepted is there, whole."""
    versions = db.session.scalars(sa.select(PositionVersion).where(PositionVersion.submission_key.in_(keys))).all()
    if len(versions) != len(keys) or not all(version.answers and version.position.current_id == version.id for version in versions):
        raise SystemExit(f"Of {len(keys)} accepted submissions {len(versions)} are there.")


def send(port: int, ready: list[Ready], writers: int) -> load.Figures:
    """Send them all; every one must be accepted (303 to its receipt)."""
    times: list[float] = []
    refused: list[int] = []
    batches = [list(itertools.islice(ready, start, None, writers)) for start in range(writers)]

    def run(batch: list[Ready]) -> None:
        connection = load.Connection(port)
        for one in batch:
            began = time.perf_counter()
            status, _, _ = connection.ask(one.request)
            times.append(time.perf_counter() - began)
            if status != 303:
                refused.append(status)

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    if refused:
        raise SystemExit(f"{len(refused)} submissions were refused, the first with {refused[0]}.")
    times.sort()
    return load.Figures(len(ready) / elapsed, times[int(len(times) * 0.95)] * 1000)
