"""Who is asked how a consultation went."""

from __future__ import annotations

from collections.abc import Iterable

from sakrad.accounts.models import User
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.queries_merging import find_heir_in_force
from sakrad.responses.models import EvaluationSeat


def who_is_to_evaluate(event: Event) -> Iterable[str]:
    """Whose seat it is, unless it has been answered since: an official, or an organisation's registered address."""
    seat = db.session.get(EvaluationSeat, event.subject_id or 0)
    if seat is None or seat.answered:
        return []
    if seat.organisation is not None:
        return [(find_heir_in_force(seat.organisation) or seat.organisation).email]
    official = db.session.get(User, seat.user_id or 0)
    return [official.email] if official is not None else []
