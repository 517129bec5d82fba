"""When an answer that was sent may be taken back or confirmed, and when what came with it may be published. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sakrad.consultations.lifecycle import Dates
from sakrad.core import clock
from sakrad.positions.lifecycle_received import (
    MOST_ATTACHMENTS,
    Attached,
    Preliminary,
    Standing,
    blockers_to_attach,
    blockers_to_publish_attachment,
    blockers_to_ratify,
    blockers_to_withdraw,
)

AT = clock.now()
DAY = timedelta(days=1)
DISOWNED, WITHDRAWN, BY_LINK = Standing(disowned=True), Standing(withdrawn=True), Standing(approver_missing=True)


def dates(**passed: Any) -> Dates:
    """Open, unless more has come to pass."""
    none = dict.fromkeys(Dates.__dataclass_fields__)
    return Dates(**none | {"announced_at": AT - 9 * DAY, "opens_at": AT - 8 * DAY, "closes_at": AT + 8 * DAY} | passed)


def codes(blockers: list[Any]) -> list[str]:
    return [blocker.code for blocker in blockers]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        pytest.param(Standing(), [], id="what stands may be taken back, at any time"),
        pytest.param(DISOWNED, ["position_disowned"], id="not what was disowned"),
        pytest.param(WITHDRAWN, ["position_withdrawn"], id="not twice"),
        pytest.param(BY_LINK, ["approver_missing"], id="not by the link alone where the rule wants an approver"),
    ],
)
def test_taking_back(standing: Standing, expected: list[str]) -> None:
    assert codes(blockers_to_withdraw(standing)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, [], id="a preliminary answer, while it is open"),
        pytest.param({"dates": dates(closes_at=AT - DAY)}, [], id="also after closing"),
        pytest.param({"dates": dates(closes_at=AT - DAY, summary_published_at=AT, feedback_published_at=AT)}, [], id="also when answered"),
        pytest.param({"dates": dates(closes_at=AT - DAY, ended_at=AT)}, ["ratification_after_end"], id="not when it has ended"),
        pytest.param({"dates": dates(cancelled_at=AT)}, ["position_cancelled"], id="not when it was cancelled"),
        pytest.param({"not_yet": False}, ["ratification_not_preliminary"], id="not what had been decided already"),
        pytest.param({"confirmed": True}, ["ratification_done"], id="not twice"),
        pytest.param({"current": False}, ["ratification_outdated"], id="not a version that has been replaced"),
        pytest.param({"standing": WITHDRAWN}, ["position_withdrawn"], id="not what was taken back"),
        pytest.param({"standing": DISOWNED}, ["position_disowned"], id="not what was disowned"),
        pytest.param({"standing": BY_LINK}, ["approver_missing"], id="not by the link alone where the rule wants an approver"),
    ],
)
def test_confirming(facts: dict[str, Any], expected: list[str]) -> None:
    plain = {"dates": dates(), "standing": Standing(), "current": True, "not_yet": True, "confirmed": False}
    assert codes(blockers_to_ratify(Preliminary(**plain | facts), AT)) == expected


def test_five_files_and_no_more() -> None:
    assert blockers_to_attach(MOST_ATTACHMENTS - 1) == []
    assert codes(blockers_to_attach(MOST_ATTACHMENTS)) == ["attachments_too_many"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(Attached(Standing(), private=False, published=True), [], id="with the answer that readers see"),
        pytest.param(Attached(Standing(), private=False, published=False), ["attachment_before_answer"], id="not before the answer"),
        pytest.param(Attached(Standing(), private=True, published=True), ["position_wish_private"], id="not against the wish"),
        pytest.param(Attached(WITHDRAWN, private=False, published=False), ["position_withdrawn"], id="not when it was taken back"),
        pytest.param(Attached(DISOWNED, private=False, published=False), ["position_disowned"], id="not when it was disowned"),
    ],
)
def test_publishing_an_attachment(facts: Attached, expected: list[str]) -> None:
    assert codes(blockers_to_publish_attachment(facts)) == expected
