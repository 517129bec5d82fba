"""Points, themes, summaries and findings, made without the commands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.summaries import citations
from sakrad.summaries.models import Citation, Edition, EditionFinding, Finding, NothingToTakeUp, Point, Summary, Theme
from tests.factories import save, whole


def answer_of(position: Position, number: int = 1) -> Answer:
    """The position's present answer to the question with the number."""
    assert position.current is not None
    return next(answer for answer in position.current.answers if answer.question.number == number)


def new_version(position: Position, texts: dict[int, str]) -> PositionVersion:
    """The organisation sends another version."""
    with transaction():
        old = position.current
        assert old is not None
        version = PositionVersion(
            position_id=position.id,
            number=old.number + 1,
            receipt_number=f"{old.receipt_number}-{old.number + 1}",
            received_at=clock.now(),
            digest="1" * 64,
            submission_key=f"ny-{position.id}-{old.number}",
            organisation_name=old.organisation_name,
            wish=old.wish,
        )
        db.session.add(version)
        db.session.flush()
        for question in position.consultation.questions:
            if question.number in texts:
                db.session.add(Answer(version_id=version.id, question_id=question.id, text=texts[question.number]))
        position.current_id = version.id
    return version


def theme(of: Consultation, **values: Any) -> Theme:
    made: Theme = save(Theme(consultation_id=of.id, **({"name": "Vägen in", "order": 1} | values)))
    return made


def point(of: Answer, **values: Any) -> Point:
    """The whole answer as a point, unless `start` and `end` say otherwise."""
    consultation_id = of.version.position.consultation_id
    last = db.session.scalar(sa.select(sa.func.max(Point.number)).where(Point.consultation_id == consultation_id)) or 0
    values = {"number": last + 1, "start": 0, "end": len(of.text), "created_at": clock.now()} | values
    made: Point = save(Point(consultation_id=consultation_id, answer_id=of.id, **values))
    return made


def nothing(of: Answer, reason: str = "Svaret är en hälsning.") -> NothingToTakeUp:
    made: NothingToTakeUp = save(NothingToTakeUp(answer_id=of.id, reason=reason, decided_at=clock.now()))
    return made


def summary(of: Consultation, **values: Any) -> Summary:
    values = {"in_short": "De flesta vill ha en väg in. Ingen säger nej."} | values
    made: Summary = save(Summary(consultation_id=of.id, **values))
    return made


@whole
def finding(of: Summary, body: str = "", **values: Any) -> Finding:
    """A finding that cites what its body says."""
    last = db.session.scalar(sa.select(sa.func.max(Finding.number)).where(Finding.summary_id == of.id)) or 0
    made: Finding = save(Finding(summary_id=of.id, body=body, **({"number": last + 1, "heading": "Vägen in är lång"} | values)))
    for order, number in enumerate(citations.cited(body), start=1):
        cited = db.session.scalars(sa.select(Point).where(Point.consultation_id == of.consultation_id, Point.number == number)).one()
        save(Citation(finding_id=made.id, point_id=cited.id, order=order))
    return made


def cite(of: Finding, said: Point) -> Citation:
    """One more source of a finding whose text stays."""
    order = 1 + (db.session.scalar(sa.select(sa.func.max(Citation.order)).where(Citation.finding_id == of.id)) or 0)
    made: Citation = save(Citation(finding_id=of.id, point_id=said.id, order=order))
    return made


def edition(of: Summary, **values: Any) -> Edition:
    """The summary's words of now as an edition."""
    number = 1 + (db.session.scalar(sa.select(sa.func.max(Edition.number)).where(Edition.summary_id == of.id)) or 0)
    reason = "En siffra var fel." if number > 1 else ""
    values = {"number": number, "in_short": of.in_short, "reason": reason, "published_at": of.published_at or clock.now()} | values
    made: Edition = save(Edition(summary_id=of.id, **values))
    for one in db.session.scalars(sa.select(Finding).where(Finding.summary_id == of.id).order_by(Finding.number)).all():
        words = {name: getattr(one, name) for name in ("number", "section", "heading", "body", "minority")}
        save(EditionFinding(edition_id=made.id, finding_id=one.id, **words))
    return made
