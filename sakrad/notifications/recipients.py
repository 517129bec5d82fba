"""What notifies whom: one table. An event that is not in it notifies nobody.

Each function gets the event and gives the addresses; it runs in the worker, when the event is fanned out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from sakrad.accounts.models import JoinInvitation, User
from sakrad.consultations.models import Invitation
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Authority, Municipality, Organisation
from sakrad.enquiries.models import Enquiry
from sakrad.notifications.models import MailKind
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.responses.models import Commitment, Progress, Response
from sakrad.summaries.models import Citation, Point

Addresses = Callable[[Event], Iterable[str]]


def the_user(event: Event) -> Iterable[str]:
    """The person whom the event is about."""
    return db.session.scalars(sa.select(User.email).where(User.id == event.subject_id))


def the_joiner(event: Event) -> Iterable[str]:
    """Whoever is invited to hold a role."""
    return db.session.scalars(sa.select(JoinInvitation.email).where(JoinInvitation.id == event.subject_id))


def the_organisation(event: Event) -> Iterable[str]:
    """The organisation's registered address."""
    return db.session.scalars(sa.select(Organisation.email).where(Organisation.id == event.organisation_id))


def the_authority(event: Event) -> Iterable[str]:
    """The authority's official mailbox."""
    return db.session.scalars(sa.select(Authority.mailbox).where(Authority.id == event.authority_id))


def the_municipality(event: Event) -> Iterable[str]:
    """The municipality's official mailbox."""
    return db.session.scalars(sa.select(Municipality.mailbox).where(Municipality.id == event.municipality_id))


def the_enquirer(event: Event) -> Iterable[str]:
    """Whoever raised the matter."""
    return db.session.scalars(sa.select(Enquiry.email).where(Enquiry.id == event.subject_id))


def who_answered(event: Event) -> Iterable[str]:
    """Every organisation whose answer the consultation has, published or not; disowned ones were never theirs."""
    return db.session.scalars(
        sa.select(Organisation.email)
        .join(Position, Position.organisation_id == Organisation.id)
        .where(Position.consultation_id == event.consultation_id, Position.disowned_at.is_(None))
    )


def who_is_concerned(event: Event) -> Iterable[str]:
    """Every organisation that was invited, and those that answered uninvited."""
    invited = db.session.scalars(
        sa.select(Organisation.email)
        .join(Invitation, Invitation.organisation_id == Organisation.id)
        .where(Invitation.consultation_id == event.consultation_id)
    )
    return [*invited, *who_answered(event)]


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
            Position.disowned_at.is_(None),
        )
    )


RECIPIENTS: dict[EventName, dict[str, Addresses]] = {
    EventName.user_registered: {MailKind.confirm_address: the_user},
    EventName.sign_up_repeated: {MailKind.address_known: the_user},
    EventName.password_reset_requested: {MailKind.reset_password: the_user},
    EventName.member_invited: {MailKind.join_invitation: the_joiner},
    EventName.organisation_invited: {MailKind.invitation: the_organisation},
    EventName.closing_moved: {MailKind.closing_moved: who_is_concerned},
    EventName.consultation_cancelled: {MailKind.consultation_cancelled: who_is_concerned},
    EventName.position_received: {MailKind.receipt: the_organisation, MailKind.received_for_registrar: the_authority},
    EventName.position_disowned: {MailKind.position_disowned: the_authority},
    EventName.summary_published: {MailKind.summary_published: who_answered},
    EventName.feedback_published: {MailKind.feedback_published: who_answered},
    EventName.progress_added: {MailKind.progress_added: whose_points_it_rests_on},
    EventName.enquiry_received: {MailKind.enquiry_receipt: the_enquirer, MailKind.enquiry_for_mailbox: the_municipality},
}


def recipients_of(event: Event) -> list[tuple[str, str]]:
    """(mail kind, address) of everybody who is to be told of the event; each once, in a steady order, without empty addresses."""
    return [
        (kind, address)
        for kind, addresses in RECIPIENTS.get(EventName(event.name), {}).items()
        for address in sorted({address.strip() for address in addresses(event)} - {""})
    ]
