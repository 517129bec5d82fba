"""Writes of the records: the receipt series, masks with their trace, decisions about publication."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from sakrad.core import clock, events
from sakrad.core.db import db, insert
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span, places
from sakrad.directory.models import Authority
from sakrad.records.models import Mask, MaskGround, ReceiptSeries, Review, ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import list_masks, masks_of


class ReasonMissing(ValueError):
    """What is not published must say why."""


class GroundMissing(ValueError):
    """What is not published must rest on law."""


class WordsMissing(ValueError):
    """No words were chosen to be masked, or they do not stand in the text."""


class EmptySpan(ValueError):
    """A mask must cover at least one code point."""


def take_receipt_number(authority: Authority, at: datetime) -> str:
    """The authority's next number of the Stockholm year: "SN-2027-0042-9901".

    The municipality's SCB code stands last, since two municipalities may both have an SN. Take it last in the
    transaction: the counter's row is locked from here until the commit (DESIGN.md §8, Receipts).
    """
    year = clock.day_of(at).year
    values = {"authority_id": authority.id, "year": year, "last": 1}
    number: int = db.session.execute(_taken(db.engine.dialect.name), values).scalar_one()
    return f"{authority.short}-{year}-{number:04d}-{authority.municipality.scb_code}"


@functools.cache
def _taken(_dialect: str) -> sa.Executable:
    """Built once for each kind of database: every accepted answer runs it."""
    columns = ReceiptSeries.__table__.c
    return (
        insert(ReceiptSeries.__table__)
        .on_conflict_do_update(index_elements=[columns.authority_id, columns.year], set_={"last": columns.last + 1})
        .returning(columns.last)
    )


def add_mask(
    kind: TextKind,
    text_id: int,
    span: Span,
    *,
    ground: MaskGround,
    actor: Actor | None,
    at: datetime,
    municipality_id: int | None = None,
    authority_id: int | None = None,
    organisation_id: int | None = None,
    consultation_id: int | None = None,
) -> Mask:
    """Hide the span in every published copy from this transaction on; the original is never altered.

    The ids say whose text it is, for the trace. That the span lies within the text is for the caller to see to.

    Raises:
        EmptySpan: it covers nothing.
    """
    if span.start < 0 or span.end <= span.start:
        raise EmptySpan
    mask = Mask(
        kind=kind, text_id=text_id, start=span.start, end=span.end, ground=ground, created_at=at, created_by_id=actor.id if actor else None
    )
    db.session.add(mask)
    db.session.flush()
    events.record(
        EventName.text_masked,
        at=at,
        actor=actor,
        subject_id=mask.id,
        municipality_id=municipality_id,
        authority_id=authority_id,
        organisation_id=organisation_id,
        consultation_id=consultation_id,
        kind=kind.value,
        text_id=text_id,
        ground=ground.value,
    )
    return mask


def mask_words(
    kind: TextKind,
    text_ids: Iterable[int],
    source: str,
    *,
    words: str = "",
    span: Span | None = None,
    ground: MaskGround,
    actor: Actor | None,
    at: datetime,
    **whose: int | None,
) -> list[Mask]:
    """Hide the span, or every place where exactly `words` stand, in every text that holds `source`.

    What a mask hides already gets no other: a double click hides once. The caller holds the lock of the text's root.

    Args:
        whose: as in `add_mask`.

    Raises:
        WordsMissing: nothing was chosen, or it is not there.
    """
    spans = [span] if span else places(source, words)
    if not spans or any(not 0 <= one.start < one.end <= len(source) for one in spans):
        raise WordsMissing
    text_ids = list(text_ids)
    hidden = masks_of(kind, text_ids)
    return [
        add_mask(kind, text_id, one, ground=ground, actor=actor, at=at, **whose)
        for text_id in text_ids
        for one in spans
        if not any(over.start <= one.start and one.end <= over.end for over in hidden.get(text_id, ()))
    ]


def remove_mask(
    mask: Mask,
    *,
    actor: Actor | None,
    at: datetime,
    municipality_id: int | None = None,
    authority_id: int | None = None,
    organisation_id: int | None = None,
    consultation_id: int | None = None,
) -> None:
    """Take the mask away; its row stays as a trace. Does nothing when it was taken away before."""
    if mask.removed_at is not None:
        return
    mask.removed_at = at
    mask.removed_by_id = actor.id if actor else None
    events.record(
        EventName.text_unmasked,
        at=at,
        actor=actor,
        subject_id=mask.id,
        municipality_id=municipality_id,
        authority_id=authority_id,
        organisation_id=organisation_id,
        consultation_id=consultation_id,
        kind=mask.kind.value,
        text_id=mask.text_id,
    )


def decide_review(
    kind: ReviewKind,
    subject_id: int,
    *,
    decision: ReviewDecision,
    ground: MaskGround | None = None,
    reason: str = "",
    actor: Actor | None,
    at: datetime,
) -> Review:
    """Add a decision about publishing something from outside. The caller records the event and moves what is published.

    Raises:
        ReasonMissing: it is withheld without a reason.
        GroundMissing: it is withheld or masked without its ground in law.
    """
    if decision is ReviewDecision.withheld and not reason.strip():
        raise ReasonMissing
    if decision is not ReviewDecision.publish and ground is None:
        raise GroundMissing
    review = Review(
        kind=kind,
        subject_id=subject_id,
        decision=decision,
        ground=None if decision is ReviewDecision.publish else ground,
        reason=reason.strip(),
        decided_at=at,
        decided_by_id=actor.id if actor else None,
    )
    db.session.add(review)
    db.session.flush()
    return review


def review_words(
    kind: ReviewKind,
    text_kind: TextKind,
    subject_id: int,
    text: str,
    *,
    decision: ReviewDecision,
    ground: MaskGround | None = None,
    reason: str = "",
    words: str = "",
    span: Span | None = None,
    actor: Actor | None,
    at: datetime,
    **whose: int | None,
) -> Review:
    """Decide whether words from outside are published: as they are, with some of them masked, or not. The caller records the event.

    Published as they are, they lose their masks; masked again without naming any words, they keep them.

    Args:
        whose: as in `add_mask`.

    Raises:
        GroundMissing, ReasonMissing: as in `decide_review`.
        WordsMissing: it is to be masked, and those words do not stand in it, or none are named and none were masked before.
    """
    there = list_masks(text_kind, [subject_id])
    if decision is ReviewDecision.masked and ground is not None and (words or span or not there):
        mask_words(text_kind, [subject_id], text, words=words, span=span, ground=ground, actor=actor, at=at, **whose)
    for mask in there if decision is ReviewDecision.publish else ():
        remove_mask(mask, actor=actor, at=at, **whose)
    return decide_review(kind, subject_id, decision=decision, ground=ground, reason=reason, actor=actor, at=at)
