"""Earlier answers of the organisation's own, to begin a new one from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE
from sakrad.core.text import excerpt
from sakrad.directory.models import Organisation
from sakrad.positions.models import Answer, Position, PositionVersion


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer that the organisation has sent: where, to which question, when, and its words."""

    receipt_number: str
    number: int  # of its question
    kind: QuestionKind
    question: str
    consultation: str
    received_at: datetime
    text: str

    @property
    def name(self) -> str:
        """What its button sends."""
        return f"{self.receipt_number}:{self.number}"

    @property
    def excerpt(self) -> str:
        """How it begins."""
        return excerpt(self.text, 300)


def has_earlier(organisation: Organisation, consultation: Consultation, *, published: bool = False) -> bool:
    """Whether there is anything to begin from."""
    return bool(db.session.scalar(sa.select(_said(organisation, consultation.id, published).exists())))


def list_earlier(organisation: Organisation, question: Question, page: int, *, published: bool = False) -> list[Earlier]:
    """What the organisation has said in other consultations: on questions of the same kind first, and newest first."""
    order = (Question.kind != question.kind, PositionVersion.received_at.desc(), Question.number, Answer.id)
    found = _said(organisation, question.consultation_id, published).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    return [_earlier(answer) for answer in db.session.scalars(found)]


def count_earlier(organisation: Organisation, question: Question, *, published: bool = False) -> int:
    """How many there are."""
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(_said(organisation, question.consultation_id, published).subquery())) or 0
    )


def get_earlier(organisation: Organisation, question: Question, receipt_number: str, number: int, *, published: bool = False) -> Earlier:
    """The named one.

    Raises:
        Missing: the organisation has said no such thing.
    """
    named = (PositionVersion.receipt_number == receipt_number, Question.number == number)
    answer = db.session.scalar(_said(organisation, question.consultation_id, published).where(*named))
    if answer is None:
        raise Missing("earlier answer")
    return _earlier(answer)


def _said(organisation: Organisation, consultation_id: int, published: bool) -> sa.Select[Any]:
    """Answers in words, in what the organisation has sent elsewhere and stands by; never in what it says that it did not send.

    With `published` only what everybody may read: a mailed link to one invitation opens nothing else that was sent.
    """
    return (
        sa.select(Answer)
        .join(Answer.question)
        .join(Answer.version)
        .join(Position, Position.current_id == PositionVersion.id)
        .where(
            Position.organisation_id == organisation.id,
            Position.stands,
            Position.consultation_id != consultation_id,
            Answer.text != "",
            Position.published_id == Position.current_id if published else sa.true(),
        )
        .options(contains_eager(Answer.version), contains_eager(Answer.question).joinedload(Question.consultation))
    )


def _earlier(answer: Answer) -> Earlier:
    question, version = answer.question, answer.version
    return Earlier(
        receipt_number=version.receipt_number,
        number=question.number,
        kind=question.kind,
        question=question.text,
        consultation=question.consultation.title,
        received_at=version.received_at,
        text=answer.text,
    )
