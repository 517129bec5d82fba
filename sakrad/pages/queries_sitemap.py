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
from sakrad.positions.queries_coverage import public_consultations

MOST = 50_000  # addresses in a file
EACH = 4  # pages of a consultation: itself, the answers, the summary, the authority's answers
PAGES = (
    *("pages.start", "pages.consultations", "pages.method", "pages.accessibility", "pages.privacy"),
    *("voices.organisations", "voices.statistics", "responses.commitments", "consultations.templates"),
)

Place = tuple[str, datetime | None]


def count_parts() -> int:
    """How many files there are: one of places and groups, then the consultations', then the organisations'."""
    return 1 + sum(_parts())


def _parts() -> tuple[int, int]:
    consultations = public_consultations(sa.func.count()).scalar_subquery()
    organisations = sa.select(sa.func.count()).select_from(Organisation).where(*_listed()).scalar_subquery()
    row = db.session.execute(sa.select(consultations, organisations)).one()
    return -(-row[0] * EACH // MOST), -(-row[1] // MOST)


def iterate_places(number: int) -> Iterator[Place]:
    """The addresses of a file, read as they are sent. Raises Missing at once."""
    consultations, organisations = _parts()
    if not 1 <= number <= 1 + consultations + organisations:
        raise Missing("sitemap")
    if number == 1:
        return _places()
    return _consultations(number - 2) if number - 2 < consultations else _organisations(number - 2 - consultations)


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


def _listed() -> tuple[sa.ColumnElement[bool], ...]:
    return is_listed(), Organisation.merged_at.is_(None)
