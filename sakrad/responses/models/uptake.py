"""Uptake (genomslag), counted as it changes: how many points had which outcome, so that no page has to count a million."""

from __future__ import annotations

import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core.db import Base, code
from sakrad.directory.models import OrganisationKind
from sakrad.responses.models.answers import Outcome


class Telling(enum.StrEnum):
    """In which figures the points of organisations that readers may not tell by name are counted."""

    alone = "alone"  # in all
    summed = "summed"  # where kinds of organisations are added up, since too few are of one kind
    hidden = "hidden"  # in none that says what became of them


class UptakeCell(Base):
    """How many points of a published summary, for a group, by a kind of organisation, had an outcome.

    Written anew for the consultation in the transaction that changes what it counts; equal to counting the rows, by a test.
    """

    __tablename__ = "uptake_cell"
    __table_args__ = (
        sa.Index("ix_uptake_cell_place", "municipality_id", "year"),
        sa.Index("ix_uptake_cell_group", "group_id", "year"),
        sa.CheckConstraint("points > 0 AND contributors > 0", name="something"),
        sa.CheckConstraint("shy_points <= points AND shy_contributors <= contributors", name="shy_among_all"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))  # the responsible one of that day
    year: Mapped[int]  # in which the summary was published, in Stockholm
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("target_group.id"))  # None: every point once, whatever its groups
    kind: Mapped[OrganisationKind] = mapped_column(code(OrganisationKind))
    outcome: Mapped[Outcome | None] = mapped_column(code(Outcome))  # None: not answered
    points: Mapped[int]
    contributors: Mapped[int]  # organisations
    shy_points: Mapped[int] = mapped_column(default=0)  # of organisations that readers may not tell by name
    shy_contributors: Mapped[int] = mapped_column(default=0)
    voices: Mapped[int] = mapped_column(default=0)  # of those told by name, each in one cell of the group: may be added up
    telling: Mapped[Telling] = mapped_column(code(Telling), default=Telling.alone)
