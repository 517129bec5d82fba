"""Organisations judge whether commitments were kept: what readers are told, and what must not be worked out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Missing
from sakrad.core.events import Event, EventName
from sakrad.positions.models import Position
from sakrad.records.models import MaskGround, ReviewDecision
from sakrad.responses import commands, lifecycle_verdicts, queries_verdicts
from sakrad.responses.lifecycle_verdicts import Given, Said, counted, counted_from, counts_at
from sakrad.responses.models import CommitmentParty, ProgressStatus, Verdict, VerdictValue
from tests import factories as make
from tests import statements
from tests.factories import responses, summaries, verdicts

DONE, PARTLY, NOT = VerdictValue
PUBLISH, MASKED, WITHHELD = ReviewDecision


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], False),
        ([Given(NOT), Given(NOT)], False),
        ([Given(NOT), Given(DONE), Given(NOT)], True),
        ([Given(NOT, True, True), Given(DONE), Given(NOT)], False),  # two are left when the named one is taken away
        ([Given(NOT, True, True), Given(DONE, True, True), Given(NOT)], False),
        ([Given(NOT, True, True)] * 3, True),  # nobody is left
        ([Given(NOT, True, False), Given(DONE), Given(NOT)], False),  # its name waits for review: it would be two then
        ([Given(NOT, True, True), Given(DONE), Given(NOT), Given(NOT)], True),
        ([Given(NOT)] * 4, False),  # everybody said so
        ([Given(DONE, True, True), Given(NOT), Given(NOT), Given(NOT)], False),  # the others all did
        ([Given(DONE, True, False), Given(NOT), Given(NOT), Given(NOT)], False),  # officials know the name that waits
    ],
    ids=[
        *("none", "two", "three", "one by name", "two by name", "all by name", "a name that waits", "one by name and three"),
        *("of one mind", "of one mind beside a name", "of one mind beside a name that waits"),
    ],
)
def test_counts_are_told_only_where_nobody_can_be_worked_out(given: list[Given], told: bool) -> None:
    assert (counted(given) is not None) is told


SAID = st.builds(
    lambda value, name: Given(value, *name), st.sampled_from(VerdictValue), st.sampled_from([(False, False), (True, False), (True, True)])
)


@given(st.lists(SAID, max_size=9))
def test_what_is_left_beside_the_names_is_nobody_or_at_least_three_of_several_minds(said: list[Given]) -> None:
    counts = counted(said)
    if counts is None:
        return
    for names in (Counter(one.value for one in said if one.told), Counter(one.value for one in said if one.by_name)):
        left = Counter(counts) - names
        assert not left or (sum(left.values()) >= lifecycle_verdicts.FEWEST and len(left) > 1)
    assert sum(counts.values()) == len(said)


MARCH, APRIL, MAY = (datetime(2027, month, 1, tzinfo=clock.STOCKHOLM) for month in (3, 4, 5))
HISTORY = st.lists(
    st.builds(
        lambda by, value, hours, name: Said(0, by, value, MARCH + timedelta(hours=hours), *name),
        st.integers(1, 5),
        st.sampled_from(VerdictValue),
        st.integers(0, 24 * 75),
        st.sampled_from([(False, False), (False, False), (True, False), (True, True)]),
    ),
    max_size=12,
).map(lambda said: sorted(said, key=lambda one: one.at))


@given(HISTORY, st.integers(0, 24 * 120))
def test_counts_change_only_on_the_first_of_a_month_or_when_a_name_is_told(said: list[Said], hours: int) -> None:
    at = MARCH + timedelta(hours=hours)
    first = clock.start_of(clock.day_of(at).replace(day=1))
    given = [one for one in said if one.at <= at]
    names = [one for one in given if one.by_name and one.at >= first]
    told = counts_at(given, at)
    assert names or told == counts_at([one for one in given if one.at < first], first)
    assert told is None or sum(told.values()) >= lifecycle_verdicts.FEWEST


def test_counts_that_may_not_be_told_leave_those_of_an_earlier_month() -> None:
    day = timedelta(days=1)
    assert [counted_from(at) for at in (MARCH, APRIL - day, APRIL, MAY - day / 9)] == [APRIL, APRIL, MAY, MAY]
    assert counted_from(datetime(2027, 12, 31, 23, 30, tzinfo=UTC)) == datetime(2028, 2, 1, tzinfo=clock.STOCKHOLM)  # New Year in Stockholm
    three = [Said(n, n, value, MARCH + n * day) for n, value in enumerate((DONE, NOT, NOT), 1)]
    split = {DONE: 1, PARTLY: 0, NOT: 2}
    assert counts_at(three, APRIL - day / 9) is None and counts_at(three, APRIL) == split
    swayed = [*three, Said(4, 1, NOT, APRIL + day)]
    assert counts_at(swayed, MAY) == split  # or their going would tell that all are of one mind
    back = [Said(5, 4, PARTLY, MARCH + day, True, True), Said(6, 4, DONE, MARCH + 2 * day)]
    assert counts_at([*three, *back], APRIL) == {DONE: 1, PARTLY: 1, NOT: 2}  # its name stays, with what it said by it
    merged = [Said(9, 9, NOT, MARCH + day, heir=1, merged_at=APRIL + day), *three]
    assert counts_at(merged, MAY - day) == {DONE: 1, PARTLY: 0, NOT: 3} and counts_at(merged, MAY) == split


def test_nobody_judges_before_the_answer_or_what_is_the_organisations_own() -> None:
    at = clock.now()
    for party, published in product(CommitmentParty, (None, at - timedelta(days=1), at + timedelta(days=1))):
        codes = [one.code for one in lifecycle_verdicts.blockers_to_judge(party, published, at)]
        if published is None or published > at:
            assert codes == ["verdict_too_early"]
        else:
            assert codes == (["verdict_on_own"] if party is CommitmentParty.organisation else [])
    assert [one.code for one in lifecycle_verdicts.blockers_to_words("x" * (lifecycle_verdicts.WORDS + 1))] == ["verdict_words_long"]
    assert lifecycle_verdicts.blockers_to_words("x" * lifecycle_verdicts.WORDS) == []


def test_names_and_words_wait_for_their_review_and_the_latest_counts(app: Flask) -> None:
    commitment, (first, second, third, fourth, *more) = verdicts.judged(5)
    verdicts.verdict(commitment, first, value=DONE, text="Allt är klart.", by_name=True, reviewed=PUBLISH)  # and thinks again
    verdicts.verdict(commitment, first, text="Linjen svarar inte.", by_name=True, reviewed=PUBLISH)
    verdicts.verdict(commitment, second, value=PARTLY, text="Hemligt ord.", by_name=True)  # waits
    verdicts.verdict(commitment, third, text="Utan namn.", reviewed=PUBLISH)
    verdicts.verdict(commitment, fourth, text="Ett namn.", reviewed=WITHHELD)
    seen = queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id]
    assert [(one.name, one.value, one.text) for one in seen.named] == [(first.name, NOT, "Linjen svarar inte.")]
    assert seen.counts is None and seen.unnamed == ()  # two are left beside the two that want their names shown
    fifth = make.again(more[0])
    verdicts.verdict(commitment, fifth, value=DONE)
    with statements.counted() as run:
        seen = queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id]
    assert seen.counts == {DONE: 1, PARTLY: 1, NOT: 3} and len(run) == 1
    assert [(one.text, one.name, one.value, one.at) for one in seen.unnamed] == [("Utan namn.", "", None, None)]
    with transaction():
        db.session.query(Position).filter_by(organisation_id=fifth.id).one().withdrawn_at = clock.now()
    assert queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id].counts is None  # nor is what it took back counted


def test_a_merged_organisation_and_its_heir_count_once(app: Flask) -> None:
    commitment, (first, second, third, heir) = verdicts.judged()
    for by in (first, second, third):
        verdicts.verdict(commitment, by)
    verdicts.verdict(commitment, heir, value=DONE)
    with transaction():
        merged = make.again(first)
        merged.heir_id, merged.merged_at = heir.id, clock.now() - timedelta(days=32)
    assert queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id].counts == {DONE: 1, PARTLY: 0, NOT: 2}


def test_events_tell_neither_who_nor_what_and_rows_stay(app: Flask) -> None:
    commitment, (by, *_others) = verdicts.judged(1)
    actor = make.user()

    def say(value: VerdictValue, by_name: bool = False) -> None:
        address = {"kommun": commitment.consultation.municipality.slug, "slug": commitment.consultation.slug}
        with transaction():
            seat = queries_verdicts.get_judge_seat(by.slug, number=commitment.number, **address)
            commands.give_verdict(seat, value=value, text=" Ja. ", by_name=by_name, actor=actor, at=clock.now())

    for value in (NOT, NOT, PARTLY):  # the second is a double click
        say(value)
    assert [one.value for one in db.session.query(Verdict).order_by(Verdict.id)] == [NOT, PARTLY]
    events = db.session.query(Event).filter_by(name=EventName.verdict_given.value).all()
    assert len(events) == 2
    for event in events:
        assert (event.actor_id, event.organisation_id, event.data) == (None, None, {"commitment": commitment.id})
    verdicts.verdict(commitment, by, by_name=True, reviewed=PUBLISH)
    with pytest.raises(Blocked, match="verdict_named"):
        say(DONE)
    say(DONE, by_name=True)


def test_a_stranger_and_one_that_took_its_answer_back_do_not_judge(app: Flask) -> None:
    commitment, (by, *_others) = verdicts.judged(1)
    address = {"kommun": commitment.consultation.municipality.slug, "slug": commitment.consultation.slug, "number": commitment.number}
    stranger = make.organisation(verified_in=commitment.consultation.municipality)
    unverified = make.organisation()
    said = summaries.point(summaries.answer_of(make.position(commitment.consultation, unverified)))
    summaries.cite(make.again(commitment).response.finding, said)
    for other in (stranger, unverified):
        with pytest.raises(Missing):
            queries_verdicts.get_judge_seat(other.slug, **address)
    assert queries_verdicts.get_judge_seat(by.slug, **address).commitment.id == commitment.id
    with transaction():
        db.session.query(Position).filter_by(organisation_id=by.id).one().withdrawn_at = clock.now()
    with pytest.raises(Missing):
        queries_verdicts.get_judge_seat(by.slug, **address)


def test_what_is_done_is_asked_about_once_until_more_is_told(app: Flask) -> None:
    commitment, _voices = verdicts.judged(1)
    at = clock.now()

    def ask(at: datetime) -> None:
        with transaction():
            commands.ask_verdicts(make.again(commitment), at)

    def asked() -> int:
        return db.session.query(Event).filter_by(name=EventName.verdict_asked.value).count()

    ask(at)
    ask(at + timedelta(hours=1))
    assert asked() == 1
    responses.progress(commitment, at=at + timedelta(days=2), status=ProgressStatus.done)
    ask(at + timedelta(days=2))
    assert asked() == 2
    ask(at + timedelta(days=365))
    assert asked() == 3


def test_a_mask_hides_words_that_are_published_already(app: Flask) -> None:
    commitment, (by, *_others) = verdicts.judged(1)
    said = verdicts.verdict(commitment, by, text="Anna Ek svarar inte.", by_name=True, reviewed=PUBLISH)
    with transaction():
        reviewed = queries_verdicts.get_reviewed_verdict(
            commitment.consultation.municipality.slug, commitment.consultation.slug, said.reference
        )
        decided = {"decision": MASKED, "ground": MaskGround.personal_data, "words": "Anna Ek"}
        commands.review_verdict(reviewed, **decided, actor=None, at=clock.now())
    (told,) = queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id].named
    assert told.text == "███████ svarar inte."
