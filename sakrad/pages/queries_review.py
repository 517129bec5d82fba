"""What waits to be reviewed before it is published, whatever it is and wherever it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.accounts.queries import barred_for
from sakrad.comments.models import Comment, CommentReport, CommentState
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import handled_by
from sakrad.core.db import db
from sakrad.core.paging import page_count
from sakrad.directory.models import Authority, Municipality, Organisation
from sakrad.positions.models import Position, PositionAttachment, PositionParty, PositionVersion, PublicationWish
from sakrad.positions.models.together import PartyReservation
from sakrad.records.models import ReviewDecision, ReviewKind
from sakrad.records.queries import is_reviewed, latest_decision
from sakrad.responses import queries_pledges
from sakrad.responses.models import Commitment, Pledge, Progress, Verdict
from sakrad.responses.queries_verdicts import waits_for_review
from sakrad.summaries.models import Confirmation, ConfirmationReply, FactCheck, ReplyKind
from sakrad.summaries.queries import IS_STANDING
from sakrad.summaries.queries_checking import latest_replies

PAGE = 50  # rows
KINDS = ("svar", "forbehall", "bilaga", "kommentar", "invandning", "bedomning", "uppfoljning")  # in the address


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text or file from outside that waits for its review. `key`, `number` and `reference` are of its page."""

    kind: str
    title: str
    slug: str
    authority: str
    organisation: str
    key: str
    number: int
    reference: str
    received_at: datetime | None  # None: the time could tell whose it is
    about: str  # the commitment, where it is about one
    wish: PublicationWish | None
    barred: bool  # others decide about it (jäv)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of what waits, and how much there is of each kind."""

    rows: list[Waiting]
    counts: dict[str, int]
    page: int
    pages: int


def list_waiting(user: User, municipality: Municipality, *, kind: str, page: int) -> Queue:
    """What waits in the consultations that the user handles, the oldest first: three statements, however much it is."""
    waiting = sa.union_all(*(_in(each, user, municipality) for each in _SELECTS)).subquery()
    counts = dict.fromkeys(KINDS, 0)
    for each, number in db.session.execute(sa.select(waiting.c.kind, sa.func.count()).group_by(waiting.c.kind)):
        counts[each] = number
    statement = sa.select(waiting).order_by(waiting.c.received_at.is_(None), waiting.c.received_at, waiting.c.kind, waiting.c.reference)
    if kind in counts:
        statement = statement.where(waiting.c.kind == kind)
    total = counts[kind] if kind in counts else sum(counts.values())
    barred = barred_for(user)
    rows = [
        Waiting(**{name: row[name] for name in Waiting.__dataclass_fields__ if name != "barred"}, barred=row["organisation_id"] in barred)
        for row in db.session.execute(statement.limit(PAGE).offset((page - 1) * PAGE)).mappings()
    ]
    return Queue(rows, counts, page, page_count(total, PAGE))


def _in(statement: sa.Select[Any], user: User, municipality: Municipality) -> sa.Select[Any]:
    return statement.where(Consultation.municipality_id == municipality.id, handled_by(user), Consultation.cancelled_at.is_(None))


def _columns(
    kind: str, *, name: Any, organisation: Any, received_at: Any, reference: Any, number: Any = None, wish: Any = None, about: Any = None
) -> list[Any]:
    """Alike for every kind, so that they can be listed together."""
    return [
        sa.literal(kind).label("kind"),
        Consultation.title.label("title"),
        Consultation.slug.label("slug"),
        Authority.name.label("authority"),
        name.label("organisation"),
        Organisation.slug.label("key"),
        (sa.literal(0) if number is None else number).label("number"),
        reference.label("reference"),
        received_at.label("received_at"),
        (sa.literal("") if about is None else about).label("about"),
        (sa.cast(sa.null(), PositionVersion.wish.type) if wish is None else wish).label("wish"),
        organisation.label("organisation_id"),
    ]


_PUBLISHABLE = PositionVersion.wish.is_distinct_from(PublicationWish.municipality_only)


def _of_versions(statement: sa.Select[Any]) -> sa.Select[Any]:
    """From a version to whose it is and in which matter."""
    return (
        statement.join(Position, Position.id == PositionVersion.position_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Consultation, Consultation.id == Position.consultation_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(_PUBLISHABLE)
    )


_SENDER = {"name": PositionVersion.organisation_name, "organisation": Position.organisation_id, "wish": PositionVersion.wish}
_ANSWERS = _of_versions(
    sa.select(
        *_columns(
            "svar",
            **_SENDER,
            received_at=PositionVersion.received_at,
            reference=PositionVersion.receipt_number,
            number=PositionVersion.number,
        )
    ).select_from(PositionVersion)
).where(IS_STANDING, ~is_reviewed(ReviewKind.position, PositionVersion.id))
_ATTACHMENTS = _of_versions(
    sa.select(
        *_columns(
            "bilaga",
            **_SENDER,
            received_at=PositionVersion.received_at,
            reference=PositionAttachment.reference,
            number=PositionVersion.number,
        )
    )
    .select_from(PositionAttachment)
    .join(PositionVersion, PositionVersion.id == PositionAttachment.version_id)
).where(
    IS_STANDING,
    PositionAttachment.published_at.is_(None),
    latest_decision(ReviewKind.attachment, PositionAttachment.id).is_distinct_from(ReviewDecision.withheld),
)
_PARTIES = _of_versions(
    sa.select(
        *_columns(
            "forbehall",
            name=PositionParty.name,
            organisation=PositionParty.organisation_id,
            wish=PositionVersion.wish,
            received_at=PositionParty.confirmed_at,
            reference=PositionParty.reference,
            number=PositionVersion.number,
        )
    )
    .select_from(PositionParty)
    .join(PositionVersion, PositionVersion.id == PositionParty.confirmed_id)
).where(
    IS_STANDING,
    PositionParty.stands,
    PositionParty.passed_at.is_(None),
    sa.exists().where(PartyReservation.party_id == PositionParty.id, PartyReservation.replaced_at.is_(None)),
)
_COMMENTS = (
    sa.select(
        *_columns(
            "kommentar",
            name=Comment.organisation_name,
            organisation=Comment.organisation_id,
            received_at=Comment.received_at,
            reference=Comment.reference,
        )
    )
    .select_from(Comment)
    .join(Organisation, Organisation.id == Comment.organisation_id)
    .join(Consultation, Consultation.id == Comment.consultation_id)
    .join(Authority, Authority.id == Consultation.authority_id)
    .where(
        sa.or_(
            Comment.state == CommentState.waiting,
            sa.exists().where(CommentReport.comment_id == Comment.id, CommentReport.handled_at.is_(None)),
        )
    )
)
_OBJECTIONS = (
    sa.select(
        *_columns(
            "invandning",
            name=Confirmation.organisation_name,
            organisation=Confirmation.organisation_id,
            received_at=ConfirmationReply.received_at,
            reference=Confirmation.reference,
        )
    )
    .select_from(ConfirmationReply)
    .join(Confirmation, Confirmation.id == ConfirmationReply.confirmation_id)
    .join(FactCheck, FactCheck.id == Confirmation.fact_check_id)
    .join(Organisation, Organisation.id == Confirmation.organisation_id)
    .join(Consultation, Consultation.id == FactCheck.consultation_id)
    .join(Authority, Authority.id == Consultation.authority_id)
    .where(
        ConfirmationReply.kind == ReplyKind.objection,
        ConfirmationReply.id.in_(latest_replies(Consultation.id).correlate(Consultation)),
        ~is_reviewed(ReviewKind.objection, ConfirmationReply.id),
    )
)
_VERDICTS = (
    sa.select(
        *_columns(
            "bedomning",
            name=sa.case((Verdict.by_name, Verdict.organisation_name), else_=""),  # whose the others are is not told
            organisation=Verdict.organisation_id,
            received_at=sa.case((Verdict.by_name, Verdict.at)),  # nor when they were sent
            reference=Verdict.reference,
            about=Commitment.what,
        )
    )
    .select_from(Verdict)
    .join(Organisation, Organisation.id == Verdict.organisation_id)
    .join(Commitment, Commitment.id == Verdict.commitment_id)
    .join(Consultation, Consultation.id == Commitment.consultation_id)
    .join(Authority, Authority.id == Consultation.authority_id)
    .where(waits_for_review())
)
_STEPS = (
    sa.select(
        *_columns(
            "uppfoljning",
            name=Pledge.organisation_name,
            organisation=Pledge.organisation_id,
            received_at=Progress.at,
            reference=Pledge.reference,
            number=Commitment.number,
            about=Commitment.what,
        )
    )
    .select_from(Progress)
    .join(Pledge, Pledge.id == Progress.pledge_id)
    .join(Organisation, Organisation.id == Pledge.organisation_id)
    .join(Commitment, Commitment.id == Progress.commitment_id)
    .join(Consultation, Consultation.id == Commitment.consultation_id)
    .join(Authority, Authority.id == Consultation.authority_id)
    .where(queries_pledges.waits_for_review())
)
_SELECTS: Sequence[sa.Select[Any]] = (_ANSWERS, _PARTIES, _ATTACHMENTS, _COMMENTS, _OBJECTIONS, _VERDICTS, _STEPS)
