"""Hiding words in what is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.records import commands as records
from sakrad.records.masking import MaskableText
from sakrad.records.models import Mask, MaskGround
from sakrad.responses.commands.recording import scope


def mask_words(
    consultation: Consultation,
    text: MaskableText,
    *,
    words: str,
    span: Span | None,
    ground: MaskGround,
    actor: Actor | None,
    at: datetime,
) -> list[Mask]:
    """Hide words of a published text (queries_texts): the span, or every place where exactly `words` stand.

    Raises:
        WordsMissing: nothing was chosen, or it does not stand there.
    """
    whose = scope(consultation)
    return records.mask_words(text.kind, text.ids, text.text, words=words, span=span, ground=ground, actor=actor, at=at, **whose)


def unmask_words(consultation: Consultation, masks: Sequence[Mask], *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the rows of the masks stay as a trace."""
    for mask in masks:
        records.remove_mask(mask, actor=actor, at=at, **scope(consultation))
