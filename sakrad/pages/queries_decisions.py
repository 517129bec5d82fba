"""The register of decisions about publishing: what was published, masked or withheld, on what ground, when and by whom.

Read from the events, which are whole and in order; what a decision said stands in its own row of the same moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from sakrad.accounts.models import User
from sakrad.accounts.queries import barred_for
from sakrad.comments.models import CommentDecision
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import registered_by
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.core.i18n import label
from sakrad.core.paging import page_count
from sakrad.directory.models import Municipality, Organisation
from sakrad.records.models import MaskGround, Review, ReviewKind, TextKind

PAGE = 50  # rows
BATCH = 200  # rows of a table to take away that are held at once
REVIEWS = {
    EventName.position_reviewed: ReviewKind.position,
    EventName.attachment_published: ReviewKind.attachment,
    EventName.attachment_replaced: ReviewKind.attachment,
    EventName.attachment_withheld: ReviewKind.attachment,
    EventName.objection_reviewed: ReviewKind.objection,
    EventName.verdict_reviewed: ReviewKind.verdict,
    EventName.pledge_progress_reviewed: ReviewKind.progress,
}
# What the register is narrowed by, as the address says it.
PILES: dict[str, tuple[EventName, ...]] = {
    "svar": (EventName.position_reviewed, EventName.party_reviewed),
    "bilagor": (
        EventName.attachment_published,
        EventName.attachment_replaced,
        EventName.attachment_withheld,
        EventName.attachment_unpublished,
    ),
    "kommentarer": (EventName.comment_reviewed,),
    "invandningar": (EventName.objection_reviewed,),
    "bedomningar": (EventName.verdict_reviewed,),
    "uppfoljning": (EventName.pledge_progress_reviewed,),
    "maskningar": (EventName.text_masked, EventName.text_unmasked),
}
WORDS = {
    EventName.position_reviewed: _("Svar granskat"),
    EventName.party_reviewed: _("Förbehåll publicerade"),
    EventName.attachment_published: _("Bilaga publicerad"),
    EventName.attachment_replaced: _("Maskad kopia av bilaga publicerad"),
    EventName.attachment_withheld: _("Bilaga publiceras inte"),
    EventName.attachment_unpublished: _("Bilaga borttagen från webben"),
    EventName.comment_reviewed: _("Kommentar granskad"),
    EventName.objection_reviewed: _("Invändning granskad"),
    EventName.verdict_reviewed: _("Bedömning granskad"),
    EventName.pledge_progress_reviewed: _("Uppföljning från en organisation granskad"),
    EventName.text_masked: _("Ord maskade"),
    EventName.text_unmasked: _("Maskning borttagen"),
}
# What those decide whose event is the decision.
DECIDED = {
    EventName.party_reviewed: _("Publiceras"),
    EventName.attachment_unpublished: _("Publiceras inte"),
    EventName.text_masked: _("Maskas"),
    EventName.text_unmasked: _("Maskas inte"),
}
ALL = tuple(name for names in PILES.values() for name in names)


@dataclass(frozen=True, slots=True)
class Decision:
    """A line of the register; without what others decide about where the reader is barred (jäv)."""

    at: datetime
    event: EventName
    title: str
    slug: str
    organisation: str
    by: str
    what: str  # which kind of text, of a mask
    decision: str
    ground: str
    reason: str
    barred: bool

    @property
    def said(self) -> str:
        """What was done, in words."""
        return str(WORDS[self.event])


@dataclass(frozen=True, slots=True)
class Decisions:
    """A page of the register, newest first."""

    rows: list[Decision]
    page: int
    pages: int


def list_decisions(user: User, municipality: Municipality, *, pile: str, slug: str, page: int) -> Decisions:
    """The decisions of the user's authorities, five statements however many they are."""
    chosen = _chosen(user, municipality, pile, slug)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    rows = db.session.execute(chosen.order_by(Event.at.desc(), Event.id.desc()).limit(PAGE).offset((page - 1) * PAGE)).all()
    return Decisions(_told(rows, barred_for(user)), page, page_count(total, PAGE))


def iterate_decisions(user: User, municipality: Municipality, *, pile: str, slug: str) -> Iterator[Decision]:
    """All of them, oldest first, a batch at a time."""
    chosen, barred, last = _chosen(user, municipality, pile, slug), barred_for(user), 0
    while rows := db.session.execute(chosen.where(Event.id > last).order_by(Event.id).limit(BATCH)).all():
        yield from _told(rows, barred)
        last = rows[-1].id


def _chosen(user: User, municipality: Municipality, pile: str, slug: str) -> sa.Select[Any]:
    names = PILES.get(pile, ALL)
    statement = (
        sa.select(
            Event.id,
            Event.name,
            Event.at,
            Event.subject_id,
            Event.organisation_id,
            Event.data,
            Consultation.title,
            Consultation.slug,
            Organisation.name.label("organisation"),
            User.name.label("by"),
        )
        .join(Consultation, Consultation.id == Event.consultation_id)
        .outerjoin(Organisation, Organisation.id == Event.organisation_id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Consultation.municipality_id == municipality.id, registered_by(user), Event.name.in_([name.value for name in names]))
    )
    return statement.where(Consultation.slug == slug) if slug else statement


def _told(rows: Collection[Any], barred: set[int]) -> list[Decision]:
    """The rows with what each decision said, in two statements."""
    reviews, comments = _reviews(rows), _comments(rows)
    told = []
    for row in rows:
        name = EventName(row.name)
        what, decision, ground, reason = "", str(DECIDED.get(name, "")), _ground(row.data.get("ground")), ""
        if name in REVIEWS and (review := reviews.get((REVIEWS[name], row.subject_id, row.at))):
            decision, reason = label(review.decision), review.reason
            ground = label(review.ground) if review.ground else ""
        elif name is EventName.comment_reviewed and (taken := comments.get((row.subject_id, row.at))):
            decision, reason = label(taken.state), taken.note
            ground = label(taken.ground) if taken.ground else ""
        elif "kind" in row.data:
            what = label(TextKind(row.data["kind"]))
        own = row.organisation_id in barred
        told.append(
            Decision(
                at=row.at,
                event=name,
                title=row.title,
                slug=row.slug,
                organisation=row.organisation or "",
                by=row.by or "",
                what=what,
                decision="" if own else decision,
                ground="" if own else ground,
                reason="" if own else reason,
                barred=own,
            )
        )
    return told


def _ground(code: Any) -> str:
    return label(MaskGround(code)) if code in set(MaskGround) else ""


def _reviews(rows: Collection[Any]) -> dict[tuple[ReviewKind, int, datetime], Review]:
    subjects: dict[ReviewKind, set[int]] = {}
    for row in rows:
        if (kind := REVIEWS.get(EventName(row.name))) is not None:
            subjects.setdefault(kind, set()).add(row.subject_id)
    if not subjects:
        return {}
    about = sa.or_(*(sa.and_(Review.kind == kind, Review.subject_id.in_(ids)) for kind, ids in subjects.items()))
    return {(review.kind, review.subject_id, review.decided_at): review for review in db.session.scalars(sa.select(Review).where(about))}


def _comments(rows: Collection[Any]) -> dict[tuple[int, datetime], CommentDecision]:
    ids = {row.subject_id for row in rows if row.name == EventName.comment_reviewed.value}
    if not ids:
        return {}
    found = db.session.scalars(sa.select(CommentDecision).where(CommentDecision.comment_id.in_(ids)))
    return {(taken.comment_id, taken.decided_at): taken for taken in found}
