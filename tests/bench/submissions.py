"""Accepted submissions per second: finished drafts, sent by several writers through the mailed link."""

from __future__ import annotations

import itertools
import threading
import time
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
from sakrad.positions.models import AnchoringLevel, Draft, DraftAnswer, PublicationWish
from tests.bench import load

HOW_MANY = 600


@dataclass(frozen=True)
class Ready:
    """One finished draft and the request that sends it."""

    request: bytes


def prepare(app: Flask) -> list[Ready]:
    """Finished drafts of organisations that have not answered yet, each with its own browser session."""
    now = clock.now()
    with transaction():
        consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == "sakrad-0")).one()
        drafts = []
        for number in range(HOW_MANY):
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
    return Ready(head.encode() + body)


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
