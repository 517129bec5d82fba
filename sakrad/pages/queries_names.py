"""What places and consultations are called, for what shows little more: feeds, calendars and pictures. A statement each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, TargetGroup
from sakrad.directory.queries_public import Named, county_slug
from sakrad.positions.queries_coverage import public_consultations


def get_group(grupp: str) -> Named:
    """Raises Missing."""
    return Named(*_one(sa.select(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug).where(TargetGroup.slug == grupp)))


def get_place(kommun: str) -> str:
    """An active municipality's full name. Raises Missing."""
    return str(_one(sa.select(FULL_NAME).where(Municipality.slug == kommun, Municipality.active))[0])


def get_title(kommun: str, slug: str) -> str:
    """An announced consultation's title. Raises Missing."""
    return str(_one(public_consultations(Consultation.title).where(Municipality.slug == kommun, Consultation.slug == slug))[0])


def get_county(lan: str) -> tuple[str, str]:
    """Code and name of a county in which somebody uses Sakråd. Raises Missing."""
    for row in db.session.execute(sa.select(Municipality.county_code, Municipality.county).where(Municipality.active).distinct()):
        if county_slug(row.county) == lan:
            return row.county_code, row.county
    raise Missing("county")


def _one(statement: sa.Select[*tuple[Any, ...]]) -> Any:
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise Missing("name")
    return row
