"""Who may compile."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.positions import policy as positions
from sakrad.positions.models import Answer
from sakrad.summaries.models import Point, Suggestion, SuggestionKind
from sakrad.summaries.queries_checking import AskedOf, CheckSeat
from sakrad.summaries.queries_exports import Wanted


def may_compile(user: User, consultation: Consultation) -> bool:
    """Whoever handles the consultation."""
    return consultations.may_handle(user, consultation)


def may_take_up(user: User, answer: Answer) -> bool:
    """Whoever compiles and is no member of the organisation that answered (jäv): to take up, set aside, sort or cite."""
    position = answer.version.position
    return may_compile(user, position.consultation) and not policy.is_partial(user, position.organisation)


def may_sort(user: User, point: Point) -> bool:
    """Whoever may take up the answer that it comes from."""
    return may_take_up(user, point.answer)


def may_decide(user: User, suggestion: Suggestion) -> bool:
    """Takes up or refuses what the machine proposes."""
    return may_decide_about(user, suggestion.kind, suggestion.answer)


def may_decide_about(user: User, kind: SuggestionKind, answer: Answer) -> bool:
    """Whoever may take up the words; to hide them in what is published asks for what the review asks for."""
    return positions.may_review(user, answer.version) if kind is SuggestionKind.sensitive else may_take_up(user, answer)


def may_check(user: User, seat: CheckSeat) -> bool:
    """Says how the organisation is rendered: its members."""
    return policy.may_write(user, seat.organisation)


def may_answer_asked(user: User, of: AskedOf) -> bool:
    """Whoever compiles and is no member of the organisation that is asked (jäv): to ask it, to answer it, to review its objection."""
    return may_compile(user, of.consultation) and not policy.is_partial(user, of.asked.organisation)


def may_take_along(user: User, wanted: Wanted) -> bool:
    """Asks for a document, or takes a volume of it: whoever compiles."""
    return may_compile(user, wanted.consultation)
