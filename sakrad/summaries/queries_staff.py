"""The officers' workbench: the answers with what has become of them, page by page, in a constant number of statements."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries_correcting import QuestionHistory, histories_of
from sakrad.core.db import db
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.positions.models import AnchoringLevel, Answer, Position, PositionVersion, Stance, version_group
from sakrad.positions.queries_parties import Behind, list_behind
from sakrad.positions.queries_public import SAYS_ANYTHING, WORDED
from sakrad.summaries import queries_sharing
from sakrad.summaries.models import Citation, NothingToTakeUp, Point, Theme, point_group
from sakrad.summaries.queries import DONE, TAKEN_UP, of_consultation

PAGE = 25
VIEWS = ("fraga", "organisation", "tema", "grupp")
SHOWN = 2_500  # characters of an answer on the bench: of a longer one the rest is on its own page
WITHOUT_THEME = 0
WITH_ALL = (  # of an answer, when PositionVersion, Position and Question are joined
    contains_eager(Answer.question),
    contains_eager(Answer.version).options(
        selectinload(PositionVersion.groups),
        joinedload(PositionVersion.meeting),
        contains_eager(PositionVersion.position).options(joinedload(Position.organisation), joinedload(Position.consultation)),
    ),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which answers are shown: by question, by organisation, by theme (with those under it) or by group.

    `left`: only what is left to do; `mine`: only what the reader has to take care of; `unread`: only what the reader has not read.
    """

    view: str = "fraga"
    question: int = 1
    organisation: str = ""
    theme: int = WITHOUT_THEME
    group: str = ""
    left: bool = False
    mine: bool = False
    unread: bool = False
    page: int = 1

    def args(self) -> dict[str, Any]:
        """The address's arguments for this view."""
        args: dict[str, Any] = {"vy": self.view, "sida": self.page if self.page > 1 else None} | self.only()
        args |= {"fraga": self.question} if self.view == "fraga" else {}
        args |= {"organisation": self.organisation or None} if self.view == "organisation" else {}
        args |= {"tema": self.theme} if self.view == "tema" else {}
        args |= {"grupp": self.group or None} if self.view == "grupp" else {}
        return {name: value for name, value in args.items() if value is not None}

    def only(self) -> dict[str, Any]:
        """The arguments that narrow any view."""
        return {name: "1" if value else None for name, value in (("kvar", self.left), ("mina", self.mine), ("olasta", self.unread))}


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
    start: int = 0
    end: int = 0
    note: str = ""  # between colleagues

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
    assigned: str = ""  # who takes care of it
    readers: tuple[str, ...] = ()  # who has read it, by name

    @property
    def pieces(self) -> list[tuple[str, list[int]]]:
        """What is shown of the text on the bench, in pieces, each with the numbers of the points that hold it."""
        shown = self.text[:SHOWN]
        parts = [point for point in self.points if not point.whole]
        edges = {0, len(shown), *(min(edge, len(shown)) for point in parts for edge in (point.start, point.end))}
        return [
            (shown[start:end], [point.number for point in parts if point.start <= start and end <= point.end])
            for start, end in itertools.pairwise(sorted(edges))
        ]

    @property
    def goes_on(self) -> bool:
        """Whether there is more of the text than is shown on the bench."""
        return len(self.text) > SHOWN

    @property
    def key(self) -> str:
        return f"{self.slug}.{self.question}" + (f".{self.version}" if self.version else "")

    @property
    def anchor(self) -> str:
        return self.key.replace(".", "-")

    @property
    def left(self) -> bool:
        return bool(self.text.strip()) and not self.nothing and (not self.points or any(point.left for point in self.points))


def list_rows(
    consultation: Consultation, filters: Filters, may: Callable[[Answer], bool], *, reader_id: int
) -> tuple[list[AnswerRow], int]:
    """One page of answers that say anything, and how many there are in the view.

    `may` tells whether the official may take up the answer (jäv); `reader_id` is whose "Mina" and "Olästa" it is.
    """
    statement = of_consultation(sa.select(Answer), consultation).where(SAYS_ANYTHING, *_narrowed(consultation, filters, reader_id))
    total = db.session.scalar(statement.with_only_columns(sa.func.count())) or 0
    order = [PositionVersion.organisation_name, PositionVersion.id, Question.number]
    statement = statement.order_by(*(order if filters.view == "organisation" else [Question.number, *order]))
    answers = db.session.scalars(statement.options(*WITH_ALL).limit(PAGE).offset((filters.page - 1) * PAGE)).all()
    return rows_of(consultation, answers, may), total


def list_answers_of(consultation: Consultation, filters: Filters, *, reader_id: int) -> list[Answer]:
    """Every answer of the view, on all its pages."""
    statement = of_consultation(sa.select(Answer), consultation).where(SAYS_ANYTHING, *_narrowed(consultation, filters, reader_id))
    return list(db.session.scalars(statement.options(*WITH_ALL).order_by(Answer.id)))


def rows_of(consultation: Consultation, answers: Sequence[Answer], may: Callable[[Answer], bool]) -> list[AnswerRow]:
    """The answers (loaded WITH_ALL) as the workbench shows them, in a constant number of statements."""
    ids = [answer.id for answer in answers]
    points = _points_of(ids)
    reasons = sa.select(NothingToTakeUp.answer_id, NothingToTakeUp.reason).where(NothingToTakeUp.answer_id.in_(ids))
    nothing = {row.answer_id: row.reason for row in db.session.execute(reasons)}
    behind = list_behind({answer.version.position_id for answer in answers})
    histories = histories_of(consultation)
    assigned, readers = queries_sharing.assigned_to(consultation, ids), queries_sharing.readers_of(ids)
    return [
        answer_row(
            answer,
            points.get(answer.id, []),
            nothing.get(answer.id, ""),
            barred=not may(answer),
            behind=behind[answer.version.position_id],
            histories=histories,
            assigned=assigned.get(answer.id, ""),
            readers=tuple(readers.get(answer.id, ())),
        )
        for answer in answers
    ]


def _narrowed(consultation: Consultation, filters: Filters, reader_id: int) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [WORDED, ~DONE] if filters.left else []
    conditions += [queries_sharing.is_assigned_to(reader_id, consultation.id)] if filters.mine else []
    conditions += [queries_sharing.is_unread_by(reader_id)] if filters.unread else []
    if filters.view == "fraga":
        conditions.append(Question.number == filters.question)
    elif filters.view == "organisation" and filters.organisation:
        of_it = sa.select(Organisation.id).where(Organisation.slug == filters.organisation).scalar_subquery()
        conditions.append(Position.organisation_id == of_it)
    elif filters.view == "tema" and filters.theme:
        under = sa.select(Theme.id).where(sa.or_(Theme.id == filters.theme, Theme.parent_id == filters.theme))
        conditions.append(sa.exists().where(Point.answer_id == Answer.id, Point.theme_id.in_(under)))
    elif filters.view == "tema":
        untaken = sa.and_(WORDED, ~TAKEN_UP)
        conditions.append(sa.or_(untaken, sa.exists().where(Point.answer_id == Answer.id, Point.theme_id.is_(None))))
    elif filters.view == "grupp" and filters.group:
        group = sa.select(TargetGroup.id).where(TargetGroup.slug == filters.group).scalar_subquery()
        conditions.append(concerns(group))
    return conditions


def concerns(group: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    """Over Answer: the sender speaks for the group, or a point of the answer is said to be about it."""
    spoken_for = sa.exists().where(version_group.c.version_id == Answer.version_id, version_group.c.target_group_id == group)
    given = sa.exists().where(Point.answer_id == Answer.id, point_group.c.point_id == Point.id, point_group.c.target_group_id == group)
    return sa.or_(spoken_for, given)


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


def answer_row(
    answer: Answer,
    points: list[tuple[Point, frozenset[int]]],
    nothing: str,
    *,
    barred: bool,
    behind: Behind,
    histories: Mapping[int, QuestionHistory],
    assigned: str,
    readers: tuple[str, ...],
) -> AnswerRow:
    """The answer with its points (each with the findings that cite it) and all that the bench says of it."""
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
                start=point.start,
                end=point.end,
                note=point.note,
            )
            for point, cited_in in points
        ],
        nothing=nothing,
        barred=barred,
        before=history.before(answer.question_version) if history else None,
        behind=Behind() if version.is_view else behind,
        version=version.number if version.is_view else None,
        said_at=version.meeting.starts_at if version.meeting else None,
        assigned=assigned,
        readers=readers,
    )
