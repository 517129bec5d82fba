"""What organisations have said, and they themselves, as they can be found: exactly as readers may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import AnswersPublic, Consultation, Question
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core.db import db, json_rows
from sakrad.core.search import Entry
from sakrad.core.statements import built_once
from sakrad.directory.models import (
    FormerName,
    Municipality,
    Organisation,
    ProfileVersion,
    Subject,
    TargetGroup,
    organisation_group,
    organisation_subject,
)
from sakrad.directory.queries_public import is_listed
from sakrad.pages.search_documents import THREAD, entry, ids_in, ids_of, joined, part_of, path_of
from sakrad.pages.search_kinds import ResultKind
from sakrad.positions.models import Answer, Position, PositionVersion, version_group
from sakrad.positions.queries_public import READABLE, WORDED, Visibility, positions, visibility_sql, voice
from sakrad.positions.queries_views import is_view_standing
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, published_row

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)  # what closing lets through is written before it, and shown from it on (`visible_from`)


@built_once
def _answers(position_ids: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    said = aliased(PositionVersion, name="said_version")
    columns = (
        *THREAD,
        Answer.id.label("answer_id"),
        Answer.text.label("words"),
        Question.number.label("question"),
        Organisation.id.label("organisation_id"),
        Organisation.kind.label("organisation_kind"),
        ids_of(version_group, "target_group_id", version_group.c.version_id == said.id).label("group_ids"),
        masks_column(TextKind.answer, Answer.id).label("masks"),
    )
    written = sa.and_(said.meeting_id.is_(None), said.id == Position.published_id)
    return (
        positions(END_OF_TIME, *columns, spoken=said)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Answer, Answer.version_id == said.id)
        .join(Question, Question.id == Answer.question_id)
        .where(Position.id.in_(position_ids), IS_PUBLIC, sa.or_(written, is_view_standing(said)), WORDED)
        .where(visibility_sql(END_OF_TIME).in_(READABLE))
        .order_by(Answer.id)
    )


def answers(position_ids: Collection[int]) -> Iterator[Entry]:
    """The answers that readers may read in the positions: what was written, and each view from a meeting.

    One statement. An answer that nobody may know the sender of has neither its name, kind, address nor day.
    """
    for row in db.session.execute(*_answers(position_ids)):
        seen = voice(row)
        named = seen.visibility is Visibility.named
        where = "positions.show" if row.meeting is None else "positions.views"
        place = {"org": seen.key} if row.meeting is None else {"number": row.meeting}
        yield entry(
            row,
            ResultKind.answer,
            row.answer_id,
            path_of(where, row, f"fraga-{row.question}", **place, fraga=row.question),
            seen.name or "",
            part=part_of(Position, row.position_id),
            text=published_row(row.words, row.masks),
            at=(row.said_at or row.received_at) if named else row.announced_at,
            groups=ids_in(row.group_ids),
            organisation_id=row.organisation_id if named else None,
            organisation_kind=row.organisation_kind.value if named else "",
            visible_from=row.closes_at if row.answers_public is AnswersPublic.closing else None,
            facts={"number": row.question, "meeting": row.meeting, "unnamed": not named},
        )


def organisations(organisation_ids: Collection[int]) -> Iterator[Entry]:
    """What organisations that have a page of their own say there. One statement."""
    other = aliased(Organisation)
    last = sa.select(sa.func.max(ProfileVersion.id)).where(ProfileVersion.organisation_id == Organisation.id)
    last_id = last.correlate(Organisation).scalar_subquery()
    former = sa.select(json_rows(FormerName.name)).where(FormerName.organisation_id == Organisation.id)
    merged = sa.select(json_rows(other.name)).where(other.heir_id == Organisation.id)
    groups, subjects = organisation_group.c, organisation_subject.c
    spoken_for = sa.select(json_rows(TargetGroup.id, TargetGroup.name)).join(organisation_group, groups.target_group_id == TargetGroup.id)
    about = sa.select(json_rows(Subject.id, Subject.name)).join(organisation_subject, subjects.subject_id == Subject.id)
    rows = db.session.execute(
        sa.select(
            *(Organisation.id, Organisation.slug, Organisation.name, Organisation.kind, Organisation.description, Organisation.added_value),
            *(Organisation.protected, Organisation.created_at, Organisation.municipality_id, FULL_NAME.label("municipality")),
            masks_column(TextKind.description, last_id).label("description_masks"),
            masks_column(TextKind.added_value, last_id).label("added_value_masks"),
            former.correlate(Organisation).scalar_subquery().label("former"),
            merged.correlate(Organisation).scalar_subquery().label("merged"),
            spoken_for.where(groups.organisation_id == Organisation.id).correlate(Organisation).scalar_subquery().label("groups"),
            about.where(subjects.organisation_id == Organisation.id).correlate(Organisation).scalar_subquery().label("subjects"),
        )
        .outerjoin(Municipality, Municipality.id == Organisation.municipality_id)
        .where(Organisation.id.in_(organisation_ids), Organisation.merged_at.is_(None), is_listed())
        .order_by(Organisation.id)
    )
    for row in rows:
        placed = not row.protected and row.municipality_id is not None
        names = (row.name, *(name for (name,) in (() if row.protected else row.former or ())), *(name for (name,) in row.merged or ()))
        kinds = {"description": row.description_masks, "added_value": row.added_value_masks}
        yield Entry(
            key=f"{ResultKind.organisation}:{row.id}",
            part=part_of(Organisation, row.id),
            kind=ResultKind.organisation.value,
            path=path_of("voices.organisation", org=row.slug),
            title=row.name,
            at=row.created_at,
            text=joined(*(published_row(getattr(row, name), masks) for name, masks in kinds.items())),
            also=joined(*sorted(names), row.municipality if placed else "", *(name for _id, name in row.groups or ())),
            names=joined(*sorted(names), row.municipality if placed else ""),
            municipality_id=row.municipality_id if placed else None,
            organisation_id=row.id,
            organisation_kind=row.kind.value,
            groups=ids_in(row.groups),
            subjects=ids_in(row.subjects),
        )
