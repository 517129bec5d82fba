"""Voice profiles: whom an organisation says that it speaks for, what it has said by name, and what came of it.

The organisation owns its words; all the rest is computed. What the page's head needs comes as columns of one row.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db, json_rows
from sakrad.core.errors import Missing, Moved
from sakrad.core.paging import page_count
from sakrad.directory.models import FormerName, Municipality, Organisation, OrganisationKind, ProfileVersion
from sakrad.directory.queries_merging import merged_into
from sakrad.directory.queries_public import Named, is_listed, unpacked
from sakrad.meetings.models import Attendance, Meeting, Notes
from sakrad.positions.models import ImportedPosition, Position, PositionParty
from sakrad.positions.queries_behind import is_verified_here
from sakrad.positions.queries_portable import is_told as is_import_told
from sakrad.positions.queries_public import Published
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, published_row
from sakrad.voices.queries import OWN_GROUPS, named, place
from sakrad.voices.queries_spoken import SPOKEN, Spoken, list_spoken


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting that the organisation came to, whose notes are public."""

    kommun: str
    slug: str
    number: int
    title: str
    on: date


@dataclass(frozen=True, slots=True)
class Joint:
    """Another's answer that the organisation has said itself that it stands behind."""

    kommun: str
    slug: str
    title: str
    org: str
    name: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An answer that the organisation gave in another installation and brought along. It counts nowhere here."""

    title: str
    municipality: str
    source: str
    receipt_number: str
    on: date

    @property
    def receipt_url(self) -> str:
        return f"{self.source}/kvitto/{self.receipt_number}"

    @property
    def host(self) -> str:
        return self.source.removeprefix("https://")


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """/organisationer/<org>. `description` and `added_value` are the organisation's own words, masked."""

    slug: str
    name: str
    kind: OrganisationKind
    description: str
    added_value: str
    voice_bearer: bool
    provider: bool
    protected: bool
    place: str | None
    groups: tuple[Named, ...]
    answers: int
    years: tuple[tuple[int, int], ...]  # and how many answers of each, the latest first
    year: int | None  # that was asked for
    former_names: tuple[str, ...]
    merged: tuple[str, ...]  # names of the organisations merged into it
    met: tuple[Met, ...]
    joint: tuple[Joint, ...]
    elsewhere: tuple[Elsewhere, ...]  # a page of them, the latest first
    elsewhere_count: int
    elsewhere_page: int
    elsewhere_pages: int
    spoken: tuple[Spoken, ...]
    page: int
    pages: int
    valid_until: datetime


def get_organisation_page(org: str, page: int, at: datetime, *, year: int | None = None, elsewhere: int = 1) -> OrganisationPage:
    """A voice profile. At most 8 statements. A year without answers is as no year. `elsewhere`: the page of those answers.

    Raises:
        Missing: there is no such organisation, or no active municipality has verified it.
        Moved: it has been merged into one that has a profile.
    """
    beside = {"former": _former_names(), "merged": _merged_names(), "met": _met(), "joint": _joint(at), "elsewhere": _elsewhere_count()}
    row = _head(org, at, *(column.label(name) for name, column in beside.items()))
    years = Counter(clock.day_of(_instant(received)).year for (received,) in row.years or ())
    year = year if year in years else None
    answers = years.total() if year is None else years[year]
    pages = page_count(answers, SPOKEN)
    page = min(page, pages)
    former, merged = (sorted({name for (name,) in names or ()} - {row.name}) for names in (row.former, row.merged))
    met = sorted((Met(kommun, slug, number, title, _day(on)) for kommun, slug, number, title, on in row.met or ()), key=_latest)
    more = page_count(row.elsewhere, ELSEWHERE)
    elsewhere = min(elsewhere, more)
    return OrganisationPage(
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        description=published_row(row.description, row.description_masks),
        added_value=published_row(row.added_value, row.added_value_masks),
        voice_bearer=row.voice_bearer,
        provider=row.provider,
        protected=row.protected,
        place=row.place,
        groups=unpacked(row.groups),
        answers=years.total(),
        years=tuple(sorted(years.items(), reverse=True)),
        year=year,
        former_names=() if row.protected else tuple(former),
        merged=tuple(merged),
        met=() if row.protected else tuple(met),
        joint=tuple(sorted((Joint(*one) for one in row.joint or ()), key=lambda one: one.title)),
        elsewhere=_list_elsewhere(row.id, elsewhere) if row.elsewhere else (),
        elsewhere_count=row.elsewhere,
        elsewhere_page=elsewhere,
        elsewhere_pages=more,
        spoken=list_spoken(row.id, page, year, at),
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at),
    )


def _latest(one: Met) -> int:
    return -one.on.toordinal()


def _instant(text: str) -> datetime:
    """An instant as the databases write it into JSON: SQLite without its zone, which is UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _day(text: str) -> date:
    return clock.day_of(_instant(text))


def _head(org: str, at: datetime, *beside: Any) -> Any:
    """The organisation's row with what its page and its card tell, in one statement."""
    said = sa.select(sa.func.max(ProfileVersion.id)).where(ProfileVersion.organisation_id == Organisation.id)
    last = said.correlate(Organisation).scalar_subquery()
    row = db.session.execute(
        sa.select(
            Organisation.id,
            Organisation.slug,
            Organisation.name,
            Organisation.kind,
            Organisation.description,
            Organisation.added_value,
            masks_column(TextKind.description, last).label("description_masks"),
            masks_column(TextKind.added_value, last).label("added_value_masks"),
            Organisation.voice_bearer,
            Organisation.provider,
            Organisation.protected,
            Organisation.heir_id,
            OWN_GROUPS.label("groups"),
            place().label("place"),
            _years(at).label("years"),
            *beside,
        ).where(Organisation.slug == org, is_listed())
    ).one_or_none()
    if row is None:
        raise Missing("organisation")
    if row.heir_id is not None:
        heir = db.session.scalar(sa.select(Organisation.slug).where(Organisation.id == row.heir_id, is_listed()))
        if heir is not None:
            raise Moved(org=heir)
    return row


def _its(organisation_id: Any) -> sa.ColumnElement[bool]:
    """Of the organisation outside, or of one merged into it."""
    return organisation_id.in_(merged_into(Organisation.id).correlate(Organisation))  # type: ignore[no-any-return]


def _years(at: datetime) -> sa.ScalarSelect[Any]:
    """When each answer by name was received. Needs Organisation outside."""
    received = named(sa.select(json_rows(Published.received_at)), at)
    return received.where(_its(Position.organisation_id)).correlate(Organisation).scalar_subquery()


def _former_names() -> sa.ScalarSelect[Any]:
    """What it was called before. Needs Organisation outside."""
    return (
        sa.select(json_rows(FormerName.name)).where(FormerName.organisation_id == Organisation.id).correlate(Organisation).scalar_subquery()
    )


def _merged_names() -> sa.ScalarSelect[Any]:
    """What is now part of it. Needs Organisation outside."""
    other = aliased(Organisation)
    return sa.select(json_rows(other.name)).where(other.heir_id == Organisation.id).correlate(Organisation).scalar_subquery()


def _met() -> sa.ScalarSelect[Any]:
    """The meetings that it came to, once their notes are public. Needs Organisation outside."""
    return (
        sa.select(json_rows(Municipality.slug, Consultation.slug, Meeting.number, Meeting.title, Meeting.starts_at))
        .select_from(Attendance)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .join(Notes, sa.and_(Notes.meeting_id == Meeting.id, Notes.final_at.is_not(None)))
        .join(Consultation, Consultation.id == Meeting.consultation_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(IS_PUBLIC, Meeting.cancelled_at.is_(None), _its(Attendance.organisation_id), sa.not_(Organisation.protected))
        .correlate(Organisation)
        .scalar_subquery()
    )


def _joint(at: datetime) -> sa.ScalarSelect[Any]:
    """Answers by name from others, which it has confirmed itself that it stands behind. Needs Organisation outside."""
    party, sender = PositionParty, aliased(Organisation)
    return (
        named(sa.select(json_rows(Municipality.slug, Consultation.slug, Consultation.title, sender.slug, Published.organisation_name)), at)
        .join(party, party.position_id == Position.id)
        .join(sender, sender.id == Position.organisation_id)
        .where(party.stands, party.confirmed_id == Published.id, _its(party.organisation_id), is_verified_here(party.organisation_id))
        .correlate(Organisation)
        .scalar_subquery()
    )


ELSEWHERE = 12  # on a page


def _elsewhere_count() -> sa.ScalarSelect[Any]:
    """How much it has brought along, after its review. Needs Organisation outside; a protected one has places in it, and shows none."""
    counted = sa.select(sa.func.count()).select_from(ImportedPosition)
    counted = counted.where(_its(ImportedPosition.organisation_id), is_import_told(), sa.not_(Organisation.protected))
    return counted.correlate(Organisation).scalar_subquery()


def _list_elsewhere(organisation_id: int, page: int) -> tuple[Elsewhere, ...]:
    """A page of it, the latest first. 1 statement."""
    i = ImportedPosition
    rows = db.session.execute(
        sa.select(i.title, i.municipality, i.source, i.receipt_number, i.received_at)
        .where(i.organisation_id.in_(merged_into(organisation_id)), is_import_told())
        .order_by(i.received_at.desc(), i.id.desc())
        .limit(ELSEWHERE)
        .offset((page - 1) * ELSEWHERE)
    )
    return tuple(Elsewhere(title, where, source, number, clock.day_of(at)) for title, where, source, number, at in rows)


# -- the card


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """An answer on the card."""

    title: str
    municipality: str
    address: dict[str, str]  # org is its sender: the organisation itself, or one merged into it


@dataclass(frozen=True, slots=True)
class Card:
    """/organisationer/<org>/kort: the page in short, for the organisation's own site."""

    slug: str
    name: str
    kind: OrganisationKind
    groups: tuple[Named, ...]
    answers: int
    latest: tuple[CardAnswer, ...]
    valid_until: datetime


ON_CARD = 3  # answers


def get_card(org: str, at: datetime) -> Card:
    """The organisation's card. 2 statements. Raises Missing; Moved, as its page."""
    row = _head(org, at)
    answer = (Consultation.slug, Consultation.title, Organisation.slug.label("org"))
    rows = db.session.execute(
        named(sa.select(Municipality.slug.label("kommun"), FULL_NAME.label("municipality"), *answer), at)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Position.organisation_id.in_(merged_into(row.id)))
        .order_by(Published.received_at.desc(), Published.id.desc())
        .limit(ON_CARD)
    )
    latest = tuple(CardAnswer(one.title, one.municipality, {"kommun": one.kommun, "slug": one.slug, "org": one.org}) for one in rows)
    return Card(row.slug, row.name, row.kind, unpacked(row.groups), len(row.years or ()), latest, clock.valid_until(at))


def find_card(org: str, at: datetime) -> Card | None:
    """The card, where the organisation has a public page."""
    try:
        return get_card(org, at)
    except Missing:
        return None
