"""Sending: real SMTP, back-off, dead letters, and a worker that dies at the worst moments."""

from __future__ import annotations

import asyncio
import email
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from sakrad.config import ROOT
from sakrad.consultations.models import Invitation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import EventName
from sakrad.core.jobs import Job, JobState
from sakrad.notifications import commands, worker
from sakrad.notifications.mailer import mailer_for
from sakrad.notifications.models import Heartbeat, Mail, MailState
from tests import factories as make
from tests.notifications.postoffice import PostOffice, serve


def running() -> bool:
    """Nobody asks the worker to stop."""
    return False


class Killed(BaseException):
    """The worker's process ends here."""


def mails() -> list[Mail]:
    db.session.rollback()  # read anew
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def asks_for_password(happen: Callable[..., int], **values: Any) -> str:
    """Somebody who waits for a mail; returns the address."""
    user = make.user(**values)
    happen(EventName.password_reset_requested, subject_id=user.id)
    return str(user.email)


def test_a_round_sends_what_has_happened_and_the_next_sends_nothing(
    post: PostOffice, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    address = asks_for_password(happen)
    work()
    work()
    (mail,) = mails()
    assert mail.state is MailState.sent and mail.sent_at is not None and mail.attempts == 1
    assert [sent["To"] for sent in post.mails] == [address]
    assert post.mails[0]["Message-ID"] == mail.message_id


def test_each_mail_goes_to_one_address_only(post: PostOffice, work: Callable[[], None], happen: Callable[..., int]) -> None:
    for _ in range(3):
        asks_for_password(happen)
    work()
    assert [len(recipients) for recipients in post.envelopes] == [1, 1, 1]
    assert all(mail["Cc"] is None and mail["Bcc"] is None for mail in post.mails)


def test_killed_after_the_post_took_it_the_same_mail_goes_once_more(post: PostOffice, prepared: Callable[..., None]) -> None:
    prepared(EventName.password_reset_requested, subject_id=make.user().id)
    deliver = mailer_for(post.url)

    def deliver_and_die(message: EmailMessage, recipient: str) -> None:
        deliver(message, recipient)
        raise Killed

    with pytest.raises(Killed):
        worker.send_due(deliver_and_die, running)
    assert mails()[0].state is MailState.sending
    assert worker.send_due(deliver, running) == 0, "the dead worker's lease still holds"
    with time_machine.travel(clock.now() + commands.LEASE, tick=True):
        assert worker.send_due(deliver, running) == 1
        assert worker.send_due(deliver, running) == 0
    assert len(post.mails) == 2 and len({mail["Message-ID"] for mail in post.mails}) == 1
    assert mails()[0].state is MailState.sent


@pytest.mark.parametrize("step", ["before the post", "with the post"])
def test_killed_with_the_mail_in_hand_it_is_sent_when_the_lease_has_passed(
    step: str, post: PostOffice, prepared: Callable[..., None]
) -> None:
    prepared(EventName.password_reset_requested, subject_id=make.user().id)
    if step == "before the post":
        with transaction():
            commands.claim_mail(clock.now())
    else:
        with pytest.raises(Killed):
            worker.send_due(_die, running)
    with time_machine.travel(clock.now() + commands.LEASE, tick=True):
        assert worker.send_due(mailer_for(post.url), running) == 1
    assert len(post.mails) == 1


def _die(_message: EmailMessage, _recipient: str) -> None:
    raise Killed


def test_a_worker_whose_lease_passed_does_not_undo_what_the_other_did(prepared: Callable[..., None], app: Flask) -> None:
    prepared(EventName.password_reset_requested, subject_id=make.user().id)
    now = clock.now()
    with transaction():
        slow = commands.claim_mail(now)
    with transaction():
        other = commands.claim_mail(now + commands.LEASE)
    assert slow is not None and other is not None
    with transaction():
        assert commands.record_sent(other, now)
        assert not commands.record_sent(slow, now)
    assert mails()[0].state is MailState.sent


def test_several_workers_send_each_mail_once(app: Flask, post: PostOffice, prepared: Callable[..., None]) -> None:
    for _ in range(12):
        prepared(EventName.password_reset_requested, subject_id=make.user().id)
    db.session.remove()
    faults: list[BaseException] = []

    def send() -> None:
        with app.app_context():
            try:
                worker.send_due(mailer_for(post.url), running)
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(post.mails) == 12 and len({mail["Message-ID"] for mail in post.mails}) == 12


def test_a_passing_fault_is_tried_again_later_and_later(post: PostOffice, work: Callable[[], None], happen: Callable[..., int]) -> None:
    post.refuse["RCPT"] = "450 4.2.1 greylisted"
    asks_for_password(happen)
    work()
    (mail,) = mails()
    assert (mail.state, mail.attempts, mail.last_code, mail.last_error) == (MailState.waiting, 1, 450, "SMTPRecipientsRefused")
    first = mail.next_at
    work()
    assert mails()[0].attempts == 1, "it waits for its time"
    with time_machine.travel(first + timedelta(seconds=1), tick=True):
        work()
        (mail,) = mails()
        assert mail.attempts == 2 and mail.next_at - clock.now() > timedelta(seconds=90)
        post.refuse.clear()
    with time_machine.travel(mail.next_at + timedelta(seconds=1), tick=True):
        work()
    (mail,) = mails()
    assert mail.state is MailState.sent and mail.last_code is None and mail.last_error == ""


def test_nobody_answering_is_a_passing_fault(prepared: Callable[..., None], app: Flask) -> None:
    prepared(EventName.password_reset_requested, subject_id=make.user().id)
    assert worker.send_due(mailer_for("smtp://127.0.0.1:1"), running) == 0
    (mail,) = mails()
    assert (mail.state, mail.last_code, mail.last_error) == (MailState.waiting, None, "ConnectionRefusedError")


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_final_refusal_is_a_dead_letter_at_once(
    command: str, post: PostOffice, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    post.refuse[command] = "550 5.1.1 no such user"
    asks_for_password(happen)
    work()
    (mail,) = mails()
    assert (mail.state, mail.attempts, mail.last_code) == (MailState.dead, 1, 550)
    post.refuse.clear()
    work()
    assert not post.mails


def test_after_the_last_try_it_is_a_dead_letter(prepared: Callable[..., None], app: Flask) -> None:
    prepared(EventName.password_reset_requested, subject_id=make.user().id)
    with transaction():
        db.session.execute(sa.update(Mail).values(attempts=commands.TRIES - 1))
    worker.send_due(mailer_for("smtp://127.0.0.1:1"), running)
    assert mails()[0].state is MailState.dead


def test_one_mail_that_cannot_be_made_does_not_stop_the_others(post: PostOffice, prepared: Callable[..., None]) -> None:
    lost, user = make.user(), make.user()
    prepared(EventName.password_reset_requested, subject_id=lost.id)
    prepared(EventName.password_reset_requested, subject_id=user.id)
    with transaction():
        db.session.execute(sa.text('DELETE FROM "user" WHERE id = :id'), {"id": lost.id})
    assert worker.send_due(mailer_for(post.url), running) == 1
    assert [mail.state for mail in mails()] == [MailState.waiting, MailState.sent]
    assert mails()[0].last_error == "NoResultFound"


def test_a_sent_invitation_is_marked_sent_and_a_refused_one_bounced(
    post: PostOffice, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    consultation = make.consultation()

    def invite() -> Invitation:
        invitation = make.invitation(consultation)
        whose = {"consultation_id": consultation.id, "organisation_id": invitation.organisation_id}
        happen(EventName.organisation_invited, subject_id=invitation.id, **whose)
        work()
        return invitation

    good = invite()
    assert good.sent_at is not None and good.bounced_at is None
    post.refuse["RCPT"] = "550 5.1.1 no such user"
    bad = invite()
    assert bad.bounced_at is not None and bad.sent_at is None
    post.refuse.clear()
    with transaction():
        assert commands.revive(mails()[1], clock.now())
    work()
    assert bad.bounced_at is None and bad.sent_at is not None, "a bounced invitation that arrives after all has arrived"
    post.refuse["RCPT"] = "451 4.3.0 try later"
    later = invite()
    assert later.bounced_at is None and later.sent_at is None


def test_no_transaction_is_open_while_the_post_is_spoken_to(prepared: Callable[..., None], app: Flask) -> None:
    prepared(EventName.password_reset_requested, subject_id=make.user().id)
    seen: list[bool] = []
    worker.send_due(lambda message, recipient: seen.append(db.session().in_transaction()), running)
    assert seen == [False]


def test_asked_to_stop_it_finishes_the_mail_in_hand(post: PostOffice, prepared: Callable[..., None]) -> None:
    for _ in range(2):
        prepared(EventName.password_reset_requested, subject_id=make.user().id)
    asked: list[str] = []
    deliver = mailer_for(post.url)

    def deliver_and_ask(message: EmailMessage, recipient: str) -> None:
        asked.append("stop")
        deliver(message, recipient)

    assert worker.send_due(deliver_and_ask, lambda: bool(asked)) == 1
    assert [mail.state for mail in mails()] == [MailState.sent, MailState.waiting]


def test_a_database_that_fails_is_waited_for(
    app: Flask, post: PostOffice, happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asks_for_password(happen)
    rounds: list[int] = []
    beat = worker.beat

    def away_at_first(at: Any) -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise sa.exc.OperationalError("SELECT 1", {}, Exception("the server is away"))
        beat(at)

    monkeypatch.setattr(worker, "beat", away_at_first)
    monkeypatch.setattr(worker, "PAUSE", 0.0)
    worker.run(mailer_for(post.url), lambda: bool(post.mails))
    assert len(post.mails) == 1


def test_the_worker_says_that_it_is_alive(work: Callable[[], None]) -> None:
    work()
    first = db.session.scalar(sa.select(Heartbeat.at))
    assert first is not None and clock.now() - first < timedelta(seconds=30)
    with time_machine.travel(first + timedelta(seconds=60), tick=True):
        work()
        later = db.session.scalar(sa.select(Heartbeat.at))
    assert later is not None and later > first


def test_passed_rate_limits_and_old_jobs_are_forgotten(work: Callable[[], None]) -> None:
    from sakrad.core.limits import DatabaseStorage, Hit

    DatabaseStorage().incr("old", -10)
    DatabaseStorage().incr("new", 600)
    long_ago = clock.now() - timedelta(days=40)
    make.save(*[Job(kind="x", key=str(state), run_at=long_ago, state=state) for state in (JobState.done, JobState.dead)])
    work()
    assert db.session.scalars(sa.select(Hit.key)).all() == ["new"]
    assert db.session.scalars(sa.select(Job.state).where(Job.run_at < clock.now() - timedelta(days=1))).all() == [JobState.dead]


class SlowPost:
    """Takes the message and never answers: the worker hangs in the middle of its delivery."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.slow = True

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.ids.append(email.message_from_bytes(envelope.content)["Message-ID"])
        if self.slow:
            await asyncio.sleep(15)
        return "250 OK"


def test_kill_9_in_the_middle_of_a_delivery_loses_nothing(app: Flask, database_url: str, happen: Callable[..., int]) -> None:
    for _ in range(3):
        asks_for_password(happen)
    db.session.remove()
    office = SlowPost()
    with serve(office) as url:
        with run_worker(database_url, url) as process:
            wait_for(lambda: bool(office.ids))
            process.send_signal(signal.SIGKILL)
            process.wait()
        office.slow = False
        assert sorted(mail.state for mail in mails()) == [MailState.sending, MailState.waiting, MailState.waiting]
        with time_machine.travel(clock.now() + commands.LEASE, tick=True):
            assert worker.send_due(mailer_for(url), running) == 3
    assert len(office.ids) == 4 and len(set(office.ids)) == 3, "only the one in flight came twice, with the same Message-ID"
    assert {mail.state for mail in mails()} == {MailState.sent}


def test_sigterm_ends_the_worker_cleanly(app: Flask, database_url: str) -> None:
    def beats() -> bool:
        db.session.rollback()
        return db.session.scalar(sa.select(Heartbeat.at)) is not None

    with run_worker(database_url, "console:") as process:
        wait_for(beats)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


@contextmanager
def run_worker(database_url: str, mail_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`flask worker` as a process of its own."""
    settings = {"SAKRAD_DATABASE_URL": database_url, "SAKRAD_MAIL_URL": mail_url, "SAKRAD_SECRET_KEY": "test-" * 8}
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "worker"]
    process = subprocess.Popen(command, env=os.environ | settings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
