"""An organisation's registered address, changed by others than itself; reached as `directory.commands`."""

from __future__ import annotations

from datetime import datetime

from sakrad.core.db import db
from sakrad.core.events import Actor, EventName, record
from sakrad.directory.models import Organisation


def change_address(organisation: Organisation, *, email: str, actor: Actor | None, at: datetime) -> None:
    """Give an organisation without accounts a new registered address. Whether it has accounts is judged by whoever calls."""
    organisation.email = email.casefold()
    db.session.flush()
    record(EventName.organisation_changed, at=at, actor=actor, organisation_id=organisation.id)
