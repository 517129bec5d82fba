"""The secret of the mailed link to the faktakontroll: derived from the confirmation's reference, so that it stands in no table."""

from __future__ import annotations

from sakrad.core import ids
from sakrad.summaries.models import Confirmation


def check_token(confirmation: Confirmation) -> str:
    """What stands in /faktakontroll/<token>, the endpoint summaries_link.check: the reference, a dot, and the secret."""
    return ids.link_token("confirmation", confirmation.reference)


def is_check_token(token: str, confirmation: Confirmation) -> bool:
    """Whether the token is the confirmation's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "confirmation", confirmation.reference)
