"""Comments for tests, made without the commands."""

from __future__ import annotations

from typing import Any

from sakrad.comments.models import Comment, CommentState
from sakrad.consultations.models import Consultation
from sakrad.core import clock, ids
from sakrad.directory.models import Organisation
from tests import factories as make


def comment(of: Consultation, by: Organisation | None = None, *, number: int = 1, **values: Any) -> Comment:
    """A comment on the question with the number; waiting unless told otherwise."""
    by = by or make.organisation(verified_in=of.municipality)
    question = next(question for question in of.questions if question.number == number)
    values = {
        "text": "Vi känner igen det här.",
        "organisation_name": by.name,
        "submission_key": ids.reference(32),
        "received_at": clock.now(),
    } | values
    if values.get("state", CommentState.waiting) is not CommentState.waiting:
        values.setdefault("reviewed_at", clock.now())
    made: Comment = make.save(Comment(consultation_id=of.id, organisation_id=by.id, question_id=question.id, **values))
    return made
