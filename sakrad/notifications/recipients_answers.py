"""Whom the mails between those who write and read the authority's answers go to."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Authority, Function, Unit
from sakrad.responses.models import Response


def the_unit(event: Event) -> Iterable[str]:
    """The addresses of the functions of the unit that is to draft; where it has none, its authority's mailbox."""
    own = sa.select(Function.email).where(Function.unit_id == event.subject_id, Function.ended_on.is_(None), Function.email != "")
    mailbox = sa.select(Authority.mailbox).join(Unit, Unit.authority_id == Authority.id).where(Unit.id == event.subject_id)
    return db.session.scalars(own).all() or db.session.scalars(mailbox).all()


def who_wrote_it(event: Event) -> Iterable[str]:
    """Whoever last changed the answer that a colleague has read."""
    return db.session.scalars(
        sa.select(User.email)
        .join(Response, Response.written_by_id == User.id)
        .where(Response.id == event.subject_id, User.id.is_distinct_from(event.actor_id))
    )
