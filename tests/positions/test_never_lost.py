"""Random interleavings of two people who save, leave out, restore, approve and submit, while the power fails and the consultation closes.

Three promises, against a model of what was acknowledged: every save that was acknowledged is in the history word for word,
and its words are lost from the draft only to somebody who had them before their eyes; nothing is sent twice; nothing is
sent that the organisation's own rule has not approved.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.directory.models import ApprovalRule
from sakrad.positions import commands, queries_history, queries_own, receipts
from sakrad.positions.commands import approving
from sakrad.positions.models import Approval, Draft, DraftRevision, PositionVersion
from tests import factories as make
from tests.factories import positions as desk

PEOPLE = ("Alex", "Sam")
WHO = st.sampled_from(PEOPLE)
NUMBER = st.integers(1, 2)
STEP = st.one_of(
    st.tuples(st.just("look"), WHO),
    st.tuples(st.just("save"), WHO, NUMBER, st.booleans()),
    st.tuples(st.just("merge"), WHO, NUMBER),
    st.tuples(st.just("leave out"), WHO, NUMBER),
    st.tuples(st.just("restore"), WHO, NUMBER, st.integers(1, 12)),
    st.tuples(st.just("read through"), WHO),
    st.tuples(st.just("ask"), WHO),
    st.tuples(st.just("approve"), WHO),
    st.tuples(st.just("return"), WHO),
    st.tuples(st.just("take back"), WHO),
    st.tuples(st.just("submit"), WHO, st.booleans()),
    st.tuples(st.just("change the rule")),
    st.tuples(st.just("crash")),
    st.tuples(st.just("close")),
)
READ, APPROVE = [("read through", who) for who in PEOPLE], [("approve", who) for who in PEOPLE]


class Crash(Exception):
    """The power fails in the middle of a transaction."""


@dataclass
class Person:
    """What one person has before their eyes: words and version of each question, and the page that they would approve or send."""

    name: str
    id: int
    words: dict[int, set[str]] = field(default_factory=lambda: {1: set(), 2: set()})
    versions: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    theirs: dict[int, tuple[set[str], int]] = field(default_factory=dict)
    page: tuple[str, str] | None = None


class World:
    def __init__(self, consultation: Consultation) -> None:
        organisation = make.organisation(verified_in=desk.fresh(consultation).municipality)
        self.draft = desk.fill(desk.open_draft(consultation, organisation), "grund")
        self.people = {name: Person(name, desk.member(organisation).id) for name in PEOPLE}
        self.acknowledged: dict[int, list[tuple[str, bool]]] = {number: [(f"grund ({number})", False)] for number in (1, 2)}
        self.approved: set[str] = set()  # who has approved what the draft says now
        self.sent: list[str] = []  # submission keys
        self.closed = self.crashing = False
        self.needed = 0
        self.count = 0
        for person in self.people.values():
            self.look(person)

    def stored(self, number: int) -> Any:
        draft = desk.fresh(self.draft)
        return next(answer for answer in draft.answers if answer.question.number == number)

    def attempt(self, work: Callable[[Draft], Any]) -> Any:
        """Do it in a transaction, which is cut off in the middle when the power fails."""
        draft = desk.fresh(self.draft)
        crashing, self.crashing = self.crashing, False
        with transaction():
            done = work(draft)
            if crashing:
                raise Crash
            return done

    def look(self, person: Person) -> None:
        for number in (1, 2):
            answer = self.stored(number)
            person.words[number], person.versions[number] = set(answer.text.split()), answer.version
        person.theirs.clear()

    def save(self, person: Person, number: int, text: str, version: int, *, left_out: bool | None = None) -> None:
        """Send the text; words that the person had not seen must survive it, and every acknowledged save is one in the history."""
        before = self.stored(number)
        stance, standing = before.stance, (before.text, before.left_out)
        out = before.left_out if left_out is None else left_out
        seen = version == before.version

        def work(draft: Draft) -> int:
            saved = commands.save_answer(
                draft,
                draft.consultation.questions[number - 1],
                text=text,
                stance=stance,
                left_out=out,
                seen_version=version,
                actor=db.session.get_one(User, person.id),
                at=clock.now(),
            )
            return saved.version

        try:
            now = self.attempt(work)
        except Stale as stale:
            person.theirs[number] = (set(stale.theirs.text.split()), stale.theirs.version)
            assert not seen, "refused though it had been seen"
        except Crash:
            pass
        else:
            assert seen or standing == (text, out), "somebody's words were taken away unseen"
            person.words[number], person.versions[number] = set(text.split()), now
            if standing != (text, out):
                self.acknowledged[number].append((text, out))
                self.approved.clear()
        stands = self.stored(number)
        assert (stands.text, stands.left_out) == self.acknowledged[number][-1]

    def run(self, step: tuple[Any, ...]) -> None:
        person = self.people[step[1]] if len(step) > 1 else self.people["Alex"]
        match step:
            case ("look", _):
                self.look(person)
            case ("save", _, number, shorten):
                self.count += 1
                kept = set(sorted(person.words[number])[1:]) if shorten else person.words[number]
                self.save(person, number, " ".join(sorted(kept | {f"{person.name}{self.count}"})), person.versions[number])
            case ("merge", _, number) if number in person.theirs:
                words, version = person.theirs.pop(number)
                self.save(person, number, " ".join(sorted(person.words[number] | words)), version)
            case ("leave out", _, number):
                answer = self.stored(number)
                self.save(person, number, answer.text, answer.version, left_out=not answer.left_out)
            case ("restore", _, number, back):
                answer = self.stored(number)
                key = (answer.question_id, max(1, answer.version - back))
                kept = queries_history.list_revisions(answer.draft, {key})[key]
                self.save(person, number, kept.text, person.versions[number], left_out=kept.values["left_out"])
            case ("read through", _):
                draft = desk.fresh(self.draft)
                person.page = (draft.submission_key, receipts.fingerprint(draft))
            case ("ask" | "approve" | "return" | "take back", _):
                self.decide(person, step[0])
            case ("submit", _, twice) if person.page:
                for _click in range(2 if twice else 1):
                    self.submit(person, person.page)
            case ("change the rule",):
                self.needed = 0 if self.needed else 2
                with transaction():
                    organisation = db.session.merge(self.draft).organisation
                    organisation.approval_rule = ApprovalRule.two if self.needed else ApprovalRule.one
                    organisation.approvals_needed = self.needed or 1
            case ("crash",):
                self.crashing = True
            case ("close",):
                self.closed = True

    def decide(self, person: Person, what: str) -> None:
        at = self.now()

        def work(draft: Draft) -> None:
            actor = db.session.get_one(User, person.id)
            seen = person.page[1] if person.page else ""
            match what:
                case "ask":
                    everyone = [db.session.get_one(User, one.id) for one in self.people.values()]
                    approving.ask_for_approval(draft, everyone, actor=actor, at=at)
                case "approve":
                    approving.approve_draft(draft, seen=seen, actor=actor, at=at)
                case "return":
                    approving.return_draft(draft, reason="Inte så", seen=seen, actor=actor, at=at)
                case "take back":
                    approving.take_back_request(draft, at=at)

        try:
            self.attempt(work)
        except (Blocked, Stale, Crash):
            return
        match what:
            case "approve":
                assert person.page
                assert person.page[1] == receipts.fingerprint(desk.fresh(self.draft)), "approved what had not been read"
                self.approved.add(person.name)
            case "return" | "take back":
                self.approved.clear()

    def now(self) -> Any:
        closes_at = desk.fresh(self.draft).consultation.closes_at
        return closes_at + timedelta(seconds=1) if self.closed else clock.now()

    def submit(self, person: Person, page: tuple[str, str]) -> None:
        key, seen = page
        known, at = key in self.sent, self.now()
        words = {number: said[-1][0] for number, said in self.acknowledged.items() if not said[-1][1]}
        try:
            sent = self.attempt(lambda draft: commands.submit(draft, submission_key=key, seen=seen, actor=None, at=at, received_at=at))
        except (Blocked, Stale, Crash):
            return
        if known:
            return
        assert not self.closed, "received after closing"
        assert len(self.approved) >= self.needed, "sent without the approvals that the rule asks for"
        version = db.session.get_one(PositionVersion, sent)
        assert {answer.question.number: answer.text for answer in version.answers if answer.question.number < 3} == words
        self.sent.append(key)
        self.approved.clear()

    def check(self) -> None:
        draft = desk.fresh(self.draft)
        for number in (1, 2):
            part = self.stored(number).question_id
            mine = sa.select(DraftRevision.number).where(DraftRevision.draft_id == draft.id, DraftRevision.question_id == part)
            numbers = list(db.session.scalars(mine.order_by(DraftRevision.number)))
            kept = queries_history.list_revisions(draft, {(part, number) for number in numbers})
            found = [(kept[part, number].text, kept[part, number].values["left_out"]) for number in numbers]
            assert numbers == list(range(1, len(numbers) + 1))
            assert found == self.acknowledged[number], "the history is not what was acknowledged"
        own = PositionVersion.position.has(organisation_id=draft.organisation_id)
        versions = list(db.session.scalars(sa.select(PositionVersion).where(own).order_by(PositionVersion.number)))
        assert [version.submission_key for version in versions] == self.sent, "something was sent twice, or lost"
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        assert len({version.receipt_number for version in versions}) == len(versions)
        assert len({receipts.fingerprint(version) for version in versions[-2:]}) == len(versions[-2:])
        received = sa.select(sa.func.count(Event.id)).where(
            Event.name == EventName.position_received, Event.organisation_id == draft.organisation_id
        )
        assert db.session.scalar(received) == len(versions)
        for version in versions:
            assert receipts.is_intact(version, receipts.nonce_of(version)), "what was received has changed"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=3, max_size=20))
@example(steps=[("change the rule",), *READ, *APPROVE, ("submit", "Sam", True), ("submit", "Sam", False)])
@example(steps=[("change the rule",), *READ, *APPROVE, ("save", "Alex", 1, False), ("restore", "Alex", 1, 1), ("submit", "Sam", False)])
@example(steps=[("change the rule",), *READ, ("approve", "Alex"), ("approve", "Alex"), ("submit", "Alex", False)])
@example(steps=[("read through", "Sam"), ("crash",), ("submit", "Sam", True), ("crash",), ("save", "Sam", 1, False)])
def test_no_acknowledged_word_is_lost_and_nothing_unapproved_or_twice_is_sent(
    consultation: Consultation, steps: list[tuple[Any, ...]]
) -> None:
    world = World(consultation)
    for step in steps:
        world.run(step)
    world.check()
    assert db.session.scalar(sa.select(sa.func.count(Draft.id)).where(Draft.id == desk.fresh(world.draft).id)) == 1


def test_the_model_lets_through_what_both_have_approved(consultation: Consultation) -> None:
    """The promises would also be kept by a product that never sends anything."""
    world = World(consultation)
    for step in [("change the rule",), *READ, ("submit", "Alex", False), *APPROVE, ("submit", "Alex", True)]:
        world.run(step)
    world.check()
    assert len(world.sent) == 1
    assert db.session.scalar(sa.select(sa.func.count(Approval.id))) == 2


def together(app: Flask, work: Callable[[], str]) -> list[str]:
    """Do the same in two threads at the same time, as two requests would; what each came to."""
    gate = threading.Barrier(2)

    def run(_turn: int) -> str:
        with app.app_context():
            gate.wait(timeout=10)
            try:
                with transaction():
                    return work()
            except (Stale, Blocked) as refused:
                return type(refused).__name__
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, range(2)))


@pytest.fixture
def address(app: Flask) -> tuple[str, str, str]:
    consultation = make.consultation()
    organisation = make.organisation(verified_in=consultation.municipality)
    return organisation.slug, consultation.municipality.slug, consultation.slug


def test_two_who_begin_at_the_same_moment_share_one_draft(app: Flask, address: tuple[str, str, str]) -> None:
    def begin() -> str:
        where = queries_own.get_desk(*address)
        return str((where.draft or commands.open_draft(where.organisation, where.consultation, actor=None, at=clock.now())).id)

    first, second = together(app, begin)
    assert first == second
    assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 1


def test_two_who_save_at_the_same_moment_do_not_overwrite_each_other(app: Flask, address: tuple[str, str, str]) -> None:
    def save() -> str:
        where = queries_own.get_desk(*address)
        draft = where.draft or commands.open_draft(where.organisation, where.consultation, actor=None, at=clock.now())
        words = threading.current_thread().name
        question = where.consultation.questions[0]
        commands.save_answer(draft, question, text=words, seen_version=0, actor=None, at=clock.now())
        return "saved"

    assert together(app, save) == ["Stale", "saved"]


def test_a_double_click_in_two_processes_sends_once(app: Flask, address: tuple[str, str, str]) -> None:
    where = queries_own.get_desk(*address)
    key = desk.fill(desk.open_draft(where.consultation, where.organisation)).submission_key

    def submit() -> int:
        draft = queries_own.get_desk(*address).draft
        assert draft is not None
        return commands.submit(draft, submission_key=key, actor=None, at=clock.now(), received_at=clock.now())

    first, second = together(app, submit)
    assert first == second
    assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 1
