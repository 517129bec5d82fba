"""Random interleavings of two people who save, submit and save again, while the consultation may close.

Two promises: a word that was acknowledged is lost only to somebody who had it before their eyes; nothing is sent twice.
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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.positions import commands, queries_own, receipts
from sakrad.positions.models import Draft, PositionVersion
from tests import factories as make
from tests.factories import positions as desk

PEOPLE = ("Alex", "Sam")
STEP = st.one_of(
    st.tuples(st.just("look"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("save"), st.sampled_from(PEOPLE), st.integers(1, 2), st.booleans()),
    st.tuples(st.just("merge"), st.sampled_from(PEOPLE), st.integers(1, 2)),
    st.tuples(st.just("read through"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("submit"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("close")),
)


@dataclass
class Person:
    """What one person has before their eyes: words and version of each question, and the page they would send."""

    name: str
    words: dict[int, set[str]] = field(default_factory=lambda: {1: set(), 2: set()})
    versions: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    theirs: dict[int, tuple[set[str], int]] = field(default_factory=dict)
    page: tuple[str, str] | None = None


class World:
    def __init__(self) -> None:
        consultation = make.consultation()
        self.draft = desk.fill(desk.open_draft(consultation, make.organisation(verified_in=consultation.municipality)), "grund")
        self.people = {name: Person(name) for name in PEOPLE}
        self.acknowledged: dict[int, set[str]] = {1: set(), 2: set()}  # words that were saved, and not taken away knowingly
        self.keys: set[str] = set()
        self.closed = False
        self.count = 0
        for person in self.people.values():
            self.look(person)

    def stored(self, number: int) -> Any:
        draft = desk.fresh(self.draft)
        return next(answer for answer in draft.answers if answer.question.number == number)

    def look(self, person: Person) -> None:
        for number in (1, 2):
            answer = self.stored(number)
            person.words[number], person.versions[number] = set(answer.text.split()), answer.version
        person.theirs.clear()

    def save(self, person: Person, number: int, words: set[str], version: int) -> None:
        """Send the words; what the person had seen and leaves out is their choice, everything else must survive."""
        before = self.stored(number)
        standing = set(before.text.split())
        draft = desk.fresh(self.draft)
        question = draft.consultation.questions[number - 1]
        try:
            with transaction():
                saved = commands.save_answer(
                    draft, question, text=" ".join(sorted(words)), stance=before.stance, seen_version=version, actor=None, at=clock.now()
                )
                now = saved.version
        except Stale as stale:
            person.theirs[number] = (set(stale.theirs.text.split()), stale.theirs.version)
            assert set(self.stored(number).text.split()) == standing, "a refused save changed something"
            return
        person.words[number], person.versions[number] = words, now
        self.acknowledged[number] = (self.acknowledged[number] & words) | words

    def run(self, step: tuple[Any, ...]) -> None:
        person = self.people[step[1]] if len(step) > 1 else None
        match step:
            case ("look", _):
                self.look(person)
            case ("save", _, number, shorten):
                self.count += 1
                kept = set(sorted(person.words[number])[1:]) if shorten else person.words[number]
                unseen = set(self.stored(number).text.split()) - person.words[number]
                mine = kept | {f"{person.name}{self.count}"}
                self.save(person, number, mine, person.versions[number])
                lost = unseen - set(self.stored(number).text.split())
                assert not lost, f"{person.name} took away words that they had never seen: {lost}"
            case ("merge", _, number) if number in person.theirs:
                words, version = person.theirs.pop(number)
                self.save(person, number, person.words[number] | words, version)
            case ("read through", _):
                draft = desk.fresh(self.draft)
                person.page = (draft.submission_key, receipts.fingerprint(draft))
            case ("submit", _, twice) if person.page:
                for _click in range(2 if twice else 1):
                    self.submit(person)
            case ("close",):
                self.closed = True

    def submit(self, person: Person) -> None:
        key, seen = person.page
        draft = desk.fresh(self.draft)
        words = {number: set(self.stored(number).text.split()) for number in (1, 2)}
        at = draft.consultation.closes_at + timedelta(seconds=1) if self.closed else clock.now()
        known = key in self.keys
        try:
            with transaction():
                version = commands.submit(draft, submission_key=key, seen=seen, actor=None, at=at, received_at=at)
        except (Blocked, Stale):
            pass
        else:
            assert known or not self.closed, "received after closing"
            if not known:
                assert {
                    answer.question.number: set(answer.text.split()) for answer in version.answers if answer.question.number < 3
                } == words
            self.keys.add(key)

    def check(self) -> None:
        draft = desk.fresh(self.draft)
        for number in (1, 2):
            assert set(self.stored(number).text.split()) == self.acknowledged[number] or not self.acknowledged[number]
        mine = PositionVersion.position.has(organisation_id=draft.organisation_id)
        versions = list(db.session.scalars(sa.select(PositionVersion).where(mine).order_by(PositionVersion.number)))
        assert [version.number for version in versions] == list(range(1, len(self.keys) + 1)), "something was sent twice"
        assert len({version.receipt_number for version in versions}) == len(versions)
        assert len({receipts.fingerprint(version) for version in versions[-2:]}) == len(versions[-2:])
        received = sa.select(sa.func.count(Event.id)).where(
            Event.name == EventName.position_received, Event.organisation_id == draft.organisation_id
        )
        assert db.session.scalar(received) == len(versions)
        for version in versions:
            assert receipts.is_intact(version, receipts.nonce_of(version)), "what was received has changed"


@settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=3, max_size=18))
def test_no_acknowledged_word_is_lost_and_nothing_is_sent_twice(app: Flask, steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in steps:
        world.run(step)
    world.check()
    assert db.session.scalar(sa.select(sa.func.count(Draft.id)).where(Draft.id == desk.fresh(world.draft).id)) == 1


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

    def submit() -> str:
        draft = queries_own.get_desk(*address).draft
        assert draft is not None
        return commands.submit(draft, submission_key=key, actor=None, at=clock.now(), received_at=clock.now()).receipt_number

    first, second = together(app, submit)
    assert first == second
    assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 1
