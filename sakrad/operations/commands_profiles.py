"""Hiding words in what an organisation says of itself. The words are public at once; a mask lies over their latest version."""

from __future__ import annotations

from datetime import datetime

from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.directory import commands as directory
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries import find_profile_version
from sakrad.records import commands as records
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.records.queries_profiles import KINDS


def mask_profile(
    organisation: Organisation,
    kind: TextKind,
    *,
    words: str,
    span: Span | None,
    ground: MaskGround,
    municipality: Municipality | None,
    actor: Actor | None,
    at: datetime,
) -> list[Mask]:
    """Hide words in every published copy of what the organisation says of itself.

    Args:
        municipality: whose coordinator decides; None: the operator.

    Raises:
        WordsMissing: nothing was chosen, or it is not there.
    """
    directory.keep_words(organisation, actor=None, at=at)  # words from before versions were kept
    last = find_profile_version(organisation)
    if last is None:
        raise records.WordsMissing
    whose = {"organisation_id": organisation.id, "municipality_id": municipality.id if municipality else None}
    source = getattr(last, KINDS[kind])
    return records.mask_words(kind, [last.id], source, words=words, span=span, ground=ground, actor=actor, at=at, **whose)


def unmask_profile(organisation: Organisation, mask: Mask, *, municipality: Municipality | None, actor: Actor | None, at: datetime) -> None:
    """Show the words again that the mask hides."""
    whose = {"organisation_id": organisation.id, "municipality_id": municipality.id if municipality else None}
    records.remove_mask(mask, actor=actor, at=at, **whose)
