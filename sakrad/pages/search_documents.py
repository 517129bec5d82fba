"""What can be found: the texts of announced consultations and of listed organisations, exactly as readers may see them.

Each function asks for all the texts of some parts of the index, in a constant number of statements however many they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from sakrad.consultations.models import (
    Consultation,
    ContentAbout,
    ContentVersion,
    Question,
    consultation_group,
    consultation_subject,
)
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.consultations.queries_versions import NAMES as VERSION_TEXTS
from sakrad.consultations.queries_versions import words_of
from sakrad.consultations.tongues import TONGUES
from sakrad.core import clock
from sakrad.core.db import db, json_rows
from sakrad.core.search import Entry
from sakrad.directory.models import Authority, Municipality, Unit
from sakrad.pages.search_kinds import ResultKind
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, published_row
from sakrad.responses.models import Commitment, FeedbackRelease, Progress, Response
from sakrad.responses.told import is_step_told, is_told, join_released
from sakrad.summaries.citations import GLUED
from sakrad.summaries.models import Finding, Summary

LONGEST_TITLE = 400
MARKDOWN = re.compile(r"(?m)^[ \t]*(?:#{1,6}|[-*+>]|\d{1,3}[.)])[ \t]+|\*\*|__|\]\([^)\s]*\)|(?<!\w)\[|`")


def ids_of(link: sa.Table, target: str, owner: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    """The ids that a link table ties to a row, as a column of it."""
    return sa.select(json_rows(link.c[target])).where(owner).correlate_except(link).scalar_subquery()


GROUPS = ids_of(consultation_group, "target_group_id", consultation_group.c.consultation_id == Consultation.id)
SUBJECTS = ids_of(consultation_subject, "subject_id", consultation_subject.c.consultation_id == Consultation.id)
IN_SHORT = (
    sa.select(Summary.in_short)
    .where(Summary.consultation_id == Consultation.id, Summary.published_at.is_not(None))
    .correlate(Consultation)
    .scalar_subquery()
)
SUMMARY_ID = (
    sa.select(Summary.id)
    .where(Summary.consultation_id == Consultation.id, Summary.published_at.is_not(None))
    .correlate(Consultation)
    .scalar_subquery()
)
THREAD = (
    Consultation.id.label("consultation_id"),
    Consultation.slug,
    Consultation.unit_id,
    Consultation.announced_at,
    Consultation.answers_public,
    Consultation.closes_at,
    Municipality.id.label("municipality_id"),
    Municipality.slug.label("kommun"),
    FULL_NAME.label("municipality"),
    SUBJECTS.label("subjects"),
)


def consultations(consultation_ids: Collection[int]) -> Iterator[Entry]:
    """All that stands of consultations but the answers to them. 6 statements, one where none of them is public."""
    public = {row.consultation_id: row for row in db.session.execute(_heads().where(IS_PUBLIC, Consultation.id.in_(consultation_ids)))}
    if not public:
        return
    ids = list(public)
    versions = _versions(ids)
    for row in public.values():
        yield _consultation(row, versions.get(row.consultation_id, ()))
    for each in (_questions, _findings, _responses, _commitments):
        yield from each(public)


def _heads() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *THREAD,
            *(Consultation.title, Consultation.lead, Consultation.purpose, Consultation.background, Consultation.need),
            *(Consultation.can_influence, Consultation.already_decided, Consultation.diary_number),
            Authority.name.label("authority"),
            Unit.name.label("unit"),
            GROUPS.label("groups"),
            IN_SHORT.label("in_short"),
            masks_column(TextKind.in_short, SUMMARY_ID).label("in_short_masks"),
        )
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .outerjoin(Unit, Unit.id == Consultation.unit_id)
    )


def _versions(ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """What published versions in other languages say, by consultation: where each stands (see search_kinds), and its words."""
    about_published = sa.or_(ContentVersion.about == ContentAbout.consultation, Consultation.summary_published_at.is_not(None))
    rows = db.session.execute(
        sa.select(
            *(ContentVersion.consultation_id, ContentVersion.about, ContentVersion.language),
            *(ContentVersion.title, ContentVersion.lead, ContentVersion.text, ContentVersion.questions),
            *(masks_column(kind, ContentVersion.id).label(kind.value) for kind in VERSION_TEXTS),
        )
        .join(Consultation, Consultation.id == ContentVersion.consultation_id)
        .where(ContentVersion.consultation_id.in_(ids), ContentVersion.published_at.is_not(None), about_published)
        .order_by(ContentVersion.id)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        words = (published_row(text, getattr(row, kind.value)) for kind, text in words_of(row).items())
        where = ("+" if row.about is ContentAbout.summary else "") + TONGUES[row.language].key
        found.setdefault(row.consultation_id, []).append((where, _plain(joined(*words))))
    return found


def _consultation(row: Any, versions: Collection[tuple[str, str]]) -> Entry:
    texts = (row.lead, row.purpose, row.need, row.background, row.can_influence, row.already_decided)
    text = _plain(joined(*texts, published_row(row.in_short or "", row.in_short_masks)))
    borders = []
    for where, words in versions:
        text = joined(text, words)
        borders.append(f"{len(text) - len(words)}{where}")
    return entry(
        row,
        ResultKind.consultation,
        row.consultation_id,
        path_of("pages.consultation", row),
        row.title,
        text=text,
        also=(row.municipality, row.authority, row.unit or "", row.diary_number),
        names=row.municipality,
        at=row.announced_at,
        facts={"versions": " ".join(borders)} if borders else None,
    )


def _questions(public: dict[int, Any]) -> Iterator[Entry]:
    rows = db.session.execute(
        sa.select(Question.consultation_id, Question.id, Question.number, Question.text, Question.help, Question.options)
        .where(Question.consultation_id.in_(public), Question.withdrawn_at.is_(None))
        .order_by(Question.id)
    )
    for row in rows:
        head = public[row.consultation_id]
        yield entry(
            head,
            ResultKind.question,
            row.id,
            path_of("pages.question", head, number=row.number),
            row.text,
            text=joined(row.help, *row.options),
            at=head.announced_at,
            facts={"number": row.number},
        )


def _findings(public: dict[int, Any]) -> Iterator[Entry]:
    kinds = {"heading": TextKind.finding_heading, "body": TextKind.finding, "section": TextKind.finding_section}
    rows = db.session.execute(
        sa.select(
            *(Summary.consultation_id, Summary.published_at, Finding.id, Finding.number, Finding.heading, Finding.body, Finding.section),
            *(masks_column(kind, Finding.id).label(f"{name}_masks") for name, kind in kinds.items()),
        )
        .join(Summary, Summary.id == Finding.summary_id)
        .where(Summary.consultation_id.in_(public), Summary.published_at.is_not(None))
        .order_by(Finding.id)
    )
    for row in rows:
        head = public[row.consultation_id]
        path = path_of("summaries.show", head, f"samlad-{row.number}", samlad=row.number)
        yield entry(
            head,
            ResultKind.finding,
            row.id,
            path,
            published_row(row.heading, row.heading_masks),
            text=_plain(GLUED.sub("", published_row(row.body, row.body_masks))),
            also=(published_row(row.section, row.section_masks),),
            at=row.published_at,
            facts={"number": row.number},
        )


def _responses(public: dict[int, Any]) -> Iterator[Entry]:
    kinds = {"reason": TextKind.response, "whose": TextKind.whose, "basis": TextKind.basis}
    rows = db.session.execute(
        sa.select(
            *(FeedbackRelease.consultation_id, FeedbackRelease.published_at, Response.id, Response.outcome),
            *(Response.reason, Response.whose, Response.basis, Finding.number, Finding.heading),
            *(masks_column(kind, Response.id).label(f"{name}_masks") for name, kind in kinds.items()),
            masks_column(TextKind.finding_heading, Finding.id).label("heading_masks"),
        )
        .join(FeedbackRelease, FeedbackRelease.id == Response.release_id)
        .outerjoin(Finding, Finding.id == Response.finding_id)
        .where(FeedbackRelease.consultation_id.in_(public), FeedbackRelease.published_at.is_not(None))
        .order_by(Response.id)
    )
    for row in rows:
        head = public[row.consultation_id]
        path = path_of("responses.show", head, f"samlad-{row.number}", samlad=row.number) if row.number else path_of("responses.show", head)
        yield entry(
            head,
            ResultKind.response,
            row.id,
            path,
            published_row(row.heading, row.heading_masks) if row.number else "",
            text=_plain(joined(*(published_row(getattr(row, name), getattr(row, f"{name}_masks")) for name in kinds))),
            at=row.published_at,
            facts={"number": row.number, "outcome": row.outcome.value},
        )


def _commitments(public: dict[int, Any]) -> Iterator[Entry]:
    told = sa.select(sa.func.max(Progress.id)).where(Progress.commitment_id == Commitment.id, is_step_told())
    kinds = {"what": TextKind.commitment, "how_seen": TextKind.how_seen}
    statement: Any = sa.select(
        *(Commitment.consultation_id, Commitment.id, Commitment.number, Commitment.what, Commitment.how_seen),
        *(FeedbackRelease.published_at, Progress.text, Progress.at),
        *(masks_column(kind, Commitment.id).label(f"{name}_masks") for name, kind in kinds.items()),
        masks_column(TextKind.progress, Progress.id).label("text_masks"),
    ).select_from(Commitment)
    rows = db.session.execute(
        join_released(statement)
        .outerjoin(Progress, Progress.id == told.correlate(Commitment).scalar_subquery())
        .where(Commitment.consultation_id.in_(public), is_told())
        .order_by(Commitment.id)
    )
    for row in rows:
        head = public[row.consultation_id]
        yield entry(
            head,
            ResultKind.commitment,
            row.id,
            path_of("responses.commitment", head, number=row.number),
            published_row(row.what, row.what_masks),
            text=joined(published_row(row.how_seen, row.how_seen_masks), published_row(row.text or "", row.text_masks)),
            at=max(row.published_at, row.at or row.published_at),
            facts={"number": row.number},
        )


def part_of(model: type[Any], row_id: int) -> str:
    """What texts are indexed together with: all that hangs on one row."""
    return f"{model.__tablename__}:{row_id}"


def entry(
    row: Any,
    kind: ResultKind,
    row_id: int,
    path: str,
    title: str,
    *,
    at: datetime,
    text: str = "",
    also: Collection[str] = (),
    names: str = "",
    part: str = "",
    groups: str | None = None,
    organisation_id: int | None = None,
    organisation_kind: str = "",
    visible_from: datetime | None = None,
    facts: Mapping[str, int | str | None] | None = None,
) -> Entry:
    """A text of a consultation; `row` has the columns of THREAD."""
    return Entry(
        key=f"{kind}:{row_id}",
        part=part or part_of(Consultation, row.consultation_id),
        kind=kind.value,
        path=path,
        title=title[:LONGEST_TITLE],
        at=at,
        text=text,
        also=joined(*also) if also else row.municipality,
        names=names,
        facts=json.dumps({name: fact for name, fact in facts.items() if fact}) if facts else "",
        consultation_id=row.consultation_id,
        municipality_id=row.municipality_id,
        organisation_id=organisation_id,
        organisation_kind=organisation_kind,
        unit_id=row.unit_id,
        groups=ids_in(row.groups) if groups is None else groups,
        subjects=ids_in(row.subjects),
        year=clock.day_of(at).year,
        visible_from=visible_from,
    )


def path_of(endpoint: str, row: Any = None, anchor: str = "", **values: Any) -> str:
    """The address of a page, of the thread that the row is about, in no language: whoever writes it reads it in any."""
    if row is not None:
        values |= {"kommun": row.kommun, "slug": row.slug}
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{path}#{anchor}" if anchor else path


def ids_in(rows: Any) -> str:
    """The first column of the rows, between spaces; sorted, since they come in no order."""
    return "".join(f" {one}" for one in sorted(row[0] for row in rows or ())) + " " if rows else ""


def _plain(text: str) -> str:
    """What officials write in Markdown, near enough as it is read: a text under its masks cannot be parsed without moving them."""
    return MARKDOWN.sub("", text)


def joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)
