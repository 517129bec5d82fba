"""The sample data shows every state, is marked, sends nothing, and is refused in production."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad import create_app
from sakrad.comments.models import Comment, CommentReport, CommentState
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import (
    CheckedItem,
    CommentsRule,
    Consultation,
    ConsultationTemplate,
    ContentAbout,
    ContentLanguage,
    ContentVersion,
    Continuation,
    ContinuationKind,
    CorrectionChange,
    CouncilHearing,
    Invitation,
    ParticipationRequest,
    Preview,
    RecurringDialogue,
)
from sakrad.consultations.queries import phase_of
from sakrad.consultations.queries_versions import original_of
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Delivery, Event
from sakrad.demo import loader, people
from sakrad.directory.models import ApprovalRule, Merger, Municipality, Organisation, RegisterImport, Unit
from sakrad.meetings.models import AccessNeed, Attendance, Meeting, Notes, NotesCorrection, Registration, RegistrationState
from sakrad.notifications.models import Follow, FollowKind, Mail, Notification, Rhythm, Subscriber
from sakrad.positions.models import (
    SPOKEN,
    Approval,
    ApprovalOutcome,
    ChecklistItem,
    Concurrence,
    DraftAnswer,
    DraftConcurrence,
    DraftRevision,
    PartyReservation,
    Position,
    PositionAttachment,
    PositionParty,
    PositionVersion,
    Ratification,
    Remark,
    Survey,
    Transcription,
)
from sakrad.records.models import DisclosureRequest, Mask, Review, ReviewDecision, ReviewKind
from sakrad.responses.models import (
    AnswerTask,
    BoardPaper,
    Commitment,
    CommitmentParty,
    EvaluationReply,
    EvaluationRound,
    FeedbackRelease,
    LinkedDecision,
    Outcome,
    Phrase,
    Pledge,
    Progress,
    Response,
    UptakeCell,
    Verdict,
    VerdictValue,
)
from sakrad.responses.queries_verdicts import verdicts_of
from sakrad.summaries.models import (
    Assignment,
    ConfirmationReply,
    Edition,
    FactCheck,
    Finding,
    Point,
    Reading,
    ReplyKind,
    SuggestionRun,
    Theme,
    ThemeChange,
    ThemeChangeKind,
)
from sakrad.summaries.queries_checking_public import outcome
from tests.conftest import empty
from tests.core.test_config import SAFE

# Told through the commands, which have their own tests on both; telling it twice took half a minute.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def count(model: type, *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


@pytest.fixture(scope="module")
def told(_app: Flask) -> Iterator[Flask]:
    """The sample data, told once for the tests that only look at it."""
    with _app.app_context():
        assert loader.is_empty()
        loader.load()
    yield _app
    with _app.app_context():
        empty()


@pytest.fixture
def demo(told: Flask) -> Iterator[Flask]:
    with told.app_context():
        yield told
        db.session.remove()


@SQLITE
def test_every_state_is_there(demo: Flask) -> None:
    now = clock.now()
    consultations = list(db.session.scalars(sa.select(Consultation)))
    told = {item["slug"]: Phase(item["phase"]) for item in map(loader.read, sorted(loader.STORIES.glob("[0-9]*.toml")))}
    assert {item.slug: phase_of(item, now) for item in consultations} == told
    assert set(told.values()) == set(Phase) and len(told) >= 12
    assert count(Organisation) >= 40
    assert count(Municipality, Municipality.active) == count(Municipality, Municipality.sample) == 3
    assert set(db.session.scalars(sa.select(Response.outcome))) == set(Outcome)
    assert set(db.session.scalars(sa.select(Review.decision))) == set(ReviewDecision)
    today = clock.today()
    assert count(Commitment, Commitment.done_at.is_not(None)) > 0, "done"
    assert count(Commitment, Commitment.done_at.is_(None), Commitment.due_on < today) > 0, "overdue"
    assert count(Commitment, Commitment.done_at.is_(None), Commitment.due_on >= today) > 0, "under way"
    assert count(Mask) > 0 and count(Position, Position.published_id.is_(None)) > 0


@SQLITE
def test_every_way_of_answering_together_is_there(demo: Flask) -> None:
    """Each state of what organisations do in their own space and together, for whoever tries the sample."""
    outcomes = set(db.session.scalars(sa.select(Approval.outcome)))
    assert outcomes == {None, *ApprovalOutcome}, "asked, approved and returned"
    assert count(Approval, Approval.voided_at.is_not(None)) > 0, "an edit has voided an approval"
    assert count(DraftRevision) > 20 and count(Remark) > 0 and count(ChecklistItem, ChecklistItem.done_at.is_not(None)) > 0
    assert count(DraftAnswer, DraftAnswer.left_out) > 0 and count(DraftConcurrence) > 0 and count(Concurrence) > 0
    assert count(PositionParty, PositionParty.confirmed_at.is_(None)) > 0 and count(PartyReservation) > 0
    assert count(Position, Position.withdrawn_at.is_not(None)) > 0 and count(Ratification) > 0
    assert any(version.is_preliminary for version in db.session.scalars(sa.select(PositionVersion)))
    assert {entry.confirmed for entry in db.session.scalars(sa.select(Transcription)) if entry.channel in SPOKEN} == {True, False}
    assert count(Transcription, Transcription.whole) > 0
    assert 0 < count(PositionAttachment, PositionAttachment.published_at.is_not(None)) < count(PositionAttachment)
    assert count(Survey, Survey.opened_at.is_not(None), Survey.closed_at.is_(None)) > 0
    assert any(merger.in_force for merger in db.session.scalars(sa.select(Merger)))
    assert not all(merger.in_force for merger in db.session.scalars(sa.select(Merger)))
    assert set(db.session.scalars(sa.select(Organisation.approval_rule))) == set(ApprovalRule)


@SQLITE
def test_all_that_the_method_leads_through_is_there(demo: Flask) -> None:
    """Each state of preparing, inviting, meeting, correcting and commenting, for whoever tries the sample."""
    assert count(CheckedItem) > 2 and set(db.session.scalars(sa.select(Preview.approved))) == {True, False, None}
    assert 0 < count(ConsultationTemplate, ConsultationTemplate.shared_at.is_not(None)) < count(ConsultationTemplate)
    assert set(db.session.scalars(sa.select(ParticipationRequest.accepted))) == {True, False, None}
    for known in (Invitation.bounced_at, Invitation.reminded_at, Invitation.letter_at, Invitation.declined_at):
        assert count(Invitation, known.is_not(None)) > 0, known
    assert count(CorrectionChange, CorrectionChange.question_id.is_not(None)) > 0
    assert count(CorrectionChange, CorrectionChange.field == "closes_at") > 0
    today = clock.today()
    assert count(CouncilHearing, CouncilHearing.heard_on < today) > 0 and count(CouncilHearing, CouncilHearing.heard_on > today) > 0
    now = clock.now()
    assert count(Meeting, Meeting.starts_at > now) > 1 and count(Meeting, Meeting.ends_at < now) > 1
    assert count(Meeting, Meeting.cancelled_at.is_not(None)) > 0 and count(Meeting, Meeting.place_for_registered) > 0
    assert {RegistrationState.registered, RegistrationState.waiting} <= set(db.session.scalars(sa.select(Registration.state)))
    assert count(AccessNeed) > 0 and count(Attendance) > 0
    assert count(Notes, Notes.final_at.is_not(None)) > 0 and count(Notes, Notes.final_at.is_(None)) > 0
    assert set(db.session.scalars(sa.select(NotesCorrection.accepted))) == {True, False, None}
    assert count(PositionVersion, PositionVersion.meeting_id.is_not(None)) > 1
    assert set(db.session.scalars(sa.select(Comment.state))) == set(CommentState)
    assert count(Comment, Comment.parent_id.is_not(None)) > 0 and count(CommentReport) > 0
    assert set(db.session.scalars(sa.select(Consultation.comments_rule))) == set(CommentsRule)
    assert count(Organisation, Organisation.imported_at.is_not(None)) > 2
    assert {done is None for done in db.session.scalars(sa.select(RegisterImport.finished_at))} == {True, False}


@SQLITE
def test_every_state_of_versions_and_of_following_is_there(demo: Flask) -> None:
    versions = list(db.session.scalars(sa.select(ContentVersion)))
    shown = [one for one in versions if one.published_at]
    assert {one.about for one in shown} == set(ContentAbout) and {ContentLanguage.easy, ContentLanguage.arabic} <= {
        one.language for one in shown
    }
    assert {one.original == original_of(one.consultation, one.about).digest for one in shown} == {True, False}, (
        "the original has changed since"
    )
    assert any(one.version == 1 for one in versions if not one.published_at), "a draft"
    assert any(one.version > 1 for one in versions if not one.published_at), "taken back"
    assert set(db.session.scalars(sa.select(Follow.kind))) == set(FollowKind)
    assert set(db.session.scalars(sa.select(Subscriber.rhythm))) == set(Rhythm)
    assert {one is None for one in db.session.scalars(sa.select(Subscriber.user_id))} == {True, False}
    assert count(Follow, Follow.confirmed_at.is_(None)) > 0 and count(Follow, Follow.ended_at.is_not(None)) > 0


@SQLITE
def test_it_was_told_through_the_commands_and_sends_nothing(demo: Flask) -> None:
    assert count(Event) > 500
    assert count(Delivery) == count(Notification) == count(Mail) == 0
    assert not loader.is_empty()


@SQLITE
def test_every_page_is_marked_and_every_log_in_works(demo: Flask) -> None:
    client = demo.test_client()
    demo.extensions["sakrad_sample"].clear()
    for path in ("/", "/sakrad", "/kommun/ekhamra/sakrad/vald-i-nara-relationer/sammanstallning", "/metod", "/logga-in"):
        assert "Exempeldata" in client.get(path).text, path
    for email, _who in people.LOG_INS:
        answer = demo.test_client().post("/logga-in", data={"email": email, "password": people.PASSWORD})
        assert answer.status_code == 303, email


def test_it_is_refused_in_production(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    app = create_app(dataclasses.replace(SAFE, database_url=f"sqlite:///{tmp_path}/x.sqlite3"))
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1 and "refused in production" in result.output


@SQLITE
def test_every_state_of_compiling_and_confirming_is_there(demo: Flask) -> None:
    now = clock.now()
    assert count(FactCheck, FactCheck.closes_at > now) == 1
    assert count(FactCheck, FactCheck.closes_at <= now) >= 6
    assert set(db.session.scalars(sa.select(ConfirmationReply.kind))) == set(ReplyKind)
    assert count(ConfirmationReply, ConfirmationReply.accepted.is_(True)) and count(
        ConfirmationReply, ConfirmationReply.accepted.is_(False)
    )
    assert count(ConfirmationReply, ConfirmationReply.outdated_at.is_not(None))
    decided = db.session.scalars(sa.select(Review.decision).where(Review.kind == ReviewKind.objection))
    assert set(decided) == set(ReviewDecision)
    assert count(Edition, Edition.number == 2) == 1
    assert count(Finding, Finding.section != "") and count(Finding, Finding.minority) and count(Finding, Finding.body.contains("[citat "))
    assert {ThemeChangeKind.added, ThemeChangeKind.merged, ThemeChangeKind.split_off} <= set(
        db.session.scalars(sa.select(ThemeChange.kind))
    )
    assert count(Theme, Theme.parent_id.is_not(None)) and count(Point, Point.note != "")
    assert count(Assignment, Assignment.answer_id.is_not(None)) and count(Assignment, Assignment.theme_id.is_not(None)) and count(Reading)
    assert count(SuggestionRun) == 2 and count(BoardPaper) == 1
    assert count(DisclosureRequest, DisclosureRequest.outcome.is_(None)) and count(
        DisclosureRequest, DisclosureRequest.outcome.is_not(None)
    )


@SQLITE
def test_silence_is_counted_as_silence(demo: Flask) -> None:
    consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == "nyanlandas-forsta-ar")).one()
    told = outcome(consultation.id)
    assert told.held and told.silent == 2 and told.confirmed and told.objections and told.corrections


@SQLITE
def test_every_state_of_answers_promises_and_verdicts_is_there(demo: Flask) -> None:
    assert count(FeedbackRelease, FeedbackRelease.number == 2, FeedbackRelease.published_at.is_not(None)) > 0, "in parts"
    assert count(AnswerTask) > 0 and count(Phrase) > 0
    assert count(Response, Response.review_asked_at.is_not(None), Response.reviewed_at.is_(None)) > 0, "waits for a colleague"
    assert count(Response, Response.review_note != "") > 0, "a colleague asks for a change"
    assert set(db.session.scalars(sa.select(Commitment.party))) == set(CommitmentParty)
    pledges = {
        "asked": (Pledge.confirmed_at.is_(None), Pledge.declined_at.is_(None), Pledge.asked_words == ""),
        "countered": (Pledge.asked_words != "",),
        "confirmed": (Pledge.confirmed_at.is_not(None),),
        "declined": (Pledge.declined_at.is_not(None),),
    }
    for name, where in pledges.items():
        assert count(Pledge, *where) > 0, name
    reviewed = sa.select(Review.subject_id).where(Review.kind == ReviewKind.progress)
    assert count(Progress, Progress.pledge_id.is_not(None), Progress.id.in_(reviewed)) > 0
    assert count(Progress, Progress.pledge_id.is_not(None), Progress.id.not_in(reviewed)) > 0, "waits for its review"
    assert count(Progress, Progress.former_due_on.is_not(None)) > 0 and count(LinkedDecision) > 0
    told = verdicts_of(list(db.session.scalars(sa.select(Verdict.commitment_id))), clock.now()).values()
    assert set(db.session.scalars(sa.select(Verdict.value))) == set(VerdictValue)
    assert {one.counts is None for one in told} == {True, False}, "counts that are told and counts that would tell too much"
    assert any(one.named for one in told)
    assert (
        count(EvaluationReply, EvaluationReply.round == EvaluationRound.feedback)
        >= 5
        > count(EvaluationReply, EvaluationReply.round == EvaluationRound.year)
    )
    assert set(db.session.scalars(sa.select(Continuation.kind))) == set(ContinuationKind)
    assert (
        count(RecurringDialogue, RecurringDialogue.ended_at.is_(None))
        > 0
        < count(RecurringDialogue, RecurringDialogue.ended_at.is_not(None))
    )
    assert count(Unit, Unit.heir_id.is_not(None)) > 0 and count(UptakeCell) > 0
