"""What the operator does to mails that did not leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.core import events
from sakrad.core.events import Actor, EventName
from sakrad.notifications import commands as notifications
from sakrad.notifications.models import Mail


def retry_mail(mail: Mail, *, actor: Actor | None, at: datetime) -> bool:
    """Give a dead mail new tries. One that is not dead any more is left as it is: then False, and no event."""
    if not notifications.revive(mail, at):
        return False
    events.record(EventName.mail_retried, at=at, actor=actor, subject_id=mail.id)
    return True


def retry_mails(mails: Sequence[Mail], *, actor: Actor | None, at: datetime) -> int:
    """The same for many; returns how many were given new tries."""
    return sum(retry_mail(mail, actor=actor, at=at) for mail in mails)
