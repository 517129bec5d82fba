"""What each command does, records and refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.queries import phase_of
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Missing, Stale
from sakrad.core.events import Event, EventName
from sakrad.core.text import Span
from sakrad.records.masking import MaskableText
from sakrad.records.models import MaskGround, TextKind
from sakrad.records.queries import list_masks, masks_of
from sakrad.responses import commands
from sakrad.responses.lifecycle import CommitmentState
from sakrad.responses.models import Commitment, CommitmentParty, DecisionForm, Outcome, Progress, ProgressStatus, Response
from sakrad.responses.queries import standing_of
from tests import factories
from tests.factories import do
from tests.factories import responses as make

DAY = timedelta(days=1)


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def propose(matter: make.Matter, **values: Any) -> Response:
    with transaction():
        release = commands.open_release(matter.consultation, at=clock.now())
    return do(commands.propose, release, **({"outcome": Outcome.will_do, "reason": "Ja.", "finding": matter.findings[0]} | values))


def promise(response: Response, matter: make.Matter, **values: Any) -> Commitment:
    values = {"what": "Ett nummer", "function": matter.function, "due_on": clock.today() + DAY, "how_seen": ""} | values
    return do(commands.commit_to, response, **values)


def test_the_first_proposal_opens_the_release_and_the_next_joins_it(app: Flask) -> None:
    matter = make.matter()
    first = propose(matter)
    second = propose(matter, finding=matter.findings[1])
    assert first.release_id == second.release_id
    assert events() == [EventName.response_proposed, EventName.response_proposed]


def test_only_what_the_outcome_asks_for_is_kept(app: Flask) -> None:
    response = propose(
        make.matter(),
        reason=" Vi prövar det. ",
        study_until_on=clock.today() + DAY,
        whose="Regionen",
        basis="Planen",
        outcome=Outcome.study,
    )
    assert (response.reason, response.whose, response.basis) == ("Vi prövar det.", "", "")
    assert response.study_until_on == clock.today() + DAY


def test_nothing_is_answered_before_the_summary_is_published(app: Flask) -> None:
    with pytest.raises(Blocked, match="answers_before_summary"):
        propose(make.matter(Phase.compiling))


def test_a_refusal_without_reason_is_refused(app: Flask) -> None:
    with pytest.raises(Blocked, match="refusal_reason_missing"):
        propose(make.matter(), outcome=Outcome.wont_do, reason="")
    assert events() == []


def test_the_second_of_two_who_answer_at_once_sees_the_first(app: Flask) -> None:
    matter = make.matter()
    first = propose(matter)
    with pytest.raises(Stale) as lost:
        propose(matter, outcome=Outcome.partly, reason="Delvis.")
    assert lost.value.theirs.id == first.id


def test_anothers_finding_is_not_answered(app: Flask) -> None:
    with pytest.raises(Missing):
        propose(make.matter(), finding=make.matter().findings[0])


def test_a_change_that_has_seen_an_older_version_is_refused(app: Flask) -> None:
    response = propose(make.matter())
    do(commands.change_response, response, outcome=Outcome.partly, reason="Delvis.", seen_version=1)
    with pytest.raises(Stale) as lost:
        do(commands.change_response, response, outcome=Outcome.wont_do, reason="Nej.", seen_version=1)
    assert lost.value.theirs.reason == "Delvis."
    assert events()[-1] == EventName.response_changed


def test_withdrawing_takes_the_commitments_with_it(app: Flask) -> None:
    matter = make.matter()
    response = propose(matter)
    joint = promise(response, matter, party=CommitmentParty.joint)
    do(commands.propose_pledge, joint, organisation=factories.organisation(), part="Vi bjuder in.")
    do(commands.withdraw_response, response)
    assert db.session.scalar(sa.select(sa.func.count(Response.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(Commitment.id))) == 0
    assert events()[-1] == EventName.response_withdrawn


def test_commitments_are_numbered_within_the_consultation(app: Flask) -> None:
    matter = make.matter()
    response = propose(matter)
    assert [promise(response, matter).number, promise(response, matter).number] == [1, 2]
    assert response.version == 1, "a promise does not overtake somebody who writes the answer"


def test_a_promise_is_changed_and_dropped_before_the_decision(app: Flask) -> None:
    matter = make.matter()
    commitment = promise(propose(matter), matter)
    change = {"what": "Två nummer", "function": matter.function, "due_on": clock.today() + 2 * DAY, "how_seen": "Syns."}
    do(commands.change_commitment, commitment, seen_version=1, **change)
    assert (commitment.what, commitment.version) == ("Två nummer", 2)
    with pytest.raises(Stale):
        do(commands.change_commitment, commitment, seen_version=1, **change)
    do(commands.drop_commitment, commitment)
    assert db.session.scalar(sa.select(sa.func.count(Commitment.id))) == 0


def test_a_promise_for_a_day_that_has_passed_is_refused(app: Flask) -> None:
    matter = make.matter()
    with pytest.raises(Blocked, match="due_date_passed"):
        promise(propose(matter), matter, due_on=clock.today() - DAY)


def test_a_function_of_another_municipality_cannot_be_bound(app: Flask) -> None:
    matter = make.matter()
    with pytest.raises(Missing):
        promise(propose(matter), matter, function=factories.function())


def test_the_whole_way_ends_with_everything_published_together(app: Flask) -> None:
    matter = make.matter()
    response = propose(matter)
    commitment = promise(response, matter)
    release = response.release
    with pytest.raises(Blocked, match="finding_unanswered, points_unanswered"):
        do(commands.send, release, meeting_on=clock.today())
    propose(matter, finding=matter.findings[1])
    propose(matter, finding=None, point=matter.points[2], outcome=Outcome.wont_do, reason="Utanför frågan.")
    with pytest.raises(Blocked, match="responses_unreviewed"):
        do(commands.send, release, meeting_on=clock.today())
    do(commands.send, release, meeting_on=clock.today(), unread=True)
    do(commands.change_response, response, outcome=Outcome.partly, reason="Nämnden ändrade.", seen_version=1)
    with pytest.raises(Blocked, match="decision_paragraph_missing"):
        do(commands.decide, release, form=DecisionForm.board, decision_on=clock.today(), decision_ref="")
    do(commands.decide, release, form=DecisionForm.board, decision_on=clock.today(), decision_ref=" §  41 ")
    assert release.decision_ref == "§ 41"
    with pytest.raises(Blocked, match="responses_decided"):
        do(commands.change_response, response, outcome=Outcome.will_do, seen_version=2)
    do(commands.publish, release)
    assert phase_of(matter.consultation, clock.now()) is Phase.answered
    assert matter.consultation.feedback_published_at == release.published_at
    assert events()[-4:] == [
        EventName.response_changed,
        EventName.responses_decided,
        EventName.feedback_published,
        EventName.commitment_made,
    ]
    made = db.session.scalars(sa.select(Event).where(Event.name == EventName.commitment_made)).one()
    assert (made.subject_id, made.consultation_id) == (commitment.id, matter.consultation.id)
    with pytest.raises(Blocked, match="response_frozen"):
        do(commands.change_response, response, outcome=Outcome.will_do, seen_version=2)
    with pytest.raises(Blocked, match="feedback_already_published"):
        do(commands.publish, release)


def test_a_decision_that_was_noted_wrongly_is_taken_back_before_publishing(app: Flask) -> None:
    matter = make.matter()
    release = make.release(matter.consultation, **make.decided())
    do(commands.reopen, release)
    assert (release.decided_at, release.decision_ref) == (None, "§ 41")
    assert events() == [EventName.responses_reopened]


def test_an_answer_to_a_single_point_stands_beside_the_findings(app: Flask) -> None:
    matter = make.matter()
    response = propose(matter, finding=None, point=matter.points[2], outcome=Outcome.already_done, reason="Det görs.")
    assert (response.point_id, response.finding_id) == (matter.points[2].id, None)


def test_progress_is_told_and_the_first_begins_the_follow_up(app: Flask) -> None:
    matter, commitment = make.published()
    told = do(commands.add_progress, commitment, status=ProgressStatus.under_way, text="Schemat är klart.")
    assert phase_of(matter.consultation, clock.now()) is Phase.following_up
    assert events() == [EventName.progress_added]
    assert db.session.scalars(sa.select(Event)).one().subject_id == told.id
    assert standing_of(commitment, clock.today()).state is CommitmentState.under_way


def test_done_is_done_until_a_later_progress_says_otherwise(app: Flask) -> None:
    _matter, commitment = make.published()
    do(commands.add_progress, commitment, status=ProgressStatus.done, text="Klart.")
    assert commitment.done_at is not None
    do(commands.add_progress, commitment, status=ProgressStatus.under_way, text="Det visade sig att en del återstår.")
    assert commitment.done_at is None


def test_a_moved_day_keeps_the_former_one(app: Flask) -> None:
    _matter, commitment = make.published()
    first = commitment.due_on
    do(commands.add_progress, commitment, status=ProgressStatus.changed, text="Försenad leverans.", due_on=first + 10 * DAY)
    do(commands.add_progress, commitment, status=ProgressStatus.changed, text="Igen.", due_on=first + 20 * DAY)
    db.session.expire_all()
    assert commitment.due_on == first + 20 * DAY
    assert [(told.former_due_on, told.due_on) for told in commitment.progress] == [
        (first, first + 10 * DAY),
        (first + 10 * DAY, first + 20 * DAY),
    ]


def test_nothing_is_told_of_an_unpublished_promise(app: Flask) -> None:
    matter = make.matter()
    commitment = promise(propose(matter), matter)
    with pytest.raises(Blocked, match="feedback_not_published"):
        do(commands.add_progress, commitment, status=ProgressStatus.under_way, text="Vi har börjat.")
    assert db.session.scalar(sa.select(sa.func.count(Progress.id))) == 0


def test_words_are_hidden_wherever_they_stand_and_shown_again(app: Flask) -> None:
    matter, commitment = make.published()
    response = commitment.response
    text = MaskableText("svar", TextKind.response, (response.id,), "", response.reason)
    do(commands.mask_words, matter.consultation, text, words="Anna Ek", span=None, ground=MaskGround.personal_data)
    at = response.reason.index("Anna Ek")
    assert masks_of(TextKind.response, [response.id]) == {response.id: [Span(at, at + 7)]}
    do(commands.unmask_words, matter.consultation, list_masks(TextKind.response, [response.id]))
    assert masks_of(TextKind.response, [response.id]) == {}
    assert events() == [EventName.text_masked, EventName.text_unmasked]


@pytest.mark.parametrize(("words", "span"), [("Bertil", None), ("", None), ("", Span(0, 9_000))], ids=["not there", "nothing", "beyond"])
def test_words_that_do_not_stand_there_are_not_hidden(app: Flask, words: str, span: Span | None) -> None:
    matter, commitment = make.published()
    response = commitment.response
    text = MaskableText("svar", TextKind.response, (response.id,), "", response.reason)
    with pytest.raises(commands.WordsMissing):
        do(commands.mask_words, matter.consultation, text, words=words, span=span, ground=MaskGround.personal_data)
