"""Writes about the portable file: that it was taken along, and what another installation's file has brought here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.events import Actor, EventName, record, record_many
from sakrad.directory.models import Municipality, Organisation
from sakrad.positions.models import ImportedPosition
from sakrad.positions.portable import Carried, Portable
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, ReviewDecision, ReviewKind

MOST = 5_000  # imported answers that an organisation has at a time


class TooManyImported(ValueError):
    """The organisation would have more than is kept."""


def take_along(organisation: Organisation, *, actor: Actor | None, at: datetime) -> None:
    """Note that somebody takes along a copy of everything that the organisation has sent."""
    record(EventName.positions_taken_along, at=at, actor=actor, subject_id=organisation.id, organisation_id=organisation.id)


def import_positions(organisation: Organisation, brought: Portable, *, actor: Actor | None, at: datetime) -> tuple[int, int]:
    """Keep what the file holds. What is here already is left as it is; what was removed comes back, and is reviewed anew.

    Nothing becomes an answer here. The caller holds the organisation's row.

    Returns:
        How many were taken in, and how many were here already.

    Raises:
        TooManyImported: there is no room for them.
    """
    i = ImportedPosition
    known = db.session.scalars(sa.select(i).where(i.organisation_id == organisation.id, i.source == brought.source))
    found = {row.receipt_number: row for row in known}
    new: dict[str, ImportedPosition] = {}
    for one in brought.answers:
        row = found.get(one.receipt_number)
        if one.receipt_number in new or (row is not None and row.removed_at is None):
            continue
        row = row or ImportedPosition(organisation_id=organisation.id, source=brought.source, receipt_number=one.receipt_number)
        _fill(row, one)
        row.removed_at, row.imported_at, row.imported_by_id = None, at, actor.id if actor else None
        new[one.receipt_number] = row
    standing = db.session.scalar(sa.select(sa.func.count()).where(i.organisation_id == organisation.id, i.removed_at.is_(None))) or 0
    if standing + len(new) > MOST:
        raise TooManyImported
    db.session.add_all(new.values())
    db.session.flush()
    each: list[dict[str, int | None]] = [{"subject_id": row.id, "organisation_id": organisation.id} for row in new.values()]
    record_many(EventName.position_imported, each, at=at, actor=actor)
    return len(new), len(brought.answers) - len(new)


def _fill(row: ImportedPosition, one: Carried) -> None:
    row.municipality, row.authority, row.title = one.municipality, one.authority, one.title
    row.received_at, row.digest_holds, row.content = one.received_at, one.digest_holds, one.content


def remove_imported(imported: ImportedPosition, *, actor: Actor | None, at: datetime) -> None:
    """The organisation takes it back: neither it nor readers see it any more."""
    imported.removed_at = at
    db.session.flush()
    record(EventName.position_import_removed, at=at, actor=actor, subject_id=imported.id, organisation_id=imported.organisation_id)


def review_imported(
    chosen: Collection[ImportedPosition],
    municipality: Municipality,
    *,
    decision: ReviewDecision,
    ground: MaskGround | None = None,
    reason: str = "",
    actor: Actor | None,
    at: datetime,
) -> None:
    """Decide whether readers are told of what the organisation has brought: title, municipality and day, never its words.

    Raises:
        ReasonMissing, GroundMissing: withheld without a reason, or without its ground in law.
    """
    for imported in chosen:
        records.decide_review(ReviewKind.imported, imported.id, decision=decision, ground=ground, reason=reason, actor=actor, at=at)
        record(
            EventName.position_import_reviewed,
            at=at,
            actor=actor,
            subject_id=imported.id,
            organisation_id=imported.organisation_id,
            municipality_id=municipality.id,
            decision=decision.value,
        )
