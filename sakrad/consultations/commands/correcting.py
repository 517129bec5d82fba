"""Announced corrections: what is changed after the opening is numbered, has its reason, and stays readable as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sakrad.consultations import lifecycle_correcting as lifecycle
from sakrad.consultations import queries
from sakrad.consultations.commands.recording import record
from sakrad.consultations.corrections import DATES, OF_QUESTION, Change, Part, Wanted, changes_of, stamp_of, stored
from sakrad.consultations.lifecycle import blockers_to_move_closing
from sakrad.consultations.models import Consultation, Correction, CorrectionChange, Material, Question
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.files import Upload


class ReasonMissing(ValueError):
    """A correction has a reason, which is public."""


@dataclass(frozen=True, slots=True)
class Addition:
    """Material to add: the stored file, and what it says in text."""

    upload: Upload
    title: str
    description: str


def announce_correction(
    consultation: Consultation,
    wanted: Wanted | None = None,
    *,
    reason: str,
    addition: Addition | None = None,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Correction:
    """Change what is wanted, and announce it as the next correction. The invited, and those who have answered, are told.

    Args:
        wanted: what is to stand there instead; `None` where material is only added.
        addition: material to add.
        seen: the stamp of the differences that were looked at; None to announce whatever they are.

    Raises:
        ReasonMissing: see there.
        Stale: the differences are others now; `theirs` is a list of them.
        Blocked: with every reason why it may not be announced; nothing is changed.
    """
    if not reason.strip():
        raise ReasonMissing
    changes = changes_of(consultation, wanted or Wanted())
    if seen is not None and seen != stamp_of(changes):
        raise Stale(changes)
    material = _material(consultation, addition, at) if addition else None
    if material is not None:
        changes.append(Change(Part.material, "", material.title, material=material))
    refuse_unless_clear(lifecycle.blockers_to_correct(queries.facts_of(consultation), changes, at))
    if material is not None:
        db.session.add(material)
        db.session.flush()
    number = len(consultation.corrections) + 1
    correction = Correction(
        consultation_id=consultation.id, number=number, reason=reason, announced_at=at, announced_by_id=actor.id if actor else None
    )
    for question in {change.question for change in changes if change.question and change.part in OF_QUESTION}:
        question.version += 1
    correction.changes = [_made(change, consultation, at) for change in changes]
    db.session.add(correction)
    consultation.version += 1
    db.session.flush()
    db.session.expire(consultation, ["corrections", "materials"])
    _record(consultation, correction, changes, actor=actor, at=at)
    return correction


def move_closing(
    consultation: Consultation,
    *,
    closes_at: datetime,
    reason: str,
    actor: Actor | None,
    at: datetime,
    summary_due_on: date | None = None,
    decision_on: date | None = None,
    feedback_due_on: date | None = None,
    follow_up_on: date | None = None,
) -> Correction:
    """Give more time to answer, and move the dates that follow where they are given: a correction, also before the opening.

    Args:
        closes_at: exclusive; later than the present one.

    Raises:
        ReasonMissing: more time has a reason, which is public.
        Blocked: it is not announced or open, the time is not later, or the dates that follow would not follow.
    """
    following = {Part.summary_due_on: summary_due_on, Part.decision_on: decision_on, Part.feedback_due_on: feedback_due_on}
    following |= {Part.follow_up_on: follow_up_on}
    dates: dict[Part, date | datetime | None] = {part: day for part, day in following.items() if day is not None}
    if closes_at == consultation.closes_at:  # no change, and so no correction: say why
        refuse_unless_clear(blockers_to_move_closing(queries.facts_of(consultation), closes_at, at))
    return announce_correction(consultation, Wanted(dates={Part.closes_at: closes_at, **dates}), reason=reason, actor=actor, at=at)


def _material(consultation: Consultation, addition: Addition, at: datetime) -> Material:
    return Material(
        reference=ids.reference(),
        consultation_id=consultation.id,
        file=addition.upload.row(at),
        title=addition.title,
        description=addition.description,
    )


def _made(change: Change, consultation: Consultation, at: datetime) -> CorrectionChange:
    """Carry the change out, and give its row."""
    target: Question | Material | Consultation = change.question or change.material or consultation
    after = change.after
    if change.part is Part.withdrawn_at:
        assert not isinstance(target, Consultation), "only questions and material are withdrawn"
        target.withdrawn_at, after = at, stored(at)
    elif change.part is Part.closes_at:
        consultation.closes_at = datetime.fromisoformat(after)
    elif change.part in DATES:
        setattr(consultation, change.part, date.fromisoformat(after) if after else None)
    elif change.part is not Part.material:
        setattr(target, change.part, after.split("\n") if change.part is Part.options else after)
    version = change.question.version if change.question and change.part in OF_QUESTION else None
    return CorrectionChange(
        field=change.part.value,
        question=change.question,
        question_version=version,
        material=change.material,
        before=change.before,
        after=after,
    )


def _record(consultation: Consultation, correction: Correction, changes: list[Change], *, actor: Actor | None, at: datetime) -> None:
    """More time is an event of its own; where something else is changed too, the mail about the correction tells of both."""
    moved = any(change.part is Part.closes_at for change in changes)
    number, more = correction.number, any(change.part not in DATES for change in changes)
    if moved:
        closes_at = consultation.closes_at.isoformat() if consultation.closes_at else None
        record(EventName.closing_moved, consultation, actor=actor, at=at, closes_at=closes_at, number=number, told=more)
    if more or not moved:
        record(EventName.correction_announced, consultation, actor=actor, at=at, subject_id=correction.id, number=number)
