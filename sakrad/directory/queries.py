"""Reads about who there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.events import Event, EventName
from sakrad.directory import queries_merging
from sakrad.directory.models import (
    Authority,
    Council,
    FormerName,
    Function,
    Municipality,
    MunicipalityKind,
    Organisation,
    ProfileVersion,
    Subject,
    TargetGroup,
    Unit,
    Verification,
)

PAGE = 50  # rows
# What makes an organisation one that the municipality has to do with. Nothing here comes from a draft.
MEETINGS = (EventName.organisation_registered, EventName.organisation_invited, EventName.position_received)


@dataclass(frozen=True, slots=True)
class Case:
    """An organisation as one municipality deals with it."""

    municipality: Municipality
    organisation: Organisation
    verification: Verification | None
    former_names: Sequence[FormerName] = ()

    @property
    def renamed_from(self) -> str | None:
        """The name that was verified, where the organisation has another now: it is to be looked at again."""
        if self.verification is None:
            return None
        verified_at = self.verification.verified_at
        then = next((former.name for former in reversed(self.former_names) if former.until > verified_at), None)
        return then if then != self.organisation.name else None


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """A line in the operator's list."""

    slug: str
    name: str
    kind: MunicipalityKind
    county: str
    mailbox: str
    active: bool


def _one(statement: sa.Select[Any], what: str) -> Any:
    found = db.session.scalar(statement)
    if found is None:
        raise Missing(what)
    return found


def get_municipality(kommun: str) -> Municipality:
    """The active municipality at the address, with its authorities.

    Raises:
        Missing: there is none, or it is switched off.
    """
    return _municipality(sa.select(Municipality).where(Municipality.slug == kommun, Municipality.active))


def get_any_municipality(kommun: str) -> Municipality:
    """The municipality at the address, switched on or not: for the operator.

    Raises:
        Missing: there is none.
    """
    return _municipality(sa.select(Municipality).where(Municipality.slug == kommun))


def _municipality(statement: sa.Select[Any]) -> Municipality:
    found: Municipality = _one(locked(statement.options(selectinload(Municipality.authorities)), Municipality), "municipality")
    return found


def list_active_municipalities() -> Sequence[Municipality]:
    """Those that take part, by name."""
    return db.session.scalars(sa.select(Municipality).where(Municipality.active).order_by(Municipality.name)).all()


def list_municipalities(search: str = "", page: int = 1) -> tuple[list[MunicipalityRow], int]:
    """One page of all municipalities and regions, those that take part first, and how many pages there are."""
    m = Municipality
    found = sa.select(m).where(m.name.icontains(search.strip(), autoescape=True)) if search.strip() else sa.select(m)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = db.session.scalars(found.order_by(m.active.desc(), m.name, m.id).limit(PAGE).offset((page - 1) * PAGE))
    return [MunicipalityRow(r.slug, r.name, r.kind, r.county, r.mailbox, r.active) for r in rows], -(-total // PAGE)


def get_authority(kommun: str, namnd: str) -> Authority:
    """The authority at the address, with its municipality.

    Raises:
        Missing: there is none in an active municipality.
    """
    statement = sa.select(Authority).join(Authority.municipality).options(joinedload(Authority.municipality))
    found: Authority = _one(
        locked(statement.where(Municipality.slug == kommun, Municipality.active, Authority.slug == namnd), Authority), "authority"
    )
    return found


def get_unit(kommun: str, reference: str) -> Unit:
    """The unit with the reference, in this municipality.

    Raises:
        Missing: there is none.
    """
    statement = sa.select(Unit).join(Unit.authority).join(Authority.municipality)
    statement = statement.options(joinedload(Unit.authority).joinedload(Authority.municipality))
    found: Unit = _one(locked(statement.where(Municipality.slug == kommun, Municipality.active, Unit.reference == reference), Unit), "unit")
    return found


def get_function(kommun: str, reference: str) -> Function:
    """The function with the reference, in this municipality.

    Raises:
        Missing: there is none.
    """
    statement = sa.select(Function).join(Function.unit).join(Unit.authority).join(Authority.municipality)
    statement = statement.options(joinedload(Function.unit).joinedload(Unit.authority).joinedload(Authority.municipality))
    found: Function = _one(
        locked(statement.where(Municipality.slug == kommun, Municipality.active, Function.reference == reference), Function), "function"
    )
    return found


def list_authorities(municipality: Municipality) -> Sequence[Authority]:
    """The municipality's authorities by name, with their units and functions."""
    return db.session.scalars(
        sa.select(Authority)
        .where(Authority.municipality_id == municipality.id)
        .options(selectinload(Authority.units).options(selectinload(Unit.functions), joinedload(Unit.heir)))
        .order_by(Authority.name)
    ).all()


def list_councils(municipality: Municipality) -> Sequence[Council]:
    """The municipality's councils (råd) by name."""
    return db.session.scalars(sa.select(Council).where(Council.municipality_id == municipality.id).order_by(Council.name)).all()


def list_groups() -> Sequence[TargetGroup]:
    """All target groups by name."""
    return db.session.scalars(sa.select(TargetGroup).order_by(TargetGroup.name)).all()


def list_subjects() -> Sequence[Subject]:
    """All subjects by name."""
    return db.session.scalars(sa.select(Subject).order_by(Subject.name)).all()


def list_groups_named(slugs: Sequence[str]) -> list[TargetGroup]:
    """The groups with these slugs; unknown ones left out."""
    return list(db.session.scalars(sa.select(TargetGroup).where(TargetGroup.slug.in_(slugs)).order_by(TargetGroup.name)))


def list_subjects_named(slugs: Sequence[str]) -> list[Subject]:
    """The subjects with these slugs; unknown ones left out."""
    return list(db.session.scalars(sa.select(Subject).where(Subject.slug.in_(slugs)).order_by(Subject.name)))


def with_facts() -> tuple[ExecutableOption, ...]:
    """Have an organisation's groups and subjects come along with it."""
    return selectinload(Organisation.groups), selectinload(Organisation.subjects)


def get_organisation(org: str) -> Organisation:
    """The organisation at the address of its own space, with its groups.

    Raises:
        Missing: there is none.
        Moved: both sides have accepted that it is merged into another.
    """
    return queries_merging.follow(_organisation(org))


def _organisation(org: str) -> Organisation:
    statement = sa.select(Organisation).where(Organisation.slug == org).options(*with_facts())
    found: Organisation = _one(locked(statement, Organisation), "organisation")
    return found


def get_case(kommun: str, org: str) -> Case:
    """The organisation as the municipality deals with it.

    Raises:
        Missing: no such municipality, or no organisation that it has to do with.
    """
    municipality = get_municipality(kommun)
    organisation = _organisation(org)
    if not db.session.scalar(sa.select(sa.exists().where(Organisation.id == organisation.id, concerns(municipality)))):
        raise Missing("organisation")
    verification = db.session.scalar(
        sa.select(Verification).where(Verification.organisation_id == organisation.id, Verification.municipality_id == municipality.id)
    )
    return Case(municipality, organisation, verification, list_former_names(organisation))


def find_profile_version(organisation: Organisation) -> ProfileVersion | None:
    """What the organisation says of itself now; None when it has said nothing."""
    said = sa.select(ProfileVersion).where(ProfileVersion.organisation_id == organisation.id)
    return db.session.scalar(said.order_by(ProfileVersion.id.desc()).limit(1))


def list_former_names(organisation: Organisation) -> Sequence[FormerName]:
    """The names that the organisation had, or that those merged into it had, the latest first."""
    f = FormerName
    return db.session.scalars(sa.select(f).where(f.organisation_id == organisation.id).order_by(f.until.desc(), f.id.desc())).all()


def find_name_when_verified(organisation_id: int, municipality_id: int) -> str | None:
    """The name under which the municipality verified the organisation, where it has another now."""
    o, v = Organisation, Verification
    return db.session.scalar(
        sa.select(name_when_verified())
        .select_from(v)
        .join(o, o.id == v.organisation_id)
        .where(v.organisation_id == organisation_id, v.municipality_id == municipality_id, name_when_verified() != o.name)
    )


def name_when_verified() -> sa.ScalarSelect[str]:
    """The name that was verified: the one that ended first since. NULL when none has. Needs Verification outside."""
    f, v = FormerName, Verification
    ended = sa.select(f.name).where(f.organisation_id == v.organisation_id, f.until > v.verified_at)
    return ended.order_by(f.until, f.id).limit(1).correlate(v).scalar_subquery()


def registered_at(municipality_id: int) -> sa.ColumnElement[bool]:
    """That a protected organisation, which holds no municipality, was registered or imported by this one. Needs Organisation outside."""
    e, o = Event, Organisation
    entered = sa.exists().where(
        e.organisation_id == o.id, e.municipality_id == municipality_id, e.name == EventName.organisation_registered.value
    )
    return sa.and_(o.protected, entered.correlate(o))


def concerns(municipality: Municipality) -> sa.ColumnElement[bool]:
    """That the organisation is registered here, verified here, or has been invited or has answered here."""
    o = Organisation
    verified = sa.select(Verification.organisation_id).where(Verification.municipality_id == municipality.id)
    met = sa.select(Event.organisation_id).where(
        Event.municipality_id == municipality.id, Event.name.in_(MEETINGS), Event.organisation_id.is_not(None)
    )
    return sa.or_(o.municipality_id == municipality.id, o.id.in_(verified), o.id.in_(met))


def is_verified(organisation_id: int, municipality_id: int) -> bool:
    """Whether the municipality has looked at the organisation."""
    v = Verification
    return bool(db.session.scalar(sa.select(sa.exists().where(v.organisation_id == organisation_id, v.municipality_id == municipality_id))))


def is_number_taken(org_number: str, besides: Organisation | None = None) -> bool:
    """Whether an organisation (another than `besides`) has the number."""
    o = Organisation
    taken = sa.exists().where(o.org_number == org_number)
    return bool(db.session.scalar(sa.select(taken if besides is None else taken.where(o.id != besides.id))))
