"""Which drafts of an organisation are in a round of approval, and how far they have come. Members only; never called for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.directory.models import Municipality, Organisation
from sakrad.positions.lifecycle import ApprovalStage, approval_stage
from sakrad.positions.models import Approval, ApprovalOutcome, Draft
from sakrad.positions.queries_approving import list_approvers, needed_by
from sakrad.positions.queries_own import Task

URGENCY = (ApprovalStage.returned, ApprovalStage.voided, ApprovalStage.approved, ApprovalStage.waiting)


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """One line about a draft's approval on the organisation's first page."""

    stage: ApprovalStage
    needed: int
    given: int
    mine: bool  # the reader has been asked and not answered
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rounds:
    """Every present round of approval in the organisation, by the municipality's and the consultation's address."""

    by_address: dict[tuple[str, str], OnTheWay]

    def of(self, task: Task) -> OnTheWay | None:
        return self.by_address.get((task.kommun, task.slug))

    def for_me(self, tasks: Sequence[Task]) -> list[Task]:
        """What the reader is asked to approve, and still can."""
        return [task for task in tasks if task.phase in (Phase.announced, Phase.open) and (way := self.of(task)) and way.mine]

    def by_urgency(self, tasks: Sequence[Task]) -> list[Task]:
        """What has come back and what may be sent first; the rest as it was."""
        return sorted(tasks, key=lambda task: URGENCY.index(way.stage) if (way := self.of(task)) else len(URGENCY))


def get_rounds(organisation: Organisation, reader: User) -> Rounds:
    """For the first page: where the organisation's drafts stand."""
    return Rounds(list_on_the_way(organisation, reader))


def list_on_the_way(organisation: Organisation, reader: User) -> dict[tuple[str, str], OnTheWay]:
    """Where the organisation's drafts stand, by address; as many statements however many they are.

    Told from what was decided and voided, without reading the drafts themselves: an edit voids what it changes.
    """
    rows = db.session.execute(
        sa.select(Municipality.slug.label("kommun"), Consultation.slug, Approval, User.name)
        .join(Draft, Draft.id == Approval.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(User, User.id == Approval.user_id)
        .where(Draft.organisation_id == organisation.id, Approval.closed_at.is_(None))
        .order_by(Approval.id)
    ).all()
    approvers = {user.id for user in list_approvers(organisation)} if rows else set()
    present: dict[tuple[str, str], list[tuple[Approval, str]]] = {}
    for row in rows:
        present.setdefault((row.kommun, row.slug), []).append((row.Approval, row.name))
    return {where: _on_the_way(organisation, reader, approvals, approvers) for where, approvals in present.items()}


def _on_the_way(organisation: Organisation, reader: User, rows: list[tuple[Approval, str]], approvers: set[int]) -> OnTheWay:
    needed = needed_by(organisation)
    waiting = [(row, name) for row, name in rows if row.outcome is None and row.user_id in approvers]
    given = len({row.user_id for row, _name in rows if row.outcome is ApprovalOutcome.approved and row.voided_at is None} & approvers)
    stage = approval_stage(
        needed=needed,
        given=given,
        waiting=len(waiting),
        returned=any(row.outcome is ApprovalOutcome.returned for row, _name in rows),
        voided=any(row.voided_at for row, _name in rows),
    )
    mine = any(row.user_id == reader.id for row, _name in waiting)
    return OnTheWay(stage, needed, given, mine, tuple(name for _row, name in waiting))
