"""Load on associations: that the same organisation is asked by several units in the same weeks. Pure; a private hint, never in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sakrad.core.errors import Blocker


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That an organisation which this consultation asks, or may ask, is asked by another, announced one too."""

    slug: str  # the organisation's
    organisation: str
    title: str
    authority: str
    municipality: str
    opens_at: datetime
    closes_at: datetime  # exclusive


def in_the_same_weeks(
    asked: Iterable[Elsewhere], *, opens_at: datetime | None, closes_at: datetime | None, at: datetime
) -> list[Elsewhere]:
    """Those that can be answered on some day on which this one can. One that is not announced opens now at the earliest."""
    first = max(opens_at or at, at)
    return [each for each in asked if each.closes_at > first and (closes_at is None or each.opens_at < closes_at)]


def hints_of_load(asked: Iterable[Elsewhere], *, opens_at: datetime | None, closes_at: datetime | None, at: datetime) -> list[Blocker]:
    """How many of the invited are asked by others too, and by which: at most one hint."""
    found = in_the_same_weeks(asked, opens_at=opens_at, closes_at=closes_at, at=at)
    if not found:
        return []
    organisations = {each.slug for each in found}
    titles = tuple(sorted({(each.title, each.authority) for each in found}))
    return [
        Blocker(
            "hint_organisation_load", {"organisations": len(organisations), "titles": titles[:3], "more": len(titles[3:])}, "invitations"
        )
    ]
