"""Writes of the municipality about what has been received: the registrar's tick, the review for publication, masks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Blocked, Blocker, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span
from sakrad.positions import lifecycle, queries
from sakrad.positions.models import PositionVersion
from sakrad.records import commands as records
from sakrad.records import queries as record_queries
from sakrad.records.masking import MaskableText
from sakrad.records.models import Mask, MaskGround, Review, ReviewDecision, ReviewKind, TextKind

MaskRange = tuple[int, Span, MaskGround]  # the answer's id, which code points of it, why


ReasonMissing = records.ReasonMissing  # withheld without a reason
GroundMissing = records.GroundMissing  # withheld without its ground in law


class OutsideText(ValueError):
    """The mask reaches outside the text, or the text is not the version's."""


def tick_registered(version: PositionVersion, *, actor: Actor | None, at: datetime) -> None:
    """The registrar has entered the document in the authority's own register. Ticking twice changes nothing."""
    if version.registered_at is not None:
        return
    version.registered_at = at
    version.registered_by_id = actor.id if actor else None
    events.record(EventName.position_registered, at=at, actor=actor, subject_id=version.id, **_scope(version))


def review_position(
    version: PositionVersion,
    *,
    decision: ReviewDecision,
    ground: MaskGround | None = None,
    reason: str = "",
    masks: Sequence[MaskRange] = (),
    actor: Actor | None,
    at: datetime,
) -> Review:
    """Decide about publishing the version; readers then see the newest version that was let through.

    Masks are laid over the text first. Publishing something that is masked is recorded as `masked`, on the ground of its
    first mask unless another is given.

    Raises:
        Blocked: the organisation is not verified, wishes it not to be published, has disowned it or taken it back;
            or `masked` without masks.
        ReasonMissing, GroundMissing: withheld without a reason, or without its ground in law.
        OutsideText: a mask reaches outside its answer.
    """
    for answer_id, span, why in masks:
        mask_text(version, TextKind.answer, answer_id, span, ground=why, actor=actor, at=at)
    if decision is not ReviewDecision.withheld:
        refuse_unless_clear(lifecycle.blockers_to_publish(queries.publication_facts(version)))
        if laid := queries.list_masks_over(queries.texts_of(version)):
            decision, ground = ReviewDecision.masked, ground or laid[0].ground
        elif decision is ReviewDecision.masked:
            raise Blocked([Blocker("position_masks_missing")])
    review = records.decide_review(ReviewKind.position, version.id, decision=decision, ground=ground, reason=reason, actor=actor, at=at)
    _show_newest(version)
    events.record(EventName.position_reviewed, at=at, actor=actor, subject_id=version.id, decision=decision.value, **_scope(version))
    return review


def _show_newest(version: PositionVersion) -> None:
    """Publish the newest version that was let through by its latest review, or none. A view from a meeting is judged by itself."""
    position = version.position
    if version.is_view:
        return
    reviews = record_queries.latest_reviews(ReviewKind.position, [other.id for other in position.versions])
    passed = [
        other
        for other in position.versions
        if not other.is_view
        and other.id in reviews
        and reviews[other.id].decision is not ReviewDecision.withheld
        and not (other.disowned_at or other.withdrawn_at)
    ]
    position.published = passed[-1] if passed else None
    db.session.flush()


def mask_text(
    version: PositionVersion, kind: TextKind, text_id: int, span: Span, *, ground: MaskGround, actor: Actor | None, at: datetime
) -> Mask:
    """Mask a range of one of the version's texts, before or after it is published: readers see it at once.

    Raises:
        OutsideText: the text is not the version's, or the span reaches outside it.
    """
    text = _maskable(version).get((kind, text_id), "")
    if not 0 <= span.start < span.end <= len(text):
        raise OutsideText
    return records.add_mask(kind, text_id, span, ground=ground, actor=actor, at=at, **_scope(version))


def mask_words(
    version: PositionVersion, text: MaskableText, *, words: str, span: Span | None, ground: MaskGround, actor: Actor | None, at: datetime
) -> list[Mask]:
    """Mask the span of one of the version's texts, or every place where exactly `words` stand.

    Raises:
        WordsMissing: nothing was chosen, or it is not there.
    """
    return records.mask_words(text.kind, text.ids, text.text, words=words, span=span, ground=ground, actor=actor, at=at, **_scope(version))


def unmask_words(version: PositionVersion, masks: Sequence[Mask], *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the masks' rows stay as a trace."""
    for mask in masks:
        records.remove_mask(mask, actor=actor, at=at, **_scope(version))


def _maskable(version: PositionVersion) -> dict[tuple[TextKind, int], str]:
    return queries.texts_of(version) | queries.party_texts_of(version)


def _scope(version: PositionVersion) -> dict[str, Any]:
    """Whose matter it is, for the trace."""
    return {**version.position.consultation.scope, "organisation_id": version.position.organisation_id}
