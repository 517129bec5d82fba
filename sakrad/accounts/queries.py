"""Reads about who acts."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.accounts import links
from sakrad.accounts.models import ORGANISATION_ROLES, Device, JoinInvitation, Membership, Role, User
from sakrad.core import clock
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.text import address
from sakrad.directory.models import Authority, Municipality, Organisation
from sakrad.directory.queries import get_municipality
from sakrad.directory.queries_merging import with_merged

SCOPES = (
    joinedload(Membership.organisation),
    joinedload(Membership.municipality),
    joinedload(Membership.authority).joinedload(Authority.municipality),
)
INVITED_TO = (
    joinedload(JoinInvitation.organisation),
    joinedload(JoinInvitation.municipality),
    joinedload(JoinInvitation.authority).joinedload(Authority.municipality),
)


class HatKind(enum.StrEnum):
    """Where one can act."""

    organisation = "organisation"
    municipality = "municipality"
    operations = "operations"


@dataclass(frozen=True, slots=True)
class Hat:
    """A place in which the user has roles; its address says which hat is worn."""

    kind: HatKind
    slug: str
    name: str
    roles: tuple[tuple[Role, str], ...]  # with the authority's name, or ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with roles in one place, for the list of its members."""

    user_id: int
    name: str
    email: str
    roles: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """An organisation that was registered for somebody, and how many already act for it."""

    organisation: Organisation
    members: int


def find_user(email: str) -> User | None:
    """The user with the address, confirmed or not."""
    return db.session.scalar(locked(sa.select(User).where(User.email == address(email)), User))


def find_user_by_id(user_id: int) -> User | None:
    """The user, locked when writing."""
    return db.session.scalar(locked(sa.select(User).where(User.id == user_id), User))


def find_user_to_confirm(token: str) -> User | None:
    """Whom a confirmation link is for; None when it is false, too old, used or replaced by a newer one."""
    user_id = links.user_in_confirm(token)
    user = find_user_by_id(user_id) if user_id is not None else None
    return user if user is not None and links.confirms(token, user) else None


def find_user_to_reset(token: str) -> User | None:
    """Whom a password link is for; None when it is false, too old or used."""
    user_id = links.user_in_reset(token)
    user = find_user_by_id(user_id) if user_id is not None else None
    return user if user is not None and links.resets(token, user) else None


def find_user_to_readdress(token: str) -> User | None:
    """Whose new address a link confirms; None when it is false, too old, used or replaced by a newer one."""
    user_id = links.user_in_address(token)
    user = find_user_by_id(user_id) if user_id is not None else None
    return user if user is not None and links.readdresses(token, user) else None


def find_join_invitation(token: str) -> JoinInvitation | None:
    """The open invitation that a link opens; None when it is false, accepted, withdrawn or too old."""
    statement = sa.select(JoinInvitation).where(JoinInvitation.reference == links.reference_in(token), is_open()).options(*INVITED_TO)
    found = db.session.scalar(locked(statement, JoinInvitation))
    return found if found is not None and links.joins(token, found) else None


def is_open() -> sa.ColumnElement[bool]:
    """That an invitation to join can still be accepted."""
    i = JoinInvitation
    return sa.and_(i.accepted_at.is_(None), i.withdrawn_at.is_(None), i.expires_at > clock.now())


def list_hats(user: User) -> list[Hat]:
    """Where the user can act: organisations, then municipalities, then operations; each once, by name."""
    memberships = db.session.scalars(
        sa.select(Membership).where(Membership.user_id == user.id, Membership.ended_at.is_(None)).options(*SCOPES).order_by(Membership.id)
    )
    found: dict[tuple[HatKind, str, str], list[tuple[Role, str]]] = {}
    for membership in memberships:
        where, authority = _place(membership)
        if where:
            found.setdefault(where, []).append((membership.role, authority))
    order = list(HatKind)
    return [Hat(*where, tuple(roles)) for where, roles in sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][2]))]


def _place(membership: Membership) -> tuple[tuple[HatKind, str, str] | None, str]:
    """Kind, slug and name of the place, and the authority's name; no place where the municipality is switched off."""
    if membership.organisation:
        return (HatKind.organisation, membership.organisation.slug, membership.organisation.name), ""
    if membership.role is Role.operator:
        return (HatKind.operations, "", ""), ""
    municipality = membership.municipality or (membership.authority and membership.authority.municipality)
    if not municipality or not municipality.active:
        return None, ""
    return (HatKind.municipality, municipality.slug, municipality.full_name), membership.authority.name if membership.authority else ""


def list_devices(user: User, at: datetime) -> Sequence[Device]:
    """Where the user is signed in at the instant, newest first."""
    d = Device
    return db.session.scalars(
        sa.select(d).where(d.user_id == user.id, d.revoked_at.is_(None), d.expires_at > at).order_by(d.created_at.desc(), d.id.desc())
    ).all()


def list_members(organisation: Organisation) -> list[Person]:
    """Those who act for the organisation, by name."""
    return _people(Membership.organisation_id == organisation.id)


def list_staff(municipality: Municipality) -> list[Person]:
    """The municipality's coordinators and its authorities' officers and registrars, by name."""
    authorities = sa.select(Authority.id).where(Authority.municipality_id == municipality.id)
    return _people(sa.or_(Membership.municipality_id == municipality.id, Membership.authority_id.in_(authorities)))


def list_coordinators(municipality: Municipality) -> list[Person]:
    """The municipality's coordinators, by name."""
    return _people(Membership.municipality_id == municipality.id)


def _people(where: sa.ColumnElement[bool]) -> list[Person]:
    rows = db.session.scalars(
        sa.select(Membership)
        .join(Membership.user)
        .where(where, Membership.ended_at.is_(None))
        .options(joinedload(Membership.user), *SCOPES)
        .order_by(User.name, User.id, Membership.id)
    ).all()
    people: dict[int, list[Membership]] = {}
    for membership in rows:
        people.setdefault(membership.user_id, []).append(membership)
    return [Person(user_id, roles[0].user.name, roles[0].user.email, tuple(roles)) for user_id, roles in people.items()]


def list_invitations(scope: Organisation | Municipality) -> Sequence[JoinInvitation]:
    """The open invitations to join the organisation, or the municipality with its authorities, newest first."""
    i = JoinInvitation
    if isinstance(scope, Organisation):
        where: Any = i.organisation_id == scope.id
    else:
        where = sa.or_(
            i.municipality_id == scope.id, i.authority_id.in_(sa.select(Authority.id).where(Authority.municipality_id == scope.id))
        )
    return db.session.scalars(sa.select(i).where(where, is_open()).options(*INVITED_TO).order_by(i.id.desc())).all()


def list_invitations_for(user: User) -> Sequence[JoinInvitation]:
    """The open invitations to the user's own, confirmed address."""
    return db.session.scalars(
        sa.select(JoinInvitation).where(JoinInvitation.email == user.email, is_open()).options(*INVITED_TO).order_by(JoinInvitation.id)
    ).all()


def get_member(org: str, reference: str) -> Membership:
    """A present membership in the organisation; the organisation is locked too, so that two cannot leave it at once.

    Raises:
        Missing: there is none.
    """
    statement = sa.select(Membership).join(Membership.organisation).where(Organisation.slug == org)
    return _membership(statement, reference, Organisation)


def get_staff_member(kommun: str, reference: str) -> Membership:
    """A present membership in the municipality or one of its authorities.

    Raises:
        Missing: there is none in an active municipality.
    """
    municipality = get_municipality(kommun)  # locked: two coordinators cannot end each other at once
    authorities = sa.select(Authority.id).where(Authority.municipality_id == municipality.id)
    here = sa.or_(Membership.municipality_id == municipality.id, Membership.authority_id.in_(authorities))
    return _membership(sa.select(Membership).where(here), reference)


def _membership(statement: sa.Select[Any], reference: str, *more: Any) -> Membership:
    statement = statement.where(Membership.reference == reference, Membership.ended_at.is_(None))
    found: Membership | None = db.session.scalar(locked(statement, Membership, *more))
    if found is None:
        raise Missing("membership")
    return found


def get_invitation_to(org: str, reference: str) -> JoinInvitation:
    """An open invitation to join the organisation.

    Raises:
        Missing: there is none.
    """
    i = JoinInvitation
    return _invitation(sa.select(i).join(i.organisation).where(Organisation.slug == org), reference)


def get_staff_invitation(kommun: str, reference: str) -> JoinInvitation:
    """An open invitation to join the municipality or one of its authorities.

    Raises:
        Missing: there is none in an active municipality.
    """
    i = JoinInvitation
    municipality = get_municipality(kommun)
    authorities = sa.select(Authority.id).where(Authority.municipality_id == municipality.id)
    return _invitation(sa.select(i).where(sa.or_(i.municipality_id == municipality.id, i.authority_id.in_(authorities))), reference)


def _invitation(statement: sa.Select[Any], reference: str) -> JoinInvitation:
    found: JoinInvitation | None = db.session.scalar(
        locked(statement.where(JoinInvitation.reference == reference, is_open()), JoinInvitation)
    )
    if found is None:
        raise Missing("invitation")
    return found


def count_others(membership: Membership) -> int:
    """How many people besides this one hold the same role in the same place."""
    m = Membership
    return int(
        db.session.scalar(
            sa.select(sa.func.count(sa.distinct(m.user_id))).where(
                m.role == membership.role,
                m.ended_at.is_(None),
                m.user_id != membership.user_id,
                m.organisation_id.is_not_distinct_from(membership.organisation_id),
                m.municipality_id.is_not_distinct_from(membership.municipality_id),
                m.authority_id.is_not_distinct_from(membership.authority_id),
            )
        )
        or 0
    )


def barred_for(user: User) -> set[int]:
    """Ids of the organisations that the user belongs to, and of those merged into them: their matters are others' (jäv)."""
    return with_merged([held.organisation_id for held in user.memberships if held.organisation_id])


def list_claimable(user: User) -> Sequence[Organisation]:
    """Organisations that were registered with the user's own address and that nobody acts for yet."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.email == user.email, Organisation.merged_at.is_(None), ~has_members())
        .order_by(Organisation.name)
    ).all()


def get_claim(org: str) -> Claim:
    """The organisation and how many act for it.

    Raises:
        Missing: there is none.
    """
    unmerged = sa.select(Organisation).where(Organisation.slug == org, Organisation.merged_at.is_(None))
    found = db.session.scalar(locked(unmerged, Organisation))
    if found is None:
        raise Missing("organisation")
    m = Membership
    members = db.session.scalar(sa.select(sa.func.count()).where(m.organisation_id == found.id, m.ended_at.is_(None)))
    return Claim(found, members or 0)


def has_members() -> sa.ColumnElement[bool]:
    """Whether somebody acts for the organisation. Needs Organisation outside."""
    m = Membership
    return sa.exists().where(m.organisation_id == Organisation.id, m.role.in_(ORGANISATION_ROLES), m.ended_at.is_(None))
