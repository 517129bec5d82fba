"""A real SMTP server in a thread of its own."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class _FreePort(Controller):
    """Listens on a port that the system picks."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serve(handler: Any) -> Iterator[str]:
    """Run the handler's server; gives its address as SAKRAD_MAIL_URL wants it."""
    server = _FreePort(handler, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{server.port}"
    finally:
        server.stop()


class PostOffice:
    """Keeps what is handed in; `refuse` answers a command (RCPT, DATA) with a line instead."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []  # the same as they came over the wire
        self.envelopes: list[list[str]] = []
        self.refuse: dict[str, str] = {}
        self.url = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.raw.append(envelope.content)
        self.envelopes.append(list(envelope.rcpt_tos))
        return "250 OK"

    def to(self, address: str) -> EmailMessage:
        """The one mail to the address."""
        (found,) = [mail for mail in self.mails if mail["To"] == address]
        return found
