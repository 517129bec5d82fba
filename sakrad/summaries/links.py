"""The secret of the mailed link to the faktakontroll: derived from the confirmation's reference, so that it stands in no table."""

from __future__ import annotations

import hmac

from sakrad.core import ids
from sakrad.summaries.models import Confirmation

LENGTH = 40  # hexadecimal digits of the secret: 160 bits


def check_token(confirmation: Confirmation) -> str:
    """What stands in /faktakontroll/<token>, the endpoint summaries_link.check: the reference, a dot, and the secret."""
    return f"{confirmation.reference}.{ids.derived('confirmation', confirmation.reference)[:LENGTH]}"


def reference_in(token: str) -> str:
    """The part of a token that finds the confirmation; says nothing about whether the token is true."""
    return token.partition(".")[0]


def is_check_token(token: str, confirmation: Confirmation) -> bool:
    """Whether the token is the confirmation's own; takes the same time however much of it is right."""
    return hmac.compare_digest(token.encode(), check_token(confirmation).encode())
