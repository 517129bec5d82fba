"""Hiding words in the published summary: in the text that stands, and wherever older editions say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.core.text import Span, places
from sakrad.records import commands as records
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.records.queries import list_masks
from sakrad.summaries import lifecycle
from sakrad.summaries.queries_masking import list_edition_texts


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
    """Hide words of a published text: the span, or every place where exactly `words` stand. Older editions lose the same words.

    Args:
        text_ids: the texts that hold the same words (a reason that many points share is one text to its readers).
        source: the text as it was published; `span` and `words` are of it.

    Raises:
        WordsMissing: nothing was chosen, or it is not there.
        Blocked: the summary is not published; then the text itself is changed.
    """
    refuse_unless_clear(lifecycle.blockers_to_mask(dates_of(consultation)))
    whose = consultation.scope
    laid = records.mask_words(kind, text_ids, source, words=words, span=span, ground=ground, actor=actor, at=at, **whose)
    hidden = {source[mask.start : mask.end] for mask in laid}
    for edition in list_edition_texts(kind, text_ids):
        covered = {(mask.start, mask.end) for mask in list_masks(edition.kind, edition.ids)}
        for each in sorted({place for said in hidden for place in places(edition.text, said)}, key=lambda place: (place.start, place.end)):
            if (each.start, each.end) not in covered:
                records.add_mask(edition.kind, edition.ids[0], each, ground=ground, actor=actor, at=at, **whose)
    return laid


def unmask_words(consultation: Consultation, masks: Sequence[Mask], *, source: str, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the masks' rows stay as a trace.

    Older editions do so too, unless the words are still hidden elsewhere in `source`, the text that the masks lie over.
    """
    whose = consultation.scope
    for mask in masks:
        records.remove_mask(mask, actor=actor, at=at, **whose)
        said = source[mask.start : mask.end]
        hidden = {source[one.start : one.end] for one in list_masks(mask.kind, [mask.text_id])}
        for edition in list_edition_texts(mask.kind, [mask.text_id]) if said not in hidden else ():
            for older in list_masks(edition.kind, edition.ids):
                if edition.text[older.start : older.end] == said:
                    records.remove_mask(older, actor=actor, at=at, **whose)
