"""The one write about enquiries."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.events import EventName, record
from sakrad.core.text import normalised
from sakrad.directory.models import Municipality
from sakrad.enquiries import queries
from sakrad.enquiries.models import Enquiry


def raise_enquiry(
    municipality: Municipality, *, organisation: str, email: str, title: str, text: str, submission_key: str, at: datetime
) -> Enquiry:
    """Receive a matter. The municipality's mailbox gets it at once: it is a public document from here.

    The same submission key gives the same enquiry, so that a double click sends nothing twice.
    """
    known = queries.find_by_key(submission_key, municipality.id)
    if known is not None:
        return known
    enquiry = Enquiry(
        reference=ids.reference(),
        municipality_id=municipality.id,
        organisation=_line(organisation),
        email=email.strip(),
        title=_line(title),
        text=normalised(text),
        submission_key=submission_key,
        received_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(enquiry)
    except sa.exc.IntegrityError:  # the other click was first
        first = queries.find_by_key(submission_key, municipality.id)
        if first is None:
            raise
        return first
    record(EventName.enquiry_received, at=at, subject_id=enquiry.id, municipality_id=municipality.id, reference=enquiry.reference)
    return enquiry


def _line(text: str) -> str:
    """Words for a single line."""
    return " ".join(normalised(text).split())
