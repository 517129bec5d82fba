"""Reads for whoever writes the summary: what the text leaves out so far, who writes where, and what stood there before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation, Question, QuestionKind, consultation_group
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.positions.models import Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_public import SAYS_ANYTHING, WORDED
from sakrad.summaries import lifecycle_writing, queries
from sakrad.summaries.models import Citation, Finding, FindingVersion, Point, Summary, point_group
from sakrad.summaries.queries import CITED, IS_STANDING, NOTHING, UNUSED, VIEW, of_consultation

PAGE = 30
SOURCES = 100  # beside the findings of a text, shared between them, to be quoted with a button; the others are written by their number
GLIMPSE = 90  # code points of each


@dataclass(frozen=True, slots=True)
class Uncited:
    """An organisation whose words no finding rests on yet: where its first answer stands, and which questions it said no to."""

    organisation: str
    slug: str
    question: int
    version: int | None  # of what was said at a meeting
    opposes: tuple[int, ...]


class CitedPoint(NamedTuple):
    """A source of a finding: its first words, and who says them."""

    number: int
    organisation: str
    words: str


class Asked(NamedTuple):
    """A question that nobody answered."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Left:
    """What the text leaves out, as it is saved: for the lists beside it."""

    unused: list[tuple[Point, str]]  # with who says it
    unused_count: int
    uncited: list[Uncited]
    opposed: list[Uncited]  # those of them that have said no
    without_voice: list[TargetGroup]  # concerned, and no cited words are about them
    not_heard: list[TargetGroup]  # concerned, and nobody who answered speaks for them
    unanswered: list[Asked]


def left_out(consultation: Consultation) -> Left:
    """What the text leaves out, in six statements whatever the number of answers."""
    unused, count = list_unused(consultation)
    uncited = list_uncited(consultation)
    return Left(
        unused=unused,
        unused_count=count,
        uncited=[one for one in uncited if not one.opposes],
        opposed=[one for one in uncited if one.opposes],
        without_voice=list_groups_without_voice(consultation),
        not_heard=queries.list_groups_not_heard(consultation),
        unanswered=list_unanswered(consultation.id),
    )


def list_unused(consultation: Consultation, limit: int = PAGE) -> tuple[list[tuple[Point, str]], int]:
    """The points that are neither cited nor set aside, with who says it, and how many they are in all. Two statements."""
    statement = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation).where(UNUSED)
    total = db.session.scalar(statement.with_only_columns(sa.func.count())) or 0
    statement = statement.options(contains_eager(Point.answer)).order_by(Question.number, Point.number).limit(limit)
    rows = db.session.execute(statement.add_columns(PositionVersion.organisation_name))
    return [(point, name) for point, name in rows], total


def list_uncited(consultation: Consultation) -> list[Uncited]:
    """Organisations with words to take up that no finding cites, by name. An answer from which nothing is taken up is left out."""
    own, own_version = aliased(Answer), aliased(PositionVersion)
    cited = (
        sa.exists()
        .where(own_version.position_id == Position.id, own.version_id == own_version.id, Point.answer_id == own.id)
        .where(Citation.point_id == Point.id)
    )
    statement = (
        of_consultation(sa.select(Answer), consultation)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(~cited, ~NOTHING, sa.or_(WORDED, Answer.stance == Stance.opposes))
        .with_only_columns(PositionVersion.organisation_name, Organisation.slug, Question.number, VIEW, Answer.stance)
        .order_by(PositionVersion.organisation_name, Organisation.id, Question.number)
    )
    found: dict[str, Uncited] = {}
    for name, slug, question, version, stance in db.session.execute(statement):
        before = found.get(slug) or Uncited(name, slug, question, version, ())
        no = (question,) if stance is Stance.opposes else ()
        found[slug] = Uncited(before.organisation, slug, before.question, before.version, before.opposes + no)
    return list(found.values())


def list_groups_without_voice(consultation: Consultation) -> list[TargetGroup]:
    """The groups concerned that somebody spoke about, though no finding cites it: points are about them, and none is cited."""
    spoken = sa.select(point_group.c.target_group_id).join(Point, Point.id == point_group.c.point_id)
    spoken = spoken.where(Point.consultation_id == consultation.id)
    statement = (
        sa.select(TargetGroup)
        .join(consultation_group, consultation_group.c.target_group_id == TargetGroup.id)
        .where(
            consultation_group.c.consultation_id == consultation.id,
            TargetGroup.id.in_(spoken),
            TargetGroup.id.not_in(spoken.where(CITED)),
        )
        .order_by(TargetGroup.name)
    )
    return list(db.session.scalars(statement))


def list_unanswered(consultation_id: int) -> list[Asked]:
    """The questions that nobody answered, in writing or at a meeting, by number. The last one, about anything else, is never among them.

    Whether an answer is published does not matter: the reader learns that nobody answered, or nothing.
    """
    answered = (
        sa.select(Answer.question_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Position.consultation_id == consultation_id, IS_STANDING, SAYS_ANYTHING)
    )
    statement = sa.select(Question.number, Question.text).where(
        Question.consultation_id == consultation_id,
        Question.kind != QuestionKind.open,
        Question.withdrawn_at.is_(None),
        Question.id.not_in(answered),
    )
    return [Asked(*row) for row in db.session.execute(statement.order_by(Question.number))]


def writers_of(summary: Summary, *, own_id: int, at: datetime) -> dict[int, str]:
    """Who else writes in the findings just now: names for colleagues, by the finding's id."""
    held = {
        finding.id: finding.locked_by_id
        for finding in summary.findings
        if lifecycle_writing.is_held_by_other(finding.locked_by_id, finding.locked_at, own_id=own_id, at=at)
    }
    return {finding_id: name for finding_id, name in _names(held).items() if name}


def _names(users: dict[int, int | None]) -> dict[int, str]:
    """The names of the users, by whatever they are given by."""
    wanted = {user_id for user_id in users.values() if user_id is not None}
    names: dict[int, str] = {}
    if wanted:
        names = {user.id: user.name for user in db.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}
    return {key: names.get(user_id, "") if user_id is not None else "" for key, user_id in users.items()}


def find_latest_version(finding: Finding) -> FindingVersion | None:
    """The latest version of the finding, or None before there is any."""
    newest = sa.select(FindingVersion).where(FindingVersion.finding_id == finding.id).order_by(FindingVersion.number.desc()).limit(1)
    return db.session.scalar(newest)


def list_versions(finding: Finding) -> list[tuple[FindingVersion, str]]:
    """The finding's versions with who saved each, oldest first."""
    statement = sa.select(FindingVersion).where(FindingVersion.finding_id == finding.id).order_by(FindingVersion.number)
    versions = list(db.session.scalars(statement))
    names = _names({version.id: version.saved_by_id for version in versions})
    return [(version, names[version.id]) for version in versions]


def get_version(finding: Finding, number: int) -> FindingVersion:
    """One of the finding's versions.

    Raises:
        Missing: it has no such version.
    """
    statement = sa.select(FindingVersion).where(FindingVersion.finding_id == finding.id, FindingVersion.number == number)
    found = db.session.scalar(statement) if number <= queries.LARGEST else None
    if found is None:
        raise Missing("version")
    return found


def list_cited(summary: Summary) -> dict[int, list[CitedPoint]]:
    """The first sources of each finding, in its order, by the finding's id. One statement, whatever the length of the answers."""
    most = max(5, SOURCES // max(1, len(summary.findings)))
    length = Point.end - Point.start
    statement = (
        sa.select(
            Citation.finding_id,
            Point.number,
            PositionVersion.organisation_name,
            sa.func.substr(Answer.text, Point.start + 1, sa.case((length > GLIMPSE, GLIMPSE), else_=length)),
        )
        .join(Point, Point.id == Citation.point_id)
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .where(Citation.finding_id.in_([finding.id for finding in summary.findings]))
        .order_by(Citation.finding_id, Citation.order)
    )
    found: dict[int, list[CitedPoint]] = {}
    for finding_id, *point in db.session.execute(statement):
        found.setdefault(finding_id, []).append(CitedPoint(*point))
    return {finding_id: points[:most] for finding_id, points in found.items()}
