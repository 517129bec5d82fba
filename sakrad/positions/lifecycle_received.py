"""What may be done with an answer after it was sent: taken back, confirmed, its attachments published. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.core.errors import Blocker


@dataclass(frozen=True, slots=True)
class Standing:
    """How an answer stands, and who asks."""

    disowned: bool = False
    withdrawn: bool = False
    approver_missing: bool = False  # the organisation's rule wants an approver, and whoever asks is known by the link only


def blockers_to_withdraw(facts: Standing) -> list[Blocker]:
    """Why the answer may not be taken back. It may at any time, also when a published summary cites it: there it is marked then."""
    return [*_unless_it_stands(facts), *_unless_approver(facts)]


@dataclass(frozen=True, slots=True)
class Preliminary:
    """What a confirmation is judged by."""

    dates: Dates
    standing: Standing
    current: bool  # it is the version that was sent last
    not_yet: bool  # sent before anybody had decided it
    confirmed: bool


def blockers_to_ratify(facts: Preliminary, at: datetime) -> list[Blocker]:
    """Why a preliminary answer may not be confirmed: that is possible until the consultation has ended, also after closing."""
    found = _unless_it_stands(facts.standing)
    if not facts.current:
        found.append(Blocker("ratification_outdated"))
    elif not facts.not_yet:
        found.append(Blocker("ratification_not_preliminary"))
    elif facts.confirmed:
        found.append(Blocker("ratification_done"))
    match phase(facts.dates, at):
        case Phase.cancelled:
            found.append(Blocker("position_cancelled"))
        case Phase.ended:
            found.append(Blocker("ratification_after_end"))
    return [*found, *_unless_approver(facts.standing)]


def _unless_it_stands(facts: Standing) -> list[Blocker]:
    if facts.disowned:
        return [Blocker("position_disowned")]
    return [Blocker("position_withdrawn")] if facts.withdrawn else []


def _unless_approver(facts: Standing) -> list[Blocker]:
    return [Blocker("approver_missing")] if facts.approver_missing else []


MOST_ATTACHMENTS = 5


def blockers_to_attach(attached: int) -> list[Blocker]:
    """Why no more may go with the draft, which has so many attachments already."""
    return [Blocker("attachments_too_many", {"most": MOST_ATTACHMENTS})] if attached >= MOST_ATTACHMENTS else []


@dataclass(frozen=True, slots=True)
class Attached:
    """What publishing an attachment is judged by."""

    standing: Standing
    private: bool  # its sender, then or in a newer version, does not want the answer published
    published: bool  # readers see the version that it came with


def blockers_to_publish_attachment(facts: Attached) -> list[Blocker]:
    """Why readers may not have the stripped copy; taking it off the web is always possible."""
    found = _unless_it_stands(facts.standing)
    if facts.private:
        found.append(Blocker("position_wish_private"))
    elif not facts.published and not found:
        found.append(Blocker("attachment_before_answer"))
    return found
