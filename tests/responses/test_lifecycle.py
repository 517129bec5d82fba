"""The way of the answers and the standing of commitments, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sakrad.core import clock
from sakrad.responses import lifecycle
from sakrad.responses.lifecycle import CommitmentFacts, CommitmentState, ReleaseFacts, ReleaseState, Standing
from sakrad.responses.models import DecisionForm, Outcome, ProgressStatus

NOW = clock.start_of(date(2027, 4, 22)) + timedelta(hours=12)
TODAY = date(2027, 4, 22)
DAY = timedelta(days=1)

WRITTEN = ReleaseFacts(summary_published=True, responses=2)
SENT = replace(WRITTEN, sent_at=NOW - 9 * DAY)
DECIDED = replace(SENT, decided_at=NOW, decision_form=DecisionForm.board, decision_on=TODAY, decision_ref="§ 41")
PUBLISHED = replace(DECIDED, published_at=NOW)


def codes(found: list[Any]) -> list[str]:
    return [blocker.code for blocker in found]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ReleaseFacts(), ReleaseState.proposed, id="nothing written yet"),
        pytest.param(WRITTEN, ReleaseState.proposed, id="written"),
        pytest.param(SENT, ReleaseState.sent, id="sent"),
        pytest.param(DECIDED, ReleaseState.decided, id="decided"),
        pytest.param(PUBLISHED, ReleaseState.published, id="published"),
    ],
)
def test_the_state_is_read_off_what_has_happened(facts: ReleaseFacts, expected: ReleaseState) -> None:
    assert lifecycle.state(facts) is expected


@pytest.mark.parametrize(
    ("ask", "facts", "expected"),
    [
        pytest.param("change", ReleaseFacts(), ["answers_before_summary"], id="no answers before the summary"),
        pytest.param("change", WRITTEN, [], id="written answers change"),
        pytest.param("change", SENT, [], id="the authority's changes are taken in after sending"),
        pytest.param("change", DECIDED, ["responses_decided"], id="what is decided is locked"),
        pytest.param("change", PUBLISHED, ["response_frozen"], id="a published answer is frozen"),
        pytest.param("commit", SENT, [], id="a commitment is part of its answer"),
        pytest.param("commit", PUBLISHED, ["response_frozen"], id="no new commitment in a published answer"),
        pytest.param("send", ReleaseFacts(responses=1), ["answers_before_summary"], id="nothing is sent before the summary"),
        pytest.param("send", replace(WRITTEN, responses=0), ["nothing_answered"], id="nothing to send"),
        pytest.param("send", replace(WRITTEN, unanswered=(2,)), ["finding_unanswered"], id="every finding is answered before sending"),
        pytest.param("send", WRITTEN, [], id="may be sent"),
        pytest.param("send", SENT, ["responses_already_sent"], id="sent once"),
        pytest.param("decide", WRITTEN, ["responses_not_sent"], id="decided after sending"),
        pytest.param("decide", SENT, [], id="may be decided"),
        pytest.param("decide", DECIDED, ["responses_decided"], id="decided once"),
        pytest.param("reopen", SENT, ["responses_not_decided"], id="nothing to take back"),
        pytest.param("reopen", DECIDED, [], id="a wrong note is taken back"),
        pytest.param("reopen", PUBLISHED, ["response_frozen"], id="never after publishing"),
        pytest.param("publish", SENT, ["responses_not_decided"], id="published after the decision"),
        pytest.param("publish", replace(DECIDED, unanswered=(1, 2)), ["finding_unanswered"], id="every finding is answered"),
        pytest.param("publish", replace(DECIDED, decision_ref=""), ["decision_paragraph_missing"], id="the board's § stands in it"),
        pytest.param("publish", replace(DECIDED, decision_on=None), ["decision_date_missing"], id="the decision has a day"),
        pytest.param(
            "publish",
            replace(DECIDED, decision_form=DecisionForm.administration, decision_ref=""),
            [],
            id="the administration's answer needs no number",
        ),
        pytest.param("publish", DECIDED, [], id="may be published"),
        pytest.param("publish", PUBLISHED, ["feedback_already_published"], id="published once"),
        pytest.param("add_progress", DECIDED, ["feedback_not_published"], id="progress after publishing"),
        pytest.param("add_progress", PUBLISHED, [], id="progress may be told"),
        pytest.param("add_progress", replace(PUBLISHED, ended_at=NOW), ["follow_up_over"], id="not after the end"),
    ],
)
def test_what_stands_in_the_way(ask: str, facts: ReleaseFacts, expected: list[str]) -> None:
    assert codes(getattr(lifecycle, f"blockers_to_{ask}")(facts, NOW)) == expected


NOTHING: dict[str, Any] = {"reason": "Så är det.", "study_until_on": None, "whose": "", "basis": "", "basis_on": None}


@pytest.mark.parametrize(
    ("outcome", "given", "expected"),
    [
        pytest.param(Outcome.will_do, {}, [], id="what is done needs no more"),
        pytest.param(Outcome.already_done, {}, [], id="nor what is done already"),
        pytest.param(Outcome.partly, {"reason": ""}, ["refusal_reason_missing"], id="partly says why not wholly"),
        pytest.param(Outcome.wont_do, {"reason": ""}, ["refusal_reason_missing"], id="a refusal has a reason"),
        pytest.param(Outcome.will_do, {"reason": ""}, ["answer_reason_missing"], id="what is done has one too"),
        pytest.param(Outcome.not_ours, {"reason": "", "whose": "Regionen"}, ["answer_reason_missing"], id="and what is another's"),
        pytest.param(Outcome.wont_do, {"reason": "Noteras."}, ["reason_says_nothing"], id="noted is no answer"),
        pytest.param(Outcome.will_do, {"reason": "  TACK, noterat! "}, ["reason_says_nothing"], id="nor are thanks, however written"),
        pytest.param(Outcome.will_do, {"reason": "Noteras. Linjen får fler turer."}, [], id="more than that may be an answer"),
        pytest.param(Outcome.wont_do, {"reason": "Kontraktet går ut."}, [], id="a reasoned refusal"),
        pytest.param(Outcome.study, {}, ["study_date_missing"], id="a study has a date"),
        pytest.param(Outcome.study, {"study_until_on": TODAY - DAY}, ["study_date_passed"], id="a study ends in the future"),
        pytest.param(Outcome.study, {"study_until_on": TODAY}, [], id="today is still to come"),
        pytest.param(Outcome.not_ours, {}, ["whose_missing"], id="not ours says whose"),
        pytest.param(Outcome.input, {}, ["basis_missing", "basis_date_missing"], id="input names document and date"),
        pytest.param(Outcome.input, {"basis": "Planen", "basis_on": TODAY}, [], id="input used somewhere"),
    ],
)
def test_each_outcome_demands_its_facts(outcome: Outcome, given: dict[str, Any], expected: list[str]) -> None:
    found = lifecycle.faults_of_response(outcome, at=NOW, **(NOTHING | given))
    assert codes(found) == expected
    assert all(blocker.field for blocker in found), "each stands beside its field"


@pytest.mark.parametrize(
    ("form", "ref", "on", "expected"),
    [
        pytest.param(DecisionForm.board, "§ 41", TODAY, [], id="the board with its §"),
        pytest.param(DecisionForm.board, "", TODAY, ["decision_paragraph_missing"], id="the board without §"),
        pytest.param(DecisionForm.delegation, "", TODAY, ["delegation_number_missing"], id="delegation without number"),
        pytest.param(DecisionForm.administration, "", TODAY, [], id="the administration"),
        pytest.param(DecisionForm.board, "§ 41", TODAY + DAY, ["decision_date_to_come"], id="not decided before it is decided"),
    ],
)
def test_the_form_of_decision_demands_its_facts(form: DecisionForm, ref: str, on: date, expected: list[str]) -> None:
    assert codes(lifecycle.faults_of_decision(form, on, ref, "", NOW)) == expected


@pytest.mark.parametrize(
    ("due", "former", "expected"),
    [
        pytest.param(TODAY, None, [], id="today"),
        pytest.param(TODAY - DAY, None, ["due_date_passed"], id="yesterday"),
        pytest.param(TODAY - DAY, TODAY - DAY, [], id="a day that has passed meanwhile may stand"),
    ],
)
def test_a_promise_is_for_a_day_to_come(due: date, former: date | None, expected: list[str]) -> None:
    assert codes(lifecycle.faults_of_commitment(what="Ett nummer", due_on=due, former_due_on=former, at=NOW)) == expected
    assert "commitment_empty" in codes(lifecycle.faults_of_commitment(what="", due_on=due, at=NOW))


@pytest.mark.parametrize(
    ("status", "due", "expected"),
    [
        pytest.param(ProgressStatus.under_way, None, [], id="under way"),
        pytest.param(ProgressStatus.changed, None, [], id="changed in what it is"),
        pytest.param(ProgressStatus.changed, TODAY + DAY, [], id="a new day"),
        pytest.param(ProgressStatus.under_way, TODAY + DAY, ["moved_without_change"], id="a new day is a change"),
        pytest.param(ProgressStatus.changed, TODAY + 5 * DAY, ["due_date_unchanged"], id="the same day is none"),
        pytest.param(ProgressStatus.changed, TODAY - DAY, ["due_date_passed"], id="never into the past"),
    ],
)
def test_progress_moves_the_day_only_as_a_change(status: ProgressStatus, due: date | None, expected: list[str]) -> None:
    found = lifecycle.faults_of_progress(status, text="Klart.", link="", due_on=due, former_due_on=TODAY + 5 * DAY, at=NOW)
    assert codes(found) == expected


def test_a_link_leads_to_the_web_only_and_may_be_left_out() -> None:
    assert codes(lifecycle.faults_of_link("javascript:alert(1)", "link")) == ["link_faulty"]
    assert lifecycle.faults_of_link("https://ekhamra.example/protokoll.pdf", "link") == lifecycle.faults_of_link("", "link") == []


STANDINGS = [
    pytest.param(0, None, False, CommitmentState.planned, 0, id="due today and nothing told"),
    pytest.param(-1, None, False, CommitmentState.overdue, 1, id="a day late"),
    pytest.param(-12, ProgressStatus.under_way, False, CommitmentState.overdue, 12, id="late though under way"),
    pytest.param(-12, ProgressStatus.changed, False, CommitmentState.overdue, 12, id="late though changed"),
    pytest.param(5, ProgressStatus.under_way, False, CommitmentState.under_way, 0, id="under way"),
    pytest.param(5, ProgressStatus.changed, False, CommitmentState.changed, 0, id="changed"),
    pytest.param(-12, ProgressStatus.done, True, CommitmentState.done, 0, id="done is never overdue"),
    pytest.param(5, ProgressStatus.done, True, CommitmentState.done, 0, id="done"),
]


@pytest.mark.parametrize(("days", "latest", "done", "state", "late"), STANDINGS)
def test_where_a_commitment_stands(days: int, latest: ProgressStatus | None, done: bool, state: CommitmentState, late: int) -> None:
    facts = CommitmentFacts(due_on=TODAY + days * DAY, latest=latest, done=done)
    assert lifecycle.commitment_state(facts, TODAY) == Standing(state, late)
