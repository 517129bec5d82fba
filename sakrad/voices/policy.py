"""Who may see what an organisation's own voice led to."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.voices.queries_thread import ThreadSeat


def may_follow(user: User, seat: ThreadSeat) -> bool:
    """Reads what came of the organisation's voice: its members."""
    return accounts.is_member(user, seat.organisation)
