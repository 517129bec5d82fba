"""The commitments of an answer, and what was done towards them."""

from __future__ import annotations

from datetime import date, datetime

from sakrad.consultations import commands as consultations
from sakrad.core.db import db
from sakrad.core.errors import Missing, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Function
from sakrad.responses import lifecycle, queries
from sakrad.responses.commands.recording import facts, line, record, refuse_frozen, touch
from sakrad.responses.models import Commitment, Progress, ProgressStatus, Response


def commit_to(
    response: Response, *, what: str, function: Function, due_on: date, how_seen: str, actor: Actor | None, at: datetime
) -> Commitment:
    """Promise something as part of the answer; it is made when the answer is published.

    Raises:
        Blocked: the answers are decided or published, nothing is promised, or the day has passed.
        Missing: the function is another municipality's.
    """
    facts = queries.release_facts(response.release.consultation, response.release)
    refuse_unless_clear(lifecycle.blockers_to_commit(facts, at))
    what = line(what)
    refuse_unless_clear(lifecycle.faults_of_commitment(what=what, due_on=due_on, at=at))
    _refuse_foreign(response, function)
    consultation = response.release.consultation
    commitment = Commitment(
        consultation=consultation,
        number=queries.next_number(consultation.id),
        response=response,
        what=what,
        function=function,
        due_on=due_on,
        how_seen=line(how_seen),
        created_at=at,
    )
    db.session.add(commitment)
    touch(response, actor=actor, at=at)
    return commitment


def change_commitment(
    commitment: Commitment,
    *,
    what: str,
    function: Function,
    due_on: date,
    how_seen: str,
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Change a promise that is not decided yet. A published one is changed by telling so (`add_progress`).

    Raises:
        Blocked: the answers are decided or published, nothing is promised, or the day has passed.
        Missing: the function is another municipality's.
        Stale: it is not the version that was seen.
    """
    response = commitment.response
    refuse_frozen(response.release, at)
    if commitment.version != seen_version:
        raise Stale(commitment)
    what = line(what)
    refuse_unless_clear(lifecycle.faults_of_commitment(what=what, due_on=due_on, former_due_on=commitment.due_on, at=at))
    _refuse_foreign(response, function)
    commitment.what, commitment.function, commitment.due_on, commitment.how_seen = what, function, due_on, line(how_seen)
    commitment.version += 1
    touch(response, actor=actor, at=at)


def drop_commitment(commitment: Commitment, *, actor: Actor | None, at: datetime) -> None:
    """Take a promise out of an answer that is not decided yet.

    Raises:
        Blocked: the answers are decided or published.
    """
    response = commitment.response
    refuse_frozen(response.release, at)
    response.commitments.remove(commitment)
    db.session.delete(commitment)
    touch(response, actor=actor, at=at)


def add_progress(
    commitment: Commitment,
    *,
    status: ProgressStatus,
    text: str,
    actor: Actor | None,
    at: datetime,
    link: str = "",
    due_on: date | None = None,
) -> Progress:
    """Tell what was done. It is never edited or removed; the latest one is the commitment's state.

    Args:
        due_on: a new due date, only with status `changed`; the former one stays in the row.

    Raises:
        Blocked: the answer is not published, the consultation is ended, or something is missing (beside its field).
    """
    refuse_unless_clear(lifecycle.blockers_to_add_progress(facts(commitment.response.release), at))
    text, link = normalised(text), link.strip()
    refuse_unless_clear(lifecycle.faults_of_progress(status, text=text, link=link, due_on=due_on, former_due_on=commitment.due_on, at=at))
    progress = Progress(
        commitment=commitment,
        at=at,
        status=status,
        text=text,
        link=link,
        due_on=due_on,
        former_due_on=commitment.due_on if due_on else None,
        by_id=actor.id if actor else None,
    )
    db.session.add(progress)
    commitment.due_on = due_on or commitment.due_on
    commitment.done_at = at if status is ProgressStatus.done else None
    consultations.begin_follow_up(commitment.consultation, at)
    record(
        EventName.progress_added,
        commitment.consultation,
        progress,
        actor=actor,
        at=at,
        commitment=commitment.id,
        number=commitment.number,
        status=status.value,
    )
    return progress


def _refuse_foreign(response: Response, function: Function) -> None:
    if function.unit.authority.municipality_id != response.release.consultation.municipality_id:
        raise Missing("function")
