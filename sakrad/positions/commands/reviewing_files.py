"""The review of files that came with an answer: let the copy through, put another in its place, withhold it, take it off the web."""

from __future__ import annotations

from datetime import datetime

from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.files import Upload
from sakrad.positions import lifecycle_received as lifecycle
from sakrad.positions import queries_received as queries
from sakrad.positions.commands.attaching import discard_later
from sakrad.positions.models import PositionAttachment
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, ReviewDecision, ReviewKind
from sakrad.records.queries import latest_reviews


def publish_attachment(attachment: PositionAttachment, *, actor: Actor | None, at: datetime) -> None:
    """Let readers have the copy. Doing it twice changes nothing.

    Raises:
        Blocked: readers do not see the answer that it came with.
    """
    if attachment.published_at is not None:
        return
    refuse_unless_clear(lifecycle.blockers_to_publish_attachment(queries.attached_facts(attachment)))
    _show(attachment, actor, at)
    if attachment.masked_at:
        earlier = latest_reviews(ReviewKind.attachment, [attachment.id]).get(attachment.id)
        _decide(attachment, ReviewDecision.masked, ground=earlier.ground if earlier else None, actor=actor, at=at)
    else:
        _decide(attachment, ReviewDecision.publish, actor=actor, at=at)
    _record(EventName.attachment_published, attachment, actor, at)


def replace_copy(
    attachment: PositionAttachment, *, copy: Upload, ground: MaskGround, reason: str = "", actor: Actor | None, at: datetime
) -> None:
    """Publish a copy in which the authority has hidden something. The original stays as it came, and is read by staff only.

    Args:
        copy: stripped like every copy (core.stripping), and of the same kind or another that may be uploaded.

    Raises:
        Blocked: readers do not see the answer that it came with.
    """
    refuse_unless_clear(lifecycle.blockers_to_publish_attachment(queries.attached_facts(attachment)))
    replaced = attachment.copy_id
    attachment.copy = copy.row(at)
    attachment.masked_at = at
    _show(attachment, actor, at)
    db.session.flush()
    discard_later(replaced, at=at)
    _decide(attachment, ReviewDecision.masked, ground=ground, reason=reason, actor=actor, at=at)
    _record(EventName.attachment_replaced, attachment, actor, at)


def withhold_attachment(
    attachment: PositionAttachment, *, ground: MaskGround | None, reason: str, actor: Actor | None, at: datetime
) -> None:
    """Readers do not get it, whatever state the answer is in; where they could, it is taken off the web at once.

    Raises:
        ReasonMissing, GroundMissing: what is withheld must say why.
    """
    attachment.published_at = attachment.published_by_id = None
    _decide(attachment, ReviewDecision.withheld, ground=ground, reason=reason, actor=actor, at=at)
    _record(EventName.attachment_withheld, attachment, actor, at)


def unpublish_attachment(attachment: PositionAttachment, *, actor: Actor | None, at: datetime) -> None:
    """Take the copy off the web at once, without deciding why yet: then it waits for its review. Twice changes nothing."""
    if attachment.published_at is None:
        return
    attachment.published_at = attachment.published_by_id = None
    _record(EventName.attachment_unpublished, attachment, actor, at)


def _show(attachment: PositionAttachment, actor: Actor | None, at: datetime) -> None:
    attachment.published_at = at
    attachment.published_by_id = actor.id if actor else None


def _decide(
    attachment: PositionAttachment,
    decision: ReviewDecision,
    *,
    ground: MaskGround | None = None,
    reason: str = "",
    actor: Actor | None,
    at: datetime,
) -> None:
    records.decide_review(ReviewKind.attachment, attachment.id, decision=decision, ground=ground, reason=reason, actor=actor, at=at)


def _record(name: EventName, attachment: PositionAttachment, actor: Actor | None, at: datetime) -> None:
    db.session.flush()
    position = attachment.version.position
    consultation = position.consultation
    events.record(
        name,
        at=at,
        actor=actor,
        subject_id=attachment.id,
        organisation_id=position.organisation_id,
        **consultation.scope,
        version=attachment.version_id,
    )
