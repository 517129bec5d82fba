"""Who may do what with a consultation."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation


def may_handle(user: User, consultation: Consultation) -> bool:
    """Officers of its own authority, and the coordinator where the consultation says so (PRACTICE.md 1)."""
    return policy.is_officer(user, consultation.authority) or (
        consultation.coordinator_takes_part and policy.is_coordinator(user, consultation.municipality)
    )


def may_register(user: User, consultation: Consultation) -> bool:
    """The authority's registrars, and those who handle it."""
    return policy.is_registrar(user, consultation.authority) or may_handle(user, consultation)
