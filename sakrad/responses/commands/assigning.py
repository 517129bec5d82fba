"""Giving answers to units to draft, and reading each other's answers before they go to the authority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Missing, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Unit
from sakrad.responses import lifecycle_answers as lifecycle
from sakrad.responses import queries
from sakrad.responses.commands.recording import facts, line, record, refuse_frozen, scope
from sakrad.responses.lifecycle import blockers_to_change
from sakrad.responses.models import AnswerTask, Response
from sakrad.responses.targets import Target


def assign_answers(
    targets: Sequence[Target], unit: Unit, *, actor: Actor | None, at: datetime, due_on: date | None = None, note: str = ""
) -> None:
    """Give the unit the answers to draft, instead of whoever had them. It is told once, however many they are.

    Raises:
        Blocked: the answers are decided or published, or the day has passed.
        Missing: the unit is another municipality's, or has been reorganised.
    """
    consultation = _open_consultation(targets, at)
    refuse_unless_clear(lifecycle.faults_of_day(due_on, "due_on", at))
    if unit.authority.municipality_id != consultation.municipality_id or unit.ended_on is not None:
        raise Missing("unit")
    for target in targets:
        task = target.task
        if task is None:
            task = AnswerTask(consultation_id=consultation.id, finding=target.finding, point=target.point)
            db.session.add(task)
        task.unit_id, task.due_on, task.note = unit.id, due_on, line(note)
        task.assigned_at, task.assigned_by_id = at, actor.id if actor else None
    db.session.flush()
    events.record(EventName.answer_assigned, at=at, actor=actor, subject_id=unit.id, **scope(consultation), answers=len(targets))


def unassign_answers(targets: Sequence[Target], *, actor: Actor | None, at: datetime) -> None:
    """The answers are nobody's in particular any more.

    Raises:
        Blocked: the answers are decided or published.
    """
    consultation = _open_consultation(targets, at)
    for target in targets:
        if target.task is not None:
            db.session.delete(target.task)
    db.session.flush()
    events.record(EventName.answer_unassigned, at=at, actor=actor, **scope(consultation), answers=len(targets))


def _open_consultation(targets: Sequence[Target], at: datetime) -> Consultation:
    """Whose the targets all are. Raises `Blocked` unless their answers may still change."""
    (consultation,) = {target.consultation for target in targets}
    for release in {target.release for target in targets}:
        refuse_unless_clear(blockers_to_change(queries.release_facts(consultation, release), at))
    return consultation


def ask_review(responses: Sequence[Response], reviewer: User, *, actor: Actor | None, at: datetime) -> int:
    """Ask a colleague to read the answers before they go to the authority. She is told once, however many they are.

    One where a change was asked for, and not made yet, is left as it is: there is nothing new to read. Says how many are asked of.

    Raises:
        Blocked: one of them is decided or published.
    """
    releases = {response.release for response in responses}
    for release in releases:
        refuse_frozen(release, at)
    responses = [response for response in responses if not lifecycle.waits_for_change(response)]
    if not responses:
        return 0
    for response in responses:
        response.reviewer_id, response.review_asked_at = reviewer.id, at
    db.session.flush()
    consultation = next(iter(releases)).consultation
    events.record(
        EventName.response_review_asked, at=at, actor=actor, subject_id=reviewer.id, **scope(consultation), answers=len(responses)
    )
    return len(responses)


def review_response(response: Response, *, good: bool, seen_version: int, actor: Actor, at: datetime, note: str = "") -> None:
    """Find an answer good as it stands, or ask for a change. A later change of the answer voids what was found good.

    Raises:
        Blocked: it is decided or published, the reader's own, or no change is named.
        Stale: it is not the version that was read.
    """
    own = response.written_by_id == actor.id
    refuse_unless_clear(lifecycle.blockers_to_review(facts(response.release), own=own, at=at))
    note = normalised(note)
    refuse_unless_clear(lifecycle.faults_of_review(good=good, note=note))
    if response.version != seen_version:
        raise Stale(response)
    response.reviewed_at, response.reviewed_by_id = at, actor.id
    response.reviewed_version, response.review_note = response.version if good else None, note
    record(EventName.response_reviewed, response.release.consultation, response, actor=actor, at=at, good=good)
