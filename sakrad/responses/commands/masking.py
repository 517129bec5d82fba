"""Hiding words in what is published."""

from __future__ import annotations

from datetime import datetime

from sakrad.core.errors import Blocked, Blocker
from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.records import commands as records
from sakrad.records import queries as masks
from sakrad.records.models import Mask, MaskGround
from sakrad.responses.commands.recording import scope
from sakrad.responses.targets import MaskableText


def mask_words(text: MaskableText, *, words: str, span: Span | None, ground: MaskGround, actor: Actor | None, at: datetime) -> list[Mask]:
    """Hide words of a published text: the span, or every place where exactly `words` stand.

    Raises:
        Blocked: it is not published; then the text itself is changed.
        WordsMissing: nothing was chosen, or it does not stand there.
    """
    if text.release.published_at is None:
        raise Blocked([Blocker("mask_before_publishing")])
    whose = scope(text.consultation)
    return records.mask_words(text.kind, [text.text_id], text.source, words=words, span=span, ground=ground, actor=actor, at=at, **whose)


def unmask_words(text: MaskableText, span: Span, *, actor: Actor | None, at: datetime) -> None:
    """Show the words of the span again; the rows of its masks stay as a trace."""
    for mask in masks.list_masks(text.kind, [text.text_id]):
        if Span(mask.start, mask.end) == span:
            records.remove_mask(mask, actor=actor, at=at, **scope(text.consultation))
