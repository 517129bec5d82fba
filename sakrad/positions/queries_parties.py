"""Reads of joint answers: who is named, what a party is asked and has said, and how many stand behind."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries import dates_of
from sakrad.core import ids
from sakrad.core.db import db, locked, writing
from sakrad.core.errors import Missing
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.directory.queries_public import is_listed
from sakrad.positions import links
from sakrad.positions.lifecycle_together import Joining
from sakrad.positions.models import Answer, Draft, PartyApproval, PartyReservation, Position, PositionParty, PositionVersion
from sakrad.positions.queries_approving import list_approvers

FOUND = 12  # organisations that a search shows


# -- who is named


def search_organisations(draft: Draft | None, besides: Organisation, words: str) -> list[Organisation]:
    """Registered organisations with a public page whose names hold the words; never the addresses."""
    if len(words.strip()) < 2:
        return []
    named = [party.organisation_id for party in draft.parties if party.organisation_id] if draft else []
    o = Organisation
    return list(
        db.session.scalars(
            sa.select(o)
            .where(o.name.icontains(words.strip(), autoescape=True), o.id.not_in([besides.id, *named]), o.merged_at.is_(None), is_listed())
            .order_by(o.name, o.id)
            .limit(FOUND)
        )
    )


def get_listed(slug: str) -> Organisation:
    """A registered organisation with a public page.

    Raises:
        Missing: there is none.
    """
    found = db.session.scalar(sa.select(Organisation).where(Organisation.slug == slug, Organisation.merged_at.is_(None), is_listed()))
    if found is None:
        raise Missing("organisation")
    return found


# -- the party

WITH_ANSWER = (
    joinedload(PositionParty.organisation),
    joinedload(PositionParty.position).options(
        joinedload(Position.organisation),
        joinedload(Position.consultation).options(
            joinedload(Consultation.municipality), joinedload(Consultation.authority), selectinload(Consultation.questions)
        ),
        joinedload(Position.current).selectinload(PositionVersion.answers).joinedload(Answer.question),
    ),
)


def get_party(token: str) -> PositionParty:
    """The party that a mailed link is for; locked when writing.

    Raises:
        Missing: the token is false.
    """
    party = _party(PositionParty.reference == ids.reference_in(token))
    if party is None or not hmac.compare_digest(token.encode(), links.party_token(party).encode()):
        raise Missing("token")
    return party


@dataclass(frozen=True, slots=True)
class Seat:
    """A party in the space of its organisation."""

    organisation: Organisation
    party: PositionParty


def get_seat(org: str, reference: str) -> Seat:
    """The party of the organisation with the reference.

    Raises:
        Missing: there is none.
    """
    party = _party(PositionParty.reference == reference)
    if party is None or party.organisation is None or party.organisation.slug != org:
        raise Missing("party")
    return Seat(party.organisation, party)


def _party(condition: sa.ColumnElement[bool]) -> PositionParty | None:
    if writing():  # the row first: PostgreSQL joins what was waited for to what stood there before, such as no organisation
        db.session.scalar(locked(sa.select(PositionParty.id).where(condition), PositionParty))
    return db.session.scalar(locked(sa.select(PositionParty).where(condition).options(*WITH_ANSWER), PositionParty))


def asked_version(party: PositionParty) -> PositionVersion:
    """The version that the party is asked about: the latest, whether or not it is published."""
    assert party.position.current is not None, "a party is named in something that was received"
    return party.position.current


def joining_facts(party: PositionParty) -> Joining:
    """What the lifecycle judges a confirmation by."""
    found = party.organisation or find_registered(party)
    return Joining(
        dates=dates_of(party.position.consultation),
        named=party.dropped_at is None,
        position_stands=party.position.stands,
        is_lead=found is not None and found.id == party.position.organisation_id,
        sealed=found is not None and found.merged_at is not None,
    )


def find_registered(party: PositionParty) -> Organisation | None:
    """The registered organisation that the party is, or that has its address: the only one, or the one that also has its name."""
    if party.organisation is not None:
        return party.organisation
    having = db.session.scalars(
        sa.select(Organisation).where(Organisation.email == party.email, Organisation.merged_at.is_(None)).order_by(Organisation.id)
    ).all()
    alike = [organisation for organisation in having if organisation.name.casefold() == party.name.casefold()]
    return next(iter(alike or (having if len(having) == 1 else [])), None)


def approvals_needed(party: PositionParty) -> int:
    """How many members must approve before the party stands behind: by its organisation's own rule."""
    organisation = find_registered(party)
    return organisation.approvals_needed if organisation and organisation.approval_rule is not ApprovalRule.one else 1


def list_party_approvers(party: PositionParty) -> list[User]:
    """The members who have approved the present version with the present reservations, and may approve now."""
    if party.organisation is None:
        return []
    digest = reservations_digest(reservations_of(party))
    approved = set(
        db.session.scalars(
            sa.select(PartyApproval.user_id).where(
                PartyApproval.party_id == party.id,
                PartyApproval.version_id == asked_version(party).id,
                PartyApproval.digest == digest,
            )
        )
    )
    return [user for user in list_approvers(party.organisation) if user.id in approved]


def reservations_of(party: PositionParty) -> dict[Question, str]:
    """The party's own reservations, by question."""
    return {own.question: own.text for own in party.reservations}


def reservations_digest(reservations: Mapping[Question, str]) -> str:
    """Binds an approval, or letting through, to the reservations that were read."""
    words = sorted((question.number, text) for question, text in reservations.items())
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def list_parties_of(organisation: Organisation) -> list[PositionParty]:
    """Joint answers that are said to have the organisation behind them, and that it has not answered; those first that end first."""
    return list(
        db.session.scalars(
            sa.select(PositionParty)
            .join(PositionParty.position)
            .join(Position.consultation)
            .where(
                PositionParty.organisation_id == organisation.id,
                PositionParty.dropped_at.is_(None),
                PositionParty.declined_at.is_(None),
                sa.or_(PositionParty.confirmed_id.is_(None), PositionParty.confirmed_id != Position.current_id),
                Position.stands,
                Consultation.summary_published_at.is_(None),
                Consultation.cancelled_at.is_(None),
            )
            .options(joinedload(PositionParty.position).options(joinedload(Position.organisation), joinedload(Position.consultation)))
            .order_by(Consultation.closes_at, PositionParty.id)
        )
    )


def list_sent_parties(position: Position) -> list[PositionParty]:
    """Whom the sent answer names, for its own organisation and for those who review it."""
    return list(
        db.session.scalars(
            sa.select(PositionParty)
            .where(PositionParty.position_id == position.id, PositionParty.dropped_at.is_(None))
            .options(joinedload(PositionParty.organisation), selectinload(PositionParty.reservations).joinedload(PartyReservation.question))
            .order_by(PositionParty.name, PositionParty.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """For staff: who stands behind a received answer besides the organisation that sent it."""

    confirmed: frozenset[int] = frozenset()  # ids of organisations that have confirmed the latest version
    stated: int = 0  # others that are named

    @property
    def number(self) -> int:
        """How many stand behind, the sender among them; 0 where it stands alone."""
        return len(self.confirmed) + 1 if self.confirmed else 0


def list_behind(position_ids: Collection[int]) -> defaultdict[int, Behind]:
    """Who stands behind each of the answers, in one statement."""
    p = PositionParty
    confirmed: dict[int, set[int]] = defaultdict(set)
    stated: dict[int, int] = defaultdict(int)
    named = (
        sa.select(p.position_id, p.organisation_id, sa.and_(p.stands, p.confirmed_id == Position.current_id).label("stands"))
        .join(Position, Position.id == p.position_id)
        .where(p.position_id.in_(position_ids), p.dropped_at.is_(None), p.declined_at.is_(None))
    )
    for row in db.session.execute(named) if position_ids else ():
        if row.stands:
            confirmed[row.position_id].add(row.organisation_id)
        else:
            stated[row.position_id] += 1
    found = {one: Behind(frozenset(confirmed[one]), stated[one]) for one in {*confirmed, *stated}}
    return defaultdict(Behind, found)
