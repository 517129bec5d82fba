"""The secret of the mailed link to the evaluation: derived from the seat's reference, so that it stands in no table."""

from __future__ import annotations

from sakrad.core import ids
from sakrad.responses.models import EvaluationSeat


def evaluation_token(seat: EvaluationSeat) -> str:
    """What stands in /utvardering/<token>, the endpoint evaluation_link.show: the reference, a dot, and the secret."""
    return ids.link_token("evaluation", seat.reference)


def is_evaluation_token(token: str, seat: EvaluationSeat) -> bool:
    """Whether the token is the seat's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "evaluation", seat.reference)
