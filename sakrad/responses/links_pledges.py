"""The secret of the mailed link that asks an organisation for its part: derived, so that it stands in no table."""

from __future__ import annotations

from sakrad.core import ids
from sakrad.responses.models import Pledge


def pledge_token(pledge: Pledge) -> str:
    """What stands in /atagande/<token>, the endpoint responses_link.pledge: the reference, a dot, and the secret."""
    return ids.link_token("pledge", pledge.reference)


def is_pledge_token(token: str, pledge: Pledge) -> bool:
    """Whether the token is the part's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "pledge", pledge.reference)
