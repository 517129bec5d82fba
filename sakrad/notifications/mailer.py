"""Hands one message over to the post: SMTP, or standard output while trying out.

console:                              prints the text
smtp://host:25                        plain, for a relay on the same machine
smtp://user:password@host:587?starttls=1
smtps://user:password@host:465        TLS from the first byte
"""

from __future__ import annotations

import smtplib
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 20  # seconds for each answer of the server; all of a message's together stay below the sender's lease
Deliver = Callable[[EmailMessage, str], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message did not leave: SMTP's code where there is one, the exception's class, never anybody's words."""

    code: int | None
    error: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Server:
    """Where SAKRAD_MAIL_URL points."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool


def server_of(url: str) -> Server | None:
    """The server that the address names; None for `console:`.

    Raises:
        ValueError: it is neither console:, smtp:// nor smtps://.
    """
    parts = urlsplit(url)
    if parts.scheme == "console":
        return None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("SAKRAD_MAIL_URL must be console:, smtp://host:port or smtps://host:port.")
    starttls = parse_qs(parts.query).get("starttls", ["0"])[0] not in ("", "0")
    usual = 465 if parts.scheme == "smtps" else 587 if starttls else 25
    return Server(
        host=parts.hostname,
        port=parts.port or usual,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=starttls,
    )


def connect(server: Server) -> smtplib.SMTP:
    """A connection that is ready for a message.

    Raises:
        OSError, smtplib.SMTPException: nobody answers, or not as they should.
    """
    context = ssl.create_default_context() if server.tls or server.starttls else None
    line = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        if server.tls
        else smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    )
    try:
        if server.starttls:
            line.starttls(context=context)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def mailer_for(url: str) -> Deliver:
    """How messages are handed over: a function of the message and the one address that it goes to."""
    server = server_of(url)
    if server is None:
        return _print

    def deliver(message: EmailMessage, recipient: str) -> None:
        line = connect(server)
        try:
            line.send_message(message, to_addrs=[recipient])
        except BaseException:
            line.close()
            raise
        try:
            line.quit()
        except (OSError, smtplib.SMTPException):  # the message is accepted: a rude goodbye must not send it again
            line.close()

    return deliver


def failure_of(error: Exception) -> Failure:
    """What the error means. Permanent is only what the server says of this address or this message (5xx).

    A refused sign-in, sender or greeting is about us, not about the recipient: it waits until it has been mended.
    """
    code: int | None = None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    elif isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
    about_the_mail = isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))
    return Failure(code=code, error=type(error).__name__, permanent=about_the_mail and (code or 0) >= 500)


def _print(message: EmailMessage, recipient: str) -> None:
    text = message.get_body(("plain",))
    files = [f"Attachment: {part.get_filename()}" for part in message.iter_attachments()]
    heads = [f"{name}: {message[name]}" for name in ("From", "Reply-To", "Subject", "Message-ID") if message[name]]
    lines = ["-" * 72, f"To: {recipient}", *heads, *files, "", text.get_content() if text else "", "-" * 72]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
