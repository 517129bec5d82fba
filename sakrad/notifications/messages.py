"""From a mail row to the message: made when it is sent, from the events that it gathers, in Swedish."""

from __future__ import annotations

import email.utils
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template
from sqlalchemy.orm import selectinload

from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.core.i18n import NBSP
from sakrad.notifications.content import Told
from sakrad.notifications.contents import CONTENTS
from sakrad.notifications.models import Mail, MailKind


class WholeAddresses(EmailPolicy):
    """The standard library writes a long address in a mail's head as encoded words, which no mail program can open: it stays whole."""

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name in WHOLE else str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii") if name in WHOLE else super().fold_binary(name, value)


WHOLE = ("List-Unsubscribe", "List-Id")
POLICY = WholeAddresses()


def build(mail_id: int) -> EmailMessage:
    """The message of a mail, as things stand now. Only reads."""
    mail = db.session.scalars(sa.select(Mail).where(Mail.id == mail_id).options(selectinload(Mail.notifications))).one()
    kind = MailKind(mail.notifications[0].kind)
    events = list(
        db.session.scalars(sa.select(Event).where(Event.id.in_([told.event_id for told in mail.notifications])).order_by(Event.id))
    )
    settings = current_app.config["SETTINGS"]
    with current_app.test_request_context(base_url=settings.public_url):  # links are made for the public address
        content = CONTENTS[kind](Told(events, mail.recipient))
        sender = settings.mail_sender_name or content.sender
        mailbox = content.reply_to if content.reply_to != mail.recipient else ""  # nobody is asked to write to themselves
        values = {"sender": sender, "reply_to": mailbox, **content.values}
        subject, text, html = (render_template(f"email/{kind}/{part}", **values) for part in ("subject.txt", "body.txt", "body.html"))
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(" ".join(sender.split()), addr_spec=settings.mail_sender)
    message["To"] = mail.recipient
    if content.reply_to:
        message["Reply-To"] = content.reply_to
    for name, value in content.headers:
        message[name] = value
    message["Subject"] = " ".join(subject.replace(NBSP, " ").split())
    message["Date"] = email.utils.format_datetime(clock.now())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # asks out-of-office replies to stay away
    message.set_content(text.strip() + "\n", cte="quoted-printable")
    message.add_alternative(_inliner().inline(html), subtype="html", cte="quoted-printable")
    for attachment in content.attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    return message


@lru_cache(maxsize=1)
def _inliner() -> Any:
    """Puts the style sheet into the elements, since many mail readers drop it; rules for phones and dark mode stay beside."""
    import css_inline

    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
