"""Reads for taking in a föreningsregister. They stand here and not in the directory, which does not know who acts for whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from sakrad.accounts.models import ORGANISATION_ROLES, Membership
from sakrad.accounts.queries import has_members
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.directory import queries as directory
from sakrad.directory import register_file
from sakrad.directory.models import Municipality, Organisation, RegisterImport, organisation_group, organisation_subject
from sakrad.directory.register_file import Judged, Known


@dataclass(frozen=True, slots=True)
class Behalf:
    """An organisation that the municipality may describe on its behalf, as long as it has no members."""

    municipality: Municipality
    organisation: Organisation
    members: int


def get_import(kommun: str, reference: str) -> RegisterImport:
    """The import with the reference, in this municipality.

    Raises:
        Missing: there is none.
    """
    r = RegisterImport
    statement = sa.select(r).join(r.municipality).where(Municipality.slug == kommun, Municipality.active, r.reference == reference)
    found = db.session.scalar(locked(statement, r))
    if found is None:
        raise Missing("import")
    return found


def list_imports(municipality: Municipality) -> Sequence[RegisterImport]:
    """The latest ten, unfinished first. Without their rows."""
    r = RegisterImport
    latest = sa.select(r).where(r.municipality_id == municipality.id).order_by(r.finished_at.is_not(None), r.created_at.desc(), r.id.desc())
    return db.session.scalars(latest.options(sa.orm.defer(r.rows), sa.orm.defer(r.choices)).limit(10)).all()


def list_judged(imported: RegisterImport) -> list[Judged]:
    """Each row of the file as it stands now: what it says, whether the organisation is there already, and what becomes of it."""
    found = register_file.entries(
        imported.rows,
        imported.columns,
        groups=[(group.slug, group.name) for group in directory.list_groups()],
        subjects=[(subject.slug, subject.name) for subject in directory.list_subjects()],
        chosen=imported.choices,
    )
    numbers = {entry.org_number for entry in found if entry.org_number}
    return register_file.judged(found, _list_known(imported.municipality, numbers), imported.choices)


def _list_known(municipality: Municipality, numbers: Collection[str]) -> list[Known]:
    """The organisations that the municipality has to do with, and those elsewhere that have one of the numbers."""
    o = Organisation
    here = directory.concerns(municipality)
    statement = (
        sa.select(
            o.id,
            o.slug,
            o.name,
            o.org_number,
            o.email,
            o.area,
            o.postal_address,
            o.protected,
            o.merged_at,
            here.label("here"),
            sa.exists().where(organisation_group.c.organisation_id == o.id).correlate(o).label("groups"),
            sa.exists().where(organisation_subject.c.organisation_id == o.id).correlate(o).label("subjects"),
            has_members().label("claimed"),
        )
        .where(sa.or_(here, o.org_number.in_(numbers)))
        .order_by(o.id)
    )
    known = []
    for row in db.session.execute(statement):
        lacks = {name for name in ("org_number", "email", "groups", "subjects", "area", "postal_address") if not getattr(row, name)}
        lacks -= {"area", "postal_address"} if row.protected else set()
        open_ = bool(row.here) and not row.claimed and row.merged_at is None
        known.append(Known(row.id, row.slug, row.name, row.org_number, row.email, frozenset(lacks), open_))
    return known


def get_behalf(kommun: str, org: str) -> Behalf:
    """The organisation as the municipality deals with it, and how many act for it.

    Raises:
        Missing: no such municipality, or no organisation that it has to do with.
    """
    case = directory.get_case(kommun, org)
    m = Membership
    members = sa.select(sa.func.count()).where(
        m.organisation_id == case.organisation.id, m.role.in_(ORGANISATION_ROLES), m.ended_at.is_(None)
    )
    return Behalf(case.municipality, case.organisation, db.session.scalar(members) or 0)
