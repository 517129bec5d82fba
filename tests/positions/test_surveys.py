"""Ask our members: counted once, nothing but counters, and gone when the answer has been sent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Dates, Phase
from sakrad.core import clock, ids, jobs
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event
from sakrad.positions import lifecycle_survey as lifecycle
from sakrad.positions import links_survey, queries_own, queries_survey, receipts
from sakrad.positions.commands import surveying as commands
from sakrad.positions.commands.surveying import Question, WrongChoice, WrongSurvey
from sakrad.positions.lifecycle_survey import SurveyFacts
from sakrad.positions.models import Draft, Survey, SurveyQuestion, SurveyTicket
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import surveys
from tests.factories.positions import fresh

NOW = clock.now()
OPEN = Dates(announced_at=NOW - timedelta(days=2), opens_at=NOW - timedelta(days=1), closes_at=NOW + timedelta(days=9))
OVER = Dates(announced_at=NOW - timedelta(days=9), opens_at=NOW - timedelta(days=8), closes_at=NOW - timedelta(days=1))
YES_NO = ("Ja", "Nej")


@pytest.fixture
def draft(app: Any) -> Draft:
    return desk.fill(desk.open_draft(make.consultation(), make.organisation()))


def rows(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("facts", "dates", "more", "codes"),
    [
        pytest.param(SurveyFacts(2), OPEN, 60, [], id="it may be opened"),
        pytest.param(SurveyFacts(1), OPEN, 60, ["survey_questions"], id="one question"),
        pytest.param(SurveyFacts(6), OPEN, 60, ["survey_questions"], id="six"),
        pytest.param(SurveyFacts(2), OVER, 60, ["survey_too_late"], id="the time to answer is over"),
        pytest.param(SurveyFacts(2), OPEN, 501, ["survey_tickets"], id="too many links"),
        pytest.param(SurveyFacts(2), OPEN, 0, ["survey_tickets"], id="no links"),
        pytest.param(SurveyFacts(2, opened=True), OPEN, 60, ["survey_opened"], id="opened already"),
        pytest.param(
            SurveyFacts(1, opened=True),
            OVER,
            0,
            ["survey_opened", "survey_questions", "survey_too_late", "survey_tickets"],
            id="every reason",
        ),
    ],
)
def test_when_members_may_be_asked(facts: SurveyFacts, dates: Dates, more: int, codes: list[str]) -> None:
    assert [blocker.code for blocker in lifecycle.blockers_to_open_survey(facts, dates, more, NOW)] == codes


@pytest.mark.parametrize(
    ("facts", "more", "codes"),
    [
        pytest.param(SurveyFacts(2, opened=True, tickets=60), 440, [], id="up to five hundred"),
        pytest.param(SurveyFacts(2, opened=True, tickets=60), 441, ["survey_tickets"], id="one more"),
        pytest.param(SurveyFacts(2), 1, ["survey_not_open"], id="not opened"),
        pytest.param(SurveyFacts(2, opened=True, closed=True, tickets=60), 1, ["survey_closed"], id="closed"),
    ],
)
def test_when_more_links_may_be_made(facts: SurveyFacts, more: int, codes: list[str]) -> None:
    assert [blocker.code for blocker in lifecycle.blockers_to_add_tickets(facts, more)] == codes


@pytest.mark.parametrize(
    "questions",
    [
        pytest.param([Question("En?", YES_NO)], id="one question"),
        pytest.param([Question("En?", YES_NO)] * 6, id="six"),
        pytest.param([Question("En?", YES_NO), Question("", YES_NO)], id="an empty one"),
        pytest.param([Question("En?", YES_NO), Question("x" * 301, YES_NO)], id="too long"),
        pytest.param([Question("En?", YES_NO), Question("Två?", ("Ja",))], id="one option"),
        pytest.param([Question("En?", YES_NO), Question("Två?", tuple("abcdefghi"))], id="nine options"),
        pytest.param([Question("En?", YES_NO), Question("Två?", ("Ja", "ja "))], id="the same option twice"),
        pytest.param([Question("En?", YES_NO), Question("Två?", ("Ja", "x" * 81))], id="an option too long"),
    ],
)
def test_only_two_to_five_closed_questions(draft: Draft, questions: list[Question]) -> None:
    with pytest.raises(WrongSurvey):
        surveys.written(draft, questions)
    assert rows(Survey) == 0


def test_what_is_written_twice_stands_as_it_was_written_last(draft: Draft) -> None:
    surveys.written(draft)
    survey = surveys.written(draft, [Question("Ny  \n fråga?", YES_NO), Question("Och?", ("A", "B", "C"))])
    assert [(one.number, one.text, one.options, one.counts) for one in fresh(survey).questions] == [
        (1, "Ny fråga?", ["Ja", "Nej"], [0, 0]),
        (2, "Och?", ["A", "B", "C"], [0, 0, 0]),
    ]


def test_an_opened_question_is_frozen(draft: Draft) -> None:
    surveys.opened(draft)
    with pytest.raises(Blocked, match="survey_opened"):
        surveys.written(draft)


def test_a_link_is_true_for_its_own_survey_and_number_only(app: Any) -> None:
    token = links_survey.token_of("abcdefghjk", 7)
    assert links_survey.read(token) == links_survey.read(f" {token.upper()} ") == ("abcdefghjk", 7)
    secret = token.rpartition("-")[2]
    assert len(secret) == 12 and set(secret) <= set(ids.ALPHABET)
    for false in (
        f"abcdefghjk-8-{secret}",
        f"abcdefghjm-7-{secret}",
        f"abcdefghjk-7-{secret[:-1]}",
        "abcdefghjk-7-",
        "abcdefghjk",
        "",
        "-é-",
        f"abcdefghjk-07-{secret}x",
    ):
        assert links_survey.read(false) is None


def test_an_answer_is_counted_and_uses_up_its_link_once(draft: Draft) -> None:
    survey = surveys.opened(draft)
    surveys.answered(survey, (0, 1), (2, 0))
    assert [one.counts for one in fresh(survey).questions] == [[1, 0, 1], [1, 1]]
    link = queries_survey.get_survey_link(links_survey.token_of(survey.reference, 1))
    assert link.survey is not None and link.ticket is not None and link.used
    with transaction():
        assert not commands.answer_survey(link.survey, link.ticket, choices=(0, 0))
    assert [one.counts for one in fresh(survey).questions] == [[1, 0, 1], [1, 1]]


@pytest.mark.parametrize("choices", [(0,), (0, 0, 0), (3, 0), (-1, 0), (0, 2)], ids=str)
def test_a_choice_that_is_none_counts_nothing_and_leaves_the_link(draft: Draft, choices: tuple[int, ...]) -> None:
    survey = surveys.opened(draft)
    with pytest.raises(WrongChoice):
        surveys.answered(survey, choices)
    assert queries_survey.count_tickets(fresh(survey)).answered == 0


def test_nothing_is_kept_of_who_answered_or_when(draft: Draft) -> None:
    """The whole of what the tables can hold: counters, and that a link is used."""
    assert set(SurveyTicket.__table__.columns.keys()) == {"id", "survey_id", "number", "used"}
    assert set(SurveyQuestion.__table__.columns.keys()) == {"id", "survey_id", "number", "text", "options", "counts"}
    events, updated = rows(Event), fresh(draft).updated_at
    surveys.answered(surveys.opened(draft), (0, 0))
    assert rows(Event) == events
    assert fresh(draft).updated_at == updated


def test_closing_keeps_what_may_be_told_and_drops_the_counters(draft: Draft) -> None:
    survey = surveys.opened(draft, tickets=60)
    surveys.answered(survey, *[(0, 0)] * 39, (1, 1), (2, 1))
    surveys.closed(survey)
    assert fresh(draft).member_counts == [
        {
            "question": "Ska vi säga ja till förslaget?",
            "options": [["Ja", 37, None], ["Nej", 0, 2], ["Vet inte", 0, 2]],
            "asked": 60,
            "answered": 41,
        },
        {"question": "Hur ofta kommer du?", "options": [["Ofta", 39, None], ["Sällan", 0, 2]], "asked": 60, "answered": 41},
    ]
    assert [one.counts for one in fresh(survey).questions] == [[], []]
    with pytest.raises(Blocked, match="survey_closed"):
        surveys.closed(survey)
    with pytest.raises(Blocked, match="survey_closed"):
        surveys.answered(survey, (0, 0))


def test_closing_changes_what_is_sent_so_that_approvals_of_it_hold_no_longer(draft: Draft) -> None:
    before = receipts.fingerprint(fresh(draft))
    survey = surveys.opened(draft)
    assert receipts.fingerprint(fresh(draft)) == before, "asking alone changes nothing"
    surveys.closed(survey)
    assert receipts.fingerprint(fresh(draft)) != before


def test_nothing_is_sent_while_members_are_being_asked(draft: Draft) -> None:
    survey = surveys.opened(draft)
    with pytest.raises(Blocked, match="survey_running"):
        desk.submit(draft)
    surveys.answered(survey, *[(0, 0)] * 6)
    surveys.closed(survey)
    version = desk.submit(draft)
    assert fresh(version).member_counts == fresh(draft).member_counts
    assert receipts.is_intact(fresh(version), receipts.nonce_of(fresh(version)))


def test_when_the_answer_has_been_sent_links_and_counters_are_gone(draft: Draft) -> None:
    survey = surveys.opened(draft)
    reference, token = survey.reference, links_survey.token_of(survey.reference, 1)
    surveys.answered(survey, *[(0, 0)] * 6)
    surveys.closed(survey)
    desk.submit(draft)
    db.session.remove()
    assert (rows(Survey), rows(SurveyQuestion), rows(SurveyTicket)) == (0, 0, 0)
    assert queries_survey.get_survey_link(token).survey is None
    again = surveys.opened(draft)
    assert again.reference != reference, "for a new version members can be asked anew"


def test_the_facts_say_how_many_were_asked_and_answered_when_it_is_wished(draft: Draft) -> None:
    survey = surveys.opened(draft, tickets=60)
    surveys.answered(survey, *[(0, 0)] * 6)
    surveys.closed(survey)
    before = (fresh(draft).asked, fresh(draft).answered, fresh(draft).signed_role)
    assert before[:2] == (None, None)
    with transaction():
        commands.use_counts(fresh(draft), actor=None, at=clock.now())
    assert (fresh(draft).asked, fresh(draft).answered, fresh(draft).signed_role) == (60, 6, before[2])


def test_a_removed_question_leaves_nothing_in_the_draft(draft: Draft) -> None:
    before = receipts.fingerprint(fresh(draft))
    survey = surveys.opened(draft)
    surveys.closed(survey)
    with transaction():
        commands.remove_survey(fresh(draft), at=clock.now())
    assert receipts.fingerprint(fresh(draft)) == before
    assert (rows(Survey), rows(SurveyTicket)) == (0, 0)


def test_a_year_after_the_closing_an_answer_that_was_never_sent_keeps_no_question(app: Any) -> None:
    old, new = (make.consultation(), make.consultation())
    kept = surveys.opened(desk.open_draft(new, make.organisation()))
    surveys.opened(desk.open_draft(old, make.organisation()))
    with transaction():
        db.session.execute(
            sa.update(make.Consultation)
            .where(make.Consultation.id == old.id)
            .values(opens_at=NOW - timedelta(days=400), closes_at=NOW - timedelta(days=366))
        )
        db.session.execute(
            sa.update(make.Consultation)
            .where(make.Consultation.id == new.id)
            .values(opens_at=NOW - timedelta(days=400), closes_at=NOW - timedelta(days=364))
        )
    jobs.schedule_due(clock.now())
    jobs.run_due(clock.now())
    assert list(db.session.scalars(sa.select(Survey.id))) == [kept.id]
    assert rows(SurveyTicket) == 60


def test_an_official_finds_no_survey_through_the_draft(draft: Draft) -> None:
    """It hangs on the draft alone, which no query of staff's ever joins (tests/positions/routes/test_own_space.py)."""
    surveys.opened(draft)
    assert queries_own.find_draft(fresh(draft).organisation, fresh(draft).consultation) is not None
    assert {key.column.table.name for key in Survey.__table__.foreign_keys} == {"draft"}


def pressed(app: Flask, token: str, times: int) -> list[str]:
    """What each press came to, when all of them come at once."""
    gate = threading.Barrier(times)

    def press(turn: int) -> str:
        with app.app_context():
            gate.wait(timeout=10)
            try:
                with transaction():
                    link = queries_survey.get_survey_link(token)
                    assert link.survey is not None and link.ticket is not None
                    return "counted" if commands.answer_survey(link.survey, link.ticket, choices=(turn % 3, 0)) else "used"
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(press, range(times)))


def test_two_presses_on_one_link_count_once(app: Flask, draft: Draft) -> None:
    survey = surveys.opened(draft)
    assert pressed(app, links_survey.token_of(survey.reference, 5), 4) == ["counted", "used", "used", "used"]
    assert [sum(one.counts) for one in fresh(survey).questions] == [1, 1]


def test_members_who_answer_at_once_are_all_counted(app: Flask, draft: Draft) -> None:
    survey = surveys.opened(draft)
    tokens = [links_survey.token_of(survey.reference, number) for number in range(1, 9)]
    gate = threading.Barrier(len(tokens))

    def press(token: str) -> None:
        with app.app_context():
            gate.wait(timeout=10)
            with transaction():
                link = queries_survey.get_survey_link(token)
                assert link.survey is not None and link.ticket is not None
                commands.answer_survey(link.survey, link.ticket, choices=(0, 1))
            db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(tokens)) as pool:
        list(pool.map(press, tokens))
    assert [one.counts for one in fresh(survey).questions] == [[8, 0, 0], [0, 8]]


def test_who_closes_while_a_member_answers_leaves_a_whole_number(app: Flask, draft: Draft) -> None:
    survey = surveys.opened(draft)
    surveys.answered(survey, *[(0, 0)] * 9)
    token, draft_id = links_survey.token_of(survey.reference, 10), draft.id
    gate = threading.Barrier(2)

    def close() -> str:
        with app.app_context():
            gate.wait(timeout=10)
            with transaction():
                found = queries_survey.get_survey(db.session.get_one(Draft, draft_id))
                commands.close_survey(found, actor=None, at=clock.now())
            db.session.remove()
        return "closed"

    def press() -> str:
        with app.app_context():
            gate.wait(timeout=10)
            try:
                with transaction():
                    link = queries_survey.get_survey_link(token)
                    assert link.survey is not None and link.ticket is not None
                    commands.answer_survey(link.survey, link.ticket, choices=(0, 0))
                return "counted"
            except Blocked:
                return "too late"
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        closing, pressing = pool.submit(close), pool.submit(press)
        assert closing.result() == "closed"
        came_to = pressing.result()
    assert fresh(draft).member_counts[0]["answered"] == (10 if came_to == "counted" else 9)
    assert queries_survey.count_tickets(fresh(survey)).answered == (10 if came_to == "counted" else 9)


def test_a_survey_is_not_opened_after_the_time_to_answer(app: Any) -> None:
    draft = desk.open_draft(make.consultation(Phase.compiling), make.organisation())
    with pytest.raises(Blocked, match="survey_too_late"):
        surveys.opened(draft)
