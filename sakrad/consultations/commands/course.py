"""Its course: announced, cancelled, summarised, answered, followed up, ended. The clock does the rest."""

from __future__ import annotations

from datetime import datetime

from sakrad.consultations import lifecycle, queries
from sakrad.consultations.commands.recording import record, record_invitations
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core.errors import Blocked, Blocker, refuse_unless_clear
from sakrad.core.events import Actor, EventName

REASONS = frozenset({"short_time_reason", "group_not_invited_reason", "early_decision_reason"})


def announce(consultation: Consultation, *, actor: Actor | None, at: datetime, reasons: dict[str, str] | None = None) -> None:
    """Announce it: it then opens and closes by the clock, and its invitations go out.

    Args:
        reasons: public reasons for soft gates, by column (`REASONS`).

    Raises:
        Blocked: with every gate that stands in the way.
    """
    for name in REASONS & (reasons or {}).keys():
        setattr(consultation, name, (reasons or {})[name])
    refuse_unless_clear(lifecycle.blockers_to_announce(queries.facts_of(consultation), at))
    consultation.opens_at = max(consultation.opens_at or at, at)
    consultation.announced_at = at
    consultation.version += 1
    record(EventName.consultation_announced, consultation, actor=actor, at=at)
    record_invitations(EventName.organisation_invited, consultation.invitations, actor=actor, at=at)


def cancel(consultation: Consultation, *, reason: str, actor: Actor | None, at: datetime) -> None:
    """Break it off, with a reason that is public when it has been announced.

    Raises:
        Blocked: a summary is published, or it is cancelled already.
    """
    refuse_unless_clear(lifecycle.blockers_to_cancel(queries.facts_of(consultation), at))
    consultation.cancelled_at, consultation.cancel_reason = at, reason
    record(EventName.consultation_cancelled, consultation, actor=actor, at=at)


def end(consultation: Consultation, *, actor: Actor | None, at: datetime) -> None:
    """Close the matter when the answer is published and followed up.

    Raises:
        Blocked: the answer is not published, or it is ended already.
    """
    refuse_unless_clear(lifecycle.blockers_to_end(queries.facts_of(consultation), at))
    consultation.ended_at = at
    record(EventName.consultation_ended, consultation, actor=actor, at=at)


def mark_summarised(consultation: Consultation, at: datetime) -> None:
    """Its summary is published; called by the command that publishes it, which records the event.

    Raises:
        Blocked: the time to answer is not over.
    """
    _refuse_outside(consultation, at, Phase.compiling)
    consultation.summary_published_at = at


def mark_answered(consultation: Consultation, at: datetime) -> None:
    """The authority's answer is published: called by the command that publishes it. A later part changes nothing.

    Raises:
        Blocked: the summary is not published.
    """
    _refuse_outside(consultation, at, Phase.summarised, Phase.answered, Phase.following_up)
    consultation.feedback_published_at = consultation.feedback_published_at or at


def begin_follow_up(consultation: Consultation, at: datetime) -> None:
    """The first progress of a commitment has come. Later calls change nothing.

    Raises:
        Blocked: the authority's answer is not published.
    """
    _refuse_outside(consultation, at, Phase.answered, Phase.following_up, Phase.ended)
    consultation.follow_up_began_at = consultation.follow_up_began_at or at


def _refuse_outside(consultation: Consultation, at: datetime, *phases: Phase) -> None:
    now = queries.phase_of(consultation, at)
    if now not in phases:
        raise Blocked([Blocker("wrong_phase", {"phase": now})])
