"""Versions, reviews, parts and phrases: what the commands do, record and refuse, and what a release costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.queries import phase_of
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.responses import commands, queries, queries_answers, queries_desk
from sakrad.responses.lifecycle_answers import ReviewState, review_state
from sakrad.responses.models import DecisionForm, FeedbackRelease, Outcome, Response, ResponseVersion
from sakrad.responses.queries_page import get_response_page
from sakrad.summaries.models import Point
from tests import factories
from tests.factories import again, do, summaries
from tests.factories import responses as make
from tests.statements import counted

DAY = timedelta(days=1)
BOARD = {"form": DecisionForm.board, "decision_ref": "§ 41"}


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def propose(matter: make.Matter, **values: Any) -> Response:
    with transaction():
        release = commands.open_release(matter.consultation, at=clock.now())
    values = {"outcome": Outcome.will_do, "reason": "Ja.", "finding": matter.findings[0]} | values
    made: Response = do(commands.propose, release, **values)
    return made


def all_proposed(matter: make.Matter) -> list[Response]:
    last = {"finding": None, "point": matter.points[2], "outcome": Outcome.wont_do}
    return [propose(matter), propose(matter, finding=matter.findings[1]), propose(matter, **last)]


def decide(release: FeedbackRelease) -> None:
    do(commands.decide, release, decision_on=clock.today(), **BOARD)


def test_what_the_board_changed_is_told_and_nothing_else(app: Flask) -> None:
    matter = make.matter()
    first, second, third = all_proposed(matter)
    release = first.release
    do(commands.send, release, meeting_on=None, unread=True)
    do(commands.change_response, first, outcome=Outcome.partly, reason="Delvis.", seen_version=1)
    do(commands.change_response, second, outcome=Outcome.partly, reason="Nej.", seen_version=1)
    do(commands.change_response, second, outcome=Outcome.will_do, reason="Ja.", seen_version=2)
    promise = {"what": "Ett nummer", "function": matter.function, "due_on": clock.today() + DAY, "how_seen": ""}
    do(commands.commit_to, third, **promise)
    decide(release)
    changed = {one.id: one.changed_by_board for one in db.session.scalars(sa.select(Response).execution_options(populate_existing=True))}
    assert changed == {first.id: True, second.id: False, third.id: True}, "an answer, nothing in the end, a promise"
    sent = db.session.scalars(sa.select(ResponseVersion).where(ResponseVersion.sent)).all()
    assert {(one.response_id, one.number, one.outcome) for one in sent} == {
        (first.id, 1, Outcome.will_do),
        (second.id, 1, Outcome.will_do),
        (third.id, 1, Outcome.wont_do),
    }
    do(commands.publish, release)
    page = get_response_page(matter.consultation.municipality.slug, matter.consultation.slug, 1, clock.now())
    assert [one.reply.changed_by_board for one in page.answered] == [True, False, True]


def test_a_review_is_voided_by_an_edit_and_by_a_promise(app: Flask) -> None:
    matter = make.matter()
    writer, reader = (factories.user((Role.officer, matter.consultation.authority)) for _ in range(2))
    response = propose(matter, actor=writer)
    do(commands.ask_review, [response], reader, actor=writer)
    with pytest.raises(Blocked, match="review_own_answer"):
        do(commands.review_response, response, good=True, seen_version=1, actor=writer)
    with pytest.raises(Stale):
        do(commands.review_response, response, good=True, seen_version=0, actor=reader)
    do(commands.review_response, response, good=False, note="Skriv om", seen_version=1, actor=reader)
    assert do(commands.ask_review, [response], reader, actor=writer) == 0, "there is nothing new to read"
    assert review_state(response) is ReviewState.change_asked
    do(commands.change_response, response, outcome=Outcome.will_do, reason="Om.", seen_version=1, actor=writer)
    do(commands.review_response, response, good=True, seen_version=2, actor=reader)
    assert review_state(response) is ReviewState.good
    promise = {"what": "Ett nummer", "function": matter.function, "due_on": clock.today() + DAY, "how_seen": ""}
    do(commands.commit_to, response, actor=writer, **promise)
    assert review_state(response) is ReviewState.outdated
    reviews = [EventName.response_review_asked, EventName.response_reviewed, EventName.response_changed, EventName.response_reviewed]
    assert events()[1:5] == reviews


def test_parts_are_published_one_at_a_time_and_the_last_one_answers(app: Flask) -> None:
    matter = make.matter()
    consultation = matter.consultation
    first = propose(matter)
    later = do(commands.add_part, consultation, title=" Det som  rör tolk ", planned_on=None)
    release = first.release
    with pytest.raises(Blocked, match="part_day_missing"):
        do(commands.send, release, meeting_on=None, unread=True)
    do(commands.change_part, later, title="Det som rör tolk", planned_on=clock.today() + 30 * DAY)
    do(commands.send, release, meeting_on=None, unread=True)
    second = propose(matter, finding=matter.findings[1])
    assert second.release_id == later.id, "while the first part is with the authority, one goes on with the next"
    decide(release)
    do(commands.publish, release)
    where = (consultation.municipality.slug, consultation.slug, 1)
    assert phase_of(again(consultation), clock.now()) is Phase.summarised and again(consultation).feedback_published_at is None
    page = get_response_page(*where, clock.now())
    assert [one.finding for one in page.answered] == [1]
    assert [(part.number, part.title, part.planned_on) for part in page.parts][1:] == [(2, "Det som rör tolk", clock.today() + 30 * DAY)]
    assert get_response_page(*where, clock.now() + 33 * DAY).parts[1].late == 3
    found = queries.find_release(again(consultation))
    assert found is not None and found.number == 2
    with pytest.raises(Blocked, match="points_unanswered"):
        do(commands.send, found, meeting_on=None, unread=True)
    propose(matter, finding=None, point=matter.points[2], outcome=Outcome.wont_do)
    do(commands.send, found, meeting_on=None, unread=True)
    decide(found)
    do(commands.publish, found)
    assert phase_of(again(consultation), clock.now()) is Phase.answered
    assert [one.part for one in get_response_page(*where, clock.now()).answered] == [1, 2, 2]


def test_answers_move_between_parts_until_they_are_decided(app: Flask) -> None:
    matter = make.matter()
    first = all_proposed(matter)[0]
    release = first.release
    later = do(commands.add_part, matter.consultation, title="Resten", planned_on=clock.today() + 30 * DAY)
    do(commands.send, release, meeting_on=None, unread=True)
    do(commands.move_responses, [first], later)
    assert again(first).release_id == later.id and events()[-1] == EventName.feedback_divided
    assert not db.session.scalars(sa.select(ResponseVersion.sent).where(ResponseVersion.response_id == first.id)).one()
    with pytest.raises(Blocked, match="responses_already_sent"):
        do(commands.move_responses, [again(first)], again(release))
    with pytest.raises(Blocked, match="part_not_empty"):
        do(commands.drop_part, again(later))


def test_many_points_are_answered_and_published_in_a_few_statements_however_many(app: Flask) -> None:
    def whole_way(points: int) -> tuple[int, int]:
        matter = make.matter()
        answers = [one.answer for one in matter.points]
        more = {"set_aside_at": clock.now(), "set_aside_reason": "Det ligger utanför frågan."}
        aside = [matter.points[2], *(summaries.point(answers[2], **more) for _ in range(points - 1))]
        for finding in matter.findings:
            propose(matter, finding=finding)
        with transaction():
            release = commands.open_release(matter.consultation, at=clock.now())
        ids = [one.id for one in aside]

        def answer(**values: Any) -> int:
            rows = db.session.scalars(sa.select(Point).where(Point.id.in_(ids))).all()
            return commands.propose_many(again(release), rows, outcome=Outcome.wont_do, reason="Det ligger utanför frågan.", **values)

        with counted() as answering:
            assert do(answer) == points
        do(commands.send, release, meeting_on=None, unread=True)
        decide(release)
        release = again(release)
        with counted() as publishing:
            do(commands.publish, release)
        return len(answering), len(publishing)

    assert whole_way(2) == whole_way(9)
    assert events().count(EventName.response_proposed) == 2 * 2 + 2 + 9


def test_a_unit_is_given_answers_and_sees_them_until_they_are_sent(app: Flask) -> None:
    matter = make.matter()
    consultation = matter.consultation
    unit = factories.function(factories.authority(consultation.municipality)).unit
    officer = factories.user((Role.officer, unit.authority))
    desk = queries_desk.get_desk(consultation)
    do(commands.assign_answers, [desk.findings[0].target, desk.set_aside[0]], unit, due_on=clock.today() + DAY, note="Bara kort")
    event = db.session.scalars(sa.select(Event)).one()
    assert (event.name, event.subject_id, event.data) == (EventName.answer_assigned, unit.id, {"answers": 2})
    rows = queries_answers.list_duties(officer, consultation.municipality_id, page=1).rows
    assert [(one.kind, one.number, one.unit, one.note, one.drafted) for one in rows] == [
        ("samlad", 1, unit.name, "Bara kort", False),
        ("synpunkt", 3, unit.name, "Bara kort", False),
    ]
    do(commands.unassign_answers, [queries_desk.get_desk(consultation).set_aside[0]])
    assert events()[-1] == EventName.answer_unassigned
    propose(matter)
    assert [one.drafted for one in queries_answers.list_duties(officer, consultation.municipality_id, page=1).rows] == [True]
    with transaction():
        propose_release = db.session.scalars(sa.select(FeedbackRelease)).one()
        propose_release.sent_at = propose_release.decided_at = clock.now()
        propose_release.decision_form, propose_release.decision_on = DecisionForm.administration, clock.today()
    assert queries_answers.list_duties(officer, consultation.municipality_id, page=1).rows == []
    with pytest.raises(Blocked):
        do(commands.unassign_answers, [queries_desk.get_desk(consultation).findings[0].target])
