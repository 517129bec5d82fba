"""The secret in the mail about a merger: one per side, derived from the merger's reference, so that it stands in no table."""

from __future__ import annotations

import hmac

from sakrad.core import ids
from sakrad.directory.models import Merger, MergerSide

LENGTH = 40  # hexadecimal digits: 160 bits


def merger_token(merger: Merger, side: MergerSide) -> str:
    """What stands in /sammanslagning/<token>: the reference, a dot, and the side's own secret."""
    return f"{merger.reference}.{ids.derived('merger', merger.reference, side.value)[:LENGTH]}"


def reference_in(token: str) -> str:
    """The part of a token that finds the merger; says nothing about whether the token is true."""
    return token.partition(".")[0]


def side_of(token: str, merger: Merger) -> MergerSide | None:
    """Whose token it is; None when it is false. Takes the same time however much of it is right."""
    found = [side for side in MergerSide if hmac.compare_digest(token.encode(), merger_token(merger, side).encode())]
    return found[0] if found else None
