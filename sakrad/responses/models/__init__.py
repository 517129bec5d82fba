"""The authority's answers, the promise ledger, what organisations judge, and what became of points in numbers."""

from __future__ import annotations

from sakrad.responses.models.answers import (
    AnswerTask,
    BoardPaper,
    DecisionForm,
    FeedbackRelease,
    Outcome,
    Phrase,
    Response,
    ResponseVersion,
)
from sakrad.responses.models.judging import EvaluationReply, EvaluationRound, EvaluationSeat, EvaluationSide, Verdict, VerdictValue
from sakrad.responses.models.ledger import Commitment, CommitmentParty, LinkedDecision, Pledge, Progress, ProgressStatus
from sakrad.responses.models.uptake import Telling, UptakeCell

__all__ = [
    "AnswerTask",
    "BoardPaper",
    "Commitment",
    "CommitmentParty",
    "DecisionForm",
    "EvaluationReply",
    "EvaluationRound",
    "EvaluationSeat",
    "EvaluationSide",
    "FeedbackRelease",
    "LinkedDecision",
    "Outcome",
    "Phrase",
    "Pledge",
    "Progress",
    "ProgressStatus",
    "Response",
    "ResponseVersion",
    "Telling",
    "UptakeCell",
    "Verdict",
    "VerdictValue",
]
