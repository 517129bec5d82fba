"""What an organisation says of itself, for those who may hide words in it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries import get_case


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation's own words, and the municipality that looks at them; None for the operator."""

    organisation: Organisation
    municipality: Municipality | None
    verified: bool  # by the municipality


def get_profile(org: str, kommun: str | None = None) -> Profile:
    """The organisation's row is locked when writing. Raises Missing."""
    if kommun is not None:
        case = get_case(kommun, org)
        return Profile(case.organisation, case.municipality, case.verification is not None)
    found = db.session.scalar(locked(sa.select(Organisation).where(Organisation.slug == org), Organisation))
    if found is None:
        raise Missing("organisation")
    return Profile(found, None, verified=False)
