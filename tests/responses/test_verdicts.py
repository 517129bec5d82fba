"""Organisations judge whether commitments were kept: what readers are told, and what must not be worked out."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import product

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Missing
from sakrad.core.events import Event, EventName
from sakrad.positions.models import Position
from sakrad.records.models import MaskGround, ReviewDecision
from sakrad.responses import commands, lifecycle_verdicts, queries_verdicts
from sakrad.responses.lifecycle_verdicts import Given, counted
from sakrad.responses.models import CommitmentParty, ProgressStatus, Verdict, VerdictValue
from tests import factories as make
from tests import statements
from tests.factories import responses, verdicts

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
    ],
    ids=["none", "two", "three", "one by name", "two by name", "all by name", "a name that waits", "one by name and three"],
)
def test_counts_are_told_only_where_nobody_can_be_worked_out(given: list[Given], told: bool) -> None:
    assert (counted(given) is not None) is told


SAID = st.builds(
    lambda value, name: Given(value, *name), st.sampled_from(VerdictValue), st.sampled_from([(False, False), (True, False), (True, True)])
)


@given(st.lists(SAID, max_size=9))
def test_what_is_left_beside_the_names_is_nobody_or_at_least_three(said: list[Given]) -> None:
    counts = counted(said)
    if counts is None:
        return
    left = Counter(counts) - Counter(one.value for one in said if one.told)
    assert sum(left.values()) == 0 or sum(left.values()) >= lifecycle_verdicts.FEWEST
    assert sum(counts.values()) == len(said)


def test_nobody_judges_before_the_answer_or_what_is_the_organisations_own() -> None:
    at = clock.now()
    for party, published in product(CommitmentParty, (None, at - timedelta(days=1), at + timedelta(days=1))):
        codes = [one.code for one in lifecycle_verdicts.blockers_to_judge(party, published, at)]
        if published is None or published > at:
            assert codes == ["verdict_too_early"]
        else:
            assert codes == (["verdict_on_own"] if party is CommitmentParty.organisation else [])


def test_names_and_words_wait_for_their_review_and_the_latest_counts(app: Flask) -> None:
    commitment, (first, second, third, fourth) = verdicts.judged()
    verdicts.verdict(commitment, first, value=DONE, text="Allt är klart.", by_name=True, reviewed=PUBLISH)  # and thinks again
    verdicts.verdict(commitment, first, text="Linjen svarar inte.", by_name=True, reviewed=PUBLISH)
    verdicts.verdict(commitment, second, value=PARTLY, text="Hemligt ord.", by_name=True)  # waits
    verdicts.verdict(commitment, third, text="Utan namn.", reviewed=PUBLISH)
    verdicts.verdict(commitment, fourth, text="Ett namn.", reviewed=WITHHELD)
    seen = queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id]
    assert [(one.name, one.value, one.text) for one in seen.named] == [(first.name, NOT, "Linjen svarar inte.")]
    assert seen.counts is None and seen.unnamed == ()  # two are left beside the two that want their names shown
    fifth = make.organisation(verified_in=commitment.consultation.municipality)
    verdicts.verdict(commitment, fifth)
    with statements.counted() as run:
        seen = queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id]
    assert seen.counts == {DONE: 0, PARTLY: 1, NOT: 4} and len(run) == 1
    assert [(one.text, one.name, one.value, one.at) for one in seen.unnamed] == [("Utan namn.", "", None, None)]


def test_a_merged_organisation_and_its_heir_count_once(app: Flask) -> None:
    commitment, (first, second, third, heir) = verdicts.judged()
    for by in (first, second, third):
        verdicts.verdict(commitment, by)
    verdicts.verdict(commitment, heir, value=DONE)
    with transaction():
        merged = make.again(first)
        merged.heir_id, merged.merged_at = heir.id, clock.now()
    assert queries_verdicts.verdicts_of([commitment.id], clock.now())[commitment.id].counts == {DONE: 1, PARTLY: 0, NOT: 2}


def test_events_tell_neither_who_nor_what_and_rows_stay(app: Flask) -> None:
    commitment, (by, *_others) = verdicts.judged(1)
    actor = make.user()

    def say(value: VerdictValue) -> None:
        address = {"kommun": commitment.consultation.municipality.slug, "slug": commitment.consultation.slug}
        with transaction():
            seat = queries_verdicts.get_judge_seat(by.slug, number=commitment.number, **address)
            commands.give_verdict(seat, value=value, text=" Ja. ", by_name=False, actor=actor, at=clock.now())

    for value in (NOT, NOT, PARTLY):  # the second is a double click
        say(value)
    assert [one.value for one in db.session.query(Verdict).order_by(Verdict.id)] == [NOT, PARTLY]
    events = db.session.query(Event).filter_by(name=EventName.verdict_given.value).all()
    assert len(events) == 2
    for event in events:
        assert (event.actor_id, event.organisation_id, event.data) == (None, None, {"commitment": commitment.id})


def test_a_stranger_and_one_that_took_its_answer_back_do_not_judge(app: Flask) -> None:
    commitment, (by, *_others) = verdicts.judged(1)
    address = {"kommun": commitment.consultation.municipality.slug, "slug": commitment.consultation.slug, "number": commitment.number}
    stranger = make.organisation(verified_in=commitment.consultation.municipality)
    with pytest.raises(Missing):
        queries_verdicts.get_judge_seat(stranger.slug, **address)
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
