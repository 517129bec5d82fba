"""Behandlas i råd: when the municipality's own councils take the matter up. Never counted as organisations."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations import lifecycle_correcting as lifecycle
from sakrad.consultations import queries
from sakrad.consultations.commands.recording import record
from sakrad.consultations.models import Consultation, CouncilHearing
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.directory.models import Council


class CouncilElsewhere(ValueError):
    """The council is another municipality's."""


class AlreadyHeard(ValueError):
    """The council takes it up that day already."""


def add_hearing(
    consultation: Consultation,
    council: Council,
    *,
    heard_on: date,
    paragraph: str = "",
    minutes_url: str = "",
    actor: Actor | None,
    at: datetime,
) -> CouncilHearing:
    """Note that the council takes the matter up.

    Raises:
        Blocked: it is cancelled or ended.
        CouncilElsewhere, AlreadyHeard: see there.
    """
    refuse_unless_clear(lifecycle.blockers_to_note_hearing(queries.facts_of(consultation), at))
    _check(consultation, council, heard_on)
    hearing = CouncilHearing(
        consultation_id=consultation.id, council_id=council.id, heard_on=heard_on, paragraph=paragraph, minutes_url=minutes_url
    )
    db.session.add(hearing)
    db.session.flush()
    record(EventName.council_hearing_added, consultation, actor=actor, at=at, subject_id=hearing.id, council=council.id)
    return hearing


def change_hearing(
    hearing: CouncilHearing,
    council: Council,
    *,
    heard_on: date,
    paragraph: str = "",
    minutes_url: str = "",
    actor: Actor | None,
    at: datetime,
) -> None:
    """Change the day, or add the paragraph and the minutes when they are there. Raises what `add_hearing` raises."""
    consultation = hearing.consultation
    refuse_unless_clear(lifecycle.blockers_to_note_hearing(queries.facts_of(consultation), at))
    _check(consultation, council, heard_on, besides=hearing)
    hearing.council, hearing.heard_on, hearing.paragraph, hearing.minutes_url = council, heard_on, paragraph, minutes_url
    record(EventName.council_hearing_changed, consultation, actor=actor, at=at, subject_id=hearing.id, council=council.id)


def remove_hearing(hearing: CouncilHearing, *, actor: Actor | None, at: datetime) -> None:
    """Take it away: the council did not take it up.

    Raises:
        Blocked: it is cancelled or ended.
    """
    consultation = hearing.consultation
    refuse_unless_clear(lifecycle.blockers_to_note_hearing(queries.facts_of(consultation), at))
    record(EventName.council_hearing_removed, consultation, actor=actor, at=at, subject_id=hearing.id, council=hearing.council_id)
    db.session.delete(hearing)
    db.session.flush()


def _check(consultation: Consultation, council: Council, heard_on: date, *, besides: CouncilHearing | None = None) -> None:
    if council.municipality_id != consultation.municipality_id:
        raise CouncilElsewhere
    same = (
        CouncilHearing.consultation_id == consultation.id,
        CouncilHearing.council_id == council.id,
        CouncilHearing.heard_on == heard_on,
    )
    taken = db.session.scalar(sa.select(CouncilHearing.id).where(*same))
    if taken is not None and (besides is None or taken != besides.id):
        raise AlreadyHeard
