"""The secret in a personal link: derived from the invitation's reference, so that it stands in no table (DESIGN.md §8)."""

from __future__ import annotations

import hmac

from sakrad.consultations.models import Invitation
from sakrad.core import ids

LENGTH = 40  # hexadecimal digits of the secret: 160 bits


def token_of(invitation: Invitation) -> str:
    """What stands in /inbjudan/<token>: the reference, a dot, and the secret."""
    return f"{invitation.reference}.{ids.derived('invitation', invitation.reference)[:LENGTH]}"


def reference_in(token: str) -> str:
    """The part of a token that finds the invitation; says nothing about whether the token is true."""
    return token.partition(".")[0]


def is_true(token: str, invitation: Invitation) -> bool:
    """Whether the token is the invitation's own; takes the same time however much of it is right."""
    return hmac.compare_digest(token.encode(), token_of(invitation).encode())
