"""What an organisation hands over when its people change: everything that is open, sent, promised, and whom to ask. Members only.

Titles, dates and states; never the words of a draft, so that the pack may lie on a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from sakrad.accounts import queries as accounts
from sakrad.accounts import queries_team
from sakrad.accounts.models import User
from sakrad.accounts.queries import Person
from sakrad.accounts.queries_team import Holders
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.queries import phase_of
from sakrad.core.db import db
from sakrad.directory.models import Function, Municipality, Organisation, Unit
from sakrad.positions.models import Answer, Draft, Position, PositionVersion, Ratification
from sakrad.positions.queries_approving_home import OnTheWay, get_rounds
from sakrad.responses.models import Response
from sakrad.responses.queries_commitments import Undertaken, overdue_first, undertaken, undertaken_of
from sakrad.summaries.models import Citation, Point

MOST = 300  # consultations, and promises: far above what a volunteer association has
ANSWERABLE = (Phase.announced, Phase.open)
OVER = (Phase.ended, Phase.cancelled)


@dataclass(frozen=True, slots=True)
class Matter:
    """A consultation that the organisation has to do with. `municipality` is empty for a protected organisation."""

    kommun: str
    slug: str
    title: str
    authority: str
    municipality: str
    phase: Phase
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """A draft where something is not sent: when it was changed and where it stands, never what it says."""

    matter: Matter
    changed_at: datetime
    on_the_way: OnTheWay | None  # to be approved
    sent_before: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer that was received."""

    matter: Matter
    receipt_number: str
    received_at: datetime
    version: int
    confirm_by_on: date | None  # preliminary, and not confirmed yet
    withdrawn: bool
    disowned: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about consultations that go on. A protected organisation's pack holds no address that tells a place."""

    authority: str
    unit: str
    function: str
    holder: str
    phone: str
    email: str
    mailbox: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """The whole pack."""

    organisation: Organisation
    made_at: datetime
    invitations: tuple[Matter, ...]
    drafts: tuple[Unsent, ...]
    sent: tuple[Sent, ...]
    promises: tuple[Undertaken, ...]
    contacts: tuple[Contact, ...]
    people: tuple[Person, ...]
    holders: Holders


@dataclass(frozen=True, slots=True)
class _Row:
    consultation: Consultation
    matter: Matter
    invitation: Invitation | None
    draft: Draft | None
    position: Position | None
    version: PositionVersion | None
    ratified: bool

    @property
    def stands(self) -> bool:
        return self.position is not None and self.position.stands


def get_handover(organisation: Organisation, reader: User, at: datetime) -> Handover:
    """Everything that is to be handed over: as many statements however much it is."""
    rows = _list_rows(organisation, at)
    rounds = get_rounds(organisation, reader).by_address
    going_on = [row for row in rows if row.matter.phase not in OVER]
    return Handover(
        organisation=organisation,
        made_at=at,
        invitations=tuple(row.matter for row in rows if _is_open_invitation(row)),
        drafts=tuple(
            Unsent(row.matter, row.draft.updated_at, rounds.get((row.matter.kommun, row.matter.slug)), sent_before=row.version is not None)
            for row in rows
            if row.draft is not None and _has_unsent(row.draft, row)
        ),
        sent=tuple(_sent(row.matter, row.position, row.version, row.ratified) for row in rows if row.position and row.version),
        promises=_list_promises(organisation, at),
        contacts=_contacts(going_on, organisation.protected),
        people=tuple(accounts.list_members(organisation)),
        holders=queries_team.count_holders(organisation),
    )


def _list_rows(organisation: Organisation, at: datetime) -> list[_Row]:
    """Every consultation in which the organisation is invited, writes or has answered, the last to close first: one statement."""
    c, invited = Consultation, sa.and_(Invitation.id.is_not(None), Invitation.declined_at.is_(None))
    statement = (
        sa.select(c, Invitation, Draft, Position, PositionVersion, Ratification.id)
        .join(c.municipality)
        .outerjoin(c.function)
        .outerjoin(Function.unit)
        .outerjoin(Invitation, sa.and_(Invitation.consultation_id == c.id, Invitation.organisation_id == organisation.id))
        .outerjoin(Draft, sa.and_(Draft.consultation_id == c.id, Draft.organisation_id == organisation.id, Draft.sealed_at.is_(None)))
        .outerjoin(Position, sa.and_(Position.consultation_id == c.id, Position.organisation_id == organisation.id))
        .outerjoin(PositionVersion, PositionVersion.id == Position.current_id)
        .outerjoin(Ratification, Ratification.version_id == PositionVersion.id)
        .where(
            Municipality.active,
            c.announced_at.is_not(None),
            sa.or_(invited, Draft.id.is_not(None), PositionVersion.id.is_not(None)),
        )
        .options(
            contains_eager(c.municipality),
            contains_eager(c.function).contains_eager(Function.unit),
            joinedload(c.authority),
        )
        .order_by(c.closes_at.desc(), c.id.desc())
        .limit(MOST)
    )
    return [
        _Row(consultation, _matter(consultation, organisation, at), invitation, draft, position, version, ratification is not None)
        for consultation, invitation, draft, position, version, ratification in db.session.execute(statement)
    ]


def _matter(consultation: Consultation, organisation: Organisation, at: datetime) -> Matter:
    return Matter(
        kommun=consultation.municipality.slug,
        slug=consultation.slug,
        title=consultation.title,
        authority=consultation.authority.name,
        municipality="" if organisation.protected else consultation.municipality.full_name,
        phase=phase_of(consultation, at),
        closes_at=consultation.closes_at,
    )


def _is_open_invitation(row: _Row) -> bool:
    """Invited, not declined, and nothing written or sent yet."""
    invited = row.invitation is not None and row.invitation.declined_at is None
    return invited and row.draft is None and not row.stands and row.matter.phase in ANSWERABLE


def _has_unsent(draft: Draft, row: _Row) -> bool:
    """Never sent; or changed since, while a new version can still be sent."""
    if row.version is None or not row.stands:
        return True
    return draft.updated_at > row.version.received_at and row.matter.phase in ANSWERABLE


def _sent(matter: Matter, position: Position, version: PositionVersion, ratified: bool) -> Sent:
    return Sent(
        matter=matter,
        receipt_number=version.receipt_number,
        received_at=version.received_at,
        version=version.number,
        confirm_by_on=None if ratified or not position.stands else version.confirm_by_on,
        withdrawn=position.withdrawn_at is not None,
        disowned=position.disowned_at is not None,
    )


def _list_promises(organisation: Organisation, at: datetime) -> tuple[Undertaken, ...]:
    """What municipalities have undertaken that rests on the organisation's points: its own point's answer, or a finding that cites one."""
    own = (
        sa.select(Point.id)
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Position.organisation_id == organisation.id, Position.disowned_at.is_(None))
    )
    cited = sa.select(Citation.finding_id).where(Citation.point_id.in_(own))
    found = undertaken().where(sa.or_(Response.point_id.in_(own), Response.finding_id.in_(cited))).order_by(*overdue_first(at)).limit(MOST)
    return tuple(undertaken_of(row, at) for row in db.session.execute(found))


def _contacts(rows: Sequence[_Row], protected: bool) -> tuple[Contact, ...]:
    """Each function once, with the consultations that it answers for."""
    by_function: dict[tuple[int, int | None], list[_Row]] = {}
    for row in rows:
        contact = row.consultation.contact
        by_function.setdefault((row.consultation.authority_id, contact.id if contact else None), []).append(row)
    return tuple(_contact(group[0].consultation, tuple(row.matter.title for row in group), protected) for group in by_function.values())


def _contact(consultation: Consultation, titles: tuple[str, ...], protected: bool) -> Contact:
    function: Function | None = consultation.contact
    unit: Unit | None = function.unit if function else None
    return Contact(
        authority=consultation.authority.name if protected else f"{consultation.authority.name}, {consultation.municipality.full_name}",
        unit=unit.name if unit else "",
        function=function.title if function else "",
        holder=function.holder if function and not protected else "",
        phone=function.phone if function and not protected else "",
        email=function.email if function and not protected else "",
        mailbox="" if protected else consultation.authority.mailbox,
        titles=titles,
    )
