"""What notifies whom: one table. An event that is not in it notifies nobody.

Each function gets the event and gives the addresses; it runs in the worker, when the event is fanned out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from sakrad.accounts.models import JoinInvitation, Membership, Role, User
from sakrad.consultations.models import Invitation, ParticipationRequest
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Authority, Municipality, Organisation
from sakrad.enquiries.models import Enquiry
from sakrad.meetings.models import Notes
from sakrad.meetings.queries_notes import is_participant
from sakrad.notifications import recipients_answers as answers
from sakrad.notifications import recipients_judging as judging
from sakrad.notifications import recipients_meetings as meetings
from sakrad.notifications import recipients_news as news
from sakrad.notifications import recipients_overdue as overdue
from sakrad.notifications import recipients_own as own
from sakrad.notifications import recipients_pledges as pledges
from sakrad.notifications import recipients_previews as previews
from sakrad.notifications import recipients_thread as thread
from sakrad.notifications.models import MailKind
from sakrad.notifications.queries_news import NEWS, list_addresses
from sakrad.positions.models import Answer, Position, PositionParty, PositionVersion, Transcription
from sakrad.positions.queries_views import is_view_standing
from sakrad.records.models import ReviewKind
from sakrad.records.queries import latest_reviews
from sakrad.responses.models import Commitment, Progress, Response
from sakrad.summaries.models import Citation, Confirmation, ConfirmationReply, Point, ReplyKind

Addresses = Callable[[Event], Iterable[str]]


def the_user(event: Event) -> Iterable[str]:
    """The person whom the event is about."""
    return db.session.scalars(sa.select(User.email).where(User.id == event.subject_id))


def the_user_unless_oneself(event: Event) -> Iterable[str]:
    """The person whom the event is about, unless it is whoever did it."""
    return () if event.subject_id == event.actor_id else the_user(event)


def the_joiner(event: Event) -> Iterable[str]:
    """Whoever is invited to hold a role."""
    return db.session.scalars(sa.select(JoinInvitation.email).where(JoinInvitation.id == event.subject_id))


def the_organisation(event: Event) -> Iterable[str]:
    """The organisation's registered address."""
    return db.session.scalars(sa.select(Organisation.email).where(Organisation.id == event.organisation_id))


def who_still_considers(event: Event) -> Iterable[str]:
    """The invited organisation's address, unless it has answered or declined since the reminder was decided."""
    declined = sa.exists().where(Invitation.id == event.subject_id, Invitation.declined_at.is_not(None))
    answered = sa.exists().where(
        Position.consultation_id == event.consultation_id, Position.organisation_id == event.organisation_id, Position.stands
    )
    return () if db.session.scalar(sa.select(sa.or_(declined, answered))) else the_organisation(event)


def the_party(event: Event) -> Iterable[str]:
    """Who is said to stand behind an answer: a registered organisation at its own address, another where the sender said."""
    party = db.session.scalar(sa.select(PositionParty).where(PositionParty.id == event.subject_id))
    if party is None or party.dropped_at is not None:
        return ()
    return [party.organisation.email if party.organisation else party.email]


def who_is_to_check(event: Event) -> Iterable[str]:
    """The organisation that is asked whether it is rendered rightly, unless it has replied since that was decided."""
    asked = sa.select(Confirmation.asked_at).where(Confirmation.id == event.subject_id).scalar_subquery()
    replied = sa.exists().where(ConfirmationReply.confirmation_id == event.subject_id, ConfirmationReply.received_at >= asked)
    return () if db.session.scalar(sa.select(replied)) else the_organisation(event)


def the_authority_unless_it_has_one(event: Event) -> Iterable[str]:
    """The authority, unless it has such a mail: what the organisation replied before still waits, or confirmed the same wording."""
    said = db.session.get(ConfirmationReply, event.subject_id or 0)
    if said is None:
        return ()
    before = sa.select(ConfirmationReply).where(ConfirmationReply.confirmation_id == said.confirmation_id, ConfirmationReply.id < said.id)
    earlier = db.session.scalar(before.order_by(ConfirmationReply.id.desc()).limit(1))
    if earlier is None:
        return the_authority(event)
    waits = {
        ReplyKind.confirmed: (said.kind, said.digest) == (earlier.kind, earlier.digest),
        ReplyKind.correction: earlier.answered_at is None,
        ReplyKind.objection: not latest_reviews(ReviewKind.objection, [earlier.id]),
    }
    return () if waits[earlier.kind] else the_authority(event)


def who_approves(event: Event) -> Iterable[str]:
    """The organisation's administrators and approvers."""
    return db.session.scalars(
        sa.select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == event.organisation_id,
            Membership.role.in_((Role.administrator, Role.approver)),
            Membership.ended_at.is_(None),
        )
    )


def who_is_to_confirm(event: Event) -> Iterable[str]:
    """The address with which somebody asks to take part, until its holder has confirmed it."""
    request = ParticipationRequest
    return db.session.scalars(sa.select(request.email).where(request.id == event.subject_id, request.confirmed_at.is_(None)))


def the_authority(event: Event) -> Iterable[str]:
    """The authority's official mailbox."""
    return db.session.scalars(sa.select(Authority.mailbox).where(Authority.id == event.authority_id))


def the_authority_and_the_organisation(event: Event) -> Iterable[str]:
    """Both sides: whoever has sent the answer learns of it also when somebody else pressed the button."""
    return [*the_authority(event), *the_organisation(event)]


def the_municipality(event: Event) -> Iterable[str]:
    """The municipality's official mailbox."""
    return db.session.scalars(sa.select(Municipality.mailbox).where(Municipality.id == event.municipality_id))


def the_enquirer(event: Event) -> Iterable[str]:
    """Whoever raised the matter."""
    return db.session.scalars(sa.select(Enquiry.email).where(Enquiry.id == event.subject_id))


def whose_speech_was_written_down(event: Event) -> Iterable[str]:
    """The organisation's registered address, when what came in was spoken and it has not confirmed it."""
    entry = db.session.scalar(sa.select(Transcription).where(Transcription.version_id == event.subject_id))
    return the_organisation(event) if entry is not None and entry.unconfirmed else ()


def who_answered(event: Event) -> Iterable[str]:
    """Every organisation whose answer the consultation has, published or not, that it still stands for."""
    return db.session.scalars(
        sa.select(Organisation.email)
        .join(Position, Position.organisation_id == Organisation.id)
        .where(Position.consultation_id == event.consultation_id, Position.stands)
    )


def who_is_concerned(event: Event) -> Iterable[str]:
    """Every organisation that was invited, and those that answered uninvited."""
    invited = db.session.scalars(
        sa.select(Organisation.email)
        .join(Invitation, Invitation.organisation_id == Organisation.id)
        .where(Invitation.consultation_id == event.consultation_id)
    )
    return [*invited, *who_answered(event)]


def who_is_concerned_or_cited(event: Event) -> Iterable[str]:
    """The same, and those whose words were taken up though they spoke at a meeting only."""
    spoke = db.session.scalars(
        sa.select(Organisation.email)
        .join(Position, Position.organisation_id == Organisation.id)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .join(Answer, Answer.version_id == PositionVersion.id)
        .join(Point, Point.answer_id == Answer.id)
        .where(Point.consultation_id == event.consultation_id, is_view_standing())
    )
    return [*who_is_concerned(event), *spoke]


def who_is_concerned_or_comes(event: Event) -> Iterable[str]:
    """The same, and those who have registered for a meeting without being invited."""
    return [*who_is_concerned(event), *meetings.who_comes_to_any(event)]


def who_was_there(event: Event) -> Iterable[str]:
    """The organisations that came to the meeting whose notes it is about, or were registered."""
    meeting = sa.select(Notes.meeting_id).where(Notes.id == event.subject_id).scalar_subquery()
    return db.session.scalars(sa.select(Organisation.email).where(is_participant(meeting, Organisation.id)))


def who_hears_of_more_time(event: Event) -> Iterable[str]:
    """The same, unless the correction that gives more time tells them of something else as well."""
    return () if event.data.get("told") else who_is_concerned(event)


def whose_points_it_rests_on(event: Event) -> Iterable[str]:
    """The organisations behind the points that the commitment answers: its own point, or those that its finding cites."""
    response = (
        sa.select(Response.finding_id, Response.point_id)
        .join(Commitment, Commitment.response_id == Response.id)
        .join(Progress, Progress.commitment_id == Commitment.id)
        .where(Progress.id == event.subject_id)
        .subquery()
    )
    cited = sa.select(Citation.point_id).join(response, response.c.finding_id == Citation.finding_id)
    return db.session.scalars(
        sa.select(Organisation.email)
        .join(Position, Position.organisation_id == Organisation.id)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .join(Answer, Answer.version_id == PositionVersion.id)
        .join(Point, Point.answer_id == Answer.id)
        .where(
            sa.or_(Point.id.in_(cited), Point.id.in_(sa.select(response.c.point_id).where(response.c.point_id.is_not(None)))),
            sa.or_(Position.stands, is_view_standing()),
        )
    )


def who_hears_of_progress(event: Event) -> Iterable[str]:
    """The same, unless they are asked whether the promise was kept: one mail is enough."""
    return () if thread.is_asked_instead(event) else whose_points_it_rests_on(event)


RECIPIENTS: dict[EventName, dict[str, Addresses]] = {
    EventName.user_registered: {MailKind.confirm_address: the_user},
    EventName.sign_up_repeated: {MailKind.address_known: the_user},
    EventName.password_reset_requested: {MailKind.reset_password: the_user},
    EventName.address_change_requested: {
        MailKind.new_address: own.the_free_address,
        MailKind.address_known: own.the_known_address,
        MailKind.address_changing: the_user,
    },
    EventName.member_invited: {MailKind.join_invitation: the_joiner},
    EventName.organisation_invited: {MailKind.invitation: the_organisation},
    EventName.invitation_resent: {MailKind.invitation: the_organisation},
    EventName.invitation_reminded: {MailKind.invitation_reminder: who_still_considers},
    EventName.participation_begun: {MailKind.participation_begun: who_is_to_confirm},
    EventName.participation_asked: {MailKind.participation_asked: the_authority},
    EventName.participation_answered: {MailKind.participation_answered: the_organisation},
    EventName.closing_moved: {MailKind.closing_moved: who_hears_of_more_time},
    EventName.correction_announced: {MailKind.correction_announced: who_is_concerned},
    EventName.consultation_cancelled: {MailKind.consultation_cancelled: who_is_concerned_or_comes},
    EventName.position_received: {
        MailKind.receipt: the_organisation,
        MailKind.received_for_registrar: the_authority,
        MailKind.read_back: whose_speech_was_written_down,
    },
    EventName.transcription_sent: {MailKind.read_back: the_organisation},
    EventName.position_disowned: {MailKind.position_disowned: the_authority},
    EventName.position_withdrawn: {MailKind.position_withdrawn: the_authority_and_the_organisation},
    EventName.position_ratified: {MailKind.position_ratified: the_authority},
    EventName.party_stated: {MailKind.party_asked: the_party},
    EventName.party_confirmed: {MailKind.party_answered: the_organisation},
    EventName.party_declined: {MailKind.party_answered: the_organisation},
    EventName.comment_received: {MailKind.comment_received: the_authority},
    EventName.disclosure_asked: {MailKind.disclosure_asked: the_authority},
    EventName.comment_reviewed: {MailKind.comment_reviewed: the_organisation},
    EventName.comment_reported: {MailKind.comment_reported: the_authority},
    EventName.confirmation_asked: {MailKind.confirmation_asked: who_is_to_check},
    EventName.fact_check_reminded: {MailKind.confirmation_reminder: who_is_to_check},
    EventName.confirmation_received: {MailKind.confirmation_received: the_authority_unless_it_has_one},
    EventName.confirmation_answered: {MailKind.confirmation_answered: the_organisation},
    EventName.summary_published: {MailKind.summary_published: who_answered},
    EventName.summary_corrected: {MailKind.summary_corrected: who_is_concerned_or_cited},
    EventName.feedback_published: {MailKind.feedback_published: thread.who_has_a_voice},
    EventName.verdict_asked: {MailKind.verdict_asked: thread.who_is_to_judge},
    EventName.verdict_given: {MailKind.verdict_given: thread.who_reviews_verdicts},
    EventName.progress_added: {MailKind.progress_added: who_hears_of_progress},
    EventName.pledge_asked: {MailKind.pledge_asked: pledges.who_is_asked},
    EventName.pledge_confirmed: {MailKind.pledge_answered: the_authority},
    EventName.pledge_countered: {MailKind.pledge_answered: the_authority},
    EventName.pledge_declined: {MailKind.pledge_answered: the_authority},
    EventName.pledge_withdrawn: {MailKind.pledge_answered: the_authority},
    EventName.pledge_progress_added: {MailKind.pledge_progress_added: the_authority},
    EventName.draft_remarked: {MailKind.draft_mention: own.who_is_mentioned},
    EventName.draft_sent_for_approval: {MailKind.draft_to_approve: own.who_is_to_approve},
    EventName.draft_approved: {MailKind.draft_decided: own.who_asked},
    EventName.draft_returned: {MailKind.draft_decided: own.who_asked},
    EventName.approval_rule_changed: {MailKind.approval_rule_changed: who_approves},
    EventName.preview_asked: {MailKind.preview_asked: previews.who_is_to_look},
    EventName.preview_decided: {MailKind.preview_decided: previews.who_asked_to_look},
    EventName.organisation_check_due: {MailKind.still_right: the_organisation},
    EventName.organisations_merged: {MailKind.organisations_merged: the_organisation},
    EventName.meeting_planned: {MailKind.meeting_planned: meetings.who_may_come},
    EventName.meeting_registered: {MailKind.meeting_registered: the_organisation},
    EventName.registration_promoted: {MailKind.meeting_registered: the_organisation},
    EventName.meeting_changed: {MailKind.meeting_changed: meetings.who_comes_if_it_matters},
    EventName.meeting_cancelled: {MailKind.meeting_cancelled: meetings.who_comes},
    EventName.notes_shared: {MailKind.notes_shared: who_was_there},
    EventName.notes_correction_received: {MailKind.notes_correction_received: the_authority},
    EventName.notes_published: {MailKind.notes_published: who_was_there},
    EventName.work_assigned: {MailKind.work_assigned: the_user_unless_oneself},
    EventName.answer_assigned: {MailKind.answer_assigned: answers.the_unit},
    EventName.response_review_asked: {MailKind.response_review_asked: the_user_unless_oneself},
    EventName.response_reviewed: {MailKind.response_reviewed: answers.who_wrote_it},
    EventName.feedback_overdue: {MailKind.feedback_overdue: overdue.who_lets_the_answer_wait},
    EventName.commitment_overdue: {MailKind.commitment_overdue: overdue.who_lets_the_promise_wait},
    EventName.follow_up_asked: {MailKind.follow_up_asked: overdue.who_is_to_tell},
    EventName.evaluation_asked: {MailKind.evaluation_asked: judging.who_is_to_evaluate},
    EventName.continuation_decided: {MailKind.continuation_decided: who_is_concerned},
    EventName.enquiry_received: {MailKind.enquiry_receipt: the_enquirer, MailKind.enquiry_for_mailbox: the_municipality},
    EventName.follow_asked: {MailKind.confirm_follow: news.who_is_to_confirm_following},
}
for _name in NEWS:  # all that is public news is told to those who follow it
    RECIPIENTS.setdefault(_name, {})[MailKind.news] = list_addresses


def recipients_of(event: Event) -> list[tuple[str, str]]:
    """(mail kind, address) of everybody who is to be told of the event; each once, in a steady order, without empty addresses.

    Whom another mail tells of it gets no news of it.
    """
    told = [
        (kind, address)
        for kind, addresses in RECIPIENTS.get(EventName(event.name), {}).items()
        for address in sorted({address.strip() for address in addresses(event)} - {""})
    ]
    otherwise = {address.casefold() for kind, address in told if kind != MailKind.news}
    return [(kind, address) for kind, address in told if kind != MailKind.news or address not in otherwise]
