"""What an organisation takes along, and what it has brought with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from sakrad.consultations.models import Consultation
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Municipality, Organisation, Verification
from sakrad.directory.queries import Case, get_organisation
from sakrad.directory.queries_merging import is_own, merged_into, present_id
from sakrad.positions import portable
from sakrad.positions.models import Answer, Concurrence, ImportedPosition, Position, PositionVersion
from sakrad.positions.queries_public import PUBLISHING
from sakrad.positions.uses import uses_of
from sakrad.records.models import Review, ReviewDecision, ReviewKind
from sakrad.records.queries import about

BATCH = 40  # versions that are read at a time
IN_LIST = 50


def _own(organisation: Organisation) -> sa.ColumnElement[bool]:
    """Whose space it is: the organisation's own, and that of those merged into it with both sides' consent."""
    return is_own(Position.organisation_id, organisation)


def _sent(organisation: Organisation) -> sa.Select[Any]:
    """Every version that the organisation stands for having sent."""
    return sa.select(PositionVersion.id).join(PositionVersion.position).where(_own(organisation), PositionVersion.disowned_at.is_(None))


def count_sent(organisation: Organisation) -> int:
    """How many versions there are to take along."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_sent(organisation).subquery())) or 0


def iterate_entries(organisation: Organisation, address: Callable[[Consultation], str]) -> Iterator[dict[str, Any]]:
    """Every sent version as the portable file holds it, oldest first: a handful of statements for each forty of them."""
    ids = db.session.scalars(_sent(organisation).order_by(PositionVersion.received_at, PositionVersion.id)).all()
    for first in range(0, len(ids), BATCH):
        versions = db.session.scalars(
            sa.select(PositionVersion)
            .where(PositionVersion.id.in_(ids[first : first + BATCH]))
            .options(
                joinedload(PositionVersion.meeting),
                selectinload(PositionVersion.answers).joinedload(Answer.question),
                selectinload(PositionVersion.groups),
                selectinload(PositionVersion.attachments),
                selectinload(PositionVersion.concurrences).options(joinedload(Concurrence.position), joinedload(Concurrence.target)),
                joinedload(PositionVersion.position)
                .joinedload(Position.consultation)
                .options(joinedload(Consultation.municipality), joinedload(Consultation.authority), selectinload(Consultation.questions)),
            )
            .order_by(PositionVersion.received_at, PositionVersion.id)
        ).all()
        told = [one for one in versions if one.position.consultation.summary_published_at is not None]
        used = uses_of([answer.id for one in told for answer in one.answers])
        for version in versions:
            uses = [use for answer in version.answers for use in used.get(answer.id, ())]
            yield portable.entry_of(version, uses, address=address(version.position.consultation))


# -- what was brought


@dataclass(frozen=True, slots=True)
class Brought:
    """An answer from elsewhere, in the space of the organisation that has it now."""

    organisation: Organisation
    imported: ImportedPosition


def _brought(organisation: Organisation) -> sa.ColumnElement[bool]:
    """What the organisation, or one that has become part of it, has brought and not taken away."""
    return sa.and_(is_own(ImportedPosition.organisation_id, organisation), ImportedPosition.removed_at.is_(None))


def get_imported(org: str, reference: str) -> Brought:
    """One that the organisation has brought; its row is held when writing. Raises Missing."""
    organisation = get_organisation(org)
    i = ImportedPosition
    found = db.session.scalar(locked(sa.select(i).where(i.reference == reference, _brought(organisation)), i))
    if found is None:
        raise Missing("imported")
    return Brought(organisation, found)


def list_imported(organisation: Organisation, page: int) -> tuple[Sequence[tuple[ImportedPosition, ReviewDecision | None]], int, int]:
    """A page of what the organisation has brought, the newest first, each with the decision that counts; how many; how many pages."""
    i, mine = ImportedPosition, _brought(organisation)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(i).where(mine)) or 0
    rows = db.session.execute(
        sa.select(i, decision().label("decision")).where(mine).order_by(i.received_at.desc(), i.id).limit(PAGE).offset((page - 1) * PAGE)
    )
    return [(row[0], row.decision) for row in rows], total, page_count(total)


def decision() -> sa.ScalarSelect[ReviewDecision]:
    """The decision that counts about it: made since it was taken in the last time. Needs ImportedPosition outside."""
    return (
        sa.select(Review.decision)
        .where(about(ReviewKind.imported, Review.subject_id == ImportedPosition.id), Review.decided_at >= ImportedPosition.imported_at)
        .order_by(Review.id.desc())
        .limit(1)
        .correlate(ImportedPosition)
        .scalar_subquery()
    )


def is_told() -> sa.ColumnElement[bool]:
    """Whether readers are told of it."""
    return sa.and_(ImportedPosition.removed_at.is_(None), sa.func.coalesce(decision().in_(PUBLISHING), sa.false()))


def waiting_first() -> tuple[Any, ...]:
    """What nobody has decided about first."""
    return sa.case((decision().is_(None), 0), else_=1), ImportedPosition.received_at.desc(), ImportedPosition.id


def list_for_review(case: Case, page: int) -> tuple[Sequence[tuple[ImportedPosition, ReviewDecision | None]], int]:
    """A page of what the organisation has brought, for a municipality that has verified it; and how many pages."""
    i = ImportedPosition
    here = sa.and_(i.organisation_id.in_(merged_into(case.organisation.id)), i.removed_at.is_(None))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(i).where(here)) or 0
    rows = db.session.execute(
        sa.select(i, decision().label("decision")).where(here).order_by(*waiting_first()).limit(IN_LIST).offset((page - 1) * IN_LIST)
    )
    return [(row[0], row.decision) for row in rows], page_count(total, IN_LIST)


def list_waiting(municipality: Municipality) -> list[tuple[str, str, int]]:
    """The organisations verified here that have brought answers which nobody has reviewed: address, name, how many. 1 statement."""
    i, bringer, v = ImportedPosition, aliased(Organisation), Verification
    verified = sa.select(v.organisation_id).where(v.municipality_id == municipality.id)
    statement = (
        sa.select(Organisation.slug, Organisation.name, sa.func.count(i.id))
        .select_from(i)
        .join(bringer, bringer.id == i.organisation_id)
        .join(Organisation, Organisation.id == present_id(bringer))
        .where(Organisation.id.in_(verified), i.removed_at.is_(None), decision().is_(None))
        .group_by(Organisation.id)
        .order_by(sa.func.min(i.imported_at), Organisation.id)
    )
    return [(slug, name, count) for slug, name, count in db.session.execute(statement.limit(PAGE))]


def choose_imported(case: Case, references: Collection[str]) -> Sequence[ImportedPosition]:
    """Those of the organisation's that a form names; their rows are held when writing."""
    i = ImportedPosition
    here = sa.and_(i.organisation_id.in_(merged_into(case.organisation.id)), i.removed_at.is_(None))
    return db.session.scalars(locked(sa.select(i).where(here, i.reference.in_(references)).order_by(i.id), i)).all()
