"""Reads of approvals: how many count, where a draft stands, what waits for whom. Members only; never called for staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import Membership, User
from sakrad.consultations.models import Question
from sakrad.core.db import db
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.positions import receipts
from sakrad.positions.lifecycle import ApprovalStage, approval_stage
from sakrad.positions.models import Approval, ApprovalOutcome, Draft, DraftRevision

APPROVED, RETURNED = ApprovalOutcome.approved, ApprovalOutcome.returned
EARLIER = 20  # closed approvals that are shown


def list_approvers(organisation: Organisation) -> list[User]:
    """Those who may approve for the organisation now, by name, as they stand in the database and not in the session."""
    members = sa.select(Membership.user_id).where(Membership.organisation_id == organisation.id, Membership.ended_at.is_(None))
    found = db.session.scalars(
        sa.select(User)
        .where(User.id.in_(members))
        .options(selectinload(User.memberships))
        .order_by(User.name, User.id)
        .execution_options(populate_existing=True)
    )
    return [user for user in found if accounts.may_approve(user, organisation)]


def needed_by(organisation: Organisation) -> int:
    """How many approvals an answer needs before it is sent; none where one person does everything."""
    return 0 if organisation.approval_rule is ApprovalRule.one else organisation.approvals_needed


def count_approvals(draft: Draft) -> int:
    """How many different members have approved what the draft says now, and may approve now."""
    if draft.approval_asked_at is None:
        return 0
    digest = receipts.fingerprint(draft)
    by = {approval.user_id for approval in list_approvals(draft) if approval.approves(digest)}
    return len(by & {user.id for user in list_approvers(draft.organisation)})


def list_approvals(draft: Draft) -> Sequence[Approval]:
    """The present round: requests and what came of them, oldest first."""
    a = Approval
    return db.session.scalars(sa.select(a).where(a.draft_id == draft.id, a.closed_at.is_(None)).order_by(a.id)).all()


@dataclass(frozen=True, slots=True)
class Edit:
    """The edit that voided an approval: who changed which part, as far as it is known."""

    by: str  # empty: by the personal link
    number: int | None  # of the question; None: the facts, or what goes with the answer


@dataclass(frozen=True, slots=True)
class Decision:
    """What one member was asked and said."""

    name: str
    asked_at: datetime | None
    outcome: ApprovalOutcome | None = None
    decided_at: datetime | None = None
    reason: str = ""
    voided_at: datetime | None = None
    edit: Edit | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApprovalState:
    """Where a draft stands on its way to be approved."""

    stage: ApprovalStage
    rule: ApprovalRule
    needed: int
    given: int
    asked_at: datetime | None
    asked_by: str
    waiting: tuple[str, ...] = ()  # who has been asked, may still approve, and has not answered
    approved: tuple[Decision, ...] = ()
    voided: tuple[Decision, ...] = ()
    returned: tuple[Decision, ...] = ()
    earlier: tuple[Decision, ...] = ()  # closed ones, newest first
    mine: bool = False  # the reader has been asked and not answered
    has_approved: bool = False  # the reader has, and it holds
    ask_again: frozenset[int] = frozenset()  # users of the present round whose word is lacking; none where it is over

    @property
    def missing(self) -> int:
        return max(self.needed - self.given, 0)

    @property
    def open(self) -> bool:
        """Whether there is a request to take back."""
        return self.stage is not ApprovalStage.not_asked


def approval_state(draft: Draft, reader: User) -> ApprovalState:
    """Where the draft stands, for one of the members."""
    rule, needed = draft.organisation.approval_rule, needed_by(draft.organisation)
    rows = db.session.scalars(
        sa.select(Approval)
        .where(Approval.draft_id == draft.id)
        .order_by(Approval.closed_at.is_not(None), Approval.closed_at.desc(), Approval.id)
        .limit(EARLIER + 100)
    ).all()
    if not rows:
        stage = approval_stage(needed=needed, given=0, waiting=0, returned=False, voided=False)
        return ApprovalState(stage, rule, needed, 0, None, "")
    approvers = {user.id for user in list_approvers(draft.organisation)}
    digest = receipts.fingerprint(draft)
    present = [row for row in rows if row.closed_at is None]
    holding = [row for row in present if row.approves(digest) and row.user_id in approvers]
    fallen = [row for row in present if row.outcome is APPROVED and not row.approves(digest)]
    waiting = [row for row in present if row.outcome is None and row.user_id in approvers]
    returned = [row for row in present if row.outcome is RETURNED]
    earlier = [row for row in rows if row.closed_at is not None and row.outcome is not None][:EARLIER]
    edits = _edits(draft, [row.voided_at for row in fallen if row.voided_at])
    names = _names([*(row.user_id for row in rows), draft.approval_asked_by_id, *(by for by, _number in edits.values())])
    given = len({row.user_id for row in holding})

    def told(rows: Sequence[Approval]) -> tuple[Decision, ...]:
        return tuple(_decision(row, names, edits) for row in rows)

    return ApprovalState(
        stage=approval_stage(needed=needed, given=given, waiting=len(waiting), returned=bool(returned), voided=bool(fallen)),
        rule=rule,
        needed=needed,
        given=given,
        asked_at=draft.approval_asked_at if draft.approval_asked_by_id else None,
        asked_by=names.get(draft.approval_asked_by_id or 0, ""),
        waiting=tuple(names[row.user_id] for row in waiting),
        approved=told(holding),
        voided=told(fallen),
        returned=told(returned),
        earlier=told(earlier),
        mine=any(row.user_id == reader.id for row in waiting),
        has_approved=any(row.user_id == reader.id for row in holding),
        ask_again=frozenset() if returned else frozenset(row.user_id for row in [*waiting, *fallen]),
    )


def _decision(row: Approval, names: dict[int, str], edits: dict[datetime, tuple[int | None, int | None]]) -> Decision:
    edit = None
    if row.voided_at in edits:
        by, number = edits[row.voided_at]
        edit = Edit(names.get(by or 0, ""), number)
    return Decision(
        name=names[row.user_id],
        asked_at=row.asked_at,
        outcome=row.outcome,
        decided_at=row.decided_at,
        reason=row.reason,
        voided_at=row.voided_at,
        edit=edit,
        closed_at=row.closed_at,
    )


def _edits(draft: Draft, instants: Collection[datetime]) -> dict[datetime, tuple[int | None, int | None]]:
    """Who saved which question at each of the instants; the save that voids an approval has its time."""
    if not instants:
        return {}
    saved = db.session.execute(
        sa.select(DraftRevision.at, DraftRevision.by_id, Question.number)
        .outerjoin(Question, Question.id == DraftRevision.question_id)
        .where(DraftRevision.draft_id == draft.id, DraftRevision.at.in_(instants))
        .order_by(DraftRevision.id.desc())
    )
    return {row.at: (row.by_id, row.number) for row in saved}


def _names(ids: Collection[int | None]) -> dict[int, str]:
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_({number for number in ids if number})))
    return {row.id: row.name for row in rows}
