"""Approval for tests: an organisation with a rule, and what its approvers do, by the commands."""

from __future__ import annotations

from typing import Any

from sakrad.accounts.models import Role, User
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.positions import receipts
from sakrad.positions.commands import approving
from sakrad.positions.models import Approval, Draft
from tests import factories as make
from tests.factories import positions as desk

NEEDED = {ApprovalRule.one: 1, ApprovalRule.two: 2, ApprovalRule.board: 3}


def organisation(of: Consultation, rule: ApprovalRule = ApprovalRule.two, **values: Any) -> Organisation:
    """With members of its own rule, verified and at home where it is asked."""
    values = {"approval_rule": rule, "approvals_needed": NEEDED[rule]} | values
    return make.organisation(verified_in=of.municipality, municipality_id=of.municipality_id, **values)


def approver(of: Organisation, role: Role = Role.approver) -> User:
    return desk.member(of, role)


def ready(of: Consultation, by: Organisation) -> Draft:
    """A draft that lacks nothing but approval."""
    return desk.fill(desk.open_draft(of, by))


def ask(draft: Draft, *approvers: User, by: User) -> None:
    draft, people, actor = desk.fresh(draft), [desk.fresh(user) for user in approvers], desk.fresh(by)
    with transaction():
        approving.ask_for_approval(draft, people, actor=actor, at=clock.now())


def approve(draft: Draft, by: User, *, seen: str | None = None) -> Approval:
    draft, actor = desk.fresh(draft), desk.fresh(by)
    with transaction():
        return approving.approve_draft(draft, seen=receipts.fingerprint(draft) if seen is None else seen, actor=actor, at=clock.now())


def send_back(draft: Draft, by: User, reason: str = "Fråga två behöver en siffra.") -> Approval:
    draft, actor = desk.fresh(draft), desk.fresh(by)
    with transaction():
        return approving.return_draft(draft, reason=reason, seen=receipts.fingerprint(draft), actor=actor, at=clock.now())
