"""Reads for the guided preparation: a step, what is ticked there, how far each has come, and what the hints judge by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations import hints, lifecycle, placeholders, queries, queries_previews, steps
from sakrad.consultations.hints import Around
from sakrad.consultations.models import CheckedItem, Consultation, CouncilHearing, QuestionKind
from sakrad.consultations.steps import STEPS, Preparing, Step, StepState
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Council


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step has come."""

    step: Step
    state: StepState
    ticked: int
    blanks: int = 0  # [hakparenteser] that nobody has filled in


def get_step(kommun: str, slug: str, steg: str) -> Preparing:
    """A step of the consultation, which is locked when writing.

    Raises:
        Missing: there is no such consultation or step.
    """
    if steg not in steps.BY_CODE:
        raise Missing("step")
    return Preparing(queries.get_consultation(kommun, slug), steps.BY_CODE[steg])


def list_ticked(consultation: Consultation) -> frozenset[str]:
    """The codes of the ticked items."""
    return frozenset(db.session.scalars(sa.select(CheckedItem.code).where(CheckedItem.consultation_id == consultation.id)))


def list_progress(consultation: Consultation, ticked: Collection[str], at: datetime) -> list[Progress]:
    """Every step in order, and how far it has come."""
    gated = {gate.field for gate in lifecycle.gates(queries.facts_of(consultation), at)}
    blanks = {step.code: len(placeholders.unfilled(_words(consultation, step.fields))) for step in STEPS}
    filled = {name for step in STEPS for name in step.fields if _is_filled(_value(consultation, name))}
    return [
        Progress(
            step,
            steps.state_of(step, filled=filled, gated=gated, ticked=ticked, blanks=blanks[step.code]),
            sum(code in ticked for code, _said in step.items),
            blanks[step.code],
        )
        for step in STEPS
    ]


def pace_of(consultation: Consultation) -> tuple[timedelta, timedelta]:
    """The time to answer and to compile that the consultation began with: its template's, or the method's."""
    begun = sa.select(Event.data).where(Event.consultation_id == consultation.id, Event.name == EventName.consultation_drafted)
    data = db.session.scalar(begun.order_by(Event.id).limit(1)) or {}
    return (
        timedelta(days=data.get("answering", lifecycle.ANSWERING.days)),
        timedelta(days=data.get("compiling", lifecycle.COMPILING.days)),
    )


def around_of(consultation: Consultation) -> Around:
    """What the hints judge by besides the gates' facts."""
    texts = texts_of(consultation)
    councils, hearings = db.session.execute(
        sa.select(
            sa.select(sa.func.count(Council.id)).where(Council.municipality_id == consultation.municipality_id).scalar_subquery(),
            sa.select(sa.func.count(CouncilHearing.id)).where(CouncilHearing.consultation_id == consultation.id).scalar_subquery(),
        )
    ).one()
    blanks = [(field, found) for step in STEPS for field in step.fields if (found := placeholders.unfilled(_words(consultation, (field,))))]
    return Around(
        texts=texts,
        use_of_views=consultation.use_of_views,
        blanks=tuple(dict.fromkeys(blank for _field, found in blanks for blank in found)),
        blank_field=blanks[0][0] if blanks else "",
        ticked=list_ticked(consultation),
        councils=councils,
        hearings=hearings,
        preview_approved=queries_previews.is_approved(consultation),
    )


def texts_of(consultation: Consultation, fields: Collection[str] = tuple(hints.READ)) -> tuple[tuple[str, str], ...]:
    """The texts that people read, by the form's field."""
    return tuple((field, _text(consultation, field)) for field in (*hints.READ, "background_easy") if field in fields)


def _words(consultation: Consultation, fields: Collection[str]) -> list[str]:
    """Everything that is written in the fields, also in the questions' alternatives."""
    asked = (words for one in consultation.questions for words in (one.text, one.help, one.length_hint, *one.options))
    own = (getattr(consultation, field) for field in fields if field not in ("questions", "opens_on", "closes_on"))
    return [*(words for words in own if isinstance(words, str)), *(asked if "questions" in fields else ())]


def _text(consultation: Consultation, field: str) -> str:
    if field == "questions":
        return "\n\n".join(words for question in consultation.questions for words in (question.text, question.help) if words)
    return str(getattr(consultation, field))


def _is_filled(value: Any) -> bool:
    """It holds something, and no place of a template that is still to be filled in."""
    return bool(value) and not (isinstance(value, str) and placeholders.unfilled([value]))


def _value(consultation: Consultation, field: str) -> Any:
    if field == "questions":
        return [question for question in consultation.questions if question.kind is not QuestionKind.open]
    return getattr(consultation, {"opens_on": "opens_at", "closes_on": "closes_at"}.get(field, field))
