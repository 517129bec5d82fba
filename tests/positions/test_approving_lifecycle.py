"""Where a draft stands on its way to be approved, and what stands in the way: one row a rule."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.models import QuestionKind
from sakrad.positions.lifecycle import (
    ApprovalStage,
    Submission,
    Written,
    approval_stage,
    blockers_to_approve,
    blockers_to_ask_for_approval,
    blockers_to_return,
    blockers_to_submit,
)
from sakrad.positions.models import AnchoringLevel, PublicationWish

OPENS = datetime(2027, 9, 1, 6, tzinfo=UTC)
CLOSES = datetime(2027, 10, 14, 22, tzinfo=UTC)
BEFORE = OPENS - timedelta(days=1)
DATES = Dates(announced_at=OPENS - timedelta(days=5), opens_at=OPENS, closes_at=CLOSES)
EMPTY = Written(number=1, kind=QuestionKind.experience, required=False)
WHOLE = Submission(
    dates=DATES, answers=(dataclasses.replace(EMPTY, length=40),), anchoring=AnchoringLevel.board, wish=PublicationWish.named
)


@pytest.mark.parametrize(
    ("needed", "given", "blocked"),
    [
        pytest.param(0, 0, False, id="one person does everything"),
        pytest.param(2, 0, True, id="two together: nobody has"),
        pytest.param(2, 1, True, id="two together: one is not enough"),
        pytest.param(2, 2, False, id="two together: both have"),
        pytest.param(3, 2, True, id="the board: not all who are needed"),
        pytest.param(3, 4, False, id="the board: more than are needed"),
        pytest.param(0, 1, False, id="an approval that nobody asked for hinders nothing"),
    ],
)
def test_as_many_approve_as_the_rule_says_before_it_is_sent(needed: int, given: int, blocked: bool) -> None:
    found = blockers_to_submit(dataclasses.replace(WHOLE, approvals_needed=needed, approvals_given=given), OPENS)
    assert [(one.code, one.args) for one in found] == ([("position_not_approved", {"needed": needed, "given": given})] if blocked else [])


def test_what_is_sent_already_is_not_said_to_lack_approval() -> None:
    facts = dataclasses.replace(WHOLE, approvals_needed=2, already_sent=True)
    assert [one.code for one in blockers_to_submit(facts, OPENS)] == ["position_already_sent"]


@pytest.mark.parametrize(
    ("changes", "at", "codes"),
    [
        pytest.param({}, OPENS, [], id="while it is open"),
        pytest.param({}, BEFORE, [], id="before it opens, so that it can be sent at once"),
        pytest.param({}, CLOSES, ["position_closed"], id="not after closing"),
        pytest.param({"dates": dataclasses.replace(DATES, cancelled_at=OPENS)}, OPENS, ["position_cancelled"], id="not when cancelled"),
        pytest.param({"answers": (EMPTY,)}, OPENS, ["position_nothing_written"], id="not an empty one"),
        pytest.param({"anchoring": None}, OPENS, ["position_anchoring_missing"], id="not one whose anchoring must still be filled in"),
        pytest.param({"wish": None}, OPENS, ["position_wish_missing"], id="not one whose wish must still be filled in"),
        pytest.param({"already_sent": True}, OPENS, ["position_already_sent"], id="not what has been sent"),
        pytest.param({"approvals_needed": 2}, OPENS, [], id="lacking approvals hinders nobody from approving"),
    ],
)
def test_only_what_can_be_sent_is_approved(changes: dict[str, Any], at: datetime, codes: list[str]) -> None:
    facts = dataclasses.replace(WHOLE, **changes)
    assert [one.code for one in blockers_to_approve(facts, at)] == codes
    assert [one.code for one in blockers_to_ask_for_approval(facts, 2, at)] == codes


@pytest.mark.parametrize(
    ("needed", "approvers", "codes"),
    [
        pytest.param(0, 1, [], id="one person asks a single colleague"),
        pytest.param(2, 2, [], id="two of two"),
        pytest.param(2, 1, ["approvers_too_few"], id="two together, but only one may"),
        pytest.param(3, 2, ["approvers_too_few"], id="three of the board, but only two may"),
    ],
)
def test_the_rule_must_be_possible_to_keep(needed: int, approvers: int, codes: list[str]) -> None:
    facts = dataclasses.replace(WHOLE, approvals_needed=needed)
    assert [one.code for one in blockers_to_ask_for_approval(facts, approvers, OPENS)] == codes


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        pytest.param(BEFORE, [], id="before opening"),
        pytest.param(OPENS, [], id="open"),
        pytest.param(CLOSES, ["position_closed"], id="closed"),
    ],
)
def test_a_half_written_draft_may_be_returned_while_it_can_be_mended(at: datetime, codes: list[str]) -> None:
    assert [one.code for one in blockers_to_return(dataclasses.replace(WHOLE, answers=(EMPTY,), wish=None), at)] == codes


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        pytest.param({}, ApprovalStage.not_asked, id="nobody has been asked"),
        pytest.param({"waiting": 1}, ApprovalStage.waiting, id="asked"),
        pytest.param({"needed": 2, "given": 1}, ApprovalStage.waiting, id="one of two, and nobody else asked"),
        pytest.param({"needed": 2, "given": 2}, ApprovalStage.approved, id="two of two"),
        pytest.param({"needed": 0, "given": 1}, ApprovalStage.approved, id="voluntary, and given"),
        pytest.param({"needed": 0, "given": 1, "waiting": 1}, ApprovalStage.approved, id="given, though somebody has not answered"),
        pytest.param({"returned": True, "waiting": 1}, ApprovalStage.returned, id="a return is said before who is waited for"),
        pytest.param({"voided": True, "waiting": 1}, ApprovalStage.voided, id="an edit is said before who is waited for"),
        pytest.param({"returned": True, "voided": True}, ApprovalStage.returned, id="a return is said before an edit"),
        pytest.param({"needed": 2, "given": 2, "voided": True}, ApprovalStage.approved, id="enough stand, though one was voided"),
    ],
)
def test_the_stage_says_what_matters_most(facts: dict[str, Any], stage: ApprovalStage) -> None:
    nothing: dict[str, Any] = {"needed": 0, "given": 0, "waiting": 0, "returned": False, "voided": False}
    assert approval_stage(**nothing | facts) is stage
