"""Everything that `flask check` looks at: what stops the product (FAULT) and what an operator should know (NOTE)."""

from __future__ import annotations

import enum
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from sakrad.config import Settings
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import IS_PUBLIC
from sakrad.core import clock, files
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.core.search_index import SearchEntry
from sakrad.directory.models import Municipality
from sakrad.operations import checks, queries

SKEW = timedelta(seconds=5)
ROOM = 500_000_000  # bytes: below this a backup, a document or a submission may fail
SCARCE = 0.05  # of the disk


class Weight(enum.StrEnum):
    """How much a finding matters."""

    fault = "FAULT"
    note = "NOTE"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is not as it should be, with what to do, in English for whoever runs the machine."""

    weight: Weight
    words: str


def look(settings: Settings) -> list[Found]:
    """Everything that is found. Without a database, what does not need one."""
    found = [*_settings(settings), *_storage(), *_disk(settings), *_mail()]
    if not checks.database_answers():
        return [*found, _fault("The database does not answer: see SAKRAD_DATABASE_URL.")]
    if not checks.database_migrated():
        return [*found, _fault("The database is not migrated: run `flask db upgrade`.")]
    for check in WITH_DATABASE:
        found += check(settings)
    db.session.rollback()
    return found


def _fault(words: str) -> Found:
    return Found(Weight.fault, words)


def _note(words: str) -> Found:
    return Found(Weight.note, words)


def _settings(settings: Settings) -> Iterator[Found]:
    """What `Settings.faults` cannot refuse, since it may be meant."""
    try:
        files.open_store(settings.storage_url)
    except (ValueError, OSError) as error:
        yield _fault(f"The file store cannot be opened: {error}")
    if not settings.production:
        return
    if settings.mail_sender.endswith(".example"):
        yield _fault(f"Mail would be sent from {settings.mail_sender}: set SAKRAD_MAIL_SENDER.")
    if settings.proxies == 0:
        yield _note("SAKRAD_PROXIES is 0: behind nginx all readers would share one rate limit. One proxy in front: 1.")
    if not settings.metrics_token:
        yield _note("SAKRAD_METRICS_TOKEN is not set: /metrics answers 404.")
    if settings.database_url.startswith("sqlite"):
        yield _note("The database is SQLite: fit for one machine. Several machines need PostgreSQL.")


def _storage() -> Iterator[Found]:
    if not checks.storage_writable():
        yield _fault("The file store cannot be written: see SAKRAD_STORAGE_URL.")


def _mail() -> Iterator[Found]:
    if fault := checks.mail_fault():
        yield _fault(f"Mail cannot leave ({fault}): see SAKRAD_MAIL_URL.")


def _disk(settings: Settings) -> Iterator[Found]:
    """Room where we write: the database and the store when they are on this machine, and what documents are made in."""
    places = [Path(tempfile.gettempdir())]
    if settings.database_url.startswith("sqlite:///"):
        places.append(Path(settings.database_url.removeprefix("sqlite:///")).parent)
    if urlsplit(settings.storage_url).scheme == "file":
        places.append(Path(urlsplit(settings.storage_url).path))
    for place in places:
        if place.exists():
            usage = shutil.disk_usage(place)
            if usage.free < ROOM or usage.free < usage.total * SCARCE:
                yield _fault(f"Only {usage.free // 1_000_000} MB are free at {place}.")


def _worker(_settings: Settings) -> Iterator[Found]:
    last = queries.find_heartbeat()
    if last is None:
        yield _note("No worker has gone its round yet: start `flask worker`.")
    elif not queries.is_alive(last, clock.now()):
        yield _fault(f"The worker has been silent since {last:%Y-%m-%d %H:%M} UTC: mail and clock-made work wait. Start `flask worker`.")


def _queues(_settings: Settings) -> Iterator[Found]:
    overview = queries.get_overview(clock.now())
    if overview.mails_dead:
        yield _note(f"{overview.mails_dead} mails could not be delivered: see /drift/post.")
    if overview.jobs_dead:
        yield _note(f"{overview.jobs_dead} jobs were given up after several tries: see the worker's log for job_failed.")


def _clock(_settings: Settings) -> Iterator[Found]:
    """Deadlines hold by this machine's clock: it must agree with the database's, and with what has been recorded."""
    now = clock.now()
    if db.engine.dialect.name == "postgresql":
        theirs = db.session.scalar(sa.select(sa.func.clock_timestamp()))
        if theirs is not None and abs(theirs - now) > SKEW:
            yield _fault(f"The clocks of this machine and of the database differ by {abs(theirs - now).total_seconds():.0f} seconds.")
    newest = db.session.scalar(sa.select(sa.func.max(Event.at)))
    if newest is not None and newest > now + SKEW:
        yield _fault(f"Something is recorded at {newest:%Y-%m-%d %H:%M:%S} UTC, which has not been yet: see this machine's clock.")


def _search(_settings: Settings) -> Iterator[Found]:
    public = sa.select(sa.func.count(Consultation.id)).join(Municipality, Municipality.id == Consultation.municipality_id)
    readable = db.session.scalar(public.where(IS_PUBLIC)) or 0
    held = db.session.scalar(sa.select(sa.func.count(SearchEntry.id)).where(SearchEntry.kind == "consultation")) or 0
    if held != readable:
        yield _fault(f"The search index holds {held} of {readable} consultations: run `flask reindex`.")


def _municipality(settings: Settings) -> Iterator[Found]:
    """The mode for one municipality alone names one that is there and is switched on."""
    if settings.municipality:
        active = db.session.scalar(sa.select(Municipality.active).where(Municipality.slug == settings.municipality))
        if active is None:
            yield _fault(f"SAKRAD_MUNICIPALITY is {settings.municipality!r}: there is no such municipality.")
        elif not active:
            yield _fault(f"SAKRAD_MUNICIPALITY is {settings.municipality!r}, which is not switched on: see /drift/kommuner.")


WITH_DATABASE: tuple[Callable[[Settings], Iterator[Found]], ...] = (_worker, _queues, _clock, _search, _municipality)
