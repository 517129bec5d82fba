"""The history of a draft, written in the transaction of the save that it tells of. Nothing here reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.events import Actor
from sakrad.positions.models import Draft, DraftAnswer, DraftRevision
from sakrad.positions.revisions import FROM_BEFORE, Splice, answer_values, facts_values, splice

TABLE = DraftRevision.__table__
COLUMNS = [column for column in TABLE.columns if column.name != "id"]


@dataclass(frozen=True, slots=True)
class State:
    """What a part of the draft (an answer, or with question None the facts) said after the save that gave it `number`."""

    draft_id: int
    question_id: int | None
    number: int
    text: str
    values: dict[str, Any]
    at: datetime
    by_id: int | None


def state_of(thing: DraftAnswer | Draft) -> State:
    """What the part says now. Of the facts it is not known who wrote them last."""
    if isinstance(thing, Draft):
        return State(thing.id, None, thing.version, thing.dissent, facts_values(thing), thing.updated_at, None)
    return State(thing.draft_id, thing.question_id, thing.version, thing.text, answer_values(thing), thing.updated_at, thing.updated_by_id)


def keep_revision(before: State | None, after: State, *, actor: Actor | None) -> None:
    """Append what a save made of `before` (None: there was nothing). One statement.

    A draft from before there was any history has no revision of what stood there: then that is written first, whole.
    """
    now = replace(after, by_id=actor.id if actor else None)
    if before is None:
        rows: Any = _row(now, Splice(0, 0, now.text))
    else:
        known = sa.exists().where(
            TABLE.c.draft_id == before.draft_id, TABLE.c.question_id == before.question_id, TABLE.c.number == before.number
        )
        stood = replace(before, values=before.values | {FROM_BEFORE: True})
        rows = sa.union_all(_row(stood, Splice(0, 0, stood.text)).where(~known), _row(now, splice(before.text, now.text, now.number)))
    db.session.execute(sa.insert(DraftRevision).from_select(COLUMNS, rows))


def _row(state: State, kept: Splice) -> sa.Select[Any]:
    values = {
        "draft_id": state.draft_id,
        "question_id": state.question_id,
        "number": state.number,
        "head": kept.head,
        "tail": kept.tail,
        "words": kept.words,
        "values": state.values,
        "at": state.at,
        "by_id": state.by_id,
    }
    return sa.select(*(sa.literal(values[column.name], column.type).label(column.name) for column in COLUMNS))
