"""How what is sent is written down: by its statements alone, each built once.

The unit of work of the mapper takes four times as long, all of it while others wait for the lock. Nothing here judges.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from sakrad.consultations.queries_correcting import histories_of
from sakrad.core import ids
from sakrad.core.db import Base, db
from sakrad.core.events import Actor
from sakrad.core.text import normalised
from sakrad.directory.models import Authority
from sakrad.positions import receipts
from sakrad.positions.models import Answer, Channel, Concurrence, Draft, Position, PositionAttachment, PositionVersion
from sakrad.positions.models.received import version_group
from sakrad.positions.revisions import FACTS
from sakrad.records.commands import take_receipt_number


@dataclass(frozen=True, slots=True)
class Received:
    """A version that has been written down, and has no number yet."""

    position_id: int
    version_id: int
    number: int
    received_at: datetime
    organisation_name: str
    content: dict[str, Any]  # receipts.content_of


def receive(
    draft: Draft, position: Position | None, content: dict[str, Any], key: str, actor: Actor | None, received_at: datetime
) -> Received:
    """Write what the draft says as the position's next version, make it the current one, and renew the draft's key."""
    if position is None:
        begun = {"consultation_id": draft.consultation_id, "organisation_id": draft.organisation_id, "reference": ids.reference()}
        position_id, number = _made(Position, begun), 1
    else:
        position_id, number = position.id, _next_number(position)
    version_id = _made(
        PositionVersion,
        {
            "position_id": position_id,
            "number": number,
            "receipt_number": key,  # until `number`
            "digest": "",
            "received_at": received_at,
            "submission_key": key,
            "channel": Channel.web,
            "organisation_name": draft.organisation.name,
            "submitted_by_id": actor.id if actor else None,
            "left_out": draft.left_out,
            "party_names": sorted(party.name for party in draft.parties),
            "member_counts": list(draft.member_counts),
            **{name: getattr(draft, name) for name in FACTS},
        },
    )
    _add(Answer.__table__, _answers(draft, version_id))
    _add(version_group, [{"version_id": version_id, "target_group_id": group.id} for group in draft.groups])
    _add(
        Concurrence.__table__,
        [
            {
                "version_id": version_id,
                "position_id": one.position_id,
                "target_id": one.target_id,
                "question_id": one.question_id,
                "reservation": normalised(one.reservation),
            }
            for one in draft.concurrences
        ],
    )
    _add(
        PositionAttachment.__table__,
        [{"version_id": version_id, "file_id": one.file_id, "copy_id": one.copy_id, "digest": one.digest} for one in draft.attachments],
    )
    db.session.execute(_CURRENT, {"of": position_id, "current": version_id})
    if position is not None:
        db.session.expire(position)
    renewed = ids.reference(32)
    db.session.execute(_RENEWED, {"of": draft.id, "key": renewed})
    set_committed_value(draft, "submission_key", renewed)
    return Received(position_id, version_id, number, received_at, draft.organisation.name, content)


def number(received: Received, authority: Authority) -> None:
    """When all else is written: whoever sends to the same authority waits for the counter from here until the commit."""
    receipt_number = take_receipt_number(authority, received.received_at)
    proven = receipts.received_as(
        receipt_number, received.received_at, received.organisation_name, received.number, Channel.web, received.content
    )
    digest = receipts.digest_over(proven, receipts.nonce_for(receipt_number))
    db.session.execute(_NUMBERED, {"of": received.version_id, "receipt": receipt_number, "proof": digest})


def _answers(draft: Draft, version_id: int) -> list[dict[str, Any]]:
    histories = histories_of(draft.consultation)  # what was written before a correction answers the question as it was
    return [
        {
            "version_id": version_id,
            "question_id": answer.question_id,
            "question_version": histories[answer.question_id].version_at(answer.updated_at) if answer.question_id in histories else 1,
            "text": normalised(answer.text),
            "stance": answer.stance,
            "options": list(answer.options),
            "own_interest": answer.own_interest,
        }
        for answer in sorted(draft.answers, key=lambda answer: answer.question.number)
        if receipts.has_content(answer)
    ]


def _next_number(position: Position) -> int:
    latest = db.session.scalar(sa.select(sa.func.max(PositionVersion.number)).where(PositionVersion.position_id == position.id))
    return (latest or 0) + 1


def _made(model: type[Base], values: dict[str, Any]) -> int:
    """A row; its id."""
    return int(db.session.execute(_inserted(model), values).scalar_one())


@functools.cache
def _inserted(model: type[Base]) -> sa.Executable:
    table: Any = model.__table__
    return sa.insert(table).returning(table.c.id)


def _add(table: sa.FromClause, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(_added(table), rows)


@functools.cache
def _added(table: Any) -> sa.Executable:
    return sa.insert(table)


def _changed(model: type[Base], **values: Any) -> sa.Executable:
    """A change of the row whose id is `of`."""
    table: Any = model.__table__
    return sa.update(table).where(table.c.id == sa.bindparam("of")).values({table.c[name]: value for name, value in values.items()})


_CURRENT = _changed(Position, current_id=sa.bindparam("current"), disowned_at=None, withdrawn_at=None)
_RENEWED = _changed(Draft, submission_key=sa.bindparam("key"))
_NUMBERED = _changed(PositionVersion, receipt_number=sa.bindparam("receipt"), digest=sa.bindparam("proof"))
