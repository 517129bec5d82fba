"""The worker's round: due jobs, events to notifications, notifications to mails, mails to the post.

Nothing is held in memory between the steps and no transaction is open while the post is spoken to. Killed at any
moment, the worker loses nothing: at most the mail in flight is sent once more, with the same Message-ID.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from sakrad.core import clock, jobs
from sakrad.core.db import db, insert, transaction
from sakrad.notifications import commands, fanout, messages
from sakrad.notifications.commands import Claim
from sakrad.notifications.content import NothingToTell
from sakrad.notifications.mailer import Deliver, failure_of
from sakrad.notifications.models import Heartbeat

PAUSE = 2.0  # seconds between rounds
STEP = 0.2  # seconds: how soon a pause notices that it is to stop
BEAT = timedelta(seconds=20)
NAME = "worker"
Stopped = Callable[[], bool]
log = structlog.get_logger()


def run(deliver: Deliver, stopped: Stopped) -> None:
    """Go round until asked to stop; the mail in hand is finished first. A failing database is waited for."""
    while not stopped():
        try:
            go_round(deliver, stopped)
        except sa.exc.SQLAlchemyError as error:
            log.error("worker_waits_for_database", error=type(error).__name__)
        finally:
            db.session.remove()
        until = time.monotonic() + PAUSE
        while not stopped() and time.monotonic() < until:
            time.sleep(STEP)


def go_round(deliver: Deliver, stopped: Stopped) -> None:
    """Do all that is due now, once."""
    beat(clock.now())
    jobs.schedule_due(clock.now())
    jobs.run_due(clock.now())
    fanout.fan_out(clock.now())
    fanout.gather(clock.now())
    send_due(deliver, stopped)


def send_due(deliver: Deliver, stopped: Stopped) -> int:
    """Send what is due, one mail at a time; returns how many left."""
    sent = 0
    while not stopped():
        beat(clock.now())
        with transaction():
            claim = commands.claim_mail(clock.now())
        if claim is None:
            break
        sent += _send(claim, deliver)
    return sent


def _send(claim: Claim, deliver: Deliver) -> bool:
    try:
        message = messages.build(claim.mail_id)
        db.session.rollback()  # ends the reading
        deliver(message, claim.recipient)
    except NothingToTell:
        with transaction():
            commands.record_nothing(claim)
        return False
    except Exception as error:  # noted on the mail by class and code; one bad mail must not stop the others
        failure = failure_of(error)
        log.warning("mail_failed", mail=claim.mail_id, code=failure.code, error=failure.error)
        with transaction():
            commands.record_failure(claim, failure, clock.now())
        return False
    with transaction():
        return commands.record_sent(claim, clock.now())


def beat(at: datetime) -> None:
    """Say that a worker is alive, at most every `BEAT`."""
    last = db.session.scalar(sa.select(Heartbeat.at).where(Heartbeat.name == NAME))
    if last is not None and last > at - BEAT:
        return
    with transaction():
        upsert = insert(Heartbeat).values(name=NAME, at=at)
        db.session.execute(upsert.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
