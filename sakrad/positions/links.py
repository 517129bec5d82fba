"""The secrets of mailed links and printed codes: derived, so that they stand in no table (core.ids.derived)."""

from __future__ import annotations

import hmac

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core import ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.positions.models import Position, PositionParty, PositionVersion, Transcription

LENGTH = 40  # hexadecimal digits: 160 bits
LETTERS = 12  # of ids.ALPHABET: 59 bits, typed from a printed page, guesses are counted


def disown_token(version: PositionVersion) -> str:
    """What stands in /kvitto/<number>/inte-vi/<token>, the endpoint positions_receipt.ask_to_disown; for the receipt's mail."""
    return _token(version.receipt_number)


def _token(receipt_number: str) -> str:
    return ids.derived("disown", receipt_number)[:LENGTH]


def get_disownable(number: str, token: str) -> PositionVersion:
    """The version that the link in its receipt's mail is about; its position is locked when writing.

    Raises:
        Missing: the token is false.
    """
    if not hmac.compare_digest(token.encode(), _token(number).encode()):
        raise Missing("token")
    statement = (
        sa.select(PositionVersion)
        .join(PositionVersion.position)
        .where(PositionVersion.receipt_number == number)
        .options(joinedload(PositionVersion.position).joinedload(Position.consultation))
    )
    version = db.session.scalar(locked(statement, Position))
    if version is None:
        raise Missing("version")
    return version


def read_back_token(entry: Transcription) -> str:
    """What stands in /aterlasning/<token>, the endpoint positions_read_back.show: the reference, a dot, and the secret."""
    return ids.link_token("read_back", entry.reference)


def is_read_back_token(token: str, entry: Transcription) -> bool:
    """Whether the token is the transcription's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "read_back", entry.reference)


def read_back_code(reference: str) -> str:
    """The letter code on the printed page: "abcd-efgh-jkmn"."""
    return ids.typed("read_back_code", reference, LETTERS)


def is_read_back_code(letters: str, reference: str) -> bool:
    """Whether the letters are the reference's code, however they are spaced and in whatever case."""
    return hmac.compare_digest(ids.untyped(letters).encode(), ids.untyped(read_back_code(reference)).encode())


def party_token(party: PositionParty) -> str:
    """What stands in /star-bakom/<token>: the reference, a dot, and the secret; for the mail that asks a party."""
    return ids.link_token("party", party.reference)
