"""The one write about enquiries."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Stale
from sakrad.core.events import EventName, record
from sakrad.core.text import normalised, one_line
from sakrad.directory.models import Municipality
from sakrad.enquiries import queries
from sakrad.enquiries.models import Enquiry

SAID = ("municipality_id", "organisation", "email", "title", "text")  # what is sent, and to whom


def raise_enquiry(
    municipality: Municipality, *, organisation: str, email: str, title: str, text: str, submission_key: str, at: datetime
) -> Enquiry:
    """Receive a matter. The municipality's mailbox gets it at once: it is a public document from here.

    The same words with the same submission key give the same enquiry, so that a double click sends nothing twice.

    Raises:
        Stale: something else has been sent with the key.
    """
    enquiry = Enquiry(
        reference=ids.reference(),
        municipality_id=municipality.id,
        organisation=one_line(organisation),
        email=email.strip(),
        title=one_line(title),
        text=normalised(text),
        submission_key=submission_key,
        received_at=at,
    )
    if (known := _sent_as(enquiry)) is not None:
        return known
    try:
        with db.session.begin_nested():
            db.session.add(enquiry)
    except sa.exc.IntegrityError:  # the other click was first
        first = _sent_as(enquiry)
        if first is None:
            raise
        return first
    record(EventName.enquiry_received, at=at, subject_id=enquiry.id, municipality_id=municipality.id, reference=enquiry.reference)
    return enquiry


def _sent_as(enquiry: Enquiry) -> Enquiry | None:
    """What was sent with the same key: the same words to the same municipality."""
    known = queries.find_by_key(enquiry.submission_key)
    if known is not None and any(getattr(known, name) != getattr(enquiry, name) for name in SAID):
        raise Stale
    return known
