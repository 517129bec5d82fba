"""The answers on an organisation's page: what it has said by name, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import clock
from sakrad.core.db import db, json_rows
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries_merging import merged_into
from sakrad.positions.models import Answer, Position
from sakrad.positions.queries_public import Shown
from sakrad.positions.uses import Use, uses_of
from sakrad.records.models import ReviewKind
from sakrad.records.queries import latest_decision
from sakrad.responses.models import Commitment, Outcome, Response, Verdict, VerdictValue
from sakrad.responses.outcomes import outcome_of_point
from sakrad.responses.queries_commitments import Undertaken, undertaken, undertaken_of
from sakrad.responses.queries_verdicts import LET_THROUGH, newest
from sakrad.summaries.models import Citation, Point
from sakrad.voices.queries import named
from sakrad.voices.queries_beside import Beside, beside_columns, beside_in

SPOKEN = 10  # answers on a page of the profile


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer by name, and what came of it."""

    org: str  # whose address it stands under: the organisation's own, or that of one merged into it
    name: str  # of its day
    kommun: str
    municipality: str
    slug: str
    title: str
    received_at: datetime
    summarised: bool
    outcomes: tuple[tuple[Outcome | None, int], ...]  # how many of its points were answered how; None: not answered
    uses: tuple[Use, ...]
    commitments: tuple[tuple[Undertaken, VerdictValue | None], ...]  # and what the organisation says of it by name
    beside: Beside

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}

    @property
    def findings(self) -> tuple[Use, ...]:
        """The findings that rest on its words, each once, in order."""
        return tuple({use.finding: use for use in sorted(self.uses, key=lambda use: use.finding or 0) if use.finding}.values())

    @property
    def set_aside(self) -> int:
        """How many of its points were answered with a reason instead."""
        return sum(bool(use.set_aside and use.words) for use in self.uses)


def list_spoken(organisation_id: int, page: int, year: int | None, at: datetime) -> tuple[Spoken, ...]:
    """The answers by name, the newest first, with what came of each."""
    columns = (
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Consultation.slug,
        Consultation.title,
        Consultation.summary_published_at,
        Shown.id.label("version_id"),
        Shown.received_at,
        Shown.organisation_name,
        Organisation.slug.label("org"),
        _answers().label("answer_ids"),
        _outcomes().label("outcomes"),
        *(column.label(name) for name, column in beside_columns(at).items()),
    )
    mine = (
        named(sa.select(*columns), at)
        .join(Shown, Shown.id == Position.published_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Position.organisation_id.in_(merged_into(organisation_id)))
    )
    if year is not None:
        mine = mine.where(Shown.received_at >= clock.start_of(date(year, 1, 1)), Shown.received_at < clock.start_of(date(year + 1, 1, 1)))
    mine = mine.order_by(Shown.received_at.desc(), Shown.id.desc())
    rows = list(db.session.execute(mine.limit(SPOKEN).offset((page - 1) * SPOKEN)))
    answers = {answer: row.version_id for row in rows if row.summary_published_at for (answer,) in row.answer_ids or ()}
    used: dict[int, list[Use]] = {}
    for answer_id, uses in uses_of(answers).items():
        used.setdefault(answers[answer_id], []).extend(uses)
    promised = _promised(answers, organisation_id, at)
    return tuple(
        Spoken(
            org=row.org,
            name=row.organisation_name,
            kommun=row.kommun,
            municipality=row.municipality,
            slug=row.slug,
            title=row.title,
            received_at=row.received_at,
            summarised=row.summary_published_at is not None,
            outcomes=_counted(row.outcomes) if row.summary_published_at else (),
            uses=tuple(used.get(row.version_id, ())),
            commitments=tuple(promised.get(row.version_id, ())),
            beside=beside_in(row),
        )
        for row in rows
    )


def _answers() -> sa.ScalarSelect[Any]:
    """The ids of the answers in the shown version. Needs Shown outside."""
    return sa.select(json_rows(Answer.id)).where(Answer.version_id == Shown.id).correlate(Shown).scalar_subquery()


def _outcomes() -> sa.ScalarSelect[Any]:
    """What each point of the shown version was answered. Needs Shown outside."""
    answered = sa.cast(outcome_of_point(), sa.String)
    points = sa.select(json_rows(Point.id, answered)).join(Answer, Answer.id == Point.answer_id).where(Answer.version_id == Shown.id)
    return points.correlate(Shown).scalar_subquery()


def _counted(rows: Collection[Any] | None) -> tuple[tuple[Outcome | None, int], ...]:
    found = Counter(outcome for _point, outcome in rows or ())
    return tuple((outcome, found[outcome]) for outcome in (*Outcome, None) if found[outcome])


def _promised(answers: dict[int, int], organisation_id: int, at: datetime) -> dict[int, list[tuple[Undertaken, VerdictValue | None]]]:
    """The commitments that rest on the answers' words, through a finding or on their own, by version."""
    if not answers:
        return {}
    cites = sa.select(Citation.finding_id).where(Citation.point_id == Point.id).correlate(Point)
    rests = (
        sa.select(Answer.version_id, Response.id)
        .select_from(Answer)
        .join(Point, Point.answer_id == Answer.id)
        .join(Response, sa.or_(Response.point_id == Point.id, Response.finding_id.in_(cites)))
        .where(Answer.id.in_(answers))
        .distinct()
        .subquery()
    )
    verdict = _own_verdict(organisation_id, at).label("verdict")
    statement = undertaken(rests.c.version_id, verdict).join(rests, rests.c.id == Response.id)
    found: dict[int, list[tuple[Undertaken, VerdictValue | None]]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.version_id, []).append((undertaken_of(row, at), row.verdict))
    for promised in found.values():
        promised.sort(key=lambda one: (bool(one[0].promise.theirs), one[0].promise.done_on is not None, one[0].promise.due_on))
    return found


def _own_verdict(organisation_id: int, at: datetime) -> sa.ScalarSelect[VerdictValue]:
    """What the organisation last said of the commitment by name, where that has been reviewed. Needs Commitment."""
    mine = newest(Verdict.by_name, Verdict.organisation_id.in_(merged_into(organisation_id)), Verdict.at <= at)
    return (
        sa.select(Verdict.value)
        .where(
            Verdict.commitment_id == Commitment.id,
            Verdict.id.in_(mine),
            latest_decision(ReviewKind.verdict, Verdict.id).in_(LET_THROUGH),
        )
        .correlate(Commitment)
        .scalar_subquery()
    )
