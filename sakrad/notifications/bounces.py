"""Delivery reports (RFC 3464) that the post brings back: which of our mails did not arrive.

What comes in is anybody's mail, so nothing is believed but a number that nobody else can guess (fanout.message_id_for).
"""

from __future__ import annotations

import re
from email import policy
from email.message import Message
from email.parser import BytesParser

LARGEST = 100_000  # bytes that are read of a report: the mail that it brings back may be cut off
PARTS = 50  # of a report; those we know have three
NESTED = 20  # parts that hold parts, in all. The parser asks every open one about every line: hundreds would keep it busy for minutes
HOLDS_PARTS = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
MESSAGE_ID = re.compile(r"<[0-9a-f]{40}@[A-Za-z0-9._:-]{1,150}>")
FAILED = re.compile(r"^failed\b", re.IGNORECASE)
FOR_GOOD = re.compile(r"^5\.\d{1,3}\.\d{1,3}\b")


def message_id_in(report: bytes) -> str | None:
    """The Message-ID of the mail that the report says has failed for good; None for delays, receipts and all else.

    Never raises, whatever the bytes are.
    """
    report = report[:LARGEST]
    if len(HOLDS_PARTS.findall(report)) > NESTED:
        return None
    try:
        parts = _parts(BytesParser(policy=policy.compat32).parsebytes(report))
    except Exception:  # the standard library's parser has its own faults, and this is a stranger's mail
        return None
    if not any(part.get_content_type() == "message/delivery-status" and _has_failed(part) for part in parts):
        return None
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers" and (found := MESSAGE_ID.search(_text(part))):
            return found[0]
        if part.get_content_type() == "message/rfc822" and (number := _returned(part)):
            return number
    return None


def _parts(report: Message) -> list[Message]:
    """The report's own parts; not those of the mail that it brings back."""
    payload = report.get_payload()
    return [part for part in payload[:PARTS] if isinstance(part, Message)] if isinstance(payload, list) else []


def _has_failed(status: Message) -> bool:
    """Whether a recipient's block says failed, with a permanent code."""
    blocks = status.get_payload()
    return any(
        FAILED.match(str(block.get("Action", "")).strip()) and FOR_GOOD.match(str(block.get("Status", "")).strip())
        for block in (blocks[:PARTS] if isinstance(blocks, list) else [])
        if isinstance(block, Message)
    )


def _returned(part: Message) -> str | None:
    payload = part.get_payload()
    mail = payload[0] if isinstance(payload, list) and payload else None
    found = MESSAGE_ID.search(str(mail.get("Message-ID", ""))) if isinstance(mail, Message) else None
    return found[0] if found else None


def _text(part: Message) -> str:
    """The headers as they stand; only the one that names the mail counts."""
    written = part.get_payload(decode=True)
    text = written.decode("utf-8", "replace") if isinstance(written, bytes) else ""
    lines = [line for line in re.sub(r"\r?\n[ \t]+", " ", text).splitlines() if line.lower().startswith("message-id:")]
    return lines[0] if lines else ""
