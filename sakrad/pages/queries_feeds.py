"""What the feeds tell: consultations, what happened in them, what was undertaken, what organisations have said by name.

Each is at most feeds.MOST rows, the latest first, and says when it was last changed from the rows themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import phase_sql
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.events import PUBLIC, Event
from sakrad.directory.models import Authority, Municipality, TargetGroup
from sakrad.directory.queries_public import Named, county_slug
from sakrad.pages.feeds import MOST
from sakrad.pages.queries_consultation import Line, line_of, timeline
from sakrad.positions.queries_coverage import public_consultations
from sakrad.responses.models import Commitment, FeedbackRelease, Progress
from sakrad.responses.queries_commitments import Undertaken, undertaken, undertaken_of
from sakrad.responses.queries_public import Promise
from sakrad.responses.told import is_step_told

PUBLIC_NAMES = [name.value for name in PUBLIC]


@dataclass(frozen=True, slots=True)
class Changed:
    """A consultation, and when something was last told of it."""

    kommun: str
    municipality: str
    authority: str
    slug: str
    title: str
    lead: str
    phase: Phase
    announced_at: datetime
    changed_at: datetime

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened in a consultation."""

    line: Line
    kommun: str
    municipality: str
    authority: str
    slug: str
    title: str

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


@dataclass(frozen=True, slots=True)
class Followed:
    """A commitment, and when something was last told of it."""

    undertaken: Undertaken
    published_at: datetime
    changed_at: datetime


def last_told() -> sa.ColumnElement[datetime]:
    """When readers were last told something of a consultation. Needs Consultation outside."""
    latest = sa.select(sa.func.max(Event.at)).where(Event.consultation_id == Consultation.id, Event.name.in_(PUBLIC_NAMES))
    return sa.func.coalesce(latest.correlate(Consultation).scalar_subquery(), Consultation.announced_at, type_=Event.at.type)


def list_changed(at: datetime, *where: sa.ColumnElement[bool]) -> list[Changed]:
    """Consultations, the latest changed first. 1 statement."""
    columns = (
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Authority.name.label("authority"),
        *(Consultation.slug, Consultation.title, Consultation.lead),
        phase_sql(at).label("phase"),
        Consultation.announced_at,
        last_told().label("changed_at"),
    )
    rows = db.session.execute(
        public_consultations(*columns).where(*where).order_by(sa.desc("changed_at"), Consultation.id.desc()).limit(MOST)
    ).mappings()
    return [Changed(**{**row, "phase": Phase(row["phase"])}) for row in rows]


def list_happened(*where: sa.ColumnElement[bool]) -> list[Happened]:
    """What happened in announced consultations. 1 statement."""
    columns = (
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Authority.name.label("authority"),
        *(Consultation.slug, Consultation.title),
    )
    told = public_consultations(*columns).join(Event, Event.consultation_id == Consultation.id)
    rows = db.session.execute(timeline(told).where(*where).limit(MOST))
    return [Happened(line_of(row), row.kommun, row.municipality, row.authority, row.slug, row.title) for row in rows]


def list_followed(at: datetime, *where: sa.ColumnElement[bool]) -> list[Followed]:
    """Commitments, the latest told of first. 1 statement."""
    steps = sa.select(sa.func.max(Progress.at)).where(Progress.commitment_id == Commitment.id, is_step_told())
    changed = sa.func.coalesce(steps.correlate(Commitment).scalar_subquery(), FeedbackRelease.published_at, type_=Progress.at.type)
    statement = undertaken(FeedbackRelease.published_at.label("published_at"), changed.label("changed_at")).where(*where)
    rows = db.session.execute(statement.order_by(sa.desc("changed_at"), Commitment.id.desc()).limit(MOST))
    return [Followed(undertaken_of(row, at), row.published_at, row.changed_at) for row in rows]


def get_promise(consultation_id: int, number: int, at: datetime) -> Promise:
    """One that readers may be told. Raises Missing."""
    row = db.session.execute(undertaken().where(Consultation.id == consultation_id, Commitment.number == number)).one_or_none()
    if row is None:
        raise Missing("commitment")
    return undertaken_of(row, at).promise


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
    """A county's code and name. Raises Missing."""
    for row in db.session.execute(sa.select(Municipality.county_code, Municipality.county).where(Municipality.active).distinct()):
        if county_slug(row.county) == lan:
            return row.county_code, row.county
    raise Missing("county")


def _one(statement: sa.Select[*tuple[Any, ...]]) -> Any:
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise Missing("feed")
    return row
