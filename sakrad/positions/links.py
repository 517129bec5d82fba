"""The secret in "Det var inte vi": derived from the receipt number, so that it stands in no table (core.ids.derived)."""

from __future__ import annotations

import hmac

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core import ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.positions.models import Position, PositionVersion

LENGTH = 40  # hexadecimal digits: 160 bits


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
