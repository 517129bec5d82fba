"""When one may comment, and when a comment may be decided about. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.consultations.models import CommentsRule
from sakrad.core import clock
from sakrad.core.errors import Blocker

ROUND = timedelta(days=10)  # whole days after closing (PRACTICE.md 27)
LIMIT = 2_000  # code points of a comment


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule depends on."""

    dates: Dates
    rule: CommentsRule


def comments_open(facts: Facts) -> tuple[datetime, datetime] | None:
    """From when until when (exclusive) one may comment; None where nobody may, or the dates are not set."""
    opens_at, closes_at = facts.dates.opens_at, facts.dates.closes_at
    if facts.rule is CommentsRule.none or opens_at is None or closes_at is None:
        return None
    if facts.rule is CommentsRule.open:
        return opens_at, closes_at
    return closes_at, clock.end_of(clock.last_day(closes_at) + ROUND)


def blockers_to_comment(facts: Facts, at: datetime, *, withdrawn: bool = False) -> list[Blocker]:
    """While its time lasts, of a consultation that has been announced and not cancelled; not a question that is `withdrawn`."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    time = comments_open(facts)
    if time is None or now is Phase.draft:
        return [Blocker("comments_off")]
    if at < time[0]:
        return [Blocker("comments_not_yet", {"opens_at": time[0]})]
    if at >= time[1]:
        return [Blocker("comments_over", {"closed_at": time[1]})]
    return [Blocker("comment_question_withdrawn")] if withdrawn else []


def is_open_or_to_come(facts: Facts, at: datetime) -> bool:
    """Whether one may comment now, or later on."""
    return all(blocker.code == "comments_not_yet" for blocker in blockers_to_comment(facts, at))


def blockers_to_reply(*, parent_published: bool, parent_is_reply: bool) -> list[Blocker]:
    """Only to what readers can see, and one level deep."""
    if not parent_published:
        return [Blocker("comment_gone")]
    return [Blocker("reply_to_reply")] if parent_is_reply else []


def blockers_to_decide(*, publishing: bool, verified: bool) -> list[Blocker]:
    """What is published comes from an organisation that the municipality has verified, as answers do."""
    return [Blocker("comment_unverified")] if publishing and not verified else []
