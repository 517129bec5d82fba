"""The index follows what happens, in the transaction in which it happens: a masked word is gone from it as it is masked.

What an event may have changed is written anew when all of the transaction is known; a text that says the same is not written again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sakrad.consultations.models import Consultation
from sakrad.core import search
from sakrad.core.db import before_commit, db, transaction
from sakrad.core.events import Event, EventName, after
from sakrad.core.search import Entry
from sakrad.directory.models import Organisation, ProfileVersion, Verification
from sakrad.pages.search_documents import consultations, part_of
from sakrad.pages.search_said import answers, organisations
from sakrad.pages.seen import UNSEEN
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.records.models import TextKind

WAITING = "sakrad_search"
BATCH = 300  # rows that are indexed together
OF_POSITION = (EventName.position_disowned, EventName.position_withdrawn)
OF_VERSION = (EventName.position_received, EventName.position_reviewed, EventName.transcription_confirmed)
OF_ANSWERS = (EventName.consultation_changed, EventName.closing_moved, EventName.correction_announced)  # when and where they are read
OF_ORGANISATION = (
    EventName.organisation_registered,
    EventName.organisation_changed,
    EventName.organisation_verified,
    EventName.organisations_merged,
    EventName.organisations_unmerged,
)
OF_AUTHORITY = (EventName.authority_changed, EventName.unit_changed, EventName.unit_reorganised)  # its name stands in its consultations
OF_MUNICIPALITY = (EventName.municipality_switched_on, EventName.municipality_switched_off)
MASKED = (EventName.text_masked, EventName.text_unmasked)
ELSEWHERE = {*OF_POSITION, *OF_VERSION, *OF_ORGANISATION, *OF_AUTHORITY, *OF_MUNICIPALITY, *MASKED}
# What is asked of organisations and said about them one by one changes no text that is indexed; all else of a consultation may.
UNINDEXED = frozenset(name for name in EventName if name.startswith(("meeting_", "comment_", "party_", "attachment_", "registration_"))) | {
    EventName.organisation_invited,
    EventName.invitation_declined,
    EventName.participation_answered,
    EventName.position_ratified,
    EventName.position_registered,
    EventName.attendance_noted,
    EventName.confirmation_received,
    EventName.confirmation_answered,
    EventName.objection_reviewed,
    EventName.evaluation_answered,
    EventName.verdict_given,
    EventName.verdict_reviewed,
}


# -- what happened


@after(*OF_POSITION)
def position_taken_back(event: Event) -> None:
    """All that its organisation said in it, or what it said at a meeting."""
    _later(Position, event.subject_id, event.at)


@after(*OF_VERSION)
def position_heard(event: Event) -> None:
    """A version came, was let through, withheld, or confirmed."""
    position_id = event.data.get("position")
    if event.data.get("first"):
        return  # the first that its organisation sent: readers see none of it until it has been let through
    if position_id is None and event.subject_id is not None:
        position_id = db.session.get_one(PositionVersion, event.subject_id).position_id
    _later(Position, position_id, event.at)


@after(*MASKED)
def words_masked(event: Event) -> None:
    """In an answer; in what an organisation says of itself; or in what the authority has written."""
    if event.data["kind"] == TextKind.answer:
        _later(Position, db.session.get_one(Answer, event.data["text_id"]).version.position_id, event.at)
    elif event.data["kind"] in (TextKind.description, TextKind.added_value):
        _later(Organisation, db.session.get_one(ProfileVersion, event.data["text_id"]).organisation_id, event.at)
    else:
        _later(Consultation, event.consultation_id, event.at)


@after(*(name for name in EventName if name not in UNSEEN | UNINDEXED | ELSEWHERE))
def consultation_changed(event: Event) -> None:
    """Anything else that readers see of a consultation: also what nobody has thought of yet."""
    _later(Consultation, event.consultation_id, event.at)
    if event.name in OF_ANSWERS and event.organisation_id is None:
        _later(Position, event.consultation_id, event.at, of=Consultation)


@after(*OF_ORGANISATION)
def organisation_changed(event: Event) -> None:
    """Its name, whether it is protected or known here: its page and all that it has said."""
    _later(Organisation, event.organisation_id, event.at)
    _later(Position, event.organisation_id, event.at, of=Organisation)


@after(*OF_AUTHORITY)
def authority_changed(event: Event) -> None:
    """Its name, or a unit's."""
    if event.authority_id is not None:
        for consultation_id in db.session.scalars(sa.select(Consultation.id).where(Consultation.authority_id == event.authority_id)):
            _later(Consultation, consultation_id, event.at)


@after(*OF_MUNICIPALITY)
def municipality_switched(event: Event) -> None:
    """All of it comes or goes at once."""
    its = Consultation.municipality_id == event.municipality_id
    for consultation_id in db.session.scalars(sa.select(Consultation.id).where(its, Consultation.announced_at.is_not(None))):
        _later(Consultation, consultation_id, event.at)
        _later(Position, consultation_id, event.at, of=Consultation)
    known = sa.select(Verification.organisation_id).where(Verification.municipality_id == event.municipality_id)
    for organisation_id in db.session.scalars(known):
        _later(Organisation, organisation_id, event.at)


# -- writing


def _later(what: type[Any], row_id: int | None, at: datetime, *, of: type[Any] | None = None) -> None:
    """Index the row anew at the end of the transaction; with `of`, all those of another row."""
    if row_id is not None:
        waiting = db.session.info.setdefault(WAITING, {})
        waiting.setdefault((what, of or what), set()).add(row_id)
        waiting["at"] = max(at, waiting.get("at", at))
        before_commit("search", _write)


@sa.event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(WAITING, None)


def _write() -> None:
    """What has been waiting, each kind in a constant number of statements. A draft costs nothing."""
    waiting: dict[Any, Any] = db.session.info.pop(WAITING, {})
    at = waiting.pop("at", None)
    write_consultations(_announced(waiting.pop((Consultation, Consultation), ())), at=at)
    if found := waiting.pop((Organisation, Organisation), None):
        write_organisations(_with_heirs(found), at=at)
    ids: set[int] = waiting.pop((Position, Position), set())
    for of, column in ((Organisation, Position.organisation_id), (Consultation, Position.consultation_id)):
        if owners := waiting.pop((Position, of), None):
            owners = owners if of is Organisation else _announced(owners)
            for some in _batches(owners):
                ids |= set(db.session.scalars(sa.select(Position.id).where(column.in_(some))))
    write_positions(ids, at=at)


def _announced(consultation_ids: Collection[int]) -> list[int]:
    """Those that have been announced. A command has its consultation at hand: then nothing is asked."""
    if len(consultation_ids) == 1:
        (one,) = consultation_ids
        found = db.session.get(Consultation, one)
        return [one] if found is not None and found.announced_at is not None else []
    public = sa.select(Consultation.id).where(Consultation.announced_at.is_not(None))
    return [one for some in _batches(consultation_ids) for one in db.session.scalars(public.where(Consultation.id.in_(some)))]


def _with_heirs(organisation_ids: Collection[int]) -> set[int]:
    """And those that they are merged into, whose pages name them."""
    heir = sa.select(Organisation.heir_id)
    heirs = (one for some in _batches(organisation_ids) for one in db.session.scalars(heir.where(Organisation.id.in_(some))))
    return {*organisation_ids, *(one for one in heirs if one is not None)}


def write_consultations(ids: Collection[int], *, at: datetime) -> int:
    """Index what authorities have written in these consultations; how many texts changed."""
    return _replace(Consultation, ids, consultations, at)


def write_organisations(ids: Collection[int], *, at: datetime) -> int:
    """Index what these organisations say of themselves; how many texts changed."""
    return _replace(Organisation, ids, organisations, at)


def write_positions(ids: Collection[int], *, at: datetime) -> int:
    """Index what was said in these positions; how many texts changed.

    Two statements for one that nobody could read and nobody can: what is just received. Nobody waits for anybody then.
    """
    if len(ids) == 1:
        (only,) = ids
        if not search.is_indexed([part_of(Position, only)]) and not any(True for _ in answers(ids)):
            return 0
    return _replace(Position, ids, answers, at)


def _replace(model: type[Any], ids: Collection[int], documents: Any, at: datetime) -> int:
    changed = 0
    for some in _batches(ids):
        search.lock_index()  # before the texts are read: what is read after it nobody else is writing
        entries: list[Entry] = list(documents(some))
        changed += search.replace([part_of(model, one) for one in some], entries, at=at)
    return changed


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(sorted(ids))
    while some := list(islice(rest, BATCH)):
        yield some


# -- all of it


def rebuild(*, at: datetime) -> int:
    """Index everything anew, a transaction a batch; how many texts were not as they should be. What is right is only read.

    Killed in the midst, it is done again, and soon passes by what it has done.
    """
    changed = 0
    for model, write in ((Consultation, write_consultations), (Organisation, write_organisations), (Position, write_positions)):
        last = 0
        while some := _next(model, last):
            with transaction():
                changed += write(some, at=at)
            last = some[-1]
    return changed


def _next(model: type[Any], last: int) -> list[int]:
    ids = list(db.session.scalars(sa.select(model.id).where(model.id > last).order_by(model.id).limit(BATCH)))
    db.session.rollback()
    return ids
