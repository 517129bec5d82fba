"""Every mail: right address, right mailbox to answer to, links that work, and nobody's words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import docx
import html5lib
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from pypdf import PdfReader

from sakrad.accounts.models import JoinInvitation, Role, User
from sakrad.comments.models import CommentState, ModerationGround
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import EventName
from sakrad.core.files import MEDIA_TYPES, FileKind
from sakrad.directory.models import Authority, Merger, Organisation
from sakrad.enquiries.models import Enquiry
from sakrad.meetings.models import Notes
from sakrad.notifications import rhythm
from sakrad.notifications.contents import CONTENTS
from sakrad.notifications.models import FollowKind, MailKind, Rhythm
from sakrad.notifications.recipients import RECIPIENTS
from sakrad.positions import receipts
from sakrad.positions.models import (
    AnchoringLevel,
    Answer,
    Approval,
    Channel,
    Position,
    PositionParty,
    PositionVersion,
    Ratification,
    Remark,
    Transcription,
    remark_mention,
)
from sakrad.responses.models import (
    Commitment,
    DecisionForm,
    FeedbackRelease,
    Outcome,
    Progress,
    ProgressStatus,
    Response,
    Verdict,
    VerdictValue,
)
from sakrad.summaries.models import Citation, ConfirmationReply, Edition, Finding, Point, ReplyKind, Summary
from tests import factories as make
from tests.factories import asking, comments, correcting, following, follows, judging, ledger, meetings, preparing
from tests.factories.transcribing import entered
from tests.notifications.postoffice import PostOffice
from tests.policing import PolicingClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the same words from either; the ledger is tried on both
WORDS = "Ordsomingenfårläsaimejl"  # what people have written, everywhere where they can write
LINK = re.compile(r"http://127\.0\.0\.1:5000[^\s<>\"]*")


@dataclass
class World:
    """One consultation with everything that mails are about."""

    consultation: Consultation
    organisation: Organisation
    position: Position
    version: PositionVersion
    events: dict[MailKind, tuple[EventName, dict[str, Any]]] = field(default_factory=dict)


@pytest.fixture
def world(app: Flask) -> World:
    municipality = make.municipality(mailbox="kommun@ekhamra.example", name="Ekhamra")
    authority = make.authority(municipality, name="Socialnämnden", mailbox="socialnamnden@ekhamra.example")
    consultation = make.consultation(Phase.following_up, of=authority, diary_number="SN 2027/0042", title="Våld i nära relationer")
    organisation = make.organisation(name="Ekhamra kvinnojour", email="info@jouren.example", verified_in=municipality)
    came = {"receipt_number": "SN-2027-0007", "channel": Channel.paper}
    position = make.position(consultation, organisation, texts={1: WORDS}, dissent=WORDS, **came)
    version = db.session.get_one(PositionVersion, position.current_id)
    official = make.user((Role.officer, authority))  # a letter, which a mail may ask its sender to read
    make.save(Transcription(version_id=version.id, whole=False, entered_at=clock.now(), entered_by_id=official.id))
    confirmed = {"anchoring": AnchoringLevel.board, "decided_on": date(2027, 3, 15), "at": clock.now()}
    make.save(Ratification(version_id=version.id, **confirmed))
    with transaction():
        db.session.get_one(PositionVersion, version.id).withdrawn_at = clock.now()
    made = World(consultation, organisation, position, version)
    scope = {
        "consultation_id": consultation.id,
        "municipality_id": municipality.id,
        "authority_id": authority.id,
        "organisation_id": organisation.id,
    }
    invitation = make.invitation(consultation, organisation)
    new = make.user(email="ny@person.example", confirmed_at=None)
    known = make.user(email="kand@person.example")
    join = make.save(
        JoinInvitation(
            reference="joinref",
            email="kollega@person.example",
            role=Role.officer,
            authority_id=authority.id,
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=14),
        )
    )
    enquiry = make.save(
        Enquiry(
            reference="fraga7",
            municipality_id=municipality.id,
            organisation="Anhörigföreningen",
            email="fragar@anhoriga.example",
            title="En gångväg",
            text=WORDS,
            submission_key="k",
            received_at=clock.now(),
        )
    )
    make.user((Role.administrator, organisation), email="ordforande@jouren.example")
    moving = make.user(email="flyttar@person.example", new_email="flyttad@person.example")
    progress = _progress(consultation, version)
    named = {"name": "Grannföreningen", "email": "granne@part.example", "stated_at": clock.now()}
    party = make.save(PositionParty(position_id=position.id, **named))
    made.events = {
        MailKind.confirm_address: (EventName.user_registered, {"subject_id": new.id}),
        MailKind.address_known: (EventName.sign_up_repeated, {"subject_id": known.id}),
        MailKind.reset_password: (EventName.password_reset_requested, {"subject_id": known.id}),
        MailKind.new_address: (EventName.address_change_requested, {"subject_id": moving.id}),
        MailKind.address_changing: (EventName.address_change_requested, {"subject_id": moving.id}),
        **_about_a_draft(organisation, consultation),
        **_followed(consultation, scope),
        **_about_answers(consultation, scope),
        MailKind.approval_rule_changed: (EventName.approval_rule_changed, {"organisation_id": organisation.id}),
        MailKind.still_right: (EventName.organisation_check_due, {"organisation_id": organisation.id}),
        MailKind.organisations_merged: (
            EventName.organisations_merged,
            {"subject_id": _merger(organisation).id, "side": "heir", "organisation_id": organisation.id},
        ),
        MailKind.join_invitation: (EventName.member_invited, {"subject_id": join.id}),
        MailKind.invitation: (EventName.organisation_invited, {"subject_id": invitation.id, **scope}),
        MailKind.invitation_reminder: (EventName.invitation_reminded, {**scope, **_silent(consultation)}),
        MailKind.receipt: (EventName.position_received, {"subject_id": version.id, **scope}),
        MailKind.received_for_registrar: (EventName.position_received, {"subject_id": version.id, **scope}),
        MailKind.read_back: (EventName.transcription_sent, {"subject_id": version.id, **scope}),
        MailKind.party_asked: (EventName.party_stated, {"subject_id": party.id, **scope}),
        MailKind.party_answered: (EventName.party_confirmed, {"subject_id": party.id, **scope}),
        MailKind.position_disowned: (EventName.position_disowned, {"subject_id": position.id, "version": version.id, **scope}),
        MailKind.position_withdrawn: (EventName.position_withdrawn, {"subject_id": position.id, "version": version.id, **scope}),
        MailKind.position_ratified: (EventName.position_ratified, {"subject_id": version.id, **scope}),
        MailKind.summary_published: (EventName.summary_published, scope),
        MailKind.summary_corrected: (EventName.summary_corrected, {"subject_id": _edition(consultation).id, **scope}),
        MailKind.feedback_published: (EventName.feedback_published, {**scope, "subject_id": progress.commitment.response.release_id}),
        MailKind.progress_added: (EventName.progress_added, {"subject_id": progress.id, **scope}),
        MailKind.closing_moved: (EventName.closing_moved, scope),
        MailKind.correction_announced: (
            EventName.correction_announced,
            {"subject_id": correcting.correction(consultation, text="Vad ser ni i dag?", reason=WORDS).id, **scope},
        ),
        MailKind.consultation_cancelled: (EventName.consultation_cancelled, scope),
        MailKind.enquiry_receipt: (EventName.enquiry_received, {"subject_id": enquiry.id, "municipality_id": municipality.id}),
        MailKind.enquiry_for_mailbox: (EventName.enquiry_received, {"subject_id": enquiry.id, "municipality_id": municipality.id}),
    }
    made.events |= _taking_part(consultation, organisation, scope)
    made.events |= _previewed(authority)
    made.events |= _asked_how_it_went(consultation, organisation, scope)
    made.events |= _asking(consultation, organisation, scope)
    made.events |= _met(authority, organisation)
    made.events |= _commented(consultation, organisation, scope)
    made.events |= _checked(consultation, organisation, scope)
    made.events |= _judged(organisation, progress.commitment)
    made.events |= _late(authority, progress.commitment)
    return made


def _judged(organisation: Organisation, commitment: Commitment) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """A published commitment that the organisation is asked about, and what it said before the municipality told more."""
    with transaction():
        release = commitment.response.release
        release.sent_at = release.decided_at = release.published_at = clock.now()
        release.decision_form, release.decision_on = DecisionForm.board, clock.today()
    said = {"value": VerdictValue.not_done, "text": WORDS, "by_name": True, "at": clock.now() - timedelta(days=9)}
    verdict = make.save(Verdict(commitment_id=commitment.id, organisation_id=organisation.id, organisation_name=WORDS, **said))
    scope = {"consultation_id": commitment.consultation_id, "authority_id": commitment.consultation.authority_id}
    return {
        MailKind.verdict_asked: (EventName.verdict_asked, {**scope, "subject_id": commitment.id}),
        MailKind.verdict_given: (EventName.verdict_given, {**scope, "subject_id": verdict.id}),
    }


def _late(authority: Authority, commitment: Commitment) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """Answers that have not come, and a commitment whose day has passed: the first told to its owner, the second to the head."""
    waiting = make.consultation(Phase.summarised, of=authority, title="Våld i nära relationer")
    due = clock.today()  # or the worker would tell it by itself
    with transaction():
        waiting.feedback_due_on = commitment.due_on = due
        commitment.function.unit.head_email = "chef@forvaltningen.example"
        commitment.function.email = "funktion@forvaltningen.example"
    scope = {"consultation_id": commitment.consultation_id, "authority_id": authority.id, "subject_id": commitment.id}
    asked = {**scope, "months": 6, "at": clock.now() + timedelta(minutes=1)}
    return {
        MailKind.feedback_overdue: (
            EventName.feedback_overdue,
            {
                "consultation_id": waiting.id,
                "authority_id": authority.id,
                "subject_id": waiting.id,
                "step": 2,
                "due": due.isoformat(),
            },
        ),
        MailKind.commitment_overdue: (EventName.commitment_overdue, {**scope, "step": 3, "due": due.isoformat()}),
        MailKind.follow_up_asked: (EventName.follow_up_asked, asked),
    }


def _taking_part(
    consultation: Consultation, organisation: Organisation, scope: dict[str, Any]
) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """A part of a commitment that the organisation is asked for, and one that it stands for and has told of."""
    commitment = db.session.scalars(sa.select(Commitment).where(Commitment.consultation_id == consultation.id)).first()
    assert commitment is not None
    asked = ledger.pledge(commitment, organisation, confirmed=False, part=WORDS)
    stands = ledger.pledge(commitment, make.organisation(), part=WORDS)
    return {
        MailKind.pledge_asked: (EventName.pledge_asked, {**scope, "subject_id": asked.id}),
        MailKind.pledge_answered: (EventName.pledge_confirmed, {**scope, "subject_id": stands.id}),
        MailKind.pledge_progress_added: (
            EventName.pledge_progress_added,
            {**scope, "subject_id": ledger.told(stands, decision=None, text=WORDS).id},
        ),
    }


def _checked(
    consultation: Consultation, organisation: Organisation, scope: dict[str, Any]
) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """An organisation that has been asked whether it is rendered rightly, asked for a correction, and has been asked anew."""
    (asked,) = make.fact_check(consultation, organisation, closes_at=clock.now() + timedelta(days=9)).confirmations
    said = {"kind": ReplyKind.correction, "text": WORDS, "digest": "0" * 64, "submission_key": "k", "answer": WORDS}
    reply = make.save(ConfirmationReply(confirmation_id=asked.id, received_at=asked.asked_at - timedelta(days=1), **said))
    return {
        MailKind.confirmation_asked: (EventName.confirmation_asked, {**scope, "subject_id": asked.id}),
        MailKind.confirmation_reminder: (EventName.fact_check_reminded, {**scope, "subject_id": asked.id}),
        MailKind.confirmation_received: (EventName.confirmation_received, {**scope, "subject_id": reply.id}),
        MailKind.confirmation_answered: (EventName.confirmation_answered, {**scope, "subject_id": reply.id}),
    }


def _about_answers(consultation: Consultation, scope: dict[str, Any]) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """Answers that a unit is to draft, and that a colleague is asked to read and has read."""
    writer = make.user((Role.officer, consultation.authority), email="skriver@person.example")
    release = FeedbackRelease.consultation_id == consultation.id
    response = db.session.scalars(sa.select(Response).join(Response.release).where(release)).first()
    assert response is not None
    with transaction():
        db.session.get_one(Response, response.id).written_by_id = writer.id
    return {
        MailKind.answer_assigned: (EventName.answer_assigned, {**scope, "subject_id": consultation.unit_id, "answers": 2}),
        MailKind.response_review_asked: (EventName.response_review_asked, {**scope, "subject_id": writer.id, "answers": 2}),
        MailKind.response_reviewed: (EventName.response_reviewed, {**scope, "subject_id": response.id, "good": False}),
    }


def _commented(
    consultation: Consultation, organisation: Organisation, scope: dict[str, Any]
) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """A comment that has come in, has been hidden, and is reported."""
    hidden = {"state": CommentState.hidden, "ground": ModerationGround.off_topic}
    about = {**scope, "subject_id": comments.comment(consultation, organisation, text=WORDS, **hidden).id}
    return {
        MailKind.comment_received: (EventName.comment_received, about),
        MailKind.disclosure_asked: (EventName.disclosure_asked, about),
        MailKind.comment_reviewed: (EventName.comment_reviewed, about),
        MailKind.comment_reported: (EventName.comment_reported, about),
    }


def _asking(
    consultation: Consultation, organisation: Organisation, scope: dict[str, Any]
) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """Somebody who has typed an address, and an organisation that has got a no."""
    begun = asking.unconfirmed(consultation, name=WORDS, email="info@nya.example", message=WORDS)
    refused = {"accepted": False, "reason": WORDS, "answered_at": clock.now()}
    answered = asking.request(consultation, organisation, message=WORDS, **refused)
    return {
        MailKind.participation_begun: (EventName.participation_begun, {**scope, "subject_id": begun.id, "organisation_id": None}),
        MailKind.participation_asked: (EventName.participation_asked, {**scope, "subject_id": answered.id}),
        MailKind.participation_answered: (EventName.participation_answered, {**scope, "subject_id": answered.id}),
    }


def _asked_how_it_went(
    consultation: Consultation, organisation: Organisation, scope: dict[str, Any]
) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """An organisation that is asked about the process, and told what comes next."""
    return {
        MailKind.evaluation_asked: (EventName.evaluation_asked, {**scope, "subject_id": judging.seat(consultation, organisation).id}),
        MailKind.continuation_decided: (
            EventName.continuation_decided,
            {**scope, "subject_id": following.continuation(consultation, text=WORDS).id, "kind": "partnership"},
        ),
    }


def _previewed(authority: Authority) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """A draft that somebody without an account has been asked to look at."""
    draft = make.consultation(Phase.draft, of=authority, title="Våld i nära relationer", lead=WORDS)
    officer = make.user((Role.officer, authority), email="handlaggare@person.example")
    asked = preparing.preview(draft, email="chef@person.example", asked_by_id=officer.id, comment=WORDS)
    about = {"subject_id": asked.id, "consultation_id": draft.id, "authority_id": authority.id}
    return {
        MailKind.preview_asked: (EventName.preview_asked, about),
        MailKind.preview_decided: (EventName.preview_decided, {**about, "approved": False}),
        MailKind.work_assigned: (EventName.work_assigned, {**about, "subject_id": officer.id, "answers": 2, "themes": 1}),
    }


def _met(authority: Authority, organisation: Organisation) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """A meeting that the organisation has registered for."""
    of = make.consultation(of=authority, title="Våld i nära relationer")
    make.invitation(of, organisation)
    meeting = meetings.meeting(of, title="Kvällsmötet", place=WORDS, agenda=WORDS, access=WORDS, cancel_reason=WORDS)
    seat = meetings.registration(meeting, organisation)
    scope = {"consultation_id": of.id, "authority_id": authority.id}
    round_ends = {"shared_at": clock.now(), "corrections_until": clock.now() + timedelta(days=7)}
    notes = make.save(Notes(meeting_id=meeting.id, body=WORDS, shared_body=WORDS, **round_ends))
    return {
        MailKind.notes_shared: (EventName.notes_shared, {"subject_id": notes.id, **scope}),
        MailKind.notes_correction_received: (
            EventName.notes_correction_received,
            {"subject_id": notes.id, "organisation_id": organisation.id, **scope},
        ),
        MailKind.notes_published: (EventName.notes_published, {"subject_id": notes.id, **scope}),
        MailKind.meeting_planned: (EventName.meeting_planned, {"subject_id": meeting.id, **scope}),
        MailKind.meeting_registered: (
            EventName.meeting_registered,
            {"subject_id": seat.id, "organisation_id": organisation.id, **scope},
        ),
        MailKind.meeting_changed: (EventName.meeting_changed, {"subject_id": meeting.id, "matters": True, **scope}),
        MailKind.meeting_cancelled: (EventName.meeting_cancelled, {"subject_id": meeting.id, **scope}),
    }


def _about_a_draft(organisation: Organisation, consultation: Consultation) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """A writer who has mentioned an approver, asked for approval, and been answered."""
    vera = make.user((Role.writer, organisation), email="vera@jouren.example")
    anna = make.user((Role.approver, organisation), email="anna@jouren.example")
    draft, at = make.draft(consultation, organisation, approval_asked_by_id=vera.id), clock.now()
    remark = make.save(Remark(draft_id=draft.id, text=WORDS, by_id=vera.id, at=at))
    with transaction():
        db.session.execute(sa.insert(remark_mention), {"remark_id": remark.id, "user_id": anna.id})
    make.save(Approval(draft_id=draft.id, user_id=anna.id, asked_at=at, asked_by_id=vera.id))
    returned = make.save(
        Approval(draft_id=draft.id, user_id=anna.id, asked_by_id=vera.id, outcome="returned", decided_at=at, digest="0" * 64, reason=WORDS)
    )
    own = {"organisation_id": organisation.id}
    return {
        MailKind.draft_mention: (EventName.draft_remarked, {"subject_id": remark.id, **own}),
        MailKind.draft_to_approve: (EventName.draft_sent_for_approval, {"subject_id": draft.id, "at": at, **own}),
        MailKind.draft_decided: (EventName.draft_returned, {"subject_id": returned.id, **own}),
    }


def _silent(consultation: Consultation) -> dict[str, int]:
    """An organisation that is invited and has said nothing yet."""
    invited = make.invitation(consultation, make.organisation(name="Ekhamra mansjour", email=MANSJOUR))
    return {"subject_id": invited.id, "organisation_id": invited.organisation_id}


def _merger(heir: Organisation) -> Merger:
    return make.save(Merger(organisation_id=make.organisation(name="Jouren i Ekhamra").id, heir_id=heir.id, at=clock.now()))  # type: ignore[no-any-return]


def _progress(consultation: Consultation, version: PositionVersion) -> Progress:
    """A commitment that rests on the organisation's words through a finding, with its first progress."""
    now = clock.now()
    answer = db.session.scalars(sa.select(Answer).where(Answer.version_id == version.id)).one()
    point = make.save(Point(consultation_id=consultation.id, number=1, answer_id=answer.id, start=0, end=len(WORDS), created_at=now))
    summary = make.save(Summary(consultation_id=consultation.id, in_short=WORDS, published_at=now))
    finding = make.save(Finding(summary_id=summary.id, number=1, heading=WORDS, body=f"{WORDS} [1]"))
    make.save(Citation(finding_id=finding.id, point_id=point.id, order=1))
    release = make.save(FeedbackRelease(consultation_id=consultation.id))
    response = make.save(Response(release_id=release.id, finding_id=finding.id, outcome=Outcome.will_do, reason=WORDS))
    commitment = make.save(
        Commitment(
            consultation_id=consultation.id,
            number=1,
            response_id=response.id,
            what=WORDS,
            function_id=consultation.function_id,
            due_on=clock.today(),
            created_at=now,
        )
    )
    return make.save(Progress(commitment_id=commitment.id, at=now, status=ProgressStatus.under_way, text=WORDS))  # type: ignore[no-any-return]


def _followed(consultation: Consultation, scope: dict[str, Any]) -> dict[MailKind, tuple[EventName, dict[str, Any]]]:
    """Somebody who has typed an address, and somebody who follows."""
    asked = follows.follow(FollowKind.consultation, consultation, email="undrar@person.example", confirmed_at=None)
    follows.follow(FollowKind.consultation, consultation, email="bevakar@person.example", rhythm=Rhythm.at_once)
    return {
        MailKind.confirm_follow: (EventName.follow_asked, {"subject_id": asked.id}),
        MailKind.news: (EventName.consultation_announced, {**scope, "organisation_id": None}),
    }


def _edition(consultation: Consultation) -> Edition:
    """The summary's second edition."""
    summary = db.session.scalars(sa.select(Summary).where(Summary.consultation_id == consultation.id)).one()
    values = {"summary_id": summary.id, "in_short": WORDS, "published_at": clock.now()}
    make.save(Edition(number=1, **values))
    return make.save(Edition(number=2, reason=WORDS, **values))  # type: ignore[no-any-return]


JOUR, NAMND, KOMMUN = "info@jouren.example", "socialnamnden@ekhamra.example", "kommun@ekhamra.example"
MANSJOUR = "info@mansjouren.example"
# kind: (to, Reply-To, words in the subject)
EXPECTED = {
    MailKind.pledge_asked: (JOUR, NAMND, "Vill ni göra en del? Våld i nära relationer"),
    MailKind.pledge_answered: (NAMND, NAMND, "står för sin del"),
    MailKind.pledge_progress_added: (NAMND, NAMND, "har berättat hur det går"),
    MailKind.confirm_address: ("ny@person.example", None, "Bekräfta"),
    MailKind.address_known: ("kand@person.example", None, "redan ett konto"),
    MailKind.reset_password: ("kand@person.example", None, "nytt lösenord"),
    MailKind.new_address: ("flyttad@person.example", None, "nya adress"),
    MailKind.address_changing: ("flyttar@person.example", None, "på väg att ändras"),
    MailKind.organisations_merged: (JOUR, None, "Godkänn sammanslagningen: Jouren i Ekhamra och Ekhamra kvinnojour"),
    MailKind.draft_mention: ("anna@jouren.example", None, "En kollega vill att du läser: Våld i nära relationer"),
    MailKind.draft_to_approve: ("anna@jouren.example", None, "Läs igenom och godkänn: Våld i nära relationer"),
    MailKind.draft_decided: ("vera@jouren.example", None, "Tillbaka för ändring: Våld i nära relationer"),
    MailKind.approval_rule_changed: ("ordforande@jouren.example", None, "Ekhamra kvinnojour"),
    MailKind.still_right: (JOUR, None, "Stämmer uppgifterna om Ekhamra kvinnojour?"),
    MailKind.join_invitation: ("kollega@person.example", NAMND, "Socialnämnden"),
    MailKind.invitation: (JOUR, NAMND, "Ekhamra kommun frågar er: Våld i nära relationer"),
    MailKind.invitation_reminder: (MANSJOUR, NAMND, "Svara senast"),
    MailKind.receipt: (JOUR, NAMND, "SN-2027-0007"),
    MailKind.received_for_registrar: (NAMND, NAMND, "SN 2027/0042"),
    MailKind.read_back: (JOUR, NAMND, "Stämmer det vi skrev ned? Våld i nära relationer"),
    MailKind.party_asked: ("granne@part.example", NAMND, "Står ni bakom svaret från Ekhamra kvinnojour?"),
    MailKind.party_answered: (JOUR, NAMND, "Grannföreningen står bakom ert svar"),
    MailKind.position_disowned: (NAMND, NAMND, "SN-2027-0007"),
    MailKind.position_withdrawn: (JOUR, NAMND, "SN-2027-0007"),
    MailKind.position_ratified: (NAMND, NAMND, "Ekhamra kvinnojour har bekräftat"),
    MailKind.summary_published: (JOUR, NAMND, "Våld i nära relationer"),
    MailKind.summary_corrected: (JOUR, NAMND, "Sammanställningen är rättad: Våld i nära relationer"),
    MailKind.feedback_published: (JOUR, NAMND, "Det här hände med ert svar: Våld i nära relationer"),
    MailKind.verdict_asked: (JOUR, NAMND, "Höll nämnden vad den lovade? Våld i nära relationer"),
    MailKind.verdict_given: (NAMND, NAMND, "En bedömning att granska (SN 2027/0042): Våld i nära relationer"),
    MailKind.progress_added: (JOUR, NAMND, "Våld i nära relationer"),
    MailKind.closing_moved: (JOUR, NAMND, "mer tid"),
    MailKind.correction_announced: (JOUR, NAMND, "Rättelse: Våld i nära relationer"),
    MailKind.consultation_cancelled: (JOUR, NAMND, "inställt"),
    MailKind.participation_begun: ("info@nya.example", NAMND, "Bekräfta att ni vill delta: Våld i nära relationer"),
    MailKind.participation_asked: (NAMND, NAMND, "En organisation ber att få delta: Våld i nära relationer"),
    MailKind.participation_answered: (JOUR, NAMND, "Svar på er förfrågan: Våld i nära relationer"),
    MailKind.preview_asked: ("chef@person.example", NAMND, "Vill du titta innan vi annonserar? Våld i nära relationer"),
    MailKind.preview_decided: ("handlaggare@person.example", NAMND, "Något behöver ändras: Våld i nära relationer"),
    MailKind.work_assigned: ("handlaggare@person.example", NAMND, "Du har fått något att ta hand om: Våld i nära relationer"),
    MailKind.answer_assigned: ("funktion@forvaltningen.example", NAMND, "Svar att skriva: Våld i nära relationer"),
    MailKind.response_review_asked: ("skriver@person.example", NAMND, "Svar att läsa: Våld i nära relationer"),
    MailKind.response_reviewed: ("skriver@person.example", NAMND, "En kollega ber om en ändring: Våld i nära relationer"),
    MailKind.feedback_overdue: (NAMND, NAMND, "Nämndens svar är försenat: Våld i nära relationer"),
    MailKind.commitment_overdue: ("chef@forvaltningen.example", NAMND, "Försenat: åtagande 1 i Våld i nära relationer"),
    MailKind.follow_up_asked: ("funktion@forvaltningen.example", NAMND, "Hur går det med åtagande 1? Våld i nära relationer"),
    MailKind.meeting_planned: (JOUR, NAMND, "Möte: Kvällsmötet"),
    MailKind.meeting_registered: (JOUR, NAMND, "Ni är anmälda till mötet: Kvällsmötet"),
    MailKind.meeting_changed: (JOUR, NAMND, "Mötet är ändrat: Kvällsmötet"),
    MailKind.meeting_cancelled: (JOUR, NAMND, "Mötet är inställt: Kvällsmötet"),
    MailKind.notes_shared: (JOUR, NAMND, "Stämmer anteckningarna? Våld i nära relationer"),
    MailKind.notes_correction_received: (NAMND, NAMND, "En rättelse av mötesanteckningar har kommit in"),
    MailKind.notes_published: (JOUR, NAMND, "Mötesanteckningarna är klara: Våld i nära relationer"),
    MailKind.confirmation_asked: (JOUR, NAMND, "Återges ni rätt? Våld i nära relationer"),
    MailKind.confirmation_reminder: (JOUR, NAMND, "Påminnelse: återges ni rätt?"),
    MailKind.confirmation_received: (NAMND, NAMND, "Svar i faktakontrollen från Ekhamra kvinnojour"),
    MailKind.confirmation_answered: (JOUR, NAMND, "Svar på er rättelse: Våld i nära relationer"),
    MailKind.comment_received: (NAMND, NAMND, "Ny kommentar från Ekhamra kvinnojour"),
    MailKind.disclosure_asked: (NAMND, NAMND, "Begäran om allmän handling"),
    MailKind.comment_reviewed: (JOUR, NAMND, "Er kommentar publiceras inte: Våld i nära relationer"),
    MailKind.comment_reported: (NAMND, NAMND, "En kommentar är anmäld: Våld i nära relationer"),
    MailKind.evaluation_asked: (JOUR, NAMND, "Hur gick sakrådet till? Våld i nära relationer"),
    MailKind.continuation_decided: (JOUR, NAMND, "Det här händer sen: Våld i nära relationer"),
    MailKind.enquiry_receipt: ("fragar@anhoriga.example", KOMMUN, "fraga7"),
    MailKind.enquiry_for_mailbox: (KOMMUN, "fragar@anhoriga.example", "Anhörigföreningen"),
    MailKind.confirm_follow: ("undrar@person.example", None, "Bekräfta bevakningen: Våld i nära relationer"),
    MailKind.news: ("bevakar@person.example", None, "Nytt i Våld i nära relationer"),
}


@pytest.fixture
def mail_of(world: World, post: PostOffice, work: Callable[[], None], happen: Callable[..., int]) -> Callable[[MailKind], EmailMessage]:
    """The mail of a kind as it left: the event happens, the worker goes its round."""

    def send(kind: MailKind) -> EmailMessage:
        name, values = world.events[kind]
        happen(name, **values)
        if kind is MailKind.news:  # not at night
            with time_machine.travel(rhythm.due(Rhythm.daily, clock.now()), tick=True):
                work()
        else:
            work()
        return post.to(EXPECTED[kind][0])

    return send


def texts(mail: EmailMessage) -> tuple[str, str]:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and html is not None
    return text.get_content(), html.get_content()


def test_every_kind_has_its_content_and_its_event(app: Flask) -> None:
    told = {kind for kinds in RECIPIENTS.values() for kind in kinds}
    assert told == set(CONTENTS) == set(MailKind) == set(EXPECTED)


def test_every_mail_is_right(mail_of: Callable[[MailKind], EmailMessage], post: PostOffice, client: PolicingClient) -> None:
    """One world for all that holds of every mail: making it takes longer than looking."""
    for kind in MailKind:
        try:
            mail = mail_of(kind)
            answers_come_to_the_official_mailbox(kind, mail)
            text_and_html_say_the_same_and_are_well_formed(mail)
            it_holds_nobodys_words(kind, mail)
            its_links_lead_somewhere(kind, mail, client)
        except Exception as fault:
            fault.add_note(f"It was the mail {kind}.")
            raise
        post.mails.clear()


def answers_come_to_the_official_mailbox(kind: MailKind, mail: EmailMessage) -> None:
    _to, reply_to, subject = EXPECTED[kind]
    assert mail["Reply-To"] == reply_to
    assert subject in mail["Subject"]
    assert "noreply" not in mail["From"] and "no-reply" not in mail["From"]
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"]


def text_and_html_say_the_same_and_are_well_formed(mail: EmailMessage) -> None:
    text, html = texts(mail)
    assert set(LINK.findall(text)) >= set(LINK.findall(html.replace("&amp;", "&")))
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert not parser.errors
    for wrong in ("{{", "{%", "None", "<style>\nbody"):
        assert wrong not in text and wrong not in html
    assert "<p style=" in html or "<td style=" in html, "the style sheet is in the elements, for readers that drop it"
    assert "&" not in re.sub(LINK, "", text), "the text is not escaped"


def it_holds_nobodys_words(kind: MailKind, mail: EmailMessage) -> None:
    text, html = texts(mail)
    if kind is MailKind.enquiry_for_mailbox:  # its delivery to the authority
        assert WORDS in text and WORDS in html
    else:
        assert WORDS not in text and WORDS not in html and WORDS not in mail["Subject"]


def its_links_lead_somewhere(kind: MailKind, mail: EmailMessage, client: PolicingClient) -> None:
    text, _html = texts(mail)
    links = LINK.findall(text)
    assert links or kind in (MailKind.enquiry_receipt, MailKind.enquiry_for_mailbox)
    for link in links:
        parts = urlsplit(link)
        answer = client.get(f"{parts.path}?{parts.query}", follow_redirects=not parts.path.startswith("/handlaggning/"))
        if parts.path.startswith("/handlaggning/"):
            assert answer.status_code == 303 and "/logga-in" in answer.location, link
        else:
            assert answer.status_code == 200, link


def test_both_sides_learn_that_an_answer_was_taken_back(post: PostOffice, mail_of: Callable[[MailKind], EmailMessage]) -> None:
    own, _html = texts(mail_of(MailKind.position_withdrawn))
    theirs, _html = texts(post.to(NAMND))
    assert "Var det inte ni?" in own and "/handlaggning/" not in own
    assert "får inte räknas eller citeras" in theirs and "/handlaggning/" in theirs


def test_the_personal_link_opens_the_invitation(mail_of: Callable[[MailKind], EmailMessage], client: PolicingClient) -> None:
    text, _html = texts(mail_of(MailKind.invitation))
    (link,) = [link for link in LINK.findall(text) if "/inbjudan/" in link]
    assert "Våld i nära relationer" in client.get(urlsplit(link).path).get_data(as_text=True)


def test_the_questions_stand_in_the_invitation(world: World, mail_of: Callable[[MailKind], EmailMessage]) -> None:
    questions = [(question.number, question.text) for question in world.consultation.questions]
    text, html = texts(mail_of(MailKind.invitation))
    for number, words in questions:
        assert f"{number}. {words}" in text and words in html
    assert "allmän handling" in text


def test_the_questions_go_along_to_print_and_to_fill_in(world: World, mail_of: Callable[[MailKind], EmailMessage]) -> None:
    mail = mail_of(MailKind.invitation)
    pdf, form = mail.iter_attachments()
    assert (pdf.get_content_type(), form.get_content_type()) == ("application/pdf", MEDIA_TYPES[FileKind.docx])
    assert [(attached.get_filename() or "").rpartition(".")[2] for attached in (pdf, form)] == ["pdf", "docx"]
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.get_content())).pages)
    written = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(form.get_content())).paragraphs)
    for question in world.consultation.questions:
        assert question.text in " ".join(printed.split()) and question.text in written
    assert len(mail.as_bytes()) < 500_000


def test_what_was_spoken_is_read_back_by_itself_and_a_letter_is_not(world: World, work: Callable[[], None], post: PostOffice) -> None:
    for channel, asked in ((Channel.meeting, 1), (Channel.email, 0)):
        post.mails.clear()
        entered(make.consultation(), make.organisation(email="bya@laget.example"), channel=channel)
        work()
        subjects = [mail["Subject"] for mail in post.mails if mail["To"] == "bya@laget.example"]
        assert len(subjects) == 1 + asked and sum("Stämmer det vi skrev ned?" in subject for subject in subjects) == asked


def test_a_paper_sender_without_address_is_mailed_nothing(app: Flask, work: Callable[[], None], post: PostOffice) -> None:
    entered(make.consultation(), make.organisation(email=""))
    work()
    assert len(post.mails) == 1, "only the registrar's"


def test_the_receipt_holds_what_verifies_it(world: World, mail_of: Callable[[MailKind], EmailMessage]) -> None:
    nonce, digest = receipts.nonce_of(world.version), world.version.digest
    text, html = texts(mail_of(MailKind.receipt))
    for value in ("SN-2027-0007", nonce, digest, "/kvitto/SN-2027-0007"):
        assert value in text and value in html
    assert "Det var inte vi" in html and "/inte-vi/" in text


def test_the_registrar_gets_the_pdf(mail_of: Callable[[MailKind], EmailMessage]) -> None:
    mail = mail_of(MailKind.received_for_registrar)
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == "Svar SN-2027-0007.pdf"
    pages = PdfReader(io.BytesIO(attached.get_content())).pages
    pdf = "".join(page.extract_text() for page in pages)
    for value in ("SN 2027/0042", "SN-2027-0007", "Ekhamra kvinnojour", WORDS[:8]):
        assert value in pdf
    text, _html = texts(mail)
    for value in ("SN 2027/0042", "Ekhamra kvinnojour", "Svar på sakrådet ”Våld i nära relationer”"):
        assert value in text


def test_the_receipt_goes_with_the_registrars_copy(
    world: World, post: PostOffice, happen: Callable[..., int], work: Callable[[], None]
) -> None:
    happen(EventName.position_received, **world.events[MailKind.receipt][1])
    work()
    assert {mail["To"] for mail in post.mails} == {JOUR, NAMND}


def test_what_came_of_the_answer_leads_to_the_organisations_own(world: World, mail_of: Callable[[MailKind], EmailMessage]) -> None:
    reference = world.position.reference
    text, _html = texts(mail_of(MailKind.summary_published))
    assert re.search(rf"Det här hände med ert svar: \S+/svar/{reference}\s", text)


def test_an_answer_that_is_not_published_has_no_page_to_lead_to(world: World, mail_of: Callable[[MailKind], EmailMessage]) -> None:
    with transaction():
        world.position.published_id = None
    text, _html = texts(mail_of(MailKind.summary_published))
    assert "/svar/" not in text and "/sammanstallning" in text


def test_a_disowned_answer_tells_its_organisation_nothing_more(
    world: World, post: PostOffice, happen: Callable[..., int], work: Callable[[], None]
) -> None:
    with transaction():
        world.position.disowned_at = clock.now()
    for kind in (MailKind.summary_published, MailKind.feedback_published, MailKind.progress_added):
        happen(world.events[kind][0], **world.events[kind][1])
    work()
    assert not post.mails


def test_only_those_behind_a_commitment_hear_of_its_progress(
    world: World, post: PostOffice, happen: Callable[..., int], work: Callable[[], None]
) -> None:
    make.position(world.consultation)  # answered, but no point of theirs is cited
    happen(EventName.progress_added, **world.events[MailKind.progress_added][1])
    work()
    assert [mail["To"] for mail in post.mails] == [JOUR]


def test_news_of_several_consultations_is_one_mail_with_a_part_for_each(
    world: World, post: PostOffice, happen: Callable[..., int], work: Callable[[], None]
) -> None:
    other = make.consultation(Phase.summarised, of=world.consultation.authority, title="Hemtjänstens nätter")
    make.position(other, world.organisation)
    for consultation in (world.consultation, other):
        happen(EventName.summary_published, consultation_id=consultation.id, authority_id=consultation.authority_id)
    work()
    text, html = texts(post.to(JOUR))
    for title in ("Våld i nära relationer", "Hemtjänstens nätter"):
        assert title in text and title in html
    assert "2 sakråd" in post.mails[0]["Subject"]


def test_a_later_link_is_made_with_the_later_mail(world: World, mail_of: Callable[[MailKind], EmailMessage]) -> None:
    """No secret of a link stands in the database."""
    text, _html = texts(mail_of(MailKind.reset_password))
    (link,) = LINK.findall(text)
    secret = link.rsplit("/", 1)[1]
    for table in db.metadata.sorted_tables:
        assert not any(secret in str(row) for row in db.session.execute(sa.select(table)))


OWN = [MailKind.draft_mention, MailKind.draft_to_approve, MailKind.draft_decided]


@pytest.mark.parametrize("kind", OWN, ids=str)
def test_whoever_has_left_the_organisation_is_told_nothing_of_its_drafts(
    kind: MailKind, world: World, post: PostOffice, happen: Callable[..., int], work: Callable[[], None]
) -> None:
    user = db.session.scalars(sa.select(User).where(User.email == EXPECTED[kind][0])).one()
    with transaction():
        for membership in user.memberships:
            membership.ended_at = clock.now()
    name, values = world.events[kind]
    happen(name, **values)
    work()
    assert not post.mails


@pytest.mark.parametrize("kind", [MailKind.draft_to_approve, MailKind.draft_decided], ids=str)
def test_nobody_is_told_by_mail_of_what_they_did_themselves(
    kind: MailKind, world: World, post: PostOffice, happen: Callable[..., int], work: Callable[[], None]
) -> None:
    user = db.session.scalars(sa.select(User).where(User.email == EXPECTED[kind][0])).one()
    name, values = world.events[kind]
    happen(name, actor=user, **values)
    work()
    assert not post.mails
