"""What uptake is counted from, and what is kept of it: read for the count, and for comparing the two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, locked, writing
from sakrad.core.statements import built_once
from sakrad.core.text import MASK, Span
from sakrad.directory.models import Organisation, OrganisationKind, Verification
from sakrad.directory.queries_merging import present_id, with_merged
from sakrad.positions.models import Answer, Position, PositionVersion, version_group
from sakrad.positions.queries_public import Visibility, is_quotable, masked_slice, positions, slice_of, visibility_sql
from sakrad.records.models import Mask, TextKind
from sakrad.responses.models import Outcome, UptakeCell
from sakrad.responses.outcomes import outcome_of_point
from sakrad.responses.uptake import Said, count
from sakrad.summaries.models import Citation, Point

Cell = dict[str, Any]
COUNTED = tuple(column.name for column in UptakeCell.__table__.columns if column.name != "id")


def find_counted(consultation_id: int) -> Any:
    """What its cells say of the consultation itself, locked when writing; None until its summary is published."""
    return db.session.execute(*_counted(consultation_id, writing=writing())).one_or_none()


@built_once
def _counted(consultation_id: int, *, writing: bool) -> sa.Select[*tuple[Any, ...]]:
    statement = sa.select(
        Consultation.id, Consultation.municipality_id, Consultation.unit_id, Consultation.summary_published_at.label("published_at")
    ).where(Consultation.id == consultation_id, Consultation.summary_published_at.is_not(None))
    return locked(statement, Consultation, when=writing)


def list_cells(consultation_id: int, at: datetime) -> list[Cell]:
    """The cells of a consultation, counted from its rows. 4 statements."""
    found = find_counted(consultation_id)
    return cells_of(found, at) if found else []


def cells_of(found: Any, at: datetime) -> list[Cell]:
    """The same of what `find_counted` found. 3 statements."""
    own = {
        "consultation_id": found.id,
        "municipality_id": found.municipality_id,
        "unit_id": found.unit_id,
        "year": clock.day_of(found.published_at).year,
    }
    figures = ("points", "contributors", "shy_points", "shy_contributors", "voices", "telling")
    return [
        {
            **own,
            "group_id": key.group,
            "kind": key.kind,
            "outcome": key.outcome,
            **dict(zip(figures, cell.figures, strict=True)),
        }
        for key, cell in count(list_said(found.id, at)).items()
    ]


def list_kept(consultation_id: int) -> list[Cell]:
    """The cells that are kept of it."""
    kept = sa.select(*(UptakeCell.__table__.c[name] for name in COUNTED)).where(UptakeCell.consultation_id == consultation_id)
    return [dict(row) for row in db.session.execute(kept).mappings()]


def list_said(consultation_id: int, at: datetime) -> list[Said]:
    """The points of its summary, cited or set aside, of answers that stand; gathered by contributor, outcome and groups. 3 statements."""
    points = points_of(at).where(Position.consultation_id == consultation_id).subquery()
    who = (points.c.version_id, points.c.contributor, points.c.kind, points.c.outcome, points.c.shy)
    concealed = _concealed(consultation_id)
    shy = sa.case((points.c.point_id.in_(concealed), 1), else_=points.c.shy)
    rows = db.session.execute(sa.select(*who[:-1], shy.label("shy"), sa.func.count().label("points")).group_by(*who[:-1], shy))
    groups = _groups(consultation_id)
    return [
        Said(
            row.contributor,
            OrganisationKind(row.kind),
            Outcome(row.outcome) if row.outcome else None,
            bool(row.shy),
            groups.get(row.version_id, frozenset()),
            row.points,
        )
        for row in rows
    ]


def points_of(at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Points that count: point_id, version_id, contributor, kind, outcome and shy (0 or 1), a row each; narrow it with where.

    Those that are wholly masked are told apart by `list_said`.
    """
    version = aliased(PositionVersion, name="spoken_version")
    heir = aliased(Organisation, name="contributor")
    stands = sa.case(
        (version.meeting_id.is_(None), Position.stands), else_=sa.and_(version.withdrawn_at.is_(None), version.disowned_at.is_(None))
    )
    verified = sa.select(Verification.organisation_id).where(Verification.municipality_id == Consultation.municipality_id)
    by_name = sa.and_(visibility_sql(at) == Visibility.named.value, is_quotable(Answer.version_id))
    taken_up = sa.or_(Point.set_aside_at.is_not(None), sa.exists().where(Citation.point_id == Point.id))
    return (
        positions(at, spoken=version)
        .with_only_columns(
            Point.id.label("point_id"),
            version.id.label("version_id"),
            heir.id.label("contributor"),
            heir.kind.label("kind"),
            outcome_of_point().label("outcome"),
            sa.case((by_name, 0), else_=1).label("shy"),
        )
        .join(heir, heir.id == present_id(Organisation))
        .join(Answer, Answer.version_id == version.id)
        .join(Point, Point.answer_id == Answer.id)
        .where(taken_up, stands, Organisation.id.in_(verified.correlate(Consultation)))
    )


def _groups(consultation_id: int) -> dict[int, frozenset[int]]:
    """For whom each version says that it speaks."""
    found: dict[int, set[int]] = {}
    spoken = (
        sa.select(version_group.c.version_id, version_group.c.target_group_id)
        .join(PositionVersion, PositionVersion.id == version_group.c.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Position.consultation_id == consultation_id)
    )
    for version_id, group_id in db.session.execute(spoken):
        found.setdefault(version_id, set()).add(group_id)
    return {version_id: frozenset(groups) for version_id, groups in found.items()}


def _concealed(consultation_id: int) -> list[int]:
    """Points of whose words readers see nothing, since masks lie over all of them."""
    rows = db.session.execute(
        sa.select(
            Point.id,
            Point.start,
            Point.end,
            slice_of(Answer, Point.start, Point.end).label("words"),
            Mask.start.label("mask_start"),
            Mask.end.label("mask_end"),
        )
        .join(Answer, Answer.id == Point.answer_id)
        .join(Mask, sa.and_(Mask.kind == TextKind.answer, Mask.text_id == Answer.id, Mask.removed_at.is_(None)))
        .where(Point.consultation_id == consultation_id)
    )
    masks: dict[tuple[int, int, int, str], list[Span]] = {}
    for row in rows:
        masks.setdefault((row.id, row.start, row.end, row.words), []).append(Span(row.mask_start, row.mask_end))
    return [
        point_id
        for (point_id, start, end, words), spans in masks.items()
        if not masked_slice(words, start, end, spans).replace(MASK, "").strip()
    ]


def list_summarised() -> Iterator[int]:
    """Every consultation whose summary is published."""
    published = sa.select(Consultation.id).where(Consultation.summary_published_at.is_not(None)).order_by(Consultation.id)
    yield from db.session.scalars(published).all()


def list_spoken_in(organisation_id: int) -> list[int]:
    """The summarised consultations in which the organisation, or one that has been merged into it, has said something."""
    own = with_merged([organisation_id])
    spoken = (
        sa.select(Position.consultation_id)
        .join(Consultation, Consultation.id == Position.consultation_id)
        .where(Position.organisation_id.in_(own), Consultation.summary_published_at.is_not(None))
    )
    return list(db.session.scalars(spoken.distinct().order_by(Position.consultation_id)))


def list_different(at: datetime) -> list[int]:
    """The consultations whose kept cells are not what their rows say: none, unless something is wrong."""
    return [one for one in list_summarised() if _sorted(list_kept(one)) != _sorted(list_cells(one, at))]


def _sorted(cells: list[Cell]) -> list[tuple[Any, ...]]:
    return sorted(tuple(str(cell[name]) for name in COUNTED) for cell in cells)
