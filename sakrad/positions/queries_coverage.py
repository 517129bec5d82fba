"""Who is asked, how many have answered, and which groups nobody has spoken for yet: the facts of every list of consultations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, consultation_group
from sakrad.consultations.promised import feedback_due
from sakrad.consultations.queries import is_open_sql, phase_sql
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.directory.models import Authority, Municipality, TargetGroup, organisation_group
from sakrad.directory.queries_public import Named, packed_groups, unpacked
from sakrad.positions.models import Position, PositionParty, version_group
from sakrad.positions.queries_behind import is_verified_here
from sakrad.positions.queries_public import how_many, is_counted


@dataclass(frozen=True, slots=True)
class Row:
    """A consultation in a list."""

    kommun: str
    municipality: str
    slug: str
    title: str
    authority: str
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    summary_due_on: date | None
    feedback_due_on: date | None
    feedback_published_at: datetime | None
    cancelled_at: datetime | None
    ended_at: datetime | None
    answered: int
    silent: tuple[Named, ...]  # groups for which nobody has answered
    late: int  # days since the step that it waits for should have been done

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


def has_answer_for(group_id: Any) -> sa.ColumnElement[bool]:
    """Whether an answer that counts speaks for the group, or a confirmed party of one does. Needs Consultation outside."""
    said = (
        sa.select(version_group.c.version_id)
        .join(Position, Position.current_id == version_group.c.version_id)
        .where(Position.consultation_id == Consultation.id, version_group.c.target_group_id == group_id, is_counted())
        .correlate_except(version_group, Position)
    )
    return sa.or_(said.exists(), _parties_for(group_id).exists())


def _parties_for(group_id: Any) -> sa.Select[Any]:
    """The confirmed parties that speak for the group. Needs Consultation outside."""
    return _parties().where(organisation_group.c.target_group_id == group_id)


def _parties() -> sa.Select[Any]:
    """The confirmed parties with the groups of their own profile: of the sender's groups they have said nothing.

    Needs Consultation outside.
    """
    party = PositionParty
    return (
        sa.select(party.id)
        .join(Position, Position.id == party.position_id)
        .join(organisation_group, organisation_group.c.organisation_id == party.organisation_id)
        .where(
            Position.consultation_id == Consultation.id,
            party.stands,
            party.confirmed_id == Position.current_id,
            is_verified_here(party.organisation_id),
            is_counted(),
        )
        .correlate_except(party, Position, organisation_group)
    )


def count_for(group_id: Any) -> sa.ColumnElement[int]:
    """How many answers that count speak for the group, and confirmed parties of such. Needs Consultation outside."""
    said = (
        sa.select(sa.func.count())
        .select_from(version_group)
        .join(Position, Position.current_id == version_group.c.version_id)
        .where(Position.consultation_id == Consultation.id, version_group.c.target_group_id == group_id, is_counted())
        .correlate_except(version_group, Position)
    )
    stand = _parties_for(group_id).with_only_columns(sa.func.count())
    return said.scalar_subquery() + stand.scalar_subquery()


def silent_groups() -> sa.ScalarSelect[str]:
    """The groups concerned for which nobody has answered. Needs Consultation outside.

    Taken away from those concerned, and not asked of each: the answers are gone through once.
    """
    concerned = sa.select(consultation_group.c.target_group_id).where(consultation_group.c.consultation_id == Consultation.id)
    said = sa.select(version_group.c.target_group_id).join(Position, Position.current_id == version_group.c.version_id)
    said = said.where(Position.consultation_id == Consultation.id, is_counted()).correlate_except(version_group, Position)
    stand = _parties().with_only_columns(organisation_group.c.target_group_id)
    silent = sa.except_(concerned.correlate_except(consultation_group), said, stand)
    return sa.select(packed_groups()).where(TargetGroup.id.in_(silent)).correlate(Consultation).scalar_subquery()


def public_consultations(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Announced consultations with their municipality and authority."""
    return (
        sa.select(*columns)
        .select_from(Consultation)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(IS_PUBLIC)
    )


def is_public_here() -> sa.ColumnElement[bool]:
    """IS_PUBLIC without a join, from which SQLite would begin."""
    active = sa.select(Municipality.id).where(Municipality.id == Consultation.municipality_id, Municipality.active)
    return sa.and_(Consultation.announced_at.is_not(None), active.correlate(Consultation).exists())


def list_rows(at: datetime, *where: sa.ColumnElement[bool], order: Sequence[Any], limit: int, offset: int = 0) -> list[Row]:
    """Consultations for a list, in one statement."""
    return rows_of(db.session.execute(consultation_rows(at, *where, order=order, limit=limit, offset=offset)), at)


def consultation_rows(
    at: datetime, *where: sa.ColumnElement[bool], order: Sequence[Any], limit: int, offset: int = 0, newest: bool = False
) -> sa.Select[*tuple[Any, ...]]:
    """The statement of `list_rows`, for those that are built once; `rows_of` reads what it finds.

    The page is chosen first: otherwise the answers of every consultation that matches would be counted, and all but a page left out.

    Args:
        newest: `order` is an index, and what `where` says of nothing but the consultation leaves out few: it is read from its
            beginning until the page is full, and not sorted.
    """
    order = [*order, Consultation.id.desc()]
    page = _chosen(Consultation.id, newest=newest).where(*where).order_by(*order).limit(limit).offset(offset).subquery("page")
    return _rows(at, page).order_by(*order)


def open_first_rows(
    at: datetime, *where: sa.ColumnElement[bool], limit: int, offset: int = 0, newest: bool = False
) -> sa.Select[*tuple[Any, ...]]:
    """The same of everything, in the order of `open_first`: those that are open and the others, each read in the order of an index.

    Sorted together, every consultation that there is would be read for each page, since its phase is the clock's.
    """
    until = sa.literal(limit) + offset
    is_open = sa.and_(Consultation.closes_at > at, phase_sql(at) == Phase.open.value)  # said so, SQLite begins at the index of the order
    columns = (Consultation.id, Consultation.closes_at, Consultation.announced_at)

    def part(number: int) -> sa.Select[*tuple[Any, ...]]:
        return _chosen(*columns, sa.literal_column(str(number)).label("part"), newest=newest).where(*where)

    newest_first = Consultation.announced_at.desc(), Consultation.id.desc()
    first = part(0).where(is_open).order_by(Consultation.closes_at, *newest_first).limit(until).cte("first")
    left = until - sa.select(sa.func.count()).select_from(first).scalar_subquery()
    rest = part(1).where(sa.not_(is_open_sql(at))).order_by(*newest_first).limit(left).subquery("rest")
    both = sa.union_all(sa.select(first), sa.select(rest)).subquery("both")
    order = both.c.part, sa.case((both.c.part == 0, both.c.closes_at)), both.c.announced_at.desc(), both.c.id.desc()
    page = sa.select(both).order_by(*order).limit(limit).offset(offset).subquery("page")
    return _rows(at, page).order_by(*open_first(at), Consultation.id.desc())


def _chosen(*columns: Any, newest: bool) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*columns).where(is_public_here()) if newest else public_consultations(*columns)


def _rows(at: datetime, page: sa.Subquery) -> sa.Select[*tuple[Any, ...]]:
    """What `rows_of` reads, of the consultations whose ids the page has."""
    statement = sa.select(
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Consultation.slug,
        Consultation.title,
        Authority.name.label("authority"),
        phase_sql(at).label("phase"),
        Consultation.opens_at,
        Consultation.closes_at,
        Consultation.summary_due_on,
        feedback_due().label("feedback_due_on"),
        Consultation.feedback_published_at,
        Consultation.cancelled_at,
        Consultation.ended_at,
        how_many(at).label("answered"),
        silent_groups().label("silent"),
    )
    statement = statement.select_from(page).join(Consultation, Consultation.id == page.c.id)
    statement = statement.join(Municipality, Municipality.id == Consultation.municipality_id)
    return statement.join(Authority, Authority.id == Consultation.authority_id)


def rows_of(found: sa.Result[Any], at: datetime) -> list[Row]:
    """The consultations of a list."""
    return [_row(dict(row), at) for row in found.mappings()]


def _row(values: dict[str, Any], at: datetime) -> Row:
    phase = Phase(values.pop("phase"))
    due = {Phase.compiling: values["summary_due_on"], Phase.summarised: values["feedback_due_on"]}.get(phase)
    late = max(0, (clock.day_of(at) - due).days) if due else 0
    return Row(**(values | {"silent": unpacked(values["silent"])}), phase=phase, late=late)


# What a reader looks for first in a list of everything: what one can still answer, soonest first; then what is newest.
def open_first(at: datetime) -> tuple[Any, ...]:
    is_open = is_open_sql(at)
    return sa.case((is_open, 0), else_=1), sa.case((is_open, Consultation.closes_at)), Consultation.announced_at.desc()
