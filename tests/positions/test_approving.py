"""Approval: what binds, what voids it, what counts when the answer is sent."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts import commands as accounts
from sakrad.accounts.models import Membership, Role, User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.positions import commands, queries_approving, receipts
from sakrad.positions.commands import approving
from sakrad.positions.lifecycle import ApprovalStage
from sakrad.positions.models import Approval, Draft, PositionVersion
from sakrad.positions.revisions import FACTS
from tests import factories as make
from tests.factories import approving as sign
from tests.factories import positions as desk


class Board:
    """An organisation whose rule is two together, with three who may approve and one who only writes."""

    def __init__(self, rule: ApprovalRule = ApprovalRule.two, phase: Phase = Phase.open) -> None:
        self.consultation: Consultation = make.consultation(phase)
        self.organisation: Organisation = sign.organisation(self.consultation, rule)
        self.draft: Draft = sign.ready(self.consultation, self.organisation)
        self.anna: User = sign.approver(self.organisation, Role.administrator)
        self.bo, self.cilla = sign.approver(self.organisation), sign.approver(self.organisation)
        self.writer: User = desk.member(self.organisation, Role.writer)

    def state(self, reader: User | None = None) -> queries_approving.ApprovalState:
        return queries_approving.approval_state(desk.fresh(self.draft), desk.fresh(reader or self.writer))

    def edit(self, text: str = "Ändrat.", number: int = 1, actor: User | None = None) -> None:
        draft = desk.fresh(self.draft)
        (answer,) = [answer for answer in draft.answers if answer.question.number == number]
        with transaction():
            commands.save_answer(
                draft,
                answer.question,
                text=text,
                stance=answer.stance,
                seen_version=answer.version,
                actor=desk.fresh(actor) if actor else None,
                at=clock.now(),
            )

    def codes(self) -> list[str]:
        """What hinders sending."""
        with pytest.raises(Blocked) as refused:
            desk.submit(self.draft)
        assert not count(PositionVersion)
        return [blocker.code for blocker in refused.value.blockers]


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def events() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event.name).where(Event.name.startswith("draft_")).order_by(Event.id)))


@pytest.fixture
def board(app: Flask) -> Board:
    return Board()


class TestWhatCounts:
    def test_two_who_have_read_the_same_words_let_it_be_sent(self, board: Board) -> None:
        sign.approve(board.draft, board.anna)
        assert board.codes() == ["position_not_approved"]
        sign.approve(board.draft, board.bo)
        assert board.state().stage is ApprovalStage.approved
        assert desk.submit(board.draft).number == 1

    def test_one_person_alone_needs_nobody(self, app: Flask) -> None:
        assert desk.submit(Board(ApprovalRule.one).draft).number == 1

    def test_the_board_needs_as_many_as_it_has_said(self, app: Flask) -> None:
        board = Board(ApprovalRule.board)
        sign.approve(board.draft, board.anna)
        sign.approve(board.draft, board.bo)
        assert board.codes() == ["position_not_approved"]
        sign.approve(board.draft, board.cilla)
        assert desk.submit(board.draft)

    def test_the_same_person_counts_once(self, board: Board) -> None:
        first = sign.approve(board.draft, board.anna).id
        assert sign.approve(board.draft, board.anna).id == first
        assert board.codes() == ["position_not_approved"]
        assert events().count("draft_approved") == 1

    @pytest.mark.parametrize("way", ["leaves", "loses the role"])
    def test_whoever_may_not_approve_any_more_counts_no_more(self, board: Board, way: str) -> None:
        sign.approve(board.draft, board.anna)
        sign.approve(board.draft, board.bo)
        with transaction():
            if way == "leaves":
                accounts.leave_organisation(desk.fresh(board.bo), desk.fresh(board.organisation), at=clock.now())
            else:
                accounts.grant(desk.fresh(board.bo), Role.writer, desk.fresh(board.organisation), actor=None, at=clock.now())
                role = db.session.scalars(sa.select(Membership).where(Membership.user_id == board.bo.id, Membership.role == Role.approver))
                accounts.end_membership(role.one(), actor=None, at=clock.now())
        assert board.codes() == ["position_not_approved"]
        assert board.state().given == 1

    def test_a_writer_cannot_be_counted_even_if_an_approval_stands_in_the_table(self, board: Board) -> None:
        sign.approve(board.draft, board.anna)
        sign.approve(board.draft, board.writer)
        assert board.codes() == ["position_not_approved"]

    def test_a_stricter_rule_holds_from_its_day_also_for_what_was_approved(self, board: Board) -> None:
        sign.approve(board.draft, board.anna)
        sign.approve(board.draft, board.bo)
        with transaction():
            organisation = desk.fresh(board.organisation)
            organisation.approval_rule, organisation.approvals_needed = ApprovalRule.board, 3
        assert board.codes() == ["position_not_approved"]

    def test_the_next_version_is_approved_anew(self, board: Board) -> None:
        for user in (board.anna, board.bo):
            sign.approve(board.draft, user)
        desk.submit(board.draft)
        board.edit("Nästa version.")
        with pytest.raises(Blocked):
            desk.submit(board.draft)
        state = board.state()
        assert (state.stage, state.given, len(state.earlier)) == (ApprovalStage.not_asked, 0, 2)

    def test_the_same_press_again_is_the_same_version_though_its_approvals_are_over(self, board: Board) -> None:
        for user in (board.anna, board.bo):
            sign.approve(board.draft, user)
        key = desk.fresh(board.draft).submission_key
        version = desk.submit(board.draft, submission_key=key).id
        assert desk.submit(board.draft, submission_key=key).id == version


class TestAnEdit:
    @pytest.mark.parametrize("asked", [True, False], ids=["asked for", "unasked"])
    def test_voids_every_approval_and_says_who_changed_what(self, board: Board, asked: bool) -> None:
        if asked:
            sign.ask(board.draft, board.anna, board.bo, by=board.writer)
        for user in (board.anna, board.bo):
            sign.approve(board.draft, user)
        board.edit("Tjugo till.", number=2, actor=board.writer)
        state = board.state()
        assert state.stage is ApprovalStage.voided
        assert {(one.name, one.edit.by, one.edit.number) for one in state.voided if one.edit} == {
            (user.name, desk.fresh(board.writer).name, 2) for user in (desk.fresh(board.anna), desk.fresh(board.bo))
        }
        assert board.codes() == ["position_not_approved"]

    def test_of_the_facts_voids_it_too(self, board: Board) -> None:
        sign.approve(board.draft, board.anna)
        draft = desk.fresh(board.draft)
        with transaction():
            facts = {name: getattr(draft, name) for name in FACTS}
            commands.save_facts(draft, **facts | {"signed_role": "Kassör"}, seen_version=draft.version, actor=None, at=clock.now())
        (voided,) = board.state().voided
        assert voided.edit is not None and voided.edit.number is None

    def test_that_changes_nothing_voids_nothing(self, board: Board) -> None:
        sign.approve(board.draft, board.anna)
        board.edit("Vägen in är för lång. (1)")
        assert board.state().given == 1

    def test_that_is_taken_back_does_not_bring_the_approval_back(self, board: Board) -> None:
        sign.approve(board.draft, board.anna)
        board.edit("Något annat.")
        board.edit("Vägen in är för lång. (1)")
        assert board.state().given == 0

    def test_that_nobody_noticed_still_counts_as_one(self, board: Board) -> None:
        """Digests are compared when it is sent: a change that forgot to void approvals sends nothing unapproved."""
        for user in (board.anna, board.bo):
            sign.approve(board.draft, user)
        with transaction():
            desk.fresh(board.draft).dissent = "En av oss tyckte annorlunda."
        assert board.codes() == ["position_not_approved"]
        assert board.state().stage is ApprovalStage.voided

    def test_costs_nothing_while_nobody_has_asked_or_approved(self, board: Board) -> None:
        draft, seen = desk.fresh(board.draft), []
        sa.event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        with db.session.no_autoflush:
            approving.void_approvals(draft, at=clock.now())
        sa.event.remove(db.engine, "before_cursor_execute", note)
        assert seen == []


class TestApproving:
    def test_binds_what_was_read(self, board: Board) -> None:
        seen = receipts.fingerprint(desk.fresh(board.draft))
        board.edit("Ändrat medan någon läste.")
        with pytest.raises(Stale):
            sign.approve(board.draft, board.anna, seen=seen)
        assert not count(Approval)

    def test_answers_the_request(self, board: Board) -> None:
        sign.ask(board.draft, board.anna, by=board.writer)
        sign.approve(board.draft, board.anna)
        assert count(Approval) == 1
        assert events()[-2:] == ["draft_sent_for_approval", "draft_approved"]

    def test_is_possible_before_the_consultation_opens(self, app: Flask) -> None:
        board = Board(phase=Phase.announced)
        sign.approve(board.draft, board.anna)
        assert board.state().given == 1

    def test_is_refused_with_the_reason_when_something_must_still_be_filled_in(self, board: Board) -> None:
        with transaction():
            desk.fresh(board.draft).wish = None
        with pytest.raises(Blocked) as refused:
            sign.approve(board.draft, board.anna)
        assert [one.code for one in refused.value.blockers] == ["position_wish_missing"]

    def test_after_a_return_takes_the_return_back(self, board: Board) -> None:
        sign.send_back(board.draft, board.anna)
        sign.approve(board.draft, board.anna)
        assert board.state().stage is ApprovalStage.waiting

    def test_again_after_an_edit_takes_the_place_of_the_voided_one(self, board: Board) -> None:
        sign.approve(board.draft, board.anna)
        board.edit()
        sign.approve(board.draft, board.anna)
        assert (board.state().given, board.state().voided) == (1, ())


class TestReturning:
    def test_gives_the_reason_to_the_members_and_ends_the_round(self, board: Board) -> None:
        sign.ask(board.draft, board.anna, board.bo, board.cilla, by=board.writer)
        sign.approve(board.draft, board.anna)
        sign.send_back(board.draft, board.bo, "Siffran stämmer inte.")
        state = board.state()
        assert (state.stage, state.given, state.waiting) == (ApprovalStage.returned, 0, ())
        assert [(one.name, one.reason) for one in state.returned] == [(desk.fresh(board.bo).name, "Siffran stämmer inte.")]
        assert board.codes() == ["position_not_approved"]
        assert events()[-1] == "draft_returned"

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 2_001], ids=["none", "blanks", "too long"])
    def test_needs_a_reason(self, board: Board, reason: str) -> None:
        with pytest.raises(approving.ReturnReasonMissing):
            sign.send_back(board.draft, board.anna, reason)
        assert not count(Approval)

    def test_twice_is_once(self, board: Board) -> None:
        assert sign.send_back(board.draft, board.anna).id == sign.send_back(board.draft, board.anna).id
        assert events().count("draft_returned") == 1

    def test_again_after_somebody_else_has_approved_is_a_new_return(self, board: Board) -> None:
        sign.send_back(board.draft, board.anna)
        sign.approve(board.draft, board.bo)
        sign.send_back(board.draft, board.anna)
        assert (board.state().stage, board.state().given) == (ApprovalStage.returned, 0)

    def test_hinders_nobody_where_one_person_does_everything(self, app: Flask) -> None:
        board = Board(ApprovalRule.one)
        sign.send_back(board.draft, board.anna)
        assert desk.submit(board.draft)


class TestAsking:
    def test_says_who_is_waited_for_and_who_asked(self, board: Board) -> None:
        sign.ask(board.draft, board.anna, board.bo, by=board.writer)
        state = board.state(board.bo)
        assert (state.stage, state.mine, state.asked_by) == (ApprovalStage.waiting, True, desk.fresh(board.writer).name)
        assert set(state.waiting) == {desk.fresh(user).name for user in (board.anna, board.bo)}
        assert not board.state(board.cilla).mine

    def test_again_keeps_what_stands_and_asks_the_others_anew(self, board: Board) -> None:
        sign.ask(board.draft, board.anna, board.bo, by=board.writer)
        sign.approve(board.draft, board.anna)
        sign.send_back(board.draft, board.bo)
        sign.approve(board.draft, board.anna)
        sign.ask(board.draft, board.anna, board.cilla, by=board.writer)
        state = board.state()
        assert (state.given, state.waiting, state.returned) == (1, (desk.fresh(board.cilla).name,), ())

    def test_twice_with_a_double_click_asks_once(self, board: Board) -> None:
        sign.ask(board.draft, board.anna, by=board.writer)
        sign.ask(board.draft, board.anna, by=board.writer)
        assert count(Approval) == 1
        assert events().count("draft_sent_for_approval") == 1

    def test_after_an_edit_asks_again(self, board: Board) -> None:
        sign.ask(board.draft, board.anna, by=board.writer)
        board.edit()
        sign.ask(board.draft, board.anna, by=board.writer)
        assert events().count("draft_sent_for_approval") == 2

    @pytest.mark.parametrize("who", ["nobody", "the writer", "an outsider"])
    def test_only_those_who_may_approve_are_asked(self, board: Board, who: str) -> None:
        chosen = {"nobody": [], "the writer": [board.writer], "an outsider": [make.user((Role.approver, make.organisation()))]}[who]
        with pytest.raises(approving.NoApprover):
            sign.ask(board.draft, *chosen, by=board.writer)

    def test_is_refused_when_the_rule_cannot_be_kept(self, app: Flask) -> None:
        consultation = make.consultation()
        organisation = sign.organisation(consultation, ApprovalRule.two)
        draft, alone = sign.ready(consultation, organisation), sign.approver(organisation, Role.administrator)
        with pytest.raises(Blocked) as refused:
            sign.ask(draft, alone, by=alone)
        assert [(one.code, one.args) for one in refused.value.blockers] == [("approvers_too_few", {"needed": 2, "approvers": 1})]

    def test_can_be_taken_back_and_then_nothing_is_approved(self, board: Board) -> None:
        sign.ask(board.draft, board.anna, board.bo, by=board.writer)
        sign.approve(board.draft, board.anna)
        for _twice in range(2):
            with transaction():
                approving.take_back_request(desk.fresh(board.draft), at=clock.now())
        assert (board.state().stage, board.state().given) == (ApprovalStage.not_asked, 0)
        assert desk.fresh(board.draft).approval_asked_at is None


def test_events_name_the_organisation_and_nothing_of_the_municipality(board: Board) -> None:
    sign.ask(board.draft, board.anna, by=board.writer)
    sign.approve(board.draft, board.anna)
    sign.send_back(board.draft, board.bo, "Hemligt skäl")
    db.session.rollback()
    names = [EventName.draft_sent_for_approval, EventName.draft_approved, EventName.draft_returned]
    for event in db.session.scalars(sa.select(Event).where(Event.name.in_(names))):
        assert event.organisation_id == board.organisation.id
        assert (event.municipality_id, event.authority_id, event.consultation_id) == (None, None, None)
        assert "Hemligt" not in str(event.data)
