"""What becomes of the drafts of an organisation that has been merged into another. Nothing that was written is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.core.db import db, locked
from sakrad.directory.models import Organisation
from sakrad.positions.commands.approving import close_approvals
from sakrad.positions.models import Draft


def seal_drafts(organisation: Organisation, *, at: datetime) -> None:
    """Nobody reaches the drafts until both sides have accepted the merger."""
    db.session.execute(sa.update(Draft).where(Draft.organisation_id == organisation.id).values(sealed_at=at))


def unseal_drafts(organisation: Organisation) -> None:
    """The merger was a mistake: the drafts are the organisation's own again."""
    db.session.execute(sa.update(Draft).where(Draft.organisation_id == organisation.id).values(sealed_at=None))


def move_drafts(organisation: Organisation, heir: Organisation, *, at: datetime) -> None:
    """Both sides have accepted: the drafts are the heir's, with their whole history; approvals of them hold no longer.

    One that the heir writes itself already stays where it is, to be read and copied from (queries_merging.get_inherited).
    """
    own = {draft.consultation_id for draft in _held(heir)}
    for draft in _held(organisation):
        draft.sealed_at = None
        close_approvals(draft, at=at)
        if draft.consultation_id not in own:
            draft.organisation = heir
    db.session.flush()


def _held(organisation: Organisation) -> Sequence[Draft]:
    return db.session.scalars(locked(sa.select(Draft).where(Draft.organisation_id == organisation.id).order_by(Draft.id), Draft)).all()
