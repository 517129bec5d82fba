"""What the feeds tell: consultations, what happened in them, what was undertaken, what organisations have said by name.

Each is at most feeds.MOST rows, the latest first, and says when it was last changed from the rows themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import phase_sql
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core.db import db
from sakrad.core.events import PUBLIC, Event
from sakrad.directory.models import Authority, Municipality
from sakrad.pages.feeds import MOST
from sakrad.pages.queries import Filter, matching
from sakrad.pages.queries_consultation import Line, line_of, timeline
from sakrad.positions.queries_coverage import public_consultations
from sakrad.responses.models import Commitment, FeedbackRelease, Progress
from sakrad.responses.queries_commitments import Undertaken, undertaken, undertaken_of
from sakrad.responses.queries_commitments import matching as matching_promises
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
class Promised:
    """A commitment, and when something was last told of it."""

    undertaken: Undertaken
    published_at: datetime
    changed_at: datetime


def last_told() -> sa.ColumnElement[datetime]:
    """When readers were last told something of a consultation. Needs Consultation outside."""
    latest = sa.select(sa.func.max(Event.at)).where(Event.consultation_id == Consultation.id, Event.name.in_(PUBLIC_NAMES))
    return sa.func.coalesce(latest.correlate(Consultation).scalar_subquery(), Consultation.announced_at, type_=Event.at.type)


def list_changed(wanted: Filter, at: datetime) -> list[Changed]:
    """The consultations that the list shows for the same choices, the latest changed first. 1 statement."""
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
        public_consultations(*columns).where(*matching(wanted, at)).order_by(sa.desc("changed_at"), Consultation.id.desc()).limit(MOST)
    ).mappings()
    return [Changed(**{**row, "phase": Phase(row["phase"])}) for row in rows]


def list_happened(*, kommun: str = "", slug: str = "", county_code: str = "") -> list[Happened]:
    """What happened in the announced consultations there. 1 statement."""
    chosen = ((Municipality.slug, kommun), (Consultation.slug, slug), (Municipality.county_code, county_code))
    columns = (
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Authority.name.label("authority"),
        *(Consultation.slug, Consultation.title),
    )
    told = public_consultations(*columns).join(Event, Event.consultation_id == Consultation.id)
    rows = db.session.execute(timeline(told).where(*(column == value for column, value in chosen if value)).limit(MOST))
    return [Happened(line_of(row), row.kommun, row.municipality, row.authority, row.slug, row.title) for row in rows]


def list_promised(asked: Mapping[str, str], at: datetime) -> list[Promised]:
    """The commitments that the list shows for the same choices (`asked_commitments`), the latest told of first. 1 statement."""
    steps = sa.select(sa.func.max(Progress.at)).where(Progress.commitment_id == Commitment.id, is_step_told())
    changed = sa.func.coalesce(steps.correlate(Commitment).scalar_subquery(), FeedbackRelease.published_at, type_=Progress.at.type)
    statement = undertaken(FeedbackRelease.published_at.label("published_at"), changed.label("changed_at"))
    rows = db.session.execute(
        statement.where(*matching_promises(asked, at)).order_by(sa.desc("changed_at"), Commitment.id.desc()).limit(MOST)
    )
    return [Promised(undertaken_of(row, at), row.published_at, row.changed_at) for row in rows]
