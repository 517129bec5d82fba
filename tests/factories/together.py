"""Who stands behind: rows made without the commands, and the commands with their transaction around them."""

from __future__ import annotations

from typing import Any

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation, Question
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.positions import commands
from sakrad.positions.models import (
    Concurrence,
    Draft,
    DraftConcurrence,
    DraftParty,
    PartyReservation,
    Position,
    PositionParty,
    PositionVersion,
)
from sakrad.positions.models.together import mark_of
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import save


def concurrence(by: Position, with_whom: Position, question: Question | None = None, reservation: str = "") -> Concurrence:
    """A received concurrence of one's published version with the other's."""
    values = {"version_id": by.published_id or by.current_id, "position_id": with_whom.id, "target_id": with_whom.published_id}
    return save(Concurrence(**values, question_id=question.id if question else None, reservation=reservation))  # type: ignore[no-any-return]


def party(
    of: Position,
    by: Organisation | None = None,
    *,
    confirmed: bool = True,
    passed: bool = True,
    reservations: dict[int, str] | None = None,
    **values: Any,
) -> PositionParty:
    """A party of the answer's current version; it has confirmed it, and its reservations are let through, unless told otherwise."""
    by = by or make.organisation(verified_in=of.consultation.municipality)
    assert of.current is not None
    values = {"name": by.name, "email": mark_of(by), "stated_at": of.current.received_at} | values
    if confirmed:
        values = {"confirmed_at": clock.now(), "confirmed_id": of.current_id, "passed_at": clock.now() if passed else None} | values
    made: PositionParty = save(PositionParty(position_id=of.id, organisation_id=by.id, **values))
    for question in of.consultation.questions:
        if text := (reservations or {}).get(question.number):
            save(PartyReservation(party_id=made.id, question_id=question.id, text=text))
    return made


def several(by: Organisation, needed: int = 2) -> Organisation:
    """The organisation wants so many approvals for what it says."""
    with transaction():
        fresh = desk.fresh(by)
        fresh.approval_rule, fresh.approvals_needed = (ApprovalRule.two if needed == 2 else ApprovalRule.board), needed
    return fresh  # type: ignore[no-any-return]


def concur(draft: Draft, position: Position, number: int | None = None, reservation: str = "", **more: Any) -> DraftConcurrence:
    draft, position = desk.fresh(draft), desk.fresh(position)
    question = next((one for one in draft.consultation.questions if one.number == number), None)
    with transaction():
        return commands.concur(
            draft, position, question=question, reservation=reservation, actor=None, at=more.pop("at", clock.now()), **more
        )


def name(draft: Draft, organisation: Organisation | None = None, **more: Any) -> DraftParty:
    draft = desk.fresh(draft)
    with transaction():
        return commands.add_party(draft, organisation=organisation and desk.fresh(organisation), actor=None, at=clock.now(), **more)


def joint(of: Consultation, by: Organisation, *others: Organisation, **more: Any) -> PositionVersion:
    """A joint answer that came in the real way and names the others, who have said nothing yet."""
    draft = desk.fill(desk.open_draft(of, by), **more)
    for other in others:
        name(draft, other)
    return desk.submit(draft)


def confirm(party: PositionParty, reservations: dict[int, str] | None = None, **more: Any) -> PositionParty:
    party = desk.fresh(party)
    words = {question: (reservations or {}).get(question.number, "") for question in party.position.consultation.questions}
    with transaction():
        return commands.confirm_party(party, reservations=words, actor=None, at=more.pop("at", clock.now()), **more)


def approve(party: PositionParty, by: User, reservations: dict[int, str] | None = None, **more: Any) -> bool:
    party = desk.fresh(party)
    words = {question: (reservations or {}).get(question.number, "") for question in party.position.consultation.questions}
    with transaction():
        return commands.approve_party(party, reservations=words, actor=desk.fresh(by), at=clock.now(), **more)


def decline(party: PositionParty) -> None:
    party = desk.fresh(party)
    with transaction():
        commands.decline_party(party, actor=None, at=clock.now())
