"""The live coverage panel: which groups concerned have had a voice, and whom one can still ask. Nothing from drafts (PRACTICE.md 20)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Invitation, consultation_group
from sakrad.consultations.queries_whom import count_answered_before, list_to_hear
from sakrad.core.db import db, order_sv
from sakrad.directory.models import TargetGroup, organisation_group
from sakrad.positions.models import Position, PositionVersion, version_group
from sakrad.positions.queries_coverage import count_for
from sakrad.positions.queries_invited import has_answered
from sakrad.positions.queries_public import is_counted

EACH = 5  # organisations proposed for a group


@dataclass(frozen=True, slots=True)
class ToAsk:
    """An organisation that speaks for the group and is not invited."""

    slug: str
    name: str
    first_timer: bool  # has answered nothing here before


@dataclass(frozen=True, slots=True)
class Covered:
    """A group concerned: what has been asked and what has come in. `answered` is what readers are told too."""

    name: str
    slug: str
    invited: int
    answered: int
    uninvited: int  # of those: from organisations that were not invited
    unverified: int  # answers that speak for it, from organisations that the municipality has not verified
    declined: int
    heard: int  # organisations that speak for it, whose words at a meeting have been written down
    to_ask: tuple[ToAsk, ...]  # only while nobody has answered for it

    @property
    def is_silent(self) -> bool:
        return not (self.answered or self.unverified)


def list_coverage(consultation: Consultation, *, barred: Collection[int], mendable: bool) -> list[Covered]:
    """The groups concerned by name, the silent first: three statements however many there are.

    Args:
        barred: ids of organisations that the reader belongs to, which others invite (jäv).
        mendable: whether organisations may still be invited; else none is proposed.
    """
    rows = list(
        db.session.execute(
            sa.select(
                TargetGroup.id,
                TargetGroup.name,
                TargetGroup.slug,
                _invited().label("invited"),
                count_for(TargetGroup.id).label("answered"),
                _uninvited().label("uninvited"),
                _unverified().label("unverified"),
                _invited(Invitation.declined_at.is_not(None), ~has_answered()).label("declined"),
                _heard().label("heard"),
            )
            .select_from(consultation_group)
            .join(TargetGroup, TargetGroup.id == consultation_group.c.target_group_id)
            .join(Consultation, Consultation.id == consultation_group.c.consultation_id)
            .where(Consultation.id == consultation.id)
            .order_by(order_sv(TargetGroup.name))
        )
    )
    silent = [row.id for row in rows if not (row.answered or row.unverified)]
    found = list_to_hear(consultation, silent, barred=barred, each=EACH) if mendable and silent else {}
    before = count_answered_before(consultation, {each.id for group in found.values() for each in group}) if found else {}
    covered = [
        Covered(
            *(row.name, row.slug, row.invited, row.answered, row.uninvited, row.unverified, row.declined, row.heard),
            tuple(ToAsk(each.slug, each.name, each.id not in before) for each in found.get(row.id, ())),
        )
        for row in rows
    ]
    return sorted(covered, key=lambda each: not each.is_silent)


def _speaks(organisation_id: Any) -> sa.ColumnElement[bool]:
    """Whether the organisation says in its profile that it speaks for the group. Needs TargetGroup outside."""
    link = organisation_group
    said = sa.select(link.c.organisation_id).where(link.c.organisation_id == organisation_id, link.c.target_group_id == TargetGroup.id)
    return said.correlate_except(link).exists()


def _invited(*more: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    statement = sa.select(sa.func.count(Invitation.id)).where(
        Invitation.consultation_id == Consultation.id, _speaks(Invitation.organisation_id), *more
    )
    return statement.correlate(Consultation, TargetGroup).scalar_subquery()


def _unverified() -> sa.ScalarSelect[int]:
    statement = (
        sa.select(sa.func.count())
        .select_from(version_group)
        .join(Position, Position.current_id == version_group.c.version_id)
        .where(
            Position.consultation_id == Consultation.id,
            version_group.c.target_group_id == TargetGroup.id,
            Position.stands,
            ~is_counted(),
        )
    )
    return statement.correlate(Consultation, TargetGroup).scalar_subquery()


def _uninvited() -> sa.ScalarSelect[int]:
    asked = sa.exists().where(
        Invitation.consultation_id == Position.consultation_id, Invitation.organisation_id == Position.organisation_id
    )
    statement = (
        sa.select(sa.func.count())
        .select_from(version_group)
        .join(Position, Position.current_id == version_group.c.version_id)
        .where(
            Position.consultation_id == Consultation.id,
            version_group.c.target_group_id == TargetGroup.id,
            is_counted(),
            ~asked.correlate(Position),
        )
    )
    return statement.correlate(Consultation, TargetGroup).scalar_subquery()


def _heard() -> sa.ScalarSelect[int]:
    statement = (
        sa.select(sa.func.count(Position.id.distinct()))
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(
            Position.consultation_id == Consultation.id,
            PositionVersion.meeting_id.is_not(None),
            PositionVersion.disowned_at.is_(None),
            _speaks(Position.organisation_id),
        )
    )
    return statement.correlate(Consultation, TargetGroup).scalar_subquery()
