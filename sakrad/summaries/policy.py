"""Who may compile."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.positions.models import Answer
from sakrad.summaries.models import Point
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


def may_check(user: User, seat: CheckSeat) -> bool:
    """Says how the organisation is rendered: its members."""
    return policy.may_write(user, seat.organisation)


def may_answer_asked(user: User, of: AskedOf) -> bool:
    """Whoever compiles and is no member of the organisation that is asked (jäv): to ask it, to answer it, to review its objection."""
    return may_compile(user, of.consultation) and not policy.is_partial(user, of.asked.organisation)


def may_take_along(user: User, wanted: Wanted) -> bool:
    """Asks for a document, or takes a volume of it: whoever compiles."""
    return may_compile(user, wanted.consultation)
