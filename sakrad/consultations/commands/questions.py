"""The questions, in order; the last one is always open. Frozen at the opening."""

from __future__ import annotations

import json
from datetime import datetime

from sakrad.consultations import lifecycle, queries
from sakrad.consultations.commands.recording import record, refuse_fallen
from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Blocked, Blocker, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName


class OptionsMisplaced(ValueError):
    """Questions about needs and choices need at least two different options; the other kinds have none."""


def add_question(
    consultation: Consultation,
    *,
    kind: QuestionKind,
    text: str,
    help: str = "",
    length_hint: str = "",
    required: bool = False,
    options: list[str] | None = None,
    actor: Actor | None,
    at: datetime,
) -> Question:
    """Add a question before the open one, which stays last; an open one takes the place of the last.

    Raises:
        Blocked: the questions are frozen.
        OptionsMisplaced: see there.
    """
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    if kind is QuestionKind.open:
        last = consultation.questions[-1]
        last.text, last.help, last.length_hint, last.required = text, help, length_hint, required
        _changed(consultation, last, actor=actor, at=at)
        return last
    _check_options(kind, options or [])
    last = consultation.questions[-1]
    number, last.number = last.number, last.number + 1
    db.session.flush()
    question = Question(
        consultation_id=consultation.id,
        number=number,
        kind=kind,
        text=text,
        help=help,
        length_hint=length_hint,
        required=required,
        options=options or [],
    )
    db.session.add(question)
    db.session.flush()
    _changed(consultation, question, actor=actor, at=at)
    return question


def stamp_of(question: Question) -> str:
    """What the question says, as a stamp: tells whether somebody has changed it since it was shown."""
    return ids.digest(json.dumps([question.kind, question.text, question.help, question.length_hint, question.required, question.options]))


def change_question(
    question: Question,
    *,
    kind: QuestionKind,
    text: str,
    help: str,
    length_hint: str,
    required: bool,
    options: list[str],
    actor: Actor | None,
    at: datetime,
    seen: str | None = None,
) -> None:
    """Change a question; the open one keeps its kind, and no other becomes open.

    Args:
        seen: the stamp of the question that was shown; None to change it whatever it says.

    Raises:
        Stale: somebody has changed it since; `theirs` is the question as it stands.
        Blocked: the questions are frozen, or the kind of the open one would change.
        OptionsMisplaced: see there.
    """
    if seen is not None and seen != stamp_of(question):
        raise Stale(theirs=question)
    consultation = question.consultation
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    if (kind is QuestionKind.open) != (question.kind is QuestionKind.open):
        raise Blocked([Blocker("open_question_stays")])
    _check_options(kind, options)
    question.kind, question.text, question.help, question.length_hint = kind, text, help, length_hint
    question.required, question.options = required, options
    _changed(consultation, question, actor=actor, at=at)


def move_question(question: Question, *, by: int, actor: Actor | None, at: datetime) -> None:
    """Move a question one step towards the first (by=-1) or the last (by=1); the open one stays last.

    Raises:
        Blocked: the questions are frozen, or it is the open one. At the end of the road nothing happens.
    """
    consultation = question.consultation
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    if question.kind is QuestionKind.open:
        raise Blocked([Blocker("open_question_stays")])
    other = next((each for each in consultation.questions if each.number == question.number + by), None)
    if other is None or other.kind is QuestionKind.open:
        return
    here, there = question.number, other.number
    question.number = 0  # numbers are unique: step aside first
    db.session.flush()
    other.number = here
    db.session.flush()
    question.number = there
    _changed(consultation, question, actor=actor, at=at)


def remove_question(question: Question, *, actor: Actor | None, at: datetime) -> None:
    """Take a question away and close the gap in the numbers.

    Raises:
        Blocked: the questions are frozen, it is the open one, or the last one of an announced consultation.
    """
    consultation = question.consultation
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    if question.kind is QuestionKind.open:
        raise Blocked([Blocker("open_question_stays")])
    later = [each for each in consultation.questions if each.number > question.number]
    db.session.delete(question)
    db.session.flush()
    for each in later:
        each.number -= 1
        db.session.flush()
    _changed(consultation, None, actor=actor, at=at)


def _check_options(kind: QuestionKind, options: list[str]) -> None:
    if not lifecycle.is_well_optioned(kind, options):
        raise OptionsMisplaced


def _changed(consultation: Consultation, question: Question | None, *, actor: Actor | None, at: datetime) -> None:
    refuse_fallen(consultation, at)
    record(EventName.consultation_changed, consultation, actor=actor, at=at, question_id=question.id if question else None)
