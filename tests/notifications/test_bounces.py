"""Delivery reports: believed only when they name a mail of ours by a number that nobody else can guess."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.models import Invitation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.notifications import fanout
from sakrad.notifications.bounces import message_id_in
from sakrad.notifications.models import Mail
from tests import factories as make
from tests.factories.consultations import change, fresh
from tests.notifications.postoffice import PostOffice

OURS = f"<{'a1' * 20}@127.0.0.1>"


def report(message_id: str = OURS, *, action: str = "failed", status: str = "5.1.1", back: str = "message/rfc822") -> bytes:
    """A report as Postfix writes it."""
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: sakrad@sakrad.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"
MIME-Version: 1.0

--grens
Content-Type: text/plain; charset=utf-8

Det gick inte.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: ABC

Final-Recipient: rfc822; info@forening.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--grens
Content-Type: {back}

From: sakrad@sakrad.example
Message-ID: {message_id}
Subject: Inbjudan

Hej
--grens--
""".encode()


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (report(), OURS),
        (report(back="text/rfc822-headers"), OURS),
        (report(status="5.2.2 mailbox full for good"), OURS),
        (report().replace(b"\n", b"\r\n"), OURS),
        (report(action="delayed", status="4.4.1"), None),
        (report(status="4.2.2"), None),
        (report(action="delivered", status="2.0.0"), None),
        (report("<hej@annan.example>"), None),
        (report("inget nummer"), None),
        (report()[:300], None),
        (f"Subject: hej\nMessage-ID: {OURS}\nContent-Type: text/plain\n\n{OURS} Action: failed Status: 5.1.1".encode(), None),
        (b"", None),
        (b"\x00\xff\xfe" * 1000, None),
        (b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 5000, None),
        (b"Content-Type: message/rfc822\n\n" * 20000, None),
        (b"".join(b"Content-Type: MULTIPART/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(200)) + b"\n" * 900_000, None),
        (b'Content-Type: multipart/report; a="' + b'";"' * 900_000, None),
        (report() + b"\n" * 5_000_000, OURS),
        (report(OURS.replace("@", "@\x00")), None),
        (report(OURS.replace("@", "@å")), None),
        (report(f"<{'b2' * 20}@x> {OURS}"), f"<{'b2' * 20}@x>"),
    ],
)
def test_a_report_of_a_final_failure_names_its_mail_and_nothing_else_does(raw: bytes, found: str | None) -> None:
    assert message_id_in(raw) == found


def test_no_bytes_make_it_fall() -> None:
    dice, whole = random.Random(4), report()
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(dice.randrange(1, 40)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        message_id_in(bytes(raw))


@pytest.fixture
def sent(post: PostOffice, work: Callable[[], None], happen: Callable[..., int]) -> Invitation:
    """An invitation whose mail the post has taken."""
    invitation: Invitation = make.invitation(make.consultation())
    whose = {"consultation_id": invitation.consultation_id, "organisation_id": invitation.organisation_id}
    happen(EventName.organisation_invited, subject_id=invitation.id, **whose)
    work()
    return invitation


def bounce(app: Flask, raw: bytes) -> int:
    result = app.test_cli_runner().invoke(args=["receive-bounce"], input=raw)
    db.session.rollback()
    return result.exit_code


def number(app: Flask) -> str:
    return str(db.session.scalar(sa.select(Mail.message_id)))


def test_what_comes_back_later_is_seen_once(app: Flask, sent: Invitation) -> None:
    raw = report(number(app))
    for _ in range(2):
        assert bounce(app, raw) == 0
    assert fresh(sent).bounced_at is not None and db.session.scalar(sa.select(Mail.bounced_at)) is not None
    told = sa.select(sa.func.count(Event.id)).where(Event.name == EventName.invitation_bounced)
    assert db.session.scalar(told) == 1


def test_a_forged_report_changes_nothing_and_is_answered_by_silence(app: Flask, sent: Invitation) -> None:
    for raw in (report(), b"skr\xe4p", report(number(app), status="4.0.0")):
        assert bounce(app, raw) == 0
    assert fresh(sent).bounced_at is None


def test_a_report_about_the_old_address_does_not_touch_the_new_one(app: Flask, sent: Invitation) -> None:
    change(sent.organisation, email="ny@forening.example")
    assert bounce(app, report(number(app))) == 0
    assert fresh(sent).bounced_at is None and db.session.scalar(sa.select(Mail.bounced_at)) is not None


def test_thousands_are_spread_out_so_that_a_receipt_need_not_wait(happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "AT_ONCE", 3)
    for _ in range(6):
        happen(EventName.password_reset_requested, subject_id=make.user().id)
    at = clock.now()
    fanout.fan_out(at)
    fanout.gather(at)
    due = db.session.scalars(sa.select(Mail.next_at).order_by(Mail.next_at)).all()
    assert [round((one - at) / fanout.PACE) for one in due] == [0, 0, 0, 0, 1, 2]
    assert due[-1] - at < timedelta(seconds=1)
