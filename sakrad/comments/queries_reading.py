"""What others have said, beside the form where one comments: the published answers and comments, as readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.comments.queries_public import CommentPage, get_comment_page
from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.positions.models import Answer, Position
from sakrad.positions.queries_public import READABLE, SAYS_ANYTHING, Published, Voice, positions, visibility_sql, voice
from sakrad.positions.queries_question import QuestionPage, get_question_page
from sakrad.positions.queries_reading import by_name

MOST = 500  # answers to one question and another, on the page where one chooses


@dataclass(frozen=True, slots=True)
class Reading:
    """What has been said about one question."""

    question: QuestionPage
    comments: CommentPage


def get_reading(consultation: Consultation, number: int, page: int, at: datetime) -> Reading:
    """The published answers to a question, page by page, and the first comments about it. Raises Missing."""
    kommun, slug = consultation.municipality.slug, consultation.slug
    return Reading(get_question_page(kommun, slug, number, page, at), get_comment_page(kommun, slug, 1, at, question=number))


def list_answers(consultation: Consultation, at: datetime) -> dict[int, list[Voice]]:
    """Whose published answers there are, by the question's number."""
    statement = (
        positions(at, Question.number).join(Answer, Answer.version_id == Published.id).join(Question, Question.id == Answer.question_id)
    )
    here = (Position.consultation_id == consultation.id, visibility_sql(at).in_(READABLE), SAYS_ANYTHING)
    found: dict[int, list[Voice]] = {}
    for row in db.session.execute(statement.where(*here).order_by(Question.number, *by_name(at)).limit(MOST)):
        found.setdefault(row.number, []).append(voice(row))
    return found
