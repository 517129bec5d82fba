"""Publishing the summary, and masking words in what is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.consultations import commands as consultations
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core import events
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span
from sakrad.records import commands as records
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.summaries import lifecycle, queries
from sakrad.summaries.models import Summary


def publish(summary: Summary, *, actor: Actor | None, at: datetime) -> None:
    """Publish the summary: from then on its text is frozen and readers see it.

    Raises:
        Blocked: with everything that is left to do.
    """
    consultation = summary.consultation
    current = queries.find_summary(consultation)
    refuse_unless_clear(lifecycle.blockers_to_publish(queries.publish_facts(consultation, current), at))
    summary.published_at = at
    summary.published_by_id = actor.id if actor else None
    consultations.mark_summarised(consultation, at)
    events.record(
        EventName.summary_published,
        at=at,
        actor=actor,
        subject_id=summary.id,
        municipality_id=consultation.municipality_id,
        authority_id=consultation.authority_id,
        consultation_id=consultation.id,
    )


def mask_words(
    consultation: Consultation,
    kind: TextKind,
    text_ids: Sequence[int],
    *,
    source: str,
    words: str,
    span: Span | None,
    ground: MaskGround,
    actor: Actor | None,
    at: datetime,
) -> list[Mask]:
    """Hide words of a published text: the span, or every place where exactly `words` stand.

    Args:
        text_ids: the texts that hold the same words (a reason that many points share is one text to its readers).
        source: the text as it was published; `span` and `words` are of it.

    Raises:
        WordsMissing: nothing was chosen, or it is not there.
        Blocked: the summary is not published; then the text itself is changed.
    """
    refuse_unless_clear(lifecycle.blockers_to_mask(dates_of(consultation)))
    return records.mask_words(
        kind,
        text_ids,
        source,
        words=words,
        span=span,
        ground=ground,
        actor=actor,
        at=at,
        municipality_id=consultation.municipality_id,
        authority_id=consultation.authority_id,
        consultation_id=consultation.id,
    )


def unmask_words(consultation: Consultation, masks: Sequence[Mask], *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the masks' rows stay as a trace."""
    for mask in masks:
        records.remove_mask(
            mask,
            actor=actor,
            at=at,
            municipality_id=consultation.municipality_id,
            authority_id=consultation.authority_id,
            consultation_id=consultation.id,
        )
