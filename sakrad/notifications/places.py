"""Which page tells of what has happened: the timeline, the feeds and the digest all lead there."""

from __future__ import annotations

from dataclasses import dataclass, field

from sakrad.core.events import EventName

INVITATION = "pages.consultation"
SUMMARY, ANSWERS = "summaries.show", "responses.show"
CORRECTION, MEETING, PROMISE, POSITION = "consultations.correction", "meetings.show", "responses.commitment", "positions.show"
VERSION, SUMMARY_VERSION = "consultations.version", "consultations.summary_version"
PLACES: dict[EventName, tuple[str, str]] = {  # the page, and the page of the one thing where it is known which
    EventName.consultation_announced: (INVITATION, ""),
    EventName.closing_moved: (INVITATION, CORRECTION),
    EventName.correction_announced: (INVITATION, CORRECTION),
    EventName.consultation_cancelled: (INVITATION, ""),
    EventName.meeting_planned: (INVITATION, MEETING),
    EventName.meeting_cancelled: (INVITATION, MEETING),
    EventName.notes_published: (INVITATION, MEETING),
    EventName.position_reviewed: (INVITATION, POSITION),
    EventName.fact_check_opened: (INVITATION, ""),
    EventName.summary_published: (SUMMARY, ""),
    EventName.summary_corrected: (SUMMARY, ""),
    EventName.feedback_published: (ANSWERS, ""),
    EventName.feedback_overdue: (INVITATION, ""),
    EventName.progress_added: (ANSWERS, PROMISE),
    EventName.decision_linked: (ANSWERS, PROMISE),
    EventName.commitment_overdue: (ANSWERS, PROMISE),
    EventName.continuation_decided: (INVITATION, ""),
    EventName.content_version_published: (INVITATION, VERSION),
    EventName.consultation_ended: (INVITATION, ""),
}
ANCHORS = {EventName.continuation_decided: "sen"}


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a consultation: what its address holds beside the consultation's own, and where on the page."""

    endpoint: str
    values: dict[str, str | int] = field(default_factory=dict)
    anchor: str | None = None


def place_of(name: str, *, of_summary: bool = False, **which: str | int | None) -> Place:
    """Where it is told of such an event.

    Args:
        of_summary: it is a version of the summary, not of the invitation.
        which: which correction, meeting, commitment, answer or version, as its address has it.
    """
    event = EventName(name)
    page, one = PLACES[event]
    one = SUMMARY_VERSION if of_summary else one
    known = {key: value for key, value in which.items() if value is not None}
    return Place(one, known) if one and known else Place(page, anchor=ANCHORS.get(event))
