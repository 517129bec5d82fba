"""What becomes of the members of an organisation that has been merged into another."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.accounts import queries
from sakrad.accounts.commands_roles import grant, withdraw_invitation
from sakrad.accounts.models import Membership
from sakrad.core.db import db
from sakrad.core.events import EventName, record
from sakrad.directory.models import Organisation


def move_members(organisation: Organisation, heir: Organisation, *, at: datetime) -> None:
    """Everybody gets the same role in the heir; the old roles end and stay as history, and open invitations to them are taken back.

    The last administrator too: nobody is left behind who would need one.
    """
    held = sa.select(Membership).where(Membership.organisation_id == organisation.id, Membership.ended_at.is_(None))
    for membership in db.session.scalars(held.options(joinedload(Membership.user)).order_by(Membership.id)).all():
        membership.ended_at = at
        db.session.flush()
        record(EventName.member_left, at=at, subject_id=membership.id, role=membership.role.value, organisation_id=organisation.id)
        grant(membership.user, membership.role, heir, actor=None, at=at)
    for invitation in queries.list_invitations(organisation):
        withdraw_invitation(invitation, actor=None, at=at)
