"""Every page that robots should know of, in files of at most 50,000 addresses (sitemaps.org), with when it was last changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from sakrad.consultations.models import Consultation
from sakrad.core import i18n
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.stamps import Stamp
from sakrad.directory.models import Municipality, Organisation, TargetGroup
from sakrad.directory.queries_public import county_slug, is_listed
from sakrad.pages.queries_feeds import last_told
from sakrad.positions.models import Position
from sakrad.positions.queries_coverage import public_consultations
from sakrad.positions.queries_public import READABLE, Current, Published, Visibility, visibility_sql

MOST = 50_000  # addresses in a file
ANSWERS = 5_000  # positions that a file looks through: each is asked whether readers may read it
EACH = 4  # pages of a consultation: itself, the answers, the summary, the authority's answers
PAGES = (
    *("pages.start", "pages.consultations", "pages.method", "pages.accessibility", "pages.privacy"),
    *("voices.organisations", "voices.statistics", "responses.commitments", "consultations.templates"),
)

Place = tuple[str, datetime | None]


def count_parts() -> int:
    """How many files there are: one of places and groups, then the consultations', the organisations' and the answers'."""
    return 1 + sum(_parts())


def _parts() -> tuple[int, int, int]:
    consultations = public_consultations(sa.func.count()).scalar_subquery()
    organisations = sa.select(sa.func.count()).select_from(Organisation).where(*_listed()).scalar_subquery()
    answers = public_consultations(sa.func.max(Position.id)).join(Position, Position.consultation_id == Consultation.id)
    last = answers.where(Position.published_id.is_not(None)).scalar_subquery()
    row = db.session.execute(sa.select(consultations, organisations, sa.func.coalesce(last, 0))).one()
    return -(-row[0] * EACH // MOST), -(-row[1] // MOST), -(-row[2] // ANSWERS)


def iterate_places(number: int, at: datetime) -> Iterator[Place]:
    """The addresses of a file, read as they are sent. Raises Missing at once."""
    consultations, organisations, answers = _parts()
    if not 1 <= number <= 1 + consultations + organisations + answers:
        raise Missing("sitemap")
    if number == 1:
        return _places()
    part = number - 2
    if part < consultations:
        return _consultations(part)
    if part < consultations + organisations:
        return _organisations(part - consultations)
    return _answers(part - consultations - organisations, at)


def _places() -> Iterator[Place]:
    yield from ((i18n.absolute(name), None) for name in PAGES)
    if not current_app.config["SETTINGS"].municipality:
        yield from _elsewhere()
    for slug in db.session.scalars(sa.select(TargetGroup.slug).order_by(TargetGroup.id)):
        yield i18n.absolute("voices.group", grupp=slug), None


def _elsewhere() -> Iterator[Place]:
    """Where there are several municipalities: the list, each of them, and the counties."""
    yield i18n.absolute("pages.municipalities"), None
    rows = db.session.execute(
        sa.select(Municipality.slug, Municipality.county, Stamp.moved_at)
        .outerjoin(Stamp, Stamp.scope == Municipality.slug)
        .where(Municipality.active)
        .order_by(Municipality.id)
    ).all()
    yield from ((i18n.absolute("pages.municipality", kommun=row.slug), row.moved_at) for row in rows)
    yield from ((i18n.absolute("pages.county", lan=lan), None) for lan in sorted({county_slug(row.county) for row in rows}))


def _consultations(part: int) -> Iterator[Place]:
    size = MOST // EACH
    statement = public_consultations(
        Municipality.slug.label("kommun"),
        *(Consultation.slug, Consultation.summary_published_at, Consultation.feedback_published_at),
        last_told().label("changed_at"),
    )
    rows = statement.order_by(Consultation.id).limit(size).offset(part * size)
    for row in db.session.execute(rows.execution_options(yield_per=1000)):
        address = {"kommun": row.kommun, "slug": row.slug}
        yield i18n.absolute("pages.consultation", **address), row.changed_at
        yield i18n.absolute("positions.index", **address), None
        if row.summary_published_at:
            yield i18n.absolute("summaries.show", **address), row.changed_at
        if row.feedback_published_at:
            yield i18n.absolute("responses.show", **address), row.changed_at


def _organisations(part: int) -> Iterator[Place]:
    rows = sa.select(Organisation.slug).where(*_listed()).order_by(Organisation.id).limit(MOST).offset(part * MOST)
    for slug in db.session.scalars(rows.execution_options(yield_per=1000)):
        yield i18n.absolute("voices.organisation", org=slug), None


def _answers(part: int, at: datetime) -> Iterator[Place]:
    """Those that readers may read, under the address that says no more than they may know. By id, so that none moves to another file."""
    seen = visibility_sql(at)
    statement = (
        public_consultations(
            Municipality.slug.label("kommun"),
            *(Consultation.slug, Position.reference, Organisation.slug.label("organisation")),
            (seen == Visibility.named.value).label("named"),
        )
        .join(Position, Position.consultation_id == Consultation.id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(Position.id > part * ANSWERS, Position.id <= (part + 1) * ANSWERS, seen.in_(READABLE))
        .order_by(Position.id)
    )
    for row in db.session.execute(statement.execution_options(yield_per=1000)):
        org = row.organisation if row.named else row.reference
        yield i18n.absolute("positions.show", kommun=row.kommun, slug=row.slug, org=org), None


def _listed() -> tuple[sa.ColumnElement[bool], ...]:
    return is_listed(), Organisation.merged_at.is_(None)
