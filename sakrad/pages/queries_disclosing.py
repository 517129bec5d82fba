"""What somebody may ask to read, and the requests that have come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation, get_public_consultation, registered_by
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.core.text import whole_number
from sakrad.directory.models import Municipality
from sakrad.meetings.models import Meeting, Notes
from sakrad.positions.models import Position, PositionVersion
from sakrad.positions.queries_public import positions, voice
from sakrad.records.models import DisclosureRequest


@dataclass(frozen=True, slots=True)
class About:
    """What a request is about: its words, and the public page where it stands or would stand."""

    consultation: Consultation
    what: str
    endpoint: str
    values: dict[str, Any]
    organisation_id: int | None = None  # whose it is


def get_about(kommun: str, slug: str, om: str, at: datetime) -> About:
    """What the public address names: the receipt number of an answer that readers know of, or a page of the consultation.

    Raises:
        Missing: readers know of no such thing.
    """
    consultation = get_public_consultation(kommun, slug)
    where = consultation.address
    kind, _slash, number = om.partition("/")
    if om == "sammanstallning" and consultation.summary_published_at:
        return About(consultation, _("sammanställningen"), "summaries.show", where)
    if om == "invandningar" and consultation.summary_published_at:
        return About(consultation, _("invändningarna mot sammanställningen"), "summaries.show", where)
    if om == "aterkoppling" and consultation.feedback_published_at:
        return About(consultation, _("nämndens svar"), "responses.show", where)
    if om == "kommentarer":
        return About(consultation, _("kommentarerna"), "comments.index", where)
    if kind == "moten" and (meeting := _noted_meeting(consultation, whole_number(number))):
        return About(consultation, _("mötesanteckningarna"), "meetings.show", {**where, "number": meeting})
    return _answer(consultation, om, at)


def _noted_meeting(consultation: Consultation, number: int | None) -> int | None:
    statement = sa.select(Meeting.number).join(Notes, Notes.meeting_id == Meeting.id).where(Notes.final_at.is_not(None))
    return db.session.scalar(statement.where(Meeting.consultation_id == consultation.id, Meeting.number == number))


def _answer(consultation: Consultation, receipt: str, at: datetime) -> About:
    spoken = aliased(PositionVersion)
    statement = positions(at, Position.organisation_id, spoken=spoken)
    row = db.session.execute(statement.where(Position.consultation_id == consultation.id, spoken.receipt_number == receipt)).first()
    seen = voice(row) if row is not None else None
    if row is None or seen is None or seen.receipt_number != receipt or not receipt:
        raise Missing("about")
    what = _("svaret med kvittonummer %(number)s", number=receipt)
    where = consultation.address
    if seen.meeting is not None:
        return About(consultation, what, "positions.views", {**where, "number": seen.meeting}, row.organisation_id)
    return About(consultation, what, "positions.show", {**where, "org": seen.key}, row.organisation_id)


# --- for staff


@dataclass(frozen=True, slots=True)
class Requests:
    """A page of requests, those that wait first."""

    rows: list[tuple[DisclosureRequest, Consultation]]
    page: int
    pages: int


def list_requests(user: User, municipality: Municipality, page: int) -> Requests:
    """The requests to the user's authorities, in two statements."""
    mine = sa.and_(Consultation.municipality_id == municipality.id, registered_by(user))
    source = sa.select(DisclosureRequest, Consultation).join(Consultation, Consultation.id == DisclosureRequest.consultation_id).where(mine)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(source.subquery())) or 0
    order = (
        DisclosureRequest.handled_at.is_not(None),
        sa.case((DisclosureRequest.handled_at.is_(None), DisclosureRequest.id)),
        DisclosureRequest.id.desc(),
    )
    rows = db.session.execute(source.order_by(*order).limit(PAGE).offset((page - 1) * PAGE))
    return Requests([(asked, consultation) for asked, consultation in rows], page, page_count(total))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its matter."""

    request: DisclosureRequest
    consultation: Consultation


def get_request(kommun: str, reference: str) -> Asked:
    """A request for staff; locked when writing.

    Raises:
        Missing: the municipality has none with the reference.
    """
    statement = (
        sa.select(DisclosureRequest, Consultation.slug)
        .join(Consultation, Consultation.id == DisclosureRequest.consultation_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(Municipality.slug == kommun, DisclosureRequest.reference == reference)
    )
    row = db.session.execute(locked(statement, DisclosureRequest)).first()
    if row is None:
        raise Missing("request")
    return Asked(row[0], get_consultation(kommun, row[1]))
