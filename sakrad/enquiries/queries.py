"""Reads about enquiries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Municipality
from sakrad.enquiries.models import Enquiry


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receipt shows: nothing that was written, since nothing is published before it has been looked at."""

    reference: str
    received_at: datetime
    kommun: str
    municipality: str
    mailbox: str
    sample: bool


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """A line in the coordinator's list."""

    reference: str
    organisation: str
    title: str
    received_at: datetime


def find_by_key(submission_key: str) -> Enquiry | None:
    """What was sent with the key, if anything was, to whichever municipality."""
    return db.session.scalar(sa.select(Enquiry).where(Enquiry.submission_key == submission_key))


def get_enquiry(kommun: str, reference: str) -> Enquiry:
    """The enquiry as it was written, for the coordinator.

    Raises:
        Missing: there is none in this active municipality.
    """
    enquiry = db.session.scalar(
        sa.select(Enquiry)
        .join(Enquiry.municipality)
        .where(Municipality.slug == kommun, Municipality.active, Enquiry.reference == reference)
        .options(joinedload(Enquiry.municipality))
    )
    if enquiry is None:
        raise Missing("enquiry")
    return enquiry


def get_receipt(kommun: str, reference: str) -> Receipt:
    """What the sender may see again.

    Raises:
        Missing: there is none in this active municipality.
    """
    enquiry = get_enquiry(kommun, reference)
    to = enquiry.municipality
    return Receipt(enquiry.reference, enquiry.received_at, to.slug, to.full_name, to.mailbox, to.sample)


def list_enquiries(municipality_id: int, page: int = 1) -> tuple[list[EnquiryRow], int]:
    """One page of the municipality's enquiries, newest first, and how many pages there are."""
    mine = Enquiry.municipality_id == municipality_id
    total = db.session.scalar(sa.select(sa.func.count(Enquiry.id)).where(mine)) or 0
    rows = db.session.execute(
        sa.select(Enquiry.reference, Enquiry.organisation, Enquiry.title, Enquiry.received_at)
        .where(mine)
        .order_by(Enquiry.received_at.desc(), Enquiry.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [EnquiryRow(*row) for row in rows], page_count(total)
