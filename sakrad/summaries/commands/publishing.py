"""Publishing the summary."""

from __future__ import annotations

from datetime import datetime

from sakrad.consultations import commands as consultations
from sakrad.core import events
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.summaries import lifecycle, queries
from sakrad.summaries.commands.checking import note_outdated
from sakrad.summaries.commands.editions import add_edition
from sakrad.summaries.models import Summary


def publish(summary: Summary, *, actor: Actor | None, at: datetime) -> None:
    """Publish the summary, as its first edition: from then on readers see it, and it is changed by correcting it only.

    Raises:
        Blocked: with everything that is left to do.
    """
    consultation = summary.consultation
    current = queries.find_summary(consultation)
    refuse_unless_clear(lifecycle.blockers_to_publish(queries.publish_facts(consultation, current), at))
    summary.published_at = at
    summary.published_by_id = actor.id if actor else None
    for finding in summary.findings:
        finding.locked_by_id, finding.locked_at = None, None
    add_edition(summary, reason="", actor=actor, at=at)
    note_outdated(summary, at=at)
    consultations.mark_summarised(consultation, at)
    events.record(
        EventName.summary_published,
        at=at,
        actor=actor,
        subject_id=summary.id,
        **consultation.scope,
    )
