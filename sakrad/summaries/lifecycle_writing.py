"""Who writes in a finding, and when a save begins a new version of it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

WHILE = timedelta(minutes=10)  # a finding is held so long after each save, and one person's saves within it are one version


def holder(by_id: int | None, since: datetime | None, at: datetime) -> int | None:
    """Who writes in the finding now, given who saved last and when; None when that was so long ago that anybody may."""
    return by_id if by_id is not None and since is not None and at - since < WHILE else None


def is_held_by_other(by_id: int | None, since: datetime | None, *, own_id: int | None, at: datetime) -> bool:
    """Whether somebody else writes in the finding now. The clock and the sample data hold nothing, and are not held up."""
    return own_id is not None and holder(by_id, since, at) not in (None, own_id)


def is_same_version(by_id: int | None, begun: datetime, *, own_id: int | None, at: datetime) -> bool:
    """Whether a save goes on with the version that was begun then, by that person."""
    return own_id is not None and by_id == own_id and at - begun < WHILE
