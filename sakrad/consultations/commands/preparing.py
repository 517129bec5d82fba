"""One step of the guided preparation, saved by itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations import lifecycle, queries
from sakrad.consultations.commands.drafting import change_consultation
from sakrad.consultations.commands.questions import add_question
from sakrad.consultations.commands.recording import record
from sakrad.consultations.models import CheckedItem, Consultation, QuestionKind
from sakrad.consultations.queries_preparing import list_ticked
from sakrad.consultations.steps import Step
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName

_COLUMNS = {"opens_on": "opens_at", "closes_on": "closes_at"}


def stamp_of_step(consultation: Consultation, step: Step) -> str:
    """What the step's fields say, as a stamp: colleagues may work on different steps at once."""
    return ids.digest(json.dumps([_plain(getattr(consultation, _COLUMNS.get(name, name))) for name in step.fields if name != "questions"]))


def save_step(
    consultation: Consultation,
    step: Step,
    *,
    values: dict[str, Any],
    questions: Sequence[str] = (),
    ticked: Collection[str],
    seen: str,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Save the step's fields, its ticks, and new questions, one a text.

    Args:
        values: columns and relationships of the step's fields; those that say the same are left alone.
        seen: `stamp_of_step` of what the form showed.

    Raises:
        Blocked: it has opened; or it is announced and the change would undo what let it through the gates.
        Stale: somebody has changed the step since.
        FunctionElsewhere: the function is not the authority's.
    """
    if stamp_of_step(consultation, step) != seen:
        raise Stale(theirs=consultation)
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    changed = {name: value for name, value in values.items() if _plain(getattr(consultation, name)) != _plain(value)}
    moved = _tick(consultation, step, ticked, actor=actor, at=at)
    if changed:
        change_consultation(consultation, values=changed, seen_version=consultation.version, actor=actor, at=at)
    elif moved:
        record(EventName.consultation_changed, consultation, actor=actor, at=at)
    for text in questions:
        add_question(consultation, kind=QuestionKind.experience, text=text, actor=actor, at=at)


def _tick(consultation: Consultation, step: Step, ticked: Collection[str], *, actor: Actor | None, at: datetime) -> bool:
    """Keep the step's ticks as they are now; says whether any of them moved."""
    own = {code for code, _words in step.items}
    before, after = list_ticked(consultation) & own, own & set(ticked)
    if gone := before - after:
        db.session.execute(sa.delete(CheckedItem).where(CheckedItem.consultation_id == consultation.id, CheckedItem.code.in_(gone)))
    who = actor.id if actor else None
    db.session.add_all(
        CheckedItem(consultation_id=consultation.id, code=code, checked_at=at, checked_by_id=who) for code in sorted(after - before)
    )
    return before != after


def _plain(value: Any) -> Any:
    """Comparable and printable: rows by id, days and instants as text."""
    if isinstance(value, list):
        return sorted(each.id for each in value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "id", value)
