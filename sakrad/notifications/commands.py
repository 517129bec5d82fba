"""The life of a mail: waiting, sending under a lease, sent or dead. The worker and the operator change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.commands import mark_bounced, mark_sent
from sakrad.consultations.models import Invitation
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.core.jobs import back_off
from sakrad.directory.models import Organisation
from sakrad.notifications import commands_following
from sakrad.notifications.content import NothingToTell
from sakrad.notifications.mailer import Failure
from sakrad.notifications.models import Mail, MailKind, MailState, Notification

LEASE = timedelta(minutes=5)  # longer than a message can take: the mailer's timeout times the server's answers
INVITING = (MailKind.invitation, MailKind.invitation_reminder)
TRIES = 20  # with the back-off about three days


@dataclass(frozen=True, slots=True)
class Claim:
    """That this worker, and no other, sends the mail until the lease passes."""

    mail_id: int
    recipient: str
    attempts: int
    until: datetime


def claim_mail(at: datetime) -> Claim | None:
    """Lease the next mail that is due: a waiting one, or one that was in flight when its worker died."""
    due = sa.or_(
        sa.and_(Mail.state == MailState.waiting, Mail.next_at <= at),
        sa.and_(Mail.state == MailState.sending, Mail.claimed_until <= at),
    )
    first = sa.select(Mail.id, Mail.recipient, Mail.attempts).where(due).order_by(Mail.next_at, Mail.id).limit(1)
    row = db.session.execute(first.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    claim = Claim(mail_id=row.id, recipient=row.recipient, attempts=row.attempts + 1, until=at + LEASE)
    taken = _change(sa.and_(Mail.id == row.id, due), state=MailState.sending, claimed_until=claim.until, attempts=claim.attempts)
    return claim if taken else None


def record_sent(claim: Claim, at: datetime) -> bool:
    """The post has taken the mail; False when the lease had passed and another worker has it now."""
    if not _change(_held(claim), state=MailState.sent, sent_at=at, bounced_at=None, claimed_until=None, last_code=None, last_error=""):
        return False
    _tell_invitation(claim.mail_id, mark_sent, at)
    return True


def record_nothing(claim: Claim) -> bool:
    """Nothing is left to tell: the mail is done with and was never sent, which `sent_at` says."""
    return _change(_held(claim), state=MailState.sent, claimed_until=None, last_code=None, last_error=NothingToTell.__name__)


def record_failure(claim: Claim, failure: Failure, at: datetime) -> bool:
    """The mail did not leave: it waits longer each time, or is dead when that is final."""
    dead = failure.permanent or claim.attempts >= TRIES
    changed = _change(
        _held(claim),
        state=MailState.dead if dead else MailState.waiting,
        next_at=at + back_off(claim.attempts),
        claimed_until=None,
        last_code=failure.code,
        last_error=failure.error,
        **({"bounced_at": at} if failure.permanent else {}),
    )
    if changed and failure.permanent:
        _tell_invitation(claim.mail_id, mark_bounced, at)
        commands_following.end_bounced(claim.mail_id, at)
    return changed


def record_bounce(message_id: str, at: datetime) -> bool:
    """A mail that the post had taken came back later; False when no mail of ours that has left bears the number.

    An invitation that has got a better address in the meantime has not come back.
    """
    mail = db.session.scalar(sa.select(Mail).where(Mail.message_id == message_id).with_for_update())
    if mail is None or mail.sent_at is None:
        return False
    mail.bounced_at = mail.bounced_at or at
    _tell_invitation(mail.id, mark_bounced, at, Organisation.email == mail.recipient)
    commands_following.end_bounced(mail.id, at)
    return True


def revive(mail: Mail, at: datetime) -> bool:
    """Give a dead mail new tries; False when it is not dead (any more)."""
    if mail.state is not MailState.dead:
        return False
    mail.state, mail.next_at, mail.attempts = MailState.waiting, at, 0
    return True


def _held(claim: Claim) -> sa.ColumnElement[bool]:
    return sa.and_(Mail.id == claim.mail_id, Mail.state == MailState.sending, Mail.claimed_until == claim.until)


def _change(condition: sa.ColumnElement[bool], **values: Any) -> bool:
    """The guarded update: only one of several workers sees it succeed."""
    changed: Any = db.session.execute(sa.update(Mail).where(condition).values(**values).execution_options(synchronize_session=False))
    return bool(changed.rowcount)


def _tell_invitation(mail_id: int, mark: Callable[[Invitation, datetime], None], at: datetime, *conditions: Any) -> None:
    """An invitation knows whether it was sent or came back; its reminder tells of the same address."""
    invited = sa.select(Event.subject_id).join(Notification, Notification.event_id == Event.id)
    invited = invited.where(Notification.mail_id == mail_id, Notification.kind.in_(INVITING))
    found = sa.select(Invitation).join(Invitation.organisation).where(Invitation.id.in_(invited), *conditions)
    for invitation in db.session.scalars(found):
        mark(invitation, at)
