"""Whom the mails about organisations' parts of commitments reach."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.queries_merging import find_heir_in_force
from sakrad.responses.models import Pledge


def who_is_asked(event: Event) -> Iterable[str]:
    """The organisation's registered address, or its heir's, unless it has answered since it was asked."""
    pledge = db.session.scalar(sa.select(Pledge).where(Pledge.id == event.subject_id).options(joinedload(Pledge.organisation)))
    if pledge is None or pledge.confirmed_at or pledge.declined_at or pledge.asked_words:
        return ()
    return [(find_heir_in_force(pledge.organisation) or pledge.organisation).email]
