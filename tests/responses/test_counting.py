"""What is kept counted is what the rows say, whatever has happened; and the rule of outcomes in SQL is the one in Python."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import EventName, record
from sakrad.core.text import Span
from sakrad.directory.models import Merger, Organisation
from sakrad.directory.queries_merging import find_merger
from sakrad.operations import commands_merging as merging
from sakrad.positions.commands import reviewing, withdrawing
from sakrad.positions.models import Position
from sakrad.records.models import MaskGround, ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import latest_reviews, list_masks, masks_of
from sakrad.responses import queries_counting as queries
from sakrad.responses.commands import counting, course
from sakrad.responses.models import FeedbackRelease, Outcome, Response, UptakeCell
from sakrad.responses.outcomes import outcome_of
from sakrad.responses.uptake import Said, count
from sakrad.summaries.models import Citation, Point
from tests import factories as make
from tests.factories import responses, summaries
from tests.statements import counted

DEEDS = ("publish", "withdraw", "withhold", "let through", "mask", "unmask", "merge", "part", "protect")


def world() -> Consultation:
    """Three organisations, two of which speak for a group; two findings, one point set aside, and answers that wait to be published."""
    matter = responses.matter()
    release = responses.release(matter.consultation, **responses.decided())
    for finding, outcome in zip(matter.findings, (Outcome.will_do, Outcome.wont_do), strict=True):
        responses.response(release, finding=finding, outcome=outcome)
    responses.response(release, point=matter.points[1], outcome=Outcome.partly)
    responses.response(release, point=matter.points[2], outcome=Outcome.not_ours, whose="Regionen")
    group = make.group()
    with transaction():
        for position in positions(matter.consultation)[:2]:
            assert position.current is not None
            position.current.groups.append(group)
        counting.recount(matter.consultation.id, at=clock.now())
    return matter.consultation


def positions(of: Consultation) -> list[Position]:
    return list(db.session.scalars(sa.select(Position).where(Position.consultation_id == of.id).order_by(Position.id)))


def act(of: Consultation, deed: str, who: int) -> None:
    """Do it by its command, or let it be refused."""
    position = positions(of)[who]
    version, organisation, other = position.current, position.organisation, positions(of)[who - 1].organisation
    assert version is not None
    answer = version.answers[0]
    do: dict[str, Any] = {
        "publish": lambda: make.do(course.publish, release_of(of)),
        "withdraw": lambda: make.do(withdrawing.withdraw_position, position),
        "withhold": lambda: make.do(
            reviewing.review_position,
            version,
            decision=ReviewDecision.withheld,
            reason="Uppgifter om enskilda.",
            ground=MaskGround.personal_data,
        ),
        "let through": lambda: make.do(reviewing.review_position, version, decision=ReviewDecision.publish),
        "mask": lambda: make.do(
            reviewing.mask_text, version, TextKind.answer, answer.id, Span(0, len(answer.text)), ground=MaskGround.personal_data
        ),
        "unmask": lambda: make.do(reviewing.unmask_words, version, list_masks(TextKind.answer, [answer.id])),
        "merge": lambda: make.do(merging.merge_organisations, organisation, other),
        "part": lambda: make.do(merging.unmerge_organisations, merger_of(organisation)),
        "protect": lambda: protect(organisation),
    }
    try:
        do[deed]()
    except (Blocked, LookupError):
        db.session.rollback()


def release_of(of: Consultation) -> FeedbackRelease:
    return db.session.scalars(sa.select(FeedbackRelease).where(FeedbackRelease.consultation_id == of.id)).one()


def merger_of(organisation: Organisation) -> Merger:
    found = find_merger(organisation)
    if found is None:
        raise LookupError
    return found


def protect(organisation: Organisation) -> None:
    with transaction():
        organisation.protected = not organisation.protected
        record(EventName.organisation_changed, at=clock.now(), organisation_id=organisation.id)


def recomputed(of: Consultation) -> list[Said]:
    """The same rows in plain Python."""
    said = []
    for point in db.session.scalars(sa.select(Point).where(Point.consultation_id == of.id)):
        version, position = point.answer.version, point.answer.version.position
        citing = [citation.finding for citation in db.session.query(Citation).filter_by(point_id=point.id)]
        if not position.stands or not (citing or point.set_aside_at):
            continue
        organisation = position.organisation.heir or position.organisation
        review = latest_reviews(ReviewKind.position, [version.id]).get(version.id)
        masks = masks_of(TextKind.answer, [point.answer_id]).get(point.answer_id, [])
        covered = {index for span in masks for index in range(span.start, span.end)}
        shy = (
            review is None
            or review.decision is ReviewDecision.withheld
            or position.published_id is None
            or position.organisation.protected
            or organisation.protected
            or covered >= set(range(point.start, point.end))
        )
        own = [answer.outcome for answer in answers(point_id=point.id)]
        shared = [(finding.number, answer.outcome) for finding in citing for answer in answers(finding_id=finding.id)]
        outcome = outcome_of(own[0] if own else None, shared)
        said.append(Said(organisation.id, organisation.kind, outcome, shy, frozenset(group.id for group in version.groups), 1))
    return said


def answers(**target: int) -> list[Response]:
    return [one for one in db.session.query(Response).filter_by(**target) if one.release.published_at is not None]


@settings(max_examples=10, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 2)), min_size=2, max_size=7))
def test_the_cells_are_what_the_rows_say_after_whatever_happens(app: Flask, deeds: list[tuple[str, int]]) -> None:
    consultation = world()
    for deed, who in deeds:
        act(consultation, deed, who)
    db.session.expire_all()
    kept = {(cell["group_id"], cell["kind"], cell["outcome"]): cell for cell in queries.list_kept(consultation.id)}
    expected = {tuple(key): cell.figures for key, cell in count(recomputed(consultation)).items()}
    names = ("points", "contributors", "shy_points", "shy_contributors", "voices", "telling")
    assert {key: tuple(cell[name] for name in names) for key, cell in kept.items()} == expected
    assert consultation.id not in queries.list_different(clock.now())


def test_a_cell_that_is_not_what_the_rows_say_is_found_and_recounting_mends_it(app: Flask) -> None:
    consultation = world()
    act(consultation, "publish", 0)
    with transaction():
        db.session.execute(sa.update(UptakeCell).values(points=UptakeCell.points + 1))
    assert queries.list_different(clock.now()) == [consultation.id]
    assert app.test_cli_runner().invoke(args=["recount"]).exit_code == 0
    assert queries.list_different(clock.now()) == []
    whole = [cell for cell in queries.list_kept(consultation.id) if cell["group_id"] is None]
    assert Counter({cell["outcome"]: cell["points"] for cell in whole}) == {Outcome.will_do: 1, Outcome.partly: 1, Outcome.not_ours: 1}


def test_counting_takes_as_many_statements_however_much_was_said(app: Flask) -> None:
    consultation = world()

    def ask() -> int:
        with counted() as said, transaction():
            counting.recount(consultation.id, at=clock.now())
        return len(said)

    few = ask()
    for _ in range(4):
        summaries.point(summaries.answer_of(make.position(consultation)), set_aside_at=clock.now(), set_aside_reason="Annat.")
    assert ask() == few <= 8
