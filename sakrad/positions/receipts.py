"""What a receipt proves: the canonical content, its digest, the nonce, and the PDF of what was received.

The digest covers the nonce, which stands only on the receipt (DESIGN.md §8, Receipts).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any

from sakrad.core import ids
from sakrad.core.text import normalised
from sakrad.positions.models import Answer, Draft, DraftAnswer, PositionVersion

NONCE = 20  # hexadecimal digits: 80 bits


def content_of(source: Draft | PositionVersion) -> dict[str, Any]:
    """What an organisation says, in one canonical shape for a draft and for what was sent. Empty answers are left out."""
    answers = sorted((answer for answer in source.answers if has_content(answer)), key=lambda answer: answer.question.number)
    return {
        "signed_role": normalised(source.signed_role),
        "anchoring": source.anchoring.value if source.anchoring else None,
        "decided_on": source.decided_on.isoformat() if source.decided_on else None,
        "decision_ref": normalised(source.decision_ref),
        "asked": source.asked,
        "answered": source.answered,
        "dissent": normalised(source.dissent),
        "wish": source.wish.value if source.wish else None,
        "reuse": source.reuse,
        "groups": sorted(group.slug for group in source.groups),
        "answers": [_answer(answer) for answer in answers],
    }


def _answer(answer: Answer | DraftAnswer) -> dict[str, Any]:
    return {
        "question": answer.question.number,
        "text": normalised(answer.text),
        "stance": answer.stance.value if answer.stance else None,
        "options": list(answer.options),
        "own_interest": answer.own_interest,
    }


def has_content(answer: Answer | DraftAnswer) -> bool:
    """Whether something is answered; the tick about own interest alone is no answer."""
    return bool(answer.text.strip() or answer.stance or answer.options)


def fingerprint(source: Draft | PositionVersion) -> str:
    """Tells two contents apart: binds what was read through to what is sent."""
    return hashlib.sha256(_canonical(content_of(source))).hexdigest()


def nonce_of(version: PositionVersion) -> str:
    """The receipt's random-looking secret. Stands on the receipt and nowhere else."""
    return nonce_for(version.receipt_number)


def nonce_for(receipt_number: str) -> str:
    """The nonce that belongs to a receipt number, whether or not there is one."""
    return ids.derived("receipt", receipt_number)[:NONCE]


def digest_of(version: PositionVersion, nonce: str) -> str:
    """SHA-256 over the nonce and the canonical JSON of what was received, when, from whom, under which number."""
    received = {
        "receipt_number": version.receipt_number,
        "received_at": version.received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "organisation": version.organisation_name,
        "version": version.number,
        "channel": version.channel.value,
        "content": content_of(version),
    }
    return hashlib.sha256(nonce.encode() + b"\n" + _canonical(received)).hexdigest()


def is_intact(version: PositionVersion, nonce: str) -> bool:
    """Whether what is stored is what the receipt was given for."""
    return hmac.compare_digest(digest_of(version, nonce), version.digest)


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
