"""Reading, drafting, dividing and sending the answers, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sakrad.core import clock
from sakrad.responses import lifecycle
from sakrad.responses import lifecycle_answers as rules
from sakrad.responses.lifecycle import ReleaseFacts
from sakrad.responses.lifecycle_answers import PartFacts, ReviewState
from sakrad.responses.models import DecisionForm, Response
from sakrad.responses.naming import given_away

TODAY = date(2027, 4, 22)
NOW = clock.start_of(TODAY) + timedelta(hours=12)
DAY = timedelta(days=1)
WRITTEN = ReleaseFacts(summary_published=True, responses=2)
SENT = replace(WRITTEN, sent_at=NOW - DAY)
DECIDED = replace(SENT, decided_at=NOW, decision_form=DecisionForm.board, decision_on=TODAY, decision_ref="§ 41")


def codes(found: list[Any]) -> list[str]:
    return [blocker.code for blocker in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Smedjans lokaler får öppet längre.", ["Smedjan"], id="a name in any form"),
        pytest.param("Föreningen har rätt om kulturen i Ekhamra.", [], id="words that many have, and the place"),
        pytest.param("Det görs i höst.", [], id="nothing of it"),
    ],
)
def test_words_that_give_a_name_away_are_told_to_the_writer(text: str, expected: list[str]) -> None:
    assert given_away([text], ["Kulturföreningen Smedjan i Ekhamra"], ["Ekhamra kommun"]) == expected


@pytest.mark.parametrize(
    ("facts", "unread", "expected"),
    [
        pytest.param(replace(WRITTEN, points_unanswered=(3,)), False, ["points_unanswered"], id="what was set aside is answered too"),
        pytest.param(
            replace(WRITTEN, unanswered=(1,), points_unanswered=(3,)), False, ["finding_unanswered", "points_unanswered"], id="all is told"
        ),
        pytest.param(replace(WRITTEN, undated=(2,)), False, ["part_day_missing"], id="the rest has a day"),
        pytest.param(replace(WRITTEN, unreviewed=1), False, ["responses_unreviewed"], id="a colleague reads"),
        pytest.param(replace(WRITTEN, unreviewed=1), True, [], id="unless there is none"),
        pytest.param(replace(WRITTEN, unreviewed=1, unanswered=(1,)), True, ["finding_unanswered"], id="which excuses nothing else"),
    ],
)
def test_what_stands_in_the_way_of_sending(facts: ReleaseFacts, unread: bool, expected: list[str]) -> None:
    assert codes(lifecycle.blockers_to_send(facts, NOW, unread=unread)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(replace(DECIDED, points_unanswered=(3,)), ["points_unanswered"], id="nothing set aside is left without an answer"),
        pytest.param(replace(DECIDED, undated=(2, 3)), ["part_day_missing"], id="when the rest comes is said"),
        pytest.param(replace(DECIDED, unreviewed=2), [], id="nobody is shamed in public for what no colleague read"),
    ],
)
def test_what_stands_in_the_way_of_publishing_a_part(facts: ReleaseFacts, expected: list[str]) -> None:
    assert codes(lifecycle.blockers_to_publish(facts, NOW)) == expected


@pytest.mark.parametrize(
    ("asked", "reviewed", "version", "expected"),
    [
        pytest.param(None, None, None, ReviewState.unread, id="nobody is asked"),
        pytest.param(1, None, None, ReviewState.asked, id="asked"),
        pytest.param(1, 2, 3, ReviewState.good, id="found good as it stands"),
        pytest.param(None, 2, 3, ReviewState.good, id="without being asked"),
        pytest.param(1, 2, 2, ReviewState.outdated, id="an edit voids it"),
        pytest.param(1, 2, None, ReviewState.change_asked, id="a change is asked for"),
        pytest.param(3, 2, None, ReviewState.asked, id="asked again after the change"),
        pytest.param(3, 2, 2, ReviewState.asked, id="asked again after an edit"),
    ],
)
def test_a_review_is_bound_to_the_version_that_was_read(
    asked: int | None, reviewed: int | None, version: int | None, expected: ReviewState
) -> None:
    at = [NOW + day * DAY for day in range(4)]
    response = Response(version=3, reviewed_version=version)
    response.review_asked_at, response.reviewed_at = at[asked] if asked else None, at[reviewed] if reviewed else None
    assert rules.review_state(response) is expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(rules.blockers_to_review(WRITTEN, own=False, at=NOW), [], id="a colleague's answer is read"),
        pytest.param(rules.blockers_to_review(WRITTEN, own=True, at=NOW), ["review_own_answer"], id="one's own is not"),
        pytest.param(rules.blockers_to_review(DECIDED, own=True, at=NOW), ["responses_decided"], id="nothing is read after the decision"),
        pytest.param(rules.faults_of_review(good=False, note=""), ["review_note_missing"], id="a change is named"),
        pytest.param(rules.faults_of_review(good=True, note=""), [], id="good needs no words"),
        pytest.param(rules.blockers_to_draft(WRITTEN, NOW), [], id="a unit drafts"),
        pytest.param(rules.blockers_to_draft(SENT, NOW), ["responses_already_sent"], id="until the answers go to the authority"),
        pytest.param(rules.blockers_to_draft(DECIDED, NOW), ["responses_decided"], id="and not after"),
        pytest.param(rules.faults_of_day(TODAY, "day", NOW), [], id="today is not over"),
        pytest.param(rules.faults_of_day(TODAY - DAY, "day", NOW), ["due_date_passed"], id="yesterday is"),
        pytest.param(rules.blockers_to_drop_part(PartFacts(alone=False)), [], id="an empty part is dropped"),
        pytest.param(rules.blockers_to_drop_part(PartFacts()), ["part_alone"], id="the only one is not"),
        pytest.param(rules.blockers_to_drop_part(PartFacts(alone=False, responses=1)), ["part_not_empty"], id="nor one with answers"),
        pytest.param(rules.blockers_to_drop_part(PartFacts(alone=False, sent=True)), ["responses_already_sent"], id="nor a sent one"),
        pytest.param(rules.blockers_to_change_part(published=False), [], id="a part is called something else"),
        pytest.param(rules.blockers_to_change_part(published=True), ["responses_decided"], id="until it is published"),
        pytest.param(rules.blockers_to_move([PartFacts(sent=True)], PartFacts()), [], id="the authority puts some off"),
        pytest.param(rules.blockers_to_move([PartFacts(decided=True)], PartFacts()), ["responses_decided"], id="what is decided stays"),
        pytest.param(rules.blockers_to_move([PartFacts()], PartFacts(sent=True)), ["responses_already_sent"], id="nothing is slipped in"),
    ],
)
def test_who_reads_drafts_and_divides_when(found: list[Any], expected: list[str]) -> None:
    assert codes(found) == expected
