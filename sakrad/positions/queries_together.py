"""Reads of the own space about others: whose answers one may concur with, who is named, and what a party is asked."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries import dates_of
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.text import excerpt
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.directory.queries_public import is_listed
from sakrad.positions import links, receipts
from sakrad.positions.lifecycle_together import Joining
from sakrad.positions.models import (
    Answer,
    Concurrence,
    Draft,
    DraftConcurrence,
    PartyApproval,
    PartyReservation,
    Position,
    PositionParty,
    PositionVersion,
    PublicationWish,
)
from sakrad.positions.queries_approving import list_approvers
from sakrad.positions.queries_public import READABLE, Shown, Visibility, Voice, positions, visibility_sql, voice
from sakrad.positions.queries_reading import by_name
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

BEGINNING = 400  # code points of the first answer
FOUND = 12  # organisations that a search shows


# -- answers that one may concur with


@dataclass(frozen=True, slots=True)
class Choice:
    """Another's published answer, in the list of those one may concur with."""

    key: str  # in the address
    voice: Voice
    beginning: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a published answer says on one question; masked."""

    question: Question
    answer: Answer
    text: str


@dataclass(frozen=True, slots=True)
class Choosing:
    """A published answer, read in full before one concurs with it."""

    position: Position
    voice: Voice
    said: tuple[Said, ...]


def list_choices(organisation: Organisation, consultation: Consultation, draft: Draft | None, at: datetime) -> list[Choice]:
    """The published answers of others, named ones by name. Three statements."""
    rows = db.session.execute(_readable(consultation.id, organisation.id, at).order_by(*by_name(at))).all()
    first = sa.select(sa.func.min(Answer.id)).where(
        Answer.version_id.in_([row.version_id for row in rows]), sa.func.length(Answer.text) > 0
    )
    found = db.session.execute(sa.select(Answer.version_id, Answer.id, Answer.text).where(Answer.id.in_(first.group_by(Answer.version_id))))
    words = {row.version_id: (row.id, row.text) for row in found}
    masks = masks_over({TextKind.answer: [answer_id for answer_id, _text in words.values()]})
    agreed = {one.position_id for one in draft.concurrences} if draft else set()
    choices = []
    for row in rows:
        answer_id, text = words.get(row.version_id, (0, ""))
        shown = excerpt(published(text, masks.get((TextKind.answer, answer_id), ())), BEGINNING)
        choices.append(Choice(row.reference, voice(row), shown, row.position_id in agreed))
    return choices


def get_choice(organisation: Organisation, consultation: Consultation, key: str, at: datetime) -> Choosing:
    """The published answer at the address: the reference of its position, or the slug of an organisation that is named.

    Raises:
        Missing: there is none that readers may read, or it is the organisation's own.
    """
    row = next((row for row in db.session.execute(_readable(consultation.id, organisation.id, at, key))), None)
    if row is None:
        raise Missing("answer")
    position = db.session.get_one(Position, row.position_id)
    answers = db.session.scalars(
        sa.select(Answer).join(Answer.question).where(Answer.version_id == row.version_id).options(joinedload(Answer.question))
    ).all()
    masks = masks_over({TextKind.answer: [answer.id for answer in answers]})
    said = [
        Said(answer.question, answer, published(answer.text, masks.get((TextKind.answer, answer.id), ())))
        for answer in sorted(answers, key=lambda answer: answer.question.number)
        if receipts.has_content(answer)
    ]
    return Choosing(position, voice(row), tuple(said))


def _readable(consultation_id: int, besides: int, at: datetime, key: str = "") -> sa.Select[*tuple[object, ...]]:
    seen = visibility_sql(at)
    statement = positions(at).where(Position.consultation_id == consultation_id, Position.organisation_id != besides, seen.in_(READABLE))
    named = sa.and_(Organisation.slug == key, seen == Visibility.named.value)
    return statement.where(sa.or_(Position.reference == key, named)) if key else statement


def find_readable(position: Position, at: datetime) -> PositionVersion | None:
    """The version of the position that readers may read now."""
    shown = db.session.scalar(positions(at).with_only_columns(Shown.id).where(Position.id == position.id, visibility_sql(at).in_(READABLE)))
    return db.session.get(PositionVersion, shown) if shown else None


def answered_in(version: PositionVersion) -> frozenset[int]:
    """The numbers of the questions that the version answers."""
    return frozenset(answer.question.number for answer in version.answers if receipts.has_content(answer))


def find_concurrence(draft: Draft, position: Position, question: Question | None) -> DraftConcurrence | None:
    """The draft's concurrence with the answer, whole or to the question."""
    number = question.id if question else None
    return next((one for one in draft.concurrences if (one.position_id, one.question_id) == (position.id, number)), None)


# -- what the draft, or what was sent, concurs with


@dataclass(frozen=True, slots=True)
class Agreement:
    """A concurrence as its own organisation, and the municipality, may see it."""

    reference: str  # of one in a draft
    key: str  # of the other's position
    name: str | None  # None: it answered without name
    question: int | None  # None: the whole
    reservation: str
    readable: bool  # the other's answer, now
    read: int  # the version that was read
    shown: int  # the version that readers see now

    @property
    def outdated(self) -> bool:
        """The other has published another version than the one that was read."""
        return self.readable and self.shown != self.read


def list_agreements(source: Draft | PositionVersion, at: datetime) -> list[Agreement]:
    """What the draft, or what was sent, concurs with, in the order in which it was added. At most four statements."""
    concurrences: Sequence[DraftConcurrence | Concurrence] = source.concurrences
    if not concurrences:
        return []
    found = positions(at).where(Position.id.in_({one.position_id for one in concurrences}))
    voices = {row.position_id: voice(row) for row in db.session.execute(found)}
    numbers = dict(
        db.session.execute(sa.select(Question.id, Question.number).where(Question.id.in_({one.question_id for one in concurrences}))).all()
    )
    agreements = []
    for one in concurrences:
        seen = voices[one.position_id]
        named_then = one.target.organisation_name if one.target.wish is PublicationWish.named else None
        agreements.append(
            Agreement(
                reference=one.reference if isinstance(one, DraftConcurrence) else "",
                key=one.position.reference,
                name=seen.name if seen.readable else named_then,
                question=numbers.get(one.question_id) if one.question_id else None,
                reservation=one.reservation,
                readable=seen.readable,
                read=one.target.number,
                shown=seen.version,
            )
        )
    return agreements


def answered_by_agreeing(draft: Draft) -> frozenset[int]:
    """The numbers of the questions that the draft answers by concurring, also with the whole of an answer that answered them."""
    numbers: set[int] = set()
    for one in draft.concurrences:
        numbers |= answered_in(one.target) if one.question is None else {one.question.number}
    return frozenset(numbers)


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
    party = _party(PositionParty.reference == links.reference_in(token))
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
