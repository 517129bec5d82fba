"""Random interleavings of edits, approvals, returns, changes of roles and of the rule, and presses on send.

The promise: nothing is sent that lacks the approvals which the organisation's rule asks for at that moment, and what has
them is. The model knows nothing of digests or rows: only who read which words, and who may say so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sakrad.accounts import commands as accounts
from sakrad.accounts.models import Membership, Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.directory.models import ApprovalRule
from sakrad.positions import commands, queries_approving, queries_own, receipts
from sakrad.positions.commands import approving
from sakrad.positions.models import PositionVersion
from tests import factories as make
from tests.factories import approving as sign
from tests.factories import positions as desk

APPROVERS = ("Anna", "Bo", "Cilla")
ANYBODY = st.sampled_from(APPROVERS)
STEP = st.one_of(
    st.tuples(st.just("edit"), st.integers(1, 2), st.integers(1, 3)),
    st.tuples(st.just("read"), ANYBODY),
    st.tuples(st.just("approve"), ANYBODY),
    st.tuples(st.just("approve in a row"), st.sets(ANYBODY, min_size=2), st.sampled_from([None, "Bo", "Cilla"]), st.booleans()),
    st.tuples(st.just("approve in a row"), st.sets(ANYBODY, min_size=2), st.sampled_from([None, "Bo", "Cilla"]), st.just(True)),
    st.tuples(st.just("return"), ANYBODY),
    st.tuples(st.just("ask"), st.sets(ANYBODY, min_size=1)),
    st.tuples(st.just("take back")),
    st.tuples(st.just("role"), st.sampled_from(["Bo", "Cilla"])),
    st.tuples(st.just("rule"), st.sampled_from(list(ApprovalRule))),
    st.tuples(st.just("send"), st.booleans()),
    st.tuples(st.just("send"), st.just(False)),
)


class World:
    """The organisation, and what the model knows of it."""

    def __init__(self) -> None:
        consultation = make.consultation()
        self.organisation = sign.organisation(consultation, ApprovalRule.two)
        self.draft = sign.ready(consultation, self.organisation)
        self.people: dict[str, User] = {name: sign.approver(self.organisation) for name in APPROVERS}
        desk.member(self.organisation)  # an administrator who does nothing, so that the others may leave
        self.may = set(APPROVERS)
        self.rule = ApprovalRule.two
        self.words = {1: "", 2: ""}
        self.holding: dict[str, dict[int, str]] = {}  # who has approved which words, and has not been overtaken since
        self.pages: dict[str, tuple[str, dict[int, str]]] = {}  # what each has before their eyes
        self.sent: list[dict[int, str]] = []

    @property
    def needed(self) -> int:
        return 0 if self.rule is ApprovalRule.one else sign.NEEDED[self.rule]

    @property
    def given(self) -> int:
        return sum(name in self.may and words == self.words for name, words in self.holding.items())

    def run(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("edit", number, word):
                self.edit(number, f"ord{word}")
            case ("read", name):
                self.pages[name] = (receipts.fingerprint(desk.fresh(self.draft)), dict(self.words))
            case ("approve", name):
                self.approve(name)
            case ("approve in a row", names, leaver, then_send):
                self.approve_in_a_row(names, leaver, then_send=then_send)
            case ("return", name):
                sign.send_back(self.draft, self.people[name])
                self.holding.clear()
            case ("ask", names):
                self.ask(names)
            case ("take back",):
                with transaction():
                    approving.take_back_request(desk.fresh(self.draft), at=clock.now())
                self.holding.clear()
            case ("role", name):
                self.turn_role(name)
            case ("rule", rule):
                with transaction():
                    organisation = desk.fresh(self.organisation)
                    organisation.approval_rule, organisation.approvals_needed = rule, sign.NEEDED[rule]
                self.rule = rule
            case ("send", stale):
                self.send(stale=stale)

    def edit(self, number: int, text: str) -> None:
        draft = desk.fresh(self.draft)
        (answer,) = [answer for answer in draft.answers if answer.question.number == number]
        with transaction():
            commands.save_answer(
                draft, answer.question, text=text, stance=answer.stance, seen_version=answer.version, actor=None, at=clock.now()
            )
        if self.words[number] != text:
            self.words[number] = text
            self.holding.clear()

    def approve(self, name: str) -> None:
        seen, words = self.pages.get(name, (receipts.fingerprint(desk.fresh(self.draft)), dict(self.words)))
        try:
            sign.approve(self.draft, self.people[name], seen=seen)
        except Stale:
            assert words != self.words, "what was read is what stands there, and was refused"
        except Blocked:
            assert self.sent and self.sent[-1] == self.words, "only what has been sent already is not approved"
        else:
            assert words == self.words, "approved other words than were read"
            self.holding[name] = words

    def approve_in_a_row(self, names: set[str], leaver: str | None, *, then_send: bool) -> None:
        """What chance alone seldom leads to: enough have read the same words, though one of them may leave before they are sent."""
        for name in sorted(names):
            self.pages.pop(name, None)
            self.approve(name)
        if leaver:
            self.turn_role(leaver)
        if then_send:
            self.send(stale=False)

    def ask(self, names: set[str]) -> None:
        people = [self.people[name] for name in sorted(names)]
        try:
            sign.ask(self.draft, *people, by=self.people["Anna"])
        except approving.NoApprover:
            assert not names <= self.may
        except Blocked:
            assert (self.sent and self.sent[-1] == self.words) or len(self.may) + 1 < self.needed

    def turn_role(self, name: str) -> None:
        user, organisation = desk.fresh(self.people[name]), desk.fresh(self.organisation)
        with transaction():
            if name in self.may:
                accounts.leave_organisation(user, organisation, at=clock.now())
            else:
                accounts.grant(user, Role.approver, organisation, actor=None, at=clock.now())
        self.may ^= {name}

    def send(self, *, stale: bool) -> None:
        draft = desk.fresh(self.draft)
        seen = "0" * 64 if stale else receipts.fingerprint(draft)
        try:
            version = desk.submit(self.draft, seen=seen)
        except Stale:
            assert stale
        except Blocked as refused:
            codes = {blocker.code for blocker in refused.blockers}
            assert codes <= {"position_not_approved", "position_already_sent"}
            assert self.given < self.needed or self.sent[-1] == self.words, "approved as the rule says, and yet refused"
        else:
            assert not stale
            assert self.given >= self.needed, f"{self.given} of {self.needed} had approved what was sent"
            texts = {answer.question.number: answer.text for answer in version.answers}
            self.sent.append(dict(self.words))
            assert {number: texts[number] for number in self.words if self.words[number]} == {
                number: text for number, text in self.words.items() if text
            }
            self.holding.clear()

    def check(self) -> None:
        draft = desk.fresh(self.draft)
        by = {user.id: name for name, user in self.people.items()}
        rows = [row for row in queries_approving.list_approvals(draft) if row.approves(receipts.fingerprint(draft))]
        assert {by[row.user_id] for row in rows} == {name for name, words in self.holding.items() if words == self.words}
        mine = PositionVersion.position.has(organisation_id=draft.organisation_id)
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id)).where(mine)) == len(self.sent)


@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=4, max_size=12))
def test_nothing_unapproved_is_ever_sent(app: Flask, steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in steps:
        world.run(step)
        world.check()


def at_once(app: Flask, *works: Callable[[], str]) -> list[str]:
    """What each of these came to when all begin at the same moment, as requests in as many processes would."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], str]) -> str:
        with app.app_context():
            gate.wait(timeout=10)
            try:
                with transaction():
                    return work()
            except (Blocked, Stale) as refused:
                return type(refused).__name__
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


class Together:
    """A desk whose rule is two together; each of the works below is one request, from the lock on."""

    def __init__(self) -> None:
        consultation = make.consultation()
        organisation = sign.organisation(consultation, ApprovalRule.two)
        self.draft = sign.ready(consultation, organisation)
        self.anna, self.bo = sign.approver(organisation, Role.administrator), sign.approver(organisation)
        self.ids = {"Anna": self.anna.id, "Bo": self.bo.id}
        self.where = (desk.fresh(organisation).slug, desk.fresh(consultation).municipality.slug, desk.fresh(consultation).slug)
        draft = desk.fresh(self.draft)
        self.seen, self.key = receipts.fingerprint(draft), draft.submission_key

    def _draft(self) -> Any:
        return queries_own.get_desk(*self.where).draft

    def approve(self, name: str) -> str:
        approving.approve_draft(self._draft(), seen=self.seen, actor=db.session.get_one(User, self.ids[name]), at=clock.now())
        return "approved"

    def edit(self) -> str:
        draft = self._draft()
        first = min(draft.answers, key=lambda answer: answer.question.number)
        commands.save_answer(draft, first.question, text="Ändrat", seen_version=first.version, actor=None, at=clock.now())
        return "edited"

    def send(self) -> str:
        now = clock.now()
        commands.submit(self._draft(), submission_key=self.key, seen=self.seen, actor=None, at=now, received_at=now)
        return "sent"

    def lose_role(self) -> str:
        queries_own.get_desk(*self.where)  # the organisation is held, as accounts.queries.get_member holds it
        membership = db.session.scalars(sa.select(Membership).where(Membership.user_id == self.ids["Bo"], Membership.ended_at.is_(None)))
        accounts.end_membership(membership.one(), actor=None, at=clock.now())
        return "left"


@pytest.fixture
def at(app: Flask) -> Together:
    return Together()


def received() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) or 0


def test_two_who_approve_at_once_both_count(app: Flask, at: Together) -> None:
    assert at_once(app, lambda: at.approve("Anna"), lambda: at.approve("Bo")) == ["approved", "approved"]
    assert queries_approving.count_approvals(desk.fresh(at.draft)) == 2


def test_a_double_click_in_two_processes_is_one_approval(app: Flask, at: Together) -> None:
    at_once(app, lambda: at.approve("Anna"), lambda: at.approve("Anna"))
    assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == EventName.draft_approved)) == 1


def test_an_approval_that_races_an_edit_is_refused_or_voided(app: Flask, at: Together) -> None:
    approved, edited = at_once(app, lambda: at.approve("Anna"), at.edit)
    assert edited == "edited" and approved in ("approved", "Stale")
    assert queries_approving.count_approvals(desk.fresh(at.draft)) == 0


def test_a_send_that_races_the_last_approval_goes_through_only_after_it(app: Flask, at: Together) -> None:
    sign.approve(at.draft, at.anna)
    approved, sent = at_once(app, lambda: at.approve("Bo"), at.send)
    assert (approved, sent) in (("approved", "sent"), ("approved", "Blocked"))
    assert received() == (sent == "sent")


def test_a_send_that_races_an_edit_sends_what_was_approved_or_nothing(app: Flask, at: Together) -> None:
    for user in (at.anna, at.bo):
        sign.approve(at.draft, user)
    edited, sent = at_once(app, at.edit, at.send)
    assert edited == "edited" and sent in ("sent", "Stale")
    db.session.rollback()
    for version in db.session.scalars(sa.select(PositionVersion)):
        assert "Ändrat" not in {answer.text for answer in version.answers}


def test_a_send_that_races_a_lost_role_counts_whoever_still_may(app: Flask, at: Together) -> None:
    for user in (at.anna, at.bo):
        sign.approve(at.draft, user)
    left, sent = at_once(app, at.lose_role, at.send)
    assert left == "left" and sent in ("sent", "Blocked")
    assert received() == (sent == "sent")
