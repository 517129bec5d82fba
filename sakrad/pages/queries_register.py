"""The register of organisations as a municipality has it: whom there is to ask. Nothing here comes from a draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.queries import has_members
from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.paging import page_count
from sakrad.directory.models import (
    Municipality,
    Organisation,
    OrganisationKind,
    Subject,
    TargetGroup,
    Verification,
    organisation_group,
    organisation_subject,
)
from sakrad.directory.queries import concerns, name_when_verified
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.positions.models import Position

PAGE = 50  # organisations


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; the names are those of the address."""

    q: str = ""  # a part of the name
    grupp: str = ""
    amne: str = ""
    omrade: str = ""
    deltagit: str = ""  # "ja" or "nej", here
    laget: str = ""  # one of STATES

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Row:
    """A line in the register."""

    slug: str
    name: str
    kind: OrganisationKind
    org_number: str | None
    email: str
    area: str
    postal_address: str
    groups: tuple[Named, ...]
    subjects: tuple[Named, ...]
    answers: int  # received and standing, to consultations of this municipality
    verified_at: datetime | None
    renamed: bool  # since it was verified: to be looked at again
    unconfirmed: bool  # imported, and has said nothing itself yet
    silent: bool  # asked this year whether its facts are right, and has not said so


def list_register(municipality: Municipality, wanted: Wanted, page: int = 1) -> tuple[list[Row], int, int]:
    """One page of the organisations that the municipality has to do with, how many there are, and how many pages.

    Those that wait to be verified come first, then those renamed since.
    """
    found = _found(municipality, wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.with_only_columns(Organisation.id).order_by(None).subquery()))
    return list(_rows(found.limit(PAGE).offset((page - 1) * PAGE))), total or 0, page_count(total or 0, PAGE)


def list_whole_register(municipality: Municipality, wanted: Wanted) -> list[Row]:
    """All of them, to be taken away as a file."""
    return list(_rows(_found(municipality, wanted)))


def list_areas(municipality: Municipality) -> Sequence[str]:
    """The areas that organisations of the municipality say that they are at home in."""
    o = Organisation
    areas = sa.select(o.area).where(o.area != "", concerns(municipality)).group_by(o.area)
    return db.session.scalars(areas.order_by(sa.func.order_sv(o.area))).all()


def _rows(statement: sa.Select[Any]) -> Iterator[Row]:
    for o, row in ((row[0], row) for row in db.session.execute(statement)):
        yield Row(
            slug=o.slug,
            name=o.name,
            kind=o.kind,
            org_number=o.org_number,
            email=o.email,
            area=o.area,
            postal_address=o.postal_address,
            groups=unpacked(row.groups),
            subjects=unpacked(row.subjects),
            answers=row.answers,
            verified_at=row.verified_at,
            renamed=bool(row.renamed),
            unconfirmed=bool(row.unconfirmed),
            silent=bool(row.silent),
        )


def _found(municipality: Municipality, wanted: Wanted) -> Any:
    o, v = Organisation, Verification
    answers, unconfirmed, silent = _answers(municipality), is_unconfirmed(), is_silent()
    renamed = sa.func.coalesce(name_when_verified() != o.name, sa.false())
    groups = groups_of(organisation_group, organisation_group.c.organisation_id, o.id)
    first = sa.case((sa.and_(v.id.is_(None), ~unconfirmed), 0), (renamed, 1), else_=2)
    return (
        sa.select(
            o,
            v.verified_at,
            renamed.label("renamed"),
            answers.label("answers"),
            unconfirmed.label("unconfirmed"),
            silent.label("silent"),
            groups.label("groups"),
            _subjects().label("subjects"),
        )
        .outerjoin(v, sa.and_(v.organisation_id == o.id, v.municipality_id == municipality.id))
        .where(concerns(municipality), *_conditions(municipality, wanted))
        .order_by(first, sa.func.order_sv(o.name), o.id)
    )


def _conditions(municipality: Municipality, wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    o, v = Organisation, Verification
    if wanted.q.strip():
        yield sa.func.lower_sv(o.name).contains(wanted.q.strip().lower(), autoescape=True)
    if wanted.grupp:
        yield o.groups.any(TargetGroup.slug == wanted.grupp)
    if wanted.amne:
        yield o.subjects.any(Subject.slug == wanted.amne)
    if wanted.omrade:
        yield o.area == wanted.omrade
    if wanted.deltagit in ("ja", "nej"):
        took_part = _answered(municipality).exists()
        yield took_part if wanted.deltagit == "ja" else ~took_part
    match wanted.laget:
        case "obekraftade":
            yield is_unconfirmed()
        case "tysta":
            yield is_silent()
        case "vantar":
            yield v.id.is_(None)


def is_unconfirmed() -> sa.ColumnElement[bool]:
    """Imported, and has neither answered, joined nor said that its facts are right. Needs Organisation outside."""
    o = Organisation
    answered = sa.exists().where(Position.organisation_id == o.id, Position.stands).correlate(o)
    return sa.and_(o.imported_at.is_not(None), o.right_at.is_(None), ~has_members(), ~answered)


def is_silent() -> sa.ColumnElement[bool]:
    """Has been asked whether its facts are right, and not said so since."""
    o = Organisation
    return sa.and_(o.asked_right_at.is_not(None), sa.or_(o.right_at.is_(None), o.right_at < o.asked_right_at))


def _answered(municipality: Municipality) -> sa.Select[Any]:
    p, c = Position, Consultation
    mine = sa.select(p.id).join(c, c.id == p.consultation_id)
    return mine.where(p.organisation_id == Organisation.id, p.stands, c.municipality_id == municipality.id).correlate(Organisation)


def _answers(municipality: Municipality) -> sa.ScalarSelect[int]:
    return _answered(municipality).with_only_columns(sa.func.count(Position.id)).scalar_subquery()


def _subjects() -> sa.ScalarSelect[str]:
    """As groups_of, of subjects."""
    link = organisation_subject
    return (
        sa.select(sa.func.aggregate_strings(Subject.name + "\t" + Subject.name_en + "\t" + Subject.slug, "\n"))
        .select_from(link.join(Subject.__table__, link.c.subject_id == Subject.id))
        .where(link.c.organisation_id == Organisation.id)
        .correlate_except(link, Subject)
        .scalar_subquery()
    )
