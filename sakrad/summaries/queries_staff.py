"""The officers' workbench: the answers with what has become of them, page by page, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries_correcting import QuestionHistory, histories_of
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.positions.models import ANSWER_LIMIT, AnchoringLevel, Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_parties import Behind, list_behind
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over
from sakrad.summaries import citations, queries_public
from sakrad.summaries.models import Citation, Finding, NothingToTakeUp, Point, Summary, Theme
from sakrad.summaries.queries import DONE, TAKEN_UP, UNUSED, WORDED, of_consultation
from sakrad.summaries.queries_public import Source

PAGE = 25
VIEWS = ("fraga", "organisation", "tema")
WITHOUT_THEME = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """Which answers are shown: by question, by organisation or by theme; `left` only what is left to do."""

    view: str = "fraga"
    question: int = 1
    organisation: str = ""
    theme: int = WITHOUT_THEME
    left: bool = False
    page: int = 1

    def args(self) -> dict[str, Any]:
        """The address's arguments for this view."""
        args: dict[str, Any] = {"vy": self.view, "kvar": "1" if self.left else None, "sida": self.page if self.page > 1 else None}
        args |= {"fraga": self.question} if self.view == "fraga" else {}
        args |= {"organisation": self.organisation or None} if self.view == "organisation" else {}
        args |= {"tema": self.theme} if self.view == "tema" else {}
        return {name: value for name, value in args.items() if value is not None}


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point on the workbench. `cited_in` holds the ids of the findings that cite it."""

    number: int
    words: str
    whole: bool
    theme: str
    groups: list[str]
    cited_in: frozenset[int]
    reason: str  # why it is set aside; empty when it is not

    @property
    def key(self) -> str:
        return str(self.number)

    @property
    def left(self) -> bool:
        return not self.cited_in and not self.reason


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer on the workbench, with the points shown in this view."""

    organisation: str
    slug: str
    question: int
    asked: str
    text: str
    stance: Stance | None
    options: list[str]
    own_interest: bool
    anchoring: AnchoringLevel | None
    decided_on: date | None
    decision_ref: str
    members: tuple[int | None, int | None]  # asked, answered
    speaks_for: list[str]
    points: list[PointRow]
    nothing: str  # why nothing is taken up
    barred: bool  # the official is a member of the organisation
    behind: Behind  # who stands behind, besides the organisation
    before: int | None = None  # number of the correction of the question that the answer came before
    version: int | None = None  # of what was said at a meeting; None: written
    said_at: datetime | None = None  # then

    @property
    def key(self) -> str:
        return f"{self.slug}.{self.question}" + (f".{self.version}" if self.version else "")

    @property
    def anchor(self) -> str:
        return self.key.replace(".", "-")

    @property
    def left(self) -> bool:
        return bool(self.text.strip()) and not self.nothing and (not self.points or any(point.left for point in self.points))


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """How many worded answers a question has, and how many of them something is left to do with."""

    number: int
    text: str
    total: int
    left: int


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """A theme and how many points stand under it."""

    id: int
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class OrganisationCount:
    """An organisation and how many of its answers something is left to do with."""

    slug: str
    name: str
    left: int


def count_by_question(consultation: Consultation) -> list[QuestionCount]:
    """Every question of the consultation, with what is left. One statement."""
    left = sa.func.sum(sa.case((DONE, 0), else_=1))
    counted = of_consultation(sa.select(Answer), consultation).where(WORDED).group_by(Question.number)
    counts = {number: (total, remaining) for number, total, remaining in db.session.execute(
        counted.with_only_columns(Question.number, sa.func.count(), left))}  # fmt: skip
    return [QuestionCount(question.number, question.text, *counts.get(question.number, (0, 0))) for question in consultation.questions]


def count_by_theme(consultation: Consultation) -> list[ThemeCount]:
    """Every theme, and last the points without one (id 0). Two statements."""
    themes = sa.select(Theme.id, Theme.name).where(Theme.consultation_id == consultation.id).order_by(Theme.order, Theme.id)
    counted = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation).group_by(Point.theme_id)
    rows = db.session.execute(counted.with_only_columns(Point.theme_id, sa.func.count()))
    counts = {row.theme_id: row[1] for row in rows}
    named = [ThemeCount(theme_id, name, counts.get(theme_id, 0)) for theme_id, name in db.session.execute(themes)]
    return [*named, ThemeCount(WITHOUT_THEME, "", counts.get(None, 0))]


def count_by_organisation(consultation: Consultation) -> list[OrganisationCount]:
    """Every organisation that has answered, by name, with what is left. One statement."""
    left = sa.func.sum(sa.case((sa.and_(WORDED, ~DONE), 1), else_=0))
    statement = of_consultation(sa.select(Answer), consultation).join(Organisation, Organisation.id == Position.organisation_id)
    statement = statement.group_by(Organisation.slug, PositionVersion.organisation_name).order_by(PositionVersion.organisation_name)
    rows = db.session.execute(statement.with_only_columns(Organisation.slug, PositionVersion.organisation_name, left))
    return [OrganisationCount(*row) for row in rows]


def list_rows(consultation: Consultation, filters: Filters, may: Callable[[Answer], bool]) -> tuple[list[AnswerRow], int]:
    """One page of answers that say anything, and how many there are in the view.

    `may` tells whether the official may take up the answer (jäv).
    """
    said = sa.or_(WORDED, Answer.stance.is_not(None), sa.cast(Answer.options, sa.Text) != "[]")
    statement = of_consultation(sa.select(Answer), consultation).where(said, *_narrowed(filters))
    total = db.session.scalar(statement.with_only_columns(sa.func.count())) or 0
    order = [PositionVersion.organisation_name, PositionVersion.id, Question.number]
    statement = (
        statement.order_by(*(order if filters.view == "organisation" else [Question.number, *order]))
        .options(
            contains_eager(Answer.question),
            contains_eager(Answer.version).options(
                selectinload(PositionVersion.groups),
                joinedload(PositionVersion.meeting),
                contains_eager(PositionVersion.position).options(joinedload(Position.organisation), joinedload(Position.consultation)),
            ),
        )
        .limit(PAGE)
        .offset((filters.page - 1) * PAGE)
    )
    answers = list(db.session.scalars(statement))
    ids = [answer.id for answer in answers]
    points = _points_of(ids)
    reasons = sa.select(NothingToTakeUp.answer_id, NothingToTakeUp.reason).where(NothingToTakeUp.answer_id.in_(ids))
    nothing = {row.answer_id: row.reason for row in db.session.execute(reasons)}
    behind = list_behind({answer.version.position_id for answer in answers})
    histories = histories_of(consultation)
    rows = [
        answer_row(
            answer,
            points.get(answer.id, []),
            nothing.get(answer.id, ""),
            barred=not may(answer),
            behind=behind[answer.version.position_id],
            histories=histories,
        )
        for answer in answers
    ]
    return rows, total


def _narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [WORDED, ~DONE] if filters.left else []
    if filters.view == "fraga":
        conditions.append(Question.number == filters.question)
    elif filters.view == "organisation" and filters.organisation:
        of_it = sa.select(Organisation.id).where(Organisation.slug == filters.organisation).scalar_subquery()
        conditions.append(Position.organisation_id == of_it)
    elif filters.view == "tema" and filters.theme:
        conditions.append(sa.exists().where(Point.answer_id == Answer.id, Point.theme_id == filters.theme))
    elif filters.view == "tema":
        untaken = sa.and_(WORDED, ~TAKEN_UP)
        conditions.append(sa.or_(untaken, sa.exists().where(Point.answer_id == Answer.id, Point.theme_id.is_(None))))
    return conditions


def _points_of(answer_ids: list[int]) -> dict[int, list[tuple[Point, frozenset[int]]]]:
    """The points of the answers in the order of the words, each with the findings that cite it. Three statements."""
    statement = sa.select(Point).where(Point.answer_id.in_(answer_ids)).options(joinedload(Point.theme), selectinload(Point.groups))
    points = list(db.session.scalars(statement.order_by(Point.answer_id, Point.start, Point.end)))
    cited: dict[int, set[int]] = {}
    wanted = (
        sa.select(Citation.point_id, Citation.finding_id).join(Point, Point.id == Citation.point_id).where(Point.answer_id.in_(answer_ids))
    )
    for point_id, finding_id in db.session.execute(wanted):
        cited.setdefault(point_id, set()).add(finding_id)
    found: dict[int, list[tuple[Point, frozenset[int]]]] = {}
    for point in points:
        found.setdefault(point.answer_id, []).append((point, frozenset(cited.get(point.id, ()))))
    return found


def find_row(answer: Answer, *, barred: bool) -> AnswerRow:
    """One answer as the workbench shows it."""
    reason = db.session.scalar(sa.select(NothingToTakeUp.reason).where(NothingToTakeUp.answer_id == answer.id))
    behind = list_behind([answer.version.position_id])[answer.version.position_id]
    histories = histories_of(answer.version.position.consultation)
    return answer_row(answer, _points_of([answer.id]).get(answer.id, []), reason or "", barred=barred, behind=behind, histories=histories)


def answer_row(
    answer: Answer,
    points: list[tuple[Point, frozenset[int]]],
    nothing: str,
    *,
    barred: bool,
    behind: Behind,
    histories: Mapping[int, QuestionHistory],
) -> AnswerRow:
    version, history = answer.version, histories.get(answer.question_id)
    return AnswerRow(
        organisation=version.organisation_name,
        slug=version.position.organisation.slug,
        question=answer.question.number,
        asked=answer.question.text,
        text=answer.text,
        stance=answer.stance,
        options=list(answer.options or []),
        own_interest=answer.own_interest,
        anchoring=version.anchoring,
        decided_on=version.decided_on,
        decision_ref=version.decision_ref,
        members=(version.asked, version.answered),
        speaks_for=[group.name for group in version.groups],
        points=[
            PointRow(
                number=point.number,
                words=answer.text[point.start : point.end],
                whole=answer.text[point.start : point.end] == answer.text.strip(),
                theme=point.theme.name if point.theme else "",
                groups=[group.name for group in point.groups],
                cited_in=cited_in,
                reason=point.set_aside_reason,
            )
            for point, cited_in in points
        ],
        nothing=nothing,
        barred=barred,
        before=history.before(answer.question_version) if history else None,
        behind=Behind() if version.is_view else behind,
        version=version.number if version.is_view else None,
        said_at=version.meeting.starts_at if version.meeting else None,
    )


def list_previews(summary: Summary, at: datetime) -> list[tuple[Finding, Markup, list[Source]]]:
    """The findings as readers will meet them: their text, and what they rest on as far as readers may see it."""
    rows = queries_public.list_points(at, Point.consultation_id == summary.consultation_id)
    masks = masks_over({TextKind.answer: {row.answer_id for row in rows}})
    previews = []
    index = 1
    for finding in summary.findings:
        cited = [row for row in rows if row.finding_id == finding.id]
        sources = [queries_public.source(row, index + place, masks, ANSWER_LIMIT) for place, row in enumerate(cited)]
        index += len(cited)
        previews.append((finding, citations.render(finding.body, {one.point: one.index for one in sources}), sources))
    return previews


def list_unused(consultation: Consultation, limit: int = PAGE) -> tuple[list[tuple[Point, str]], int]:
    """The points that are neither cited nor set aside, with who says it, and how many they are in all. Two statements."""
    statement = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation).where(UNUSED)
    total = db.session.scalar(statement.with_only_columns(sa.func.count())) or 0
    statement = statement.options(contains_eager(Point.answer)).order_by(Question.number, Point.number).limit(limit)
    rows = db.session.execute(statement.add_columns(PositionVersion.organisation_name))
    return [(point, name) for point, name in rows], total
