"""Taking in a föreningsregister: a file is read, its columns matched, its rows chosen, and then all is written at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName, record, record_many
from sakrad.directory import queries
from sakrad.directory.commands_organisations import RESERVED
from sakrad.directory.lifecycle import blockers_to_import, blockers_to_match
from sakrad.directory.models import (
    Municipality,
    Organisation,
    RegisterImport,
    Subject,
    TargetGroup,
    organisation_group,
    organisation_subject,
)
from sakrad.directory.register_file import FILLABLE, PLACED, Choice, Entry, Judged, counts, proposed_columns, scrubbed

KEPT = timedelta(days=7)  # how long a file that nobody finishes is kept


def start_import(
    municipality: Municipality, *, file_name: str, header: Sequence[str], rows: Sequence[Sequence[str]], actor: Actor | None, at: datetime
) -> RegisterImport:
    """Keep what the file says until it has been looked at. Personal identity numbers are not kept."""
    header, *clean = ([scrubbed(cell) for cell in row] for row in (header, *rows))  # the first row may be no headings
    imported = RegisterImport(
        municipality_id=municipality.id,
        file_name=scrubbed(file_name),
        header=header,
        rows=clean,
        columns=proposed_columns(header, clean),
        created_at=at,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(imported)
    db.session.flush()
    return imported


def match_columns(imported: RegisterImport, *, columns: Mapping[str, int]) -> None:
    """Say which column holds what. What was chosen for rows is forgotten: they may mean something else now.

    Raises:
        Blocked: no column has the name, one is used twice, or the import is finished.
    """
    refuse_unless_clear([*blockers_to_import(finished=imported.finished_at is not None), *blockers_to_match(dict(columns))])
    if imported.columns != columns:
        imported.columns, imported.choices = dict(columns), {}
    db.session.flush()


def choose_rows(imported: RegisterImport, *, choices: Mapping[int, Choice], protected: Mapping[int, bool] | None = None) -> None:
    """Say what is to become of rows, by their index, and which of them are protected: nothing about their place is taken in.

    Raises:
        Blocked: the import is finished.
    """
    refuse_unless_clear(blockers_to_import(finished=imported.finished_at is not None))
    known = {str(index): choice.value for index, choice in choices.items() if 0 <= index < len(imported.rows)}
    placed = {f"{index}{PLACED}": "" if yes else "1" for index, yes in (protected or {}).items() if 0 <= index < len(imported.rows)}
    imported.choices = imported.choices | known | placed  # a new dictionary: a changed one is not seen to be changed
    db.session.flush()


def take_in(imported: RegisterImport, rows: Sequence[Judged], *, actor: Actor | None, at: datetime) -> None:
    """Write the rows as they are judged now, and forget the file. Those added are unconfirmed until they say something themselves.

    Raises:
        Blocked: the import is finished.
        Stale: somebody entered one of the organisations at this very moment.
    """
    refuse_unless_clear(blockers_to_import(finished=imported.finished_at is not None))
    groups = {group.slug: group for group in queries.list_groups()}
    subjects = {subject.slug: subject for subject in queries.list_subjects()}
    # The first row of two that fill the same organisation.
    fills = {row.known.id: row.entry for row in reversed(rows) if row.choice is Choice.update and row.known}
    chosen = sa.select(Organisation).where(Organisation.id.in_(fills)).options(*queries.with_facts())
    for organisation in db.session.scalars(chosen.with_for_update(of=Organisation)).all():
        _fill(organisation, fills[organisation.id], groups, subjects)
    try:
        db.session.flush()
        hidden = _add([row.entry for row in rows if row.choice is Choice.add], imported.municipality_id, groups, subjects, at)
    except sa.exc.IntegrityError:
        raise Stale from None
    number = counts(rows)
    imported.added, imported.updated, imported.skipped = number[Choice.add], number[Choice.update], number[Choice.skip]
    _forget(imported, at)
    db.session.flush()
    # The rows of the protected ones do not say whose they are: this does, to the municipality alone (queries.registered_at).
    each: list[dict[str, int | None]] = [{"organisation_id": organisation_id} for organisation_id in hidden]
    record_many(EventName.organisation_registered, each, at=at, actor=actor, municipality_id=imported.municipality_id)
    record(
        EventName.register_imported,
        at=at,
        actor=actor,
        subject_id=imported.id,
        municipality_id=imported.municipality_id,
        added=imported.added,
        updated=imported.updated,
        skipped=imported.skipped,
    )


def give_up_import(imported: RegisterImport, *, at: datetime) -> None:
    """Forget the file and take nothing in. Said twice, the first holds."""
    if imported.finished_at is None:
        _forget(imported, at)
        db.session.flush()


def forget_imports(*, at: datetime) -> int:
    """Empty what nobody has finished within a week; returns how many there were."""
    old = sa.select(RegisterImport).where(RegisterImport.finished_at.is_(None), RegisterImport.created_at <= at - KEPT)
    found = db.session.scalars(old.with_for_update(skip_locked=True)).all()
    for imported in found:
        _forget(imported, at)
    return len(found)


def _forget(imported: RegisterImport, at: datetime) -> None:
    """The rows hold people's addresses."""
    imported.header, imported.rows, imported.columns, imported.choices, imported.finished_at = [], [], {}, {}, at


def _add(
    found: Sequence[Entry], municipality_id: int, groups: Mapping[str, TargetGroup], subjects: Mapping[str, Subject], at: datetime
) -> list[int]:
    """Write them many at a time: thousands of single statements would keep everybody else waiting. Returns the protected ones' ids."""
    taken = RESERVED | set(db.session.scalars(sa.select(Organisation.slug)))
    by_slug: dict[str, Entry] = {}
    for entry in found:
        by_slug[ids.free_slug(entry.name, lambda slug: slug in taken or slug in by_slug)] = entry
    if not by_slug:
        return []
    values = [
        {
            "slug": slug,
            "name": entry.name,
            "kind": entry.kind,
            "org_number": entry.org_number,
            "email": entry.email,
            "municipality_id": None if entry.protected else municipality_id,
            "protected": entry.protected,
            "area": entry.area,
            "postal_address": entry.postal_address,
            "created_at": at,
            "imported_at": at,
        }
        for slug, entry in by_slug.items()
    ]
    made = db.session.execute(sa.insert(Organisation).returning(Organisation.id, Organisation.slug), values).all()
    speaks = [{"organisation_id": id_, "target_group_id": groups[group].id} for id_, slug in made for group in by_slug[slug].groups]
    works = [{"organisation_id": id_, "subject_id": subjects[one].id} for id_, slug in made for one in by_slug[slug].subjects]
    for table, rows in ((organisation_group, speaks), (organisation_subject, works)):
        if rows:
            db.session.execute(sa.insert(table), rows)
    return [id_ for id_, slug in made if by_slug[slug].protected]


def _fill(organisation: Organisation, entry: Entry, groups: Mapping[str, TargetGroup], subjects: Mapping[str, Subject]) -> None:
    """Only what is empty; nothing that the organisation or a colleague has written is replaced, and a protected one gets no place."""
    values = {
        "groups": [groups[slug] for slug in entry.groups],
        "subjects": [subjects[slug] for slug in entry.subjects],
    }
    for name in FILLABLE:
        if not getattr(organisation, name) and not (organisation.protected and name in ("area", "postal_address")):
            setattr(organisation, name, values.get(name, getattr(entry, name)))
