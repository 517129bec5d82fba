"""The secret in the mail about a merger: one per side, derived from the merger's reference, so that it stands in no table."""

from __future__ import annotations

from sakrad.core import ids
from sakrad.directory.models import Merger, MergerSide


def merger_token(merger: Merger, side: MergerSide) -> str:
    """What stands in /sammanslagning/<token>: the reference, a dot, and the side's own secret."""
    return ids.link_token("merger", merger.reference, side.value)


def side_of(token: str, merger: Merger) -> MergerSide | None:
    """Whose token it is; None when it is false. Takes the same time however much of it is right."""
    found = [side for side in MergerSide if ids.is_link_token(token, "merger", merger.reference, side.value)]
    return found[0] if found else None
