"""How far one answer has been read by a colleague, and what dividing, assigning and reviewing demand. Pure."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sakrad.core import clock
from sakrad.core.errors import Blocker
from sakrad.responses import lifecycle
from sakrad.responses.lifecycle import ReleaseFacts
from sakrad.responses.models import Response


class ReviewState(enum.StrEnum):
    """Whether a colleague has read the answer as it stands now."""

    unread = "unread"
    asked = "asked"
    good = "good"
    change_asked = "change_asked"
    outdated = "outdated"  # it was found good, and has been changed since


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What a part of the answers depends on when it is changed."""

    alone: bool = True  # there is no other part
    responses: int = 0
    sent: bool = False
    decided: bool = False


def review_state(response: Response) -> ReviewState:
    """Read off the answer's own row: a review is bound to the version that was read."""
    asked, reviewed = response.review_asked_at, response.reviewed_at
    if response.reviewed_version == response.version:
        return ReviewState.good
    if asked is not None and (reviewed is None or asked > reviewed):
        return ReviewState.asked
    if reviewed is None:
        return ReviewState.unread
    return ReviewState.change_asked if response.reviewed_version is None else ReviewState.outdated


def waits_for_change(response: Response) -> bool:
    """Whether a colleague has asked for a change, and nothing has been changed since: there is nothing new to read."""
    reviewed, changed = response.reviewed_at, response.changed_at
    if review_state(response) is not ReviewState.change_asked or reviewed is None:
        return False
    return changed is None or changed <= reviewed


def blockers_to_draft(facts: ReleaseFacts, at: datetime) -> list[Blocker]:
    """A unit drafts until the answers go to the authority; from then on a change is the authority's."""
    if facts.sent_at is not None and facts.decided_at is None:
        return [Blocker("responses_already_sent")]
    return lifecycle.blockers_to_change(facts, at)


def blockers_to_review(facts: ReleaseFacts, *, own: bool, at: datetime) -> list[Blocker]:
    """Somebody else than the writer reads an answer that may still change."""
    return lifecycle.blockers_to_change(facts, at) or ([Blocker("review_own_answer")] if own else [])


def faults_of_review(*, good: bool, note: str) -> list[Blocker]:
    """Whoever asks for a change says which."""
    return [] if good or note else [Blocker("review_note_missing", field="note")]


def faults_of_day(day: date | None, field: str, at: datetime) -> list[Blocker]:
    """A day that is announced, or by which something is asked for, is still to come."""
    return [Blocker("due_date_passed", field=field)] if day is not None and day < clock.day_of(at) else []


def blockers_to_drop_part(facts: PartFacts) -> list[Blocker]:
    """An empty part that nobody has been sent, beside another one."""
    if facts.alone:
        return [Blocker("part_alone")]
    if facts.sent:
        return [Blocker("responses_already_sent")]
    return [Blocker("part_not_empty")] if facts.responses else []


def blockers_to_change_part(*, published: bool) -> list[Blocker]:
    """Its title and day may be changed until it is published."""
    return [Blocker("responses_decided")] if published else []


def blockers_to_move(sources: Collection[PartFacts], target: PartFacts) -> list[Blocker]:
    """Answers move between parts until they are decided, but not into one that the authority has already got."""
    if target.decided or any(each.decided for each in sources):
        return [Blocker("responses_decided")]
    return [Blocker("responses_already_sent")] if target.sent else []
