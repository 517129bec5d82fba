"""Who runs the platform."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User


def may_operate(user: User, _thing: object = None) -> bool:
    """Operators only."""
    return policy.is_operator(user)
