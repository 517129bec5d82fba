"""The secret in an address's own link: derived from its reference, so that it stands in no table (DESIGN.md §8)."""

from __future__ import annotations

from sakrad.core import ids
from sakrad.notifications.models import Subscriber


def token_of(subscriber: Subscriber) -> str:
    """What stands in /bevakning/<token>: opens all that the address follows, and nothing else."""
    return ids.link_token("follow", subscriber.reference)


def is_true(token: str, subscriber: Subscriber) -> bool:
    """Whether the token is the address's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "follow", subscriber.reference)
