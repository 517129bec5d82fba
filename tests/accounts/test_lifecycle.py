"""When roles may be given and ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sakrad.accounts.lifecycle import (
    ClaimFacts,
    InviteFacts,
    JoinFacts,
    MembershipFacts,
    blockers_to_claim,
    blockers_to_end,
    blockers_to_invite,
    blockers_to_join,
)
from sakrad.accounts.models import Role

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param(MembershipFacts(Role.administrator, 0), ["last_administrator"], id="the last administrator stays"),
        pytest.param(MembershipFacts(Role.administrator, 1), [], id="one of two administrators may go"),
        pytest.param(MembershipFacts(Role.coordinator, 0), ["last_coordinator"], id="the last coordinator stays"),
        pytest.param(MembershipFacts(Role.coordinator, 1), [], id="one of two coordinators may go"),
        pytest.param(MembershipFacts(Role.writer, 0), [], id="the last writer may go"),
        pytest.param(MembershipFacts(Role.officer, 0), [], id="the last officer may go"),
    ],
)
def test_blockers_to_end(facts: MembershipFacts, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_end(facts)] == codes


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param(JoinFacts(AT + INSTANT, accepted=False, withdrawn=False), [], id="open to the last instant"),
        pytest.param(JoinFacts(AT, accepted=False, withdrawn=False), ["join_invitation_closed"], id="too old at the instant"),
        pytest.param(JoinFacts(AT + INSTANT, accepted=True, withdrawn=False), ["join_invitation_closed"], id="used"),
        pytest.param(JoinFacts(AT + INSTANT, accepted=False, withdrawn=True), ["join_invitation_closed"], id="withdrawn"),
    ],
)
def test_blockers_to_join(facts: JoinFacts, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_join(facts, AT)] == codes


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param(ClaimFacts(same_address=True, members=0), [], id="ours and nobody's yet"),
        pytest.param(ClaimFacts(same_address=True, members=1), ["organisation_not_claimable"], id="somebody acts for it"),
        pytest.param(ClaimFacts(same_address=False, members=0), ["organisation_not_claimable"], id="another address"),
    ],
)
def test_blockers_to_claim(facts: ClaimFacts, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_claim(facts)] == codes


def test_nobody_is_invited_to_a_role_already_held() -> None:
    assert [(blocker.code, blocker.field) for blocker in blockers_to_invite(InviteFacts(holds_already=True))] == [
        ("already_holds_role", "email")
    ]
    assert blockers_to_invite(InviteFacts(holds_already=False)) == []
