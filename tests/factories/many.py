"""Thousands of rows at once, in a few statements."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Invitation
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation
from tests.factories import LONG_AGO, _count

WEEKS = timedelta(days=50)


def invitations(of: Consultation, number: int) -> None:
    """So many organisations of the municipality, each invited."""
    names = [f"massa{next(_count)}" for _ in range(number)]
    with transaction():
        made = db.session.scalars(
            sa.insert(Organisation).returning(Organisation.id),
            [
                {"slug": name, "name": name, "email": f"{name}@forening.example", "created_at": LONG_AGO, "asked_right_at": clock.now()}
                for name in names
            ],
        ).all()
        db.session.execute(
            sa.insert(Invitation),
            [{"reference": ids.reference(), "consultation_id": of.id, "organisation_id": each, "created_at": LONG_AGO} for each in made],
        )
