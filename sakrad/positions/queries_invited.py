"""Whom one has invited and what is known of each: what was sent, and what they have said or sent themselves.

Nothing here comes from a draft, nor may it (PRACTICE.md 20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.consultations import links
from sakrad.consultations.lifecycle import InvitationStatus, invitation_status
from sakrad.consultations.lifecycle_inviting import LAST, QUIET, REMIND, Reached
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core.db import db, order_sv
from sakrad.core.errors import Missing
from sakrad.core.paging import page_count
from sakrad.directory.models import Municipality, Organisation
from sakrad.positions.models import Position, PositionParty

PAGE = 50  # rows
FIELDS = (Invitation.sent_at, Invitation.bounced_at, Invitation.declined_at, Invitation.intends_at)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invited organisation and what is known of it."""

    organisation: str
    slug: str
    status: InvitationStatus
    has_email: bool
    letter_at: datetime | None
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitedList:
    """A page of them, and how many there are of each status in all."""

    rows: tuple[Invited, ...]
    counts: dict[InvitationStatus, int]
    pages: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def has_answered() -> sa.ColumnElement[bool]:
    """Whether the invited organisation has sent an answer that it stands for. Needs Invitation outside."""
    return (
        sa.exists()
        .where(
            Position.consultation_id == Invitation.consultation_id, Position.organisation_id == Invitation.organisation_id, Position.stands
        )
        .correlate(Invitation)
    )


def status_sql() -> sa.ColumnElement[str]:
    """The twin of `consultations.lifecycle.invitation_status`. Needs Invitation outside."""
    return sa.case(
        (has_answered(), InvitationStatus.answered.value),
        (Invitation.declined_at.is_not(None), InvitationStatus.declined.value),
        (Invitation.intends_at.is_not(None), InvitationStatus.intends.value),
        (Invitation.bounced_at.is_not(None), InvitationStatus.bounced.value),
        (Invitation.sent_at.is_not(None), InvitationStatus.sent.value),
        else_=InvitationStatus.picked.value,
    )


def list_invited(consultation: Consultation, *, status: InvitationStatus | None = None, page: int = 1) -> InvitedList:
    """The invited organisations by name, a page of them; two statements however many there are."""
    mine, known = Invitation.consultation_id == consultation.id, status_sql().label("status")
    counted = sa.select(known, sa.func.count()).where(mine).group_by(known)
    found: dict[str, int] = {row[0]: row[1] for row in db.session.execute(counted)}
    counts = {each: found[each.value] for each in InvitationStatus if each.value in found}
    wanted = sum(counts.values()) if status is None else counts.get(status, 0)
    pages = page_count(wanted, PAGE)
    rows = (
        sa.select(Organisation.name, Organisation.slug, Organisation.email, Invitation.letter_at, Invitation.reminded_at, *FIELDS)
        .add_columns(has_answered().label("answered"))
        .select_from(Invitation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(mine, *([] if status is None else [known == status.value]))
        .order_by(order_sv(Organisation.name), Organisation.id)
        .limit(PAGE)
        .offset((min(page, pages) - 1) * PAGE)
    )
    return InvitedList(tuple(_invited(row) for row in db.session.execute(rows)), counts, pages)


def _invited(row: Any) -> Invited:
    status = invitation_status(
        sent_at=row.sent_at, bounced_at=row.bounced_at, declined_at=row.declined_at, intends_at=row.intends_at, answered=row.answered
    )
    return Invited(row.name, row.slug, status, bool(row.email), row.letter_at, row.reminded_at)


def reached(invitation: Invitation) -> Reached:
    """What is known of one invitation."""
    answered = bool(db.session.scalar(sa.select(has_answered()).select_from(Invitation).where(Invitation.id == invitation.id)))
    return Reached(invitation.sent_at, invitation.bounced_at, invitation.declined_at, invitation.reminded_at, answered)


def list_to_print(consultation: Consultation, *, slugs: Sequence[str] = (), status: InvitationStatus | None = None) -> list[Invitation]:
    """The invitations to print as letters, by name: those of the organisations named, or else all, or all with the status.

    Unnamed, those who have answered or declined are left in peace.
    """
    if slugs:
        return _letters(consultation, Organisation.slug.in_(slugs))
    done = (InvitationStatus.answered.value, InvitationStatus.declined.value)
    return _letters(consultation, status_sql().not_in(done), *([status_sql() == status.value] if status else []))


def list_printed(consultation: Consultation, at: datetime) -> list[Invitation]:
    """The letters that were printed together at the instant; printed again they are the same.

    Raises:
        Missing: none were.
    """
    found = _letters(consultation, Invitation.letter_at == at)
    if not found:
        raise Missing("letters")
    return found


def _letters(consultation: Consultation, *conditions: sa.ColumnElement[bool]) -> list[Invitation]:
    statement = (
        sa.select(Invitation)
        .join(Invitation.organisation)
        .where(Invitation.consultation_id == consultation.id, *conditions)
        .options(joinedload(Invitation.organisation))
        .order_by(order_sv(Organisation.name), Organisation.id)
    )
    return list(db.session.scalars(statement))


def find_by_letter(code: str) -> Invitation | None:
    """The invitation whose letter bears the code; None for every failure alike."""
    return db.session.scalar(
        sa.select(Invitation)
        .join(Invitation.consultation)
        .join(Consultation.municipality)
        .where(Invitation.letter_digest == links.digest_of(code), Consultation.announced_at.is_not(None), Municipality.active)
    )


def to_be_reminded(at: datetime) -> sa.ColumnElement[bool]:
    """The twin of `lifecycle_inviting.is_to_be_reminded`. Needs Invitation and Consultation in the FROM.

    Whoever has taken its answer back has said enough; so has a party of somebody else's answer.
    """
    spoken = sa.exists().where(
        Position.consultation_id == Invitation.consultation_id,
        Position.organisation_id == Invitation.organisation_id,
        sa.or_(Position.stands, Position.withdrawn_at.is_not(None)),
    )
    stands_behind = (
        sa.exists()
        .where(PositionParty.organisation_id == Invitation.organisation_id, PositionParty.stands)
        .where(PositionParty.position_id == Position.id, Position.consultation_id == Invitation.consultation_id)
        .correlate(Invitation)
    )
    return sa.and_(
        Consultation.announced_at.is_not(None),
        Consultation.cancelled_at.is_(None),
        Consultation.opens_at <= at,
        Consultation.closes_at <= at + REMIND,
        Consultation.closes_at >= at + LAST,
        Invitation.sent_at <= at - QUIET,
        Invitation.bounced_at.is_(None),
        Invitation.declined_at.is_(None),
        Invitation.reminded_at.is_(None),
        ~spoken.correlate(Invitation),
        ~stands_behind,
    )


def list_to_remind(at: datetime, limit: int) -> list[Invitation]:
    """The invitations whose one reminder is due, held for writing."""
    statement = (
        sa.select(Invitation)
        .join(Invitation.consultation)
        .join(Invitation.organisation)
        .join(Consultation.municipality)
        .where(Municipality.active, Organisation.merged_at.is_(None), Organisation.email != "", to_be_reminded(at))
        .options(joinedload(Invitation.consultation))
        .order_by(Invitation.id)
        .limit(limit)
        .with_for_update(of=Invitation, skip_locked=True)
    )
    return list(db.session.scalars(statement))
