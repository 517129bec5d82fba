"""How a message is handed over, and what a failure means."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask

from sakrad.core.events import EventName
from sakrad.notifications.mailer import Server, failure_of, mailer_for, server_of
from tests import factories as make


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("console:", None),
        ("smtp://relay.example", Server("relay.example", 25, "", "", tls=False, starttls=False)),
        ("smtp://relay.example:2525", Server("relay.example", 2525, "", "", tls=False, starttls=False)),
        ("smtp://o%40x:p%2Fw@relay.example?starttls=1", Server("relay.example", 587, "o@x", "p/w", tls=False, starttls=True)),
        ("smtps://o:p@relay.example", Server("relay.example", 465, "o", "p", tls=True, starttls=False)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_address_names_the_server(url: str, server: Server | None) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize("url", ["", "http://relay.example", "smtp://", "relay.example:25"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SAKRAD_MAIL_URL"):
        server_of(url)


REFUSALS = [
    ("the address is refused for good", smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no")}), 550, True),
    ("the address is refused for now", smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"later")}), 450, False),
    ("the message is refused for good", smtplib.SMTPDataError(554, b"no"), 554, True),
    ("the message is refused for now", smtplib.SMTPDataError(451, b"later"), 451, False),
    ("our sign-in is refused: our fault", smtplib.SMTPAuthenticationError(535, b"no"), 535, False),
    ("our sender is refused: our fault", smtplib.SMTPSenderRefused(550, b"no", "x@y.example"), 550, False),
    ("nobody answers", TimeoutError(), None, False),
    ("the line breaks", smtplib.SMTPServerDisconnected(), None, False),
    ("a fault of our own", ValueError("words"), None, False),
]


@pytest.mark.parametrize(("error", "code", "permanent"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_what_a_failure_means(error: Exception, code: int | None, permanent: bool) -> None:
    failure = failure_of(error)
    assert (failure.code, failure.permanent) == (code, permanent)
    assert failure.error == type(error).__name__


def test_the_console_prints_who_what_and_the_links(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "Sakråd <s@sakrad.example>", "Hej på dig", "<1@x>"
    message.set_content("Öppna http://127.0.0.1:5000/konto\n", cte="quoted-printable")
    mailer_for("console:")(message, "a@b.example")
    printed = capsys.readouterr().out
    assert "To: a@b.example" in printed and "Subject: Hej på dig" in printed and "Öppna http://127.0.0.1:5000/konto" in printed


def test_flask_worker_once_sends_what_waits(app: Flask, happen: Callable[..., int], settings_with: Callable[..., None]) -> None:
    settings_with(mail_url="console:")
    user = make.user()
    happen(EventName.password_reset_requested, subject_id=user.id)
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    assert f"To: {user.email}" in result.output and "/konto/nytt-losenord/" in result.output
