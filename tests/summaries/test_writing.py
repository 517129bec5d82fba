"""Writing together: who holds a finding, what it said before, and what the text leaves out so far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Stale
from sakrad.positions.models import Stance
from sakrad.summaries import commands, queries_writing
from sakrad.summaries.lifecycle_writing import WHILE, holder, is_held_by_other, is_same_version
from sakrad.summaries.models import Finding
from tests import factories as make
from tests.factories import do
from tests.factories import summaries as made

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
JUST, LONG = AT - WHILE + timedelta(seconds=1), AT - WHILE


@pytest.mark.parametrize(
    ("by", "since", "own", "held"),
    [
        pytest.param(1, JUST, 2, True, id="by a colleague who has just saved"),
        pytest.param(1, JUST, 1, False, id="not by oneself"),
        pytest.param(1, LONG, 2, False, id="not for longer than ten minutes"),
        pytest.param(None, None, 2, False, id="not by nobody"),
        pytest.param(1, JUST, None, False, id="not against the clock"),
    ],
)
def test_a_finding_is_held_for_a_while(by: int | None, since: datetime | None, own: int | None, held: bool) -> None:
    assert is_held_by_other(by, since, own_id=own, at=AT) is held
    assert (holder(by, since, AT) is not None) == (since == JUST)


@pytest.mark.parametrize(
    ("by", "begun", "own", "same"),
    [(1, JUST, 1, True), (1, LONG, 1, False), (1, JUST, 2, False), (None, JUST, None, False)],
)
def test_one_persons_saves_within_ten_minutes_are_one_version(by: int | None, begun: datetime, own: int | None, same: bool) -> None:
    assert is_same_version(by, begun, own_id=own, at=AT) is same


# --- with the database


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.compiling, questions=3)


@pytest.fixture
def finding(consultation: Consultation) -> Finding:
    return made.finding(made.summary(consultation), "Först.")


@pytest.fixture
def anna(app: Flask) -> User:
    return make.user(name="Anna")


def save(finding: Finding, body: str, **values: Any) -> None:
    do(commands.save_finding, finding, heading=finding.heading, body=body, seen_version=finding.version, **values)


def test_what_a_colleague_writes_in_is_saved_by_taking_over(finding: Finding, anna: User) -> None:
    save(finding, "Annas.", actor=anna)
    berit = make.user()
    with pytest.raises(commands.Locked) as locked:
        save(finding, "Berits.", actor=berit)
    assert isinstance(locked.value, Stale) and locked.value.theirs.body == "Annas."
    assert queries_writing.writers_of(finding.summary, own_id=berit.id, at=clock.now()) == {finding.id: "Anna"}
    with pytest.raises(commands.Locked):
        do(commands.remove_finding, finding, actor=berit)
    do(commands.take_over_finding, finding, actor=berit)
    save(finding, "Berits.", actor=berit)
    with pytest.raises(commands.Locked):
        save(finding, "Annas igen.", actor=anna)
    save(finding, "Annas igen.", actor=anna, at=clock.now() + WHILE)


def test_every_wording_can_be_taken_back(finding: Finding, anna: User) -> None:
    at = clock.now()
    save(finding, "Ett.", actor=anna, at=at)
    save(finding, "Ett och ett halvt.", actor=anna, at=at + timedelta(minutes=9))
    save(finding, "Två.", actor=anna, at=at + timedelta(minutes=11))
    kept = queries_writing.list_versions(finding)
    assert [(version.number, version.body, name) for version, name in kept] == [
        (1, "Först.", ""),
        (2, "Ett och ett halvt.", "Anna"),
        (3, "Två.", "Anna"),
    ]
    do(commands.restore_version, queries_writing.get_version(finding, 1), finding, actor=anna, at=at + timedelta(hours=1))
    assert (finding.body, len(queries_writing.list_versions(finding))) == ("Först.", 4)
    do(commands.remove_finding, finding)
    assert db.session.query(type(kept[0][0])).count() == 0


def test_a_section_and_a_minority_are_kept_until_they_are_changed(finding: Finding) -> None:
    save(finding, "Ett.", section="Vägen  in", minority=True)
    save(finding, "Två.")
    assert (finding.section, finding.minority, finding.version) == ("Vägen in", True, 3)


def test_the_lists_beside_the_text_say_what_is_left_out(consultation: Consultation, finding: Finding) -> None:
    heard, unheard = make.group(name="Äldre"), make.group(name="Män")
    cited = make.position(consultation, texts={1: "Ja."})
    silent = make.position(consultation, texts={1: "Nja."})
    opposed = make.position(consultation, texts={1: "Nej."})
    greeting = make.position(consultation, texts={1: "Hej."})
    point, unused = made.point(made.answer_of(cited)), made.point(made.answer_of(silent))
    made.nothing(made.answer_of(greeting))
    with transaction():
        consultation.groups = [heard, unheard]
        unused.groups = [heard]
        made.answer_of(opposed).stance = Stance.opposes
    do(commands.cite, finding, point)
    left = queries_writing.left_out(consultation)
    assert [one.number for one, _name in left.unused] == [unused.number] and left.unused_count == 1
    assert [one.slug for one in left.uncited] == [silent.organisation.slug]
    assert [(one.slug, one.opposes) for one in left.opposed] == [(opposed.organisation.slug, (1,))]
    assert left.without_voice == [heard] and unheard in left.not_heard
    assert [one.number for one in left.unanswered] == [2]
