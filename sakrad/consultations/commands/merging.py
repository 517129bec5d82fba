"""What becomes of the invitations of an organisation that has been merged into another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Invitation
from sakrad.core.db import db
from sakrad.directory.models import Organisation


def move_invitations(organisation: Organisation, heir: Organisation, *, besides: Collection[int], at: datetime) -> None:
    """Give the heir every invitation that can still be answered, unless it has one of its own; the mailed links go on working.

    Args:
        besides: consultations whose invitations stay, since the organisation has answered them under its own name.
    """
    own = sa.select(Invitation.consultation_id).where(Invitation.organisation_id == heir.id)
    answerable = sa.select(Consultation.id).where(
        Consultation.cancelled_at.is_(None), sa.or_(Consultation.closes_at.is_(None), Consultation.closes_at > at)
    )
    db.session.execute(
        sa.update(Invitation)
        .where(
            Invitation.organisation_id == organisation.id,
            Invitation.consultation_id.in_(answerable),
            Invitation.consultation_id.not_in(own),
            Invitation.consultation_id.not_in(besides),
        )
        .values(organisation_id=heir.id)
        .execution_options(synchronize_session=False)
    )
