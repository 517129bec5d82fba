"""Reads of what has been received: for staff, and for whoever holds a receipt. Nothing here touches a draft."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import registered_by
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.text import excerpt
from sakrad.directory.models import Authority, Municipality, Organisation
from sakrad.directory.queries import is_verified
from sakrad.meetings.models import Meeting
from sakrad.positions import member_counts, receipts
from sakrad.positions.lifecycle import Publication
from sakrad.positions.models import Answer, Channel, Position, PositionVersion, PublicationWish, Transcription
from sakrad.positions.queries_parties import Behind, list_behind
from sakrad.positions.queries_views import is_corrected
from sakrad.records import queries as record_queries
from sakrad.records.models import Mask, ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import latest_reviews

PAGE = 50  # rows
BEGINNING = 240  # code points of the first answer, for the short description


@dataclass(frozen=True, slots=True)
class Received:
    """A line in the list of what has come in: one version."""

    receipt_number: str
    received_at: datetime
    organisation: str
    org: str  # its slug
    organisation_id: int
    number: int
    current: bool
    said_at: datetime | None  # the meeting's time, where it was said there: it stands beside the answers
    beginning: str
    channel: Channel
    wish: PublicationWish | None
    registered_at: datetime | None
    decision: ReviewDecision | None
    published: bool
    disowned: bool
    withdrawn: bool
    entered: Transcription | None  # how it came in, where not by the web
    behind: Behind  # besides the sender
    preliminary: bool  # sent before anybody had decided it, and not confirmed since

    @property
    def waits_for_review(self) -> bool:
        """The newest version waits for a decision, unless its sender does not want it published."""
        private = self.wish is PublicationWish.municipality_only
        return self.current and self.decision is None and not self.disowned and not self.withdrawn and not private

    @property
    def asks_for_wish(self) -> bool:
        """It waits for somebody to ask its sender whether it may be published."""
        return self.waits_for_review and self.wish is None


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """One page of what has come in."""

    rows: list[Received]
    page: int
    pages: int
    total: int


def list_received(consultation: Consultation, page: int = 1) -> ReceivedPage:
    """Every received version, newest first, in four statements however many there are."""
    chosen = sa.select(PositionVersion.id).join(PositionVersion.position).where(Position.consultation_id == consultation.id)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    found = db.session.execute(
        sa.select(PositionVersion, Position, Organisation.slug, Meeting.starts_at, is_corrected(PositionVersion.id))
        .join(PositionVersion.position)
        .join(Position.organisation)
        .outerjoin(PositionVersion.meeting)
        .where(Position.consultation_id == consultation.id)
        .options(joinedload(PositionVersion.ratification), joinedload(PositionVersion.transcription))
        .order_by(PositionVersion.received_at.desc(), PositionVersion.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    ids = [version.id for version, *_rest in found]
    reviews, beginnings = latest_reviews(ReviewKind.position, ids), _beginnings(ids)
    for version, *_rest in found:
        if version.transcription:  # which outlives the version here, and then asks for it: one statement a row
            set_committed_value(version.transcription, "version", version)
    behind = list_behind([position.id for _version, position, *_rest in found])
    rows = [
        Received(
            receipt_number=version.receipt_number,
            received_at=version.received_at,
            organisation=version.organisation_name,
            org=slug,
            organisation_id=position.organisation_id,
            number=version.number,
            current=position.current_id == version.id or (version.is_view and not corrected),
            said_at=said_at,
            beginning=beginnings.get(version.id, ""),
            channel=version.channel,
            wish=version.wish,
            registered_at=version.registered_at,
            decision=reviews[version.id].decision if version.id in reviews else None,
            published=position.published_id == version.id,
            disowned=version.disowned_at is not None,
            withdrawn=version.withdrawn_at is not None,
            entered=version.transcription,
            behind=Behind() if version.is_view else behind[position.id],
            preliminary=version.is_preliminary,
        )
        for version, position, slug, said_at, corrected in found
    ]
    return ReceivedPage(rows, page, max(1, -(-total // PAGE)), total)


def _beginnings(version_ids: list[int]) -> dict[int, str]:
    """How each version begins."""
    if not version_ids:
        return {}
    first = (
        sa.select(sa.func.min(Answer.id))
        .where(Answer.version_id.in_(version_ids), sa.func.length(Answer.text) > 0)
        .group_by(Answer.version_id)
    )
    found = db.session.execute(sa.select(Answer.version_id, sa.func.substr(Answer.text, 1, BEGINNING)).where(Answer.id.in_(first)))
    return {version_id: excerpt(text) for version_id, text in found}


def get_received(kommun: str, slug: str, org: str, version: int | None = None) -> PositionVersion:
    """A received version, by default the newest written one, with all that the review looks at; its position is locked when writing.

    Raises:
        Missing: the organisation has sent nothing there, or no such version.
    """
    statement = (
        sa.select(Position)
        .join(Position.consultation)
        .join(Consultation.municipality)
        .join(Position.organisation)
        .where(Municipality.slug == kommun, Municipality.active, Consultation.slug == slug, Organisation.slug == org)
        .options(
            joinedload(Position.organisation),
            joinedload(Position.consultation).options(
                joinedload(Consultation.municipality), joinedload(Consultation.authority), joinedload(Consultation.function)
            ),
            selectinload(Position.versions).options(
                selectinload(PositionVersion.answers).joinedload(Answer.question), selectinload(PositionVersion.groups)
            ),
        )
    )
    position = db.session.scalar(locked(statement, Position))
    newest_first = sorted(position.versions if position else [], key=lambda one: (one.is_view, -one.number))
    for found in newest_first:
        if version in (None, found.number):
            return found
    raise Missing("version")


def texts_of(version: PositionVersion) -> dict[tuple[TextKind, int], str]:
    """The version's texts that can be masked, by kind and id, in the order in which they are read."""
    texts = {(TextKind.answer, answer.id): answer.text for answer in version.answers if answer.text}
    if version.dissent:
        texts[TextKind.dissent, version.id] = version.dissent
    if version.signed_role:
        texts[TextKind.role, version.id] = version.signed_role
    if version.member_counts:
        texts[TextKind.member_question, version.id] = member_counts.text_of(version.member_counts)
    texts |= {(TextKind.reservation, one.id): one.reservation for one in version.concurrences if one.reservation}
    return texts


def party_texts_of(version: PositionVersion) -> dict[tuple[TextKind, int], str]:
    """The reservations of those who have confirmed the version: words of others, which can be masked as the version's own."""
    confirmed = [party for party in version.position.parties if party.stands and party.confirmed_id == version.id]
    return {(TextKind.party_reservation, own.id): own.text for party in confirmed for own in party.reservations}


def list_masks_over(texts: Mapping[tuple[TextKind, int], str]) -> list[Mask]:
    """The masks that lie over the texts now."""
    by_kind: dict[TextKind, list[int]] = {}
    for kind, text_id in texts:
        by_kind.setdefault(kind, []).append(text_id)
    return [mask for kind, ids in by_kind.items() for mask in record_queries.list_masks(kind, ids)]


def publication_facts(version: PositionVersion) -> Publication:
    """What the lifecycle judges a publication by."""
    position = version.position
    return Publication(
        verified=is_verified(position.organisation_id, position.consultation.municipality_id),
        wish=version.wish,
        disowned=version.is_disowned or version.disowned_at is not None,
        withdrawn=version.is_withdrawn or version.withdrawn_at is not None,
    )


def get_by_receipt(kommun: str, number: str) -> PositionVersion:
    """The version with the receipt number in the municipality; it is locked when writing.

    Raises:
        Missing: there is none.
    """
    statement = (
        sa.select(PositionVersion)
        .join(PositionVersion.position)
        .join(Position.consultation)
        .join(Consultation.municipality)
        .where(Municipality.slug == kommun, Municipality.active, PositionVersion.receipt_number == number)
        .options(joinedload(PositionVersion.position).joinedload(Position.consultation).joinedload(Consultation.authority))
    )
    version = db.session.scalar(locked(statement, PositionVersion))
    if version is None:
        raise Missing("version")
    return version


@dataclass(frozen=True, slots=True)
class Registered:
    """A line in the list for the diary."""

    receipt_number: str
    received_at: datetime
    sender: str
    organisation_id: int
    title: str
    version: int
    diary_number: str
    channel: Channel
    authority: str
    slug: str  # the consultation's
    registered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Register:
    """One page of the list for the diary, and which of the municipality's authorities the reader may choose among."""

    rows: list[Registered]
    page: int
    pages: int
    waiting: int
    authorities: list[tuple[str, str]]  # slug and name


def list_register(municipality: Municipality, user: User, *, namnd: str = "", waiting_only: bool = False, page: int = 1) -> Register:
    """What has come in to the reader's own authorities, newest first.

    Args:
        namnd: slug of one authority; empty for all of the reader's.
        waiting_only: only what is not registered yet.
    """
    mine = (Consultation.municipality_id == municipality.id, registered_by(user))
    rows = (
        sa.select(PositionVersion, Position.organisation_id, Consultation, Authority.name)
        .join(PositionVersion.position)
        .join(Position.consultation)
        .join(Consultation.authority)
        .where(*mine)
    )
    if namnd:
        rows = rows.where(Authority.slug == namnd)
    unregistered = rows.where(PositionVersion.registered_at.is_(None))
    total, waiting = (
        db.session.scalar(sa.select(sa.func.count()).select_from(part.with_only_columns(PositionVersion.id).subquery())) or 0
        for part in (unregistered if waiting_only else rows, unregistered)
    )
    chosen = unregistered if waiting_only else rows
    newest = chosen.order_by(PositionVersion.received_at.desc(), PositionVersion.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    authorities = db.session.execute(
        sa.select(Authority.slug, Authority.name)
        .where(Authority.id.in_(sa.select(Consultation.authority_id).where(*mine)))
        .order_by(Authority.name)
    )
    return Register(
        rows=[
            Registered(
                receipt_number=version.receipt_number,
                received_at=version.received_at,
                sender=version.organisation_name,
                organisation_id=organisation_id,
                title=consultation.title,
                version=version.number,
                diary_number=consultation.diary_number,
                channel=version.channel,
                authority=authority,
                slug=consultation.slug,
                registered_at=version.registered_at,
            )
            for version, organisation_id, consultation, authority in db.session.execute(newest)
        ],
        page=page,
        pages=max(1, -(-total // PAGE)),
        waiting=waiting,
        authorities=[(slug, name) for slug, name in authorities],
    )


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """What somebody who holds a receipt is told."""

    receipt_number: str
    received_at: datetime
    intact: bool  # the stored text is, code point for code point, what the receipt was given for


def find_verified(receipt_number: str, nonce: str) -> VerifiedReceipt | None:
    """The receipt, when number and nonce belong together; None for every failure alike.

    A nonce that the digest confirms is right even if the installation's secret has been changed since.
    """
    nonce = nonce.strip().lower()
    version = db.session.scalar(
        sa.select(PositionVersion)
        .where(PositionVersion.receipt_number == receipt_number.strip())
        .options(selectinload(PositionVersion.answers).joinedload(Answer.question), selectinload(PositionVersion.groups))
    )
    ours = hmac.compare_digest(nonce.encode(), receipts.nonce_for(receipt_number.strip()).encode())
    intact = version is not None and receipts.is_intact(version, nonce)
    if version is None or not (ours or intact):
        return None
    return VerifiedReceipt(version.receipt_number, version.received_at, intact)
