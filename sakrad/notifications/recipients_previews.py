"""Who is told of a preview: whoever is asked to look, and the officer who asked."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.consultations.models import Preview
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Authority


def who_is_to_look(event: Event) -> Iterable[str]:
    """The address that the officer gave, unless the link has been taken back."""
    return db.session.scalars(sa.select(Preview.email).where(Preview.id == event.subject_id, Preview.revoked_at.is_(None)))


def who_asked_to_look(event: Event) -> Iterable[str]:
    """The officer who asked; where nobody is known any more, the authority's official mailbox."""
    asked_by = db.session.scalars(sa.select(User.email).join(Preview, Preview.asked_by_id == User.id).where(Preview.id == event.subject_id))
    return asked_by.all() or db.session.scalars(sa.select(Authority.mailbox).where(Authority.id == event.authority_id))
