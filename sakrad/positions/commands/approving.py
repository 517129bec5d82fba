"""Godkännande: approvers are asked, approve what they have read, or return it. An edit after approval voids it, visibly.

Whoever calls holds the draft's row (queries_own.get_desk locks it), so digests are compared on what is really there.
Who may approve is counted when the answer is sent (queries_approving.count_approvals), not only when the approval is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import EventName
from sakrad.core.text import normalised
from sakrad.positions import lifecycle, queries_approving, queries_own, receipts
from sakrad.positions.models import RETURN_LIMIT, Approval, ApprovalOutcome, Draft


class NoApprover(ValueError):
    """Nobody was chosen, or somebody who may not approve for the organisation."""


class ReturnReasonMissing(ValueError):
    """A draft is returned with a reason, of at most RETURN_LIMIT code points."""


def void_approvals(draft: Draft, *, at: datetime) -> None:
    """The draft has been changed: approvals of what it said before hold no longer. Costs nothing where none can exist.

    `at` is the time of the save, so that the history tells whose edit it was.
    """
    if draft.approval_asked_at is None:
        return
    db.session.execute(
        sa.update(Approval)
        .where(
            Approval.draft_id == draft.id,
            Approval.outcome == ApprovalOutcome.approved,
            Approval.voided_at.is_(None),
            Approval.closed_at.is_(None),
        )
        .values(voided_at=at)
    )


def ask_for_approval(draft: Draft, approvers: Sequence[User], *, actor: User, at: datetime) -> None:
    """Send the draft for approval. Whose approval of these very words stands already is not asked again.

    Asking the same people again about an unchanged draft, as a double click does, writes nothing.

    Raises:
        Blocked: with every reason.
        NoApprover: nobody was chosen, or somebody who may not approve.
    """
    if not approvers or not all(accounts.may_approve(user, draft.organisation) for user in approvers):
        raise NoApprover
    facts = queries_own.submission_facts(draft, queries_own.find_position_of(draft))
    able = queries_approving.list_approvers(draft.organisation)
    refuse_unless_clear(lifecycle.blockers_to_ask_for_approval(facts, len(able), at))
    digest = receipts.fingerprint(draft)
    present = queries_approving.list_approvals(draft)
    hold = {row.user_id for row in present if row.approves(digest)}
    over = [row for row in present if not row.approves(digest)]
    chosen = {user.id for user in approvers} - hold
    if _is_asked(draft, over, chosen):
        return
    for row in over:
        row.closed_at = at
    db.session.add_all(Approval(draft_id=draft.id, user_id=number, asked_at=at, asked_by_id=actor.id) for number in sorted(chosen))
    draft.approval_asked_at, draft.approval_asked_by_id = at, actor.id
    db.session.flush()
    events.record(
        EventName.draft_sent_for_approval, at=at, actor=actor, subject_id=draft.id, organisation_id=draft.organisation_id, asked=len(chosen)
    )


def _is_asked(draft: Draft, over: Sequence[Approval], chosen: set[int]) -> bool:
    """Whether exactly these are waiting to approve what the draft still says."""
    unchanged = draft.approval_asked_at is not None and draft.updated_at <= draft.approval_asked_at
    return unchanged and all(row.outcome is None for row in over) and {row.user_id for row in over} == chosen


def approve_draft(draft: Draft, *, seen: str, actor: User, at: datetime) -> Approval:
    """Approve what was read. Pressing twice is one approval.

    Args:
        seen: `receipts.fingerprint` of what was read.

    Raises:
        Stale: the draft has been changed since.
        Blocked: with every reason.
    """
    _refuse_unless_seen(draft, seen)
    refuse_unless_clear(lifecycle.blockers_to_approve(queries_own.submission_facts(draft, queries_own.find_position_of(draft)), at))
    own = [row for row in queries_approving.list_approvals(draft) if row.user_id == actor.id]
    if standing := [row for row in own if row.approves(seen)]:
        return standing[0]
    approval = _decided(draft, own, ApprovalOutcome.approved, seen=seen, actor=actor, at=at)
    events.record(EventName.draft_approved, at=at, actor=actor, subject_id=approval.id, organisation_id=draft.organisation_id)
    return approval


def return_draft(draft: Draft, *, reason: str, seen: str, actor: User, at: datetime) -> Approval:
    """Send the draft back to those who write it. The round is over: whoever had approved is asked anew after the change.

    Raises:
        ReturnReasonMissing: without a reason, or too long a one.
        Stale: the draft has been changed since it was read.
        Blocked: with every reason.
    """
    reason = normalised(reason)
    if not reason or len(reason) > RETURN_LIMIT:
        raise ReturnReasonMissing
    _refuse_unless_seen(draft, seen)
    refuse_unless_clear(lifecycle.blockers_to_return(queries_own.submission_facts(draft, None), at))
    present = queries_approving.list_approvals(draft)
    own = [row for row in present if row.user_id == actor.id]
    same = [row for row in own if (row.outcome, row.reason, row.digest) == (ApprovalOutcome.returned, reason, seen)]
    if same and all(row.outcome is ApprovalOutcome.returned for row in present):  # a double click: nobody has answered since
        return same[0]
    approval = _decided(draft, own, ApprovalOutcome.returned, seen=seen, actor=actor, at=at, reason=reason)
    for row in present:
        if row.user_id != actor.id and row.outcome is not ApprovalOutcome.returned:
            row.closed_at = at
    db.session.flush()
    events.record(EventName.draft_returned, at=at, actor=actor, subject_id=approval.id, organisation_id=draft.organisation_id)
    return approval


def take_back_request(draft: Draft, *, at: datetime) -> None:
    """Nobody is asked any more, and nothing is approved: the draft is written on. Idempotent."""
    close_approvals(draft, at=at)


def close_approvals(draft: Draft, *, at: datetime) -> None:
    """End the round: the draft has been sent, or is asked back. The next version is approved anew."""
    if draft.approval_asked_at is None:
        return
    db.session.execute(sa.update(Approval).where(Approval.draft_id == draft.id, Approval.closed_at.is_(None)).values(closed_at=at))
    draft.approval_asked_at = draft.approval_asked_by_id = None
    db.session.flush()


def _refuse_unless_seen(draft: Draft, seen: str) -> None:
    if seen != receipts.fingerprint(draft):
        raise Stale(draft)


def _decided(
    draft: Draft, own: Sequence[Approval], outcome: ApprovalOutcome, *, seen: str, actor: User, at: datetime, reason: str = ""
) -> Approval:
    """The actor's word in the present round: in place of the request, if there is one; what they said before is over."""
    waiting = [row for row in own if row.outcome is None]
    for row in own:
        if row.outcome is not None:
            row.closed_at = at
    approval = waiting[0] if waiting else Approval(draft_id=draft.id, user_id=actor.id)
    approval.outcome, approval.decided_at, approval.digest, approval.reason = outcome, at, seen, reason
    db.session.add(approval)
    draft.approval_asked_at = draft.approval_asked_at or at  # from now on an edit must look for approvals to void
    db.session.flush()
    return approval
