"""What the lifecycle judges a sent answer by once more: to take it back, to confirm it, to publish what came with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.consultations.queries_public import IS_PUBLIC
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.events import Actor
from sakrad.core.files import FileKind, StoredFile
from sakrad.directory.models import ApprovalRule, Municipality, Organisation
from sakrad.positions import queries_own
from sakrad.positions.lifecycle_received import Attached, Preliminary, Standing
from sakrad.positions.models import AnchoringLevel, Position, PositionAttachment, PositionVersion, PublicationWish
from sakrad.positions.queries_own import Desk
from sakrad.positions.queries_public import Shown, positions, voice


def standing_of(position: Position, actor: Actor | None = None) -> Standing:
    """How the answer stands. `actor` is the member who asks, or None: then only the link is known."""
    return Standing(
        disowned=position.disowned_at is not None,
        withdrawn=position.withdrawn_at is not None,
        approver_missing=actor is None and _rule_of(position) is not ApprovalRule.one,
    )


def _rule_of(position: Position) -> ApprovalRule:
    """Of whoever speaks for the sender now."""
    sender = position.organisation
    return (sender.heir or sender).approval_rule


def preliminary_facts(version: PositionVersion, actor: Actor | None) -> Preliminary:
    """What a confirmation of the version is judged by."""
    return Preliminary(
        dates=dates_of(version.position.consultation),
        standing=standing_of(version.position, actor),
        current=version.position.current_id == version.id,
        not_yet=version.anchoring is AnchoringLevel.not_yet,
        confirmed=version.ratification is not None,
    )


def attached_facts(attachment: PositionAttachment) -> Attached:
    """What publishing the attachment is judged by. The newest wish is obeyed, also where an older version is what readers see."""
    version = attachment.version
    position = version.position
    wishes = [version.wish, position.current.wish if position.current else None]
    return Attached(
        standing=standing_of(position),
        private=any(wish not in (PublicationWish.named, PublicationWish.unnamed) for wish in wishes),
        published=position.published_id == version.id,
    )


def get_sent(desk: Desk) -> PositionVersion:
    """The current version of what was sent from the desk; its position is locked when writing, since staff write there too.

    Raises:
        Missing: nothing has been sent.
    """
    version = queries_own.get_sent_version(desk)
    db.session.scalar(locked(sa.select(Position).where(Position.id == version.position_id), Position))
    return version


def get_attachment(kommun: str, slug: str, org: str, reference: str) -> PositionAttachment:
    """An attachment for staff, by the answer's organisation; its position is locked when writing.

    Raises:
        Missing: that answer has no such attachment.
    """
    statement = (
        sa.select(PositionAttachment)
        .join(PositionAttachment.version)
        .join(PositionVersion.position)
        .join(Position.organisation)
        .join(Position.consultation)
        .join(Consultation.municipality)
        .where(
            PositionAttachment.reference == reference,
            Organisation.slug == org,
            Consultation.slug == slug,
            Municipality.slug == kommun,
            Municipality.active,
        )
        .options(contains_eager(PositionAttachment.version).contains_eager(PositionVersion.position).contains_eager(Position.consultation))
    )
    found = db.session.scalar(locked(statement, Position))
    if found is None:
        raise Missing("attachment")
    return found


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A stripped copy that readers may have; its name says nothing about whose it is."""

    file: StoredFile
    name: str


def get_public_copy(kommun: str, slug: str, key: str, reference: str, at: datetime) -> PublicCopy:
    """The stripped copy, while readers may read the answer that it came with and staff have let it through.

    Raises:
        Missing: for everything else alike.
    """
    statement = (
        positions(at, PositionAttachment.id.label("attachment_id"))
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(PositionAttachment, PositionAttachment.version_id == Shown.id)
        .where(
            IS_PUBLIC,
            Municipality.slug == kommun,
            Consultation.slug == slug,
            PositionAttachment.reference == reference,
            PositionAttachment.published_at.is_not(None),
        )
    )
    row = db.session.execute(statement).one_or_none()
    seen = voice(row) if row else None
    if row is None or seen is None or not seen.readable or seen.key != key:
        raise Missing("attachment")
    attachment = db.session.get_one(PositionAttachment, row.attachment_id)
    place = next(place for place, other in enumerate(attachment.version.attachments, start=1) if other.id == attachment.id)
    return PublicCopy(attachment.copy, neutral_name(place, attachment.copy.kind))


def neutral_name(place: int, kind: FileKind) -> str:
    """What a copy is called on the web: the sender's own name of the file may name a person."""
    return f"bilaga-{place}.{kind.value}"
