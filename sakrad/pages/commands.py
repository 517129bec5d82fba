"""Requests to read what is masked or not published. They may be about anything in a matter, so they stand above it all."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Stale
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.pages.queries_disclosing import About, Asked
from sakrad.records.models import DisclosureOutcome, DisclosureRequest

KEEP_ADDRESS = timedelta(days=30)  # after the request was handled


def ask_disclosure(about: About, *, address: str, message: str = "", email: str = "", at: datetime) -> DisclosureRequest:
    """Receive a request for a public document. Nothing tells who asks, unless they leave an address for the answer.

    Args:
        address: the public address of what it is about, made by us.
    """
    consultation = about.consultation
    request = DisclosureRequest(
        consultation_id=consultation.id, about=address, message=normalised(message), email=email.strip(), asked_at=at
    )
    db.session.add(request)
    db.session.flush()
    events.record(EventName.disclosure_asked, at=at, actor=None, subject_id=request.id, **consultation.scope)
    return request


def handle_disclosure(asked: Asked, *, outcome: DisclosureOutcome, actor: Actor | None, at: datetime) -> None:
    """Note how the authority answered. The answer itself goes the authority's own way.

    Raises:
        Stale: somebody else has noted it already.
    """
    request = asked.request
    if request.handled_at is not None:
        raise Stale(request)
    request.handled_at, request.handled_by_id, request.outcome = at, actor.id if actor else None, outcome
    db.session.flush()
    events.record(
        EventName.disclosure_handled, at=at, actor=actor, subject_id=request.id, **asked.consultation.scope, outcome=outcome.value
    )


def forget_addresses(at: datetime) -> None:
    """Erase the addresses of requests that were handled long enough ago."""
    over = sa.update(DisclosureRequest).where(DisclosureRequest.handled_at <= at - KEEP_ADDRESS, DisclosureRequest.email != "")
    db.session.execute(over.values(email="").execution_options(synchronize_session=False))
