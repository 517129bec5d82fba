"""Hiding words in what is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.core.errors import Blocked, Blocker
from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.records import commands as records
from sakrad.records.models import Mask, MaskGround
from sakrad.responses.commands.recording import scope
from sakrad.responses.targets import Told


def mask_words(told: Told, *, words: str, span: Span | None, ground: MaskGround, actor: Actor | None, at: datetime) -> list[Mask]:
    """Hide words of a published text: the span, or every place where exactly `words` stand.

    Raises:
        Blocked: it is not published; then the text itself is changed.
        WordsMissing: nothing was chosen, or it does not stand there.
    """
    if told.release.published_at is None:
        raise Blocked([Blocker("mask_before_publishing")])
    text, whose = told.text, scope(told.consultation)
    return records.mask_words(text.kind, text.ids, text.text, words=words, span=span, ground=ground, actor=actor, at=at, **whose)


def unmask_words(told: Told, masks: Sequence[Mask], *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the rows of the masks stay as a trace."""
    for mask in masks:
        records.remove_mask(mask, actor=actor, at=at, **scope(told.consultation))
