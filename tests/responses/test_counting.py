"""What is kept counted is what the rows say, whatever has happened; and the rule of outcomes in SQL is the one in Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import EventName, record
from sakrad.core.text import Span
from sakrad.directory import commands as directory
from sakrad.directory.models import Merger, Organisation, OrganisationKind, Verification, VerificationBasis
from sakrad.directory.queries_merging import find_merger
from sakrad.operations import commands_merging as merging
from sakrad.positions.commands import reviewing, withdrawing
from sakrad.positions.models import Position, PublicationWish
from sakrad.records.models import MaskGround, ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import latest_reviews, list_masks, masks_of
from sakrad.responses import queries_counting as queries
from sakrad.responses.commands import counting, course
from sakrad.responses.models import FeedbackRelease, Outcome, Response, UptakeCell
from sakrad.responses.outcomes import outcome_of
from sakrad.responses.uptake import Said, count
from sakrad.summaries.commands.correcting import correct_summary
from sakrad.summaries.models import Citation, Point, Summary
from tests import factories as make
from tests.factories import meetings, responses, summaries
from tests.statements import counted

DEEDS = (
    *("verify", "correct", "answer anew", "become a network", "withhold", "let through", "mask", "unmask", "protect"),
    *("merge", "part", "publish", "withdraw"),
)


class Refused(Exception):
    """There is nothing to do it to."""


def world() -> Consultation:
    """Three organisations, two of which speak for a group; two findings, one point set aside, and answers that wait to be published.

    One more has only said something at a meeting, and another is not verified.
    """
    matter = responses.matter()
    aside: list[Point] = []
    spoke = make.organisation(verified_in=matter.consultation.municipality)
    for by, values in ((spoke, {"meeting_id": meetings.meeting(matter.consultation, days=-80).id}), (make.organisation(), {})):
        said = summaries.answer_of(make.position(matter.consultation, by, **values))
        aside.append(summaries.point(said, set_aside_at=clock.now(), set_aside_reason="Det ligger utanför frågan."))
    with transaction():
        at_meeting = positions(matter.consultation)[3]
        at_meeting.current_id = at_meeting.published_id = None
    release = responses.release(matter.consultation, **responses.decided())
    for finding, outcome in zip(matter.findings, (Outcome.will_do, Outcome.wont_do), strict=True):
        responses.response(release, finding=finding, outcome=outcome)
    responses.response(release, point=matter.points[1], outcome=Outcome.partly)
    responses.response(release, point=matter.points[2], outcome=Outcome.not_ours, whose="Regionen")
    for point in aside:
        responses.response(release, point=point)
    group = make.group()
    with transaction():
        for position in positions(matter.consultation)[:2]:
            assert position.current is not None
            position.current.groups.append(group)
        counting.recount(matter.consultation.id, at=clock.now())
    return matter.consultation


def positions(of: Consultation) -> list[Position]:
    return list(db.session.scalars(sa.select(Position).where(Position.consultation_id == of.id).order_by(Position.id)))


def act(of: Consultation, deed: str, who: int) -> bool:
    """Do it by its command, or let it be refused; whether it was done."""
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
        "protect": lambda: change(organisation, protected=not organisation.protected),
        "become a network": lambda: change(organisation, kind=OrganisationKind.network),
        "verify": lambda: make.do(
            directory.verify_organisation, positions(of)[4].organisation, of.municipality, basis=VerificationBasis.known
        ),
        "answer anew": lambda: answer_anew(position),
        "correct": lambda: correct(of, f"Tolk saknas ofta.[{who + 1}]"),
    }
    try:
        do[deed]()
    except (Blocked, Refused):
        db.session.rollback()
        return False
    return True


def release_of(of: Consultation) -> FeedbackRelease:
    return db.session.scalars(sa.select(FeedbackRelease).where(FeedbackRelease.consultation_id == of.id)).one()


def merger_of(organisation: Organisation) -> Merger:
    found = find_merger(organisation)
    if found is None:
        raise Refused
    return found


def change(organisation: Organisation, **values: Any) -> None:
    kept = ("name", "kind", "org_number", "email", "municipality", "groups", "voice_bearer", "provider", "description", "added_value")
    kept += ("protected", "subjects", "area", "postal_address")
    make.do(directory.change_organisation, organisation, **{name: getattr(organisation, name) for name in kept} | values)


def answer_anew(position: Position) -> None:
    """Without a name, which is obeyed before anybody has reviewed it."""
    summaries.new_version(position, {1: "Vi vill inte stå med namn."})
    with transaction():
        current = make.again(position).current
        current.wish = PublicationWish.unnamed
        record(EventName.position_received, at=clock.now(), subject_id=current.id, consultation_id=position.consultation_id)


def correct(of: Consultation, body: str) -> None:
    summary = db.session.scalars(sa.select(Summary).where(Summary.consultation_id == of.id)).one()
    finding = next(one for one in summary.findings if one.number == 2)
    words = {"in_short": "Kort.", "reason": "Fel källa.", "set_aside_reason": "Nej."}
    make.do(correct_summary, summary, changes={finding: (finding.heading, body)}, **words)


def recomputed(of: Consultation) -> list[Said]:
    """The same rows in plain Python."""
    said = []
    for point in db.session.scalars(sa.select(Point).where(Point.consultation_id == of.id)):
        version, position = point.answer.version, point.answer.version.position
        citing = [citation.finding for citation in db.session.query(Citation).filter_by(point_id=point.id)]
        spoken = version.meeting_id is not None
        stands = version.withdrawn_at is None and version.disowned_at is None if spoken else position.stands
        verified = db.session.query(Verification).filter_by(organisation_id=position.organisation_id, municipality_id=of.municipality_id)
        if not stands or not verified.count() or not (citing or point.set_aside_at):
            continue
        organisation = position.organisation.heir or position.organisation
        review = latest_reviews(ReviewKind.position, [version.id]).get(version.id)
        masks = masks_of(TextKind.answer, [point.answer_id]).get(point.answer_id, [])
        covered = {index for span in masks for index in range(span.start, span.end)}
        shy = (
            review is None
            or review.decision is ReviewDecision.withheld
            or (position.published_id is None and not spoken)
            or (not spoken and position.current is not None and position.current.wish is PublicationWish.unnamed)
            or covered >= set(range(point.start, point.end))
        )
        own = [answer.outcome for answer in answers(point_id=point.id)]
        shared = [(finding.number, answer.outcome) for finding in citing for answer in answers(finding_id=finding.id)]
        outcome = outcome_of(own[0] if own else None, shared)
        said.append(Said(organisation.id, organisation.kind, outcome, shy, frozenset(group.id for group in version.groups), 1))
    return said


def answers(**target: int) -> list[Response]:
    return [one for one in db.session.query(Response).filter_by(**target) if one.release.published_at is not None]


def plainly(said: list[Said]) -> dict[Any, tuple[int, ...]]:
    """Points, contributors, and both of those not told by name, of each group, kind and outcome."""
    told: dict[Any, list[Said]] = defaultdict(list)
    for one in said:
        for group in (None, *one.groups):
            told[group, one.kind, one.outcome].append(one)
    counted_as: dict[Any, tuple[int, ...]] = {}
    for key, ones in told.items():
        shy = [one for one in ones if one.shy]
        counted_as[key] = (sum(one.points for one in ones), len({one.contributor for one in ones}))
        counted_as[key] += (sum(one.points for one in shy), len({one.contributor for one in shy}))
    return counted_as


PHASES, CHECKS = (Phase.explicit, Phase.generate), (HealthCheck.function_scoped_fixture,)


@settings(max_examples=4, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 2)), min_size=3, max_size=7))
@example(deeds=[(deed, 1) for deed in DEEDS])
def test_the_cells_are_what_the_rows_say_after_whatever_happens(app: Flask, deeds: list[tuple[str, int]]) -> None:
    consultation = world()
    for deed, who in deeds:
        done = act(consultation, deed, who)
        assert done or len(deeds) < len(DEEDS), f"{deed} is refused: it tells nothing"
    db.session.expire_all()
    kept = {(cell["group_id"], cell["kind"], cell["outcome"]): cell for cell in queries.list_kept(consultation.id)}
    said = recomputed(consultation)
    names = ("points", "contributors", "shy_points", "shy_contributors")
    assert {key: tuple(cell[name] for name in names) for key, cell in kept.items()} == plainly(said)
    named = {(group, one.contributor) for one in said if not one.shy for group in (None, *one.groups)}
    voices: Counter[int | None] = Counter()
    for (group, _kind, _outcome), cell in kept.items():
        voices[group] += cell["voices"]
    assert +voices == Counter(group for group, _contributor in named)
    assert {key: cell["telling"] for key, cell in kept.items()} == {tuple(key): cell.telling for key, cell in count(said).items()}


def test_a_cell_that_is_not_what_the_rows_say_is_found_and_recounting_mends_it(app: Flask) -> None:
    consultation = world()
    act(consultation, "publish", 0)
    with transaction():
        db.session.execute(sa.update(UptakeCell).values(points=UptakeCell.points + 1))
    assert queries.list_different(clock.now()) == [consultation.id]
    assert app.test_cli_runner().invoke(args=["recount"]).exit_code == 0
    assert queries.list_different(clock.now()) == []
    whole = [cell for cell in queries.list_kept(consultation.id) if cell["group_id"] is None]
    assert Counter({cell["outcome"]: cell["points"] for cell in whole}) == {Outcome.will_do: 2, Outcome.partly: 1, Outcome.not_ours: 1}


def test_counting_takes_as_many_statements_however_much_was_said(app: Flask) -> None:
    consultation = world()
    consultation_id = consultation.id  # read before the statements are counted

    def ask() -> int:
        with counted() as said, transaction():
            counting.recount(consultation_id, at=clock.now())
        return len(said)

    few = ask()
    for _ in range(4):
        summaries.point(summaries.answer_of(make.position(consultation)), set_aside_at=clock.now(), set_aside_reason="Annat.")
    assert ask() == few <= 8
    with counted() as said:
        change(positions(consultation)[0].organisation, email="ny@x.example")
    assert not [one for one in said if "uptake_cell" in one], "another address counts nothing anew"
