"""The commitments of an answer, and what was done towards them."""

from __future__ import annotations

from datetime import date, datetime

from sakrad.consultations import commands as consultations
from sakrad.core.db import db, is_said_again
from sakrad.core.errors import Blocker, Missing, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.files import Upload
from sakrad.core.text import normalised
from sakrad.directory.models import Function
from sakrad.responses import lifecycle, queries
from sakrad.responses.commands.recording import facts, line, record, refuse_frozen, touch
from sakrad.responses.commands.verdicts import ask_verdicts
from sakrad.responses.models import Commitment, CommitmentParty, Progress, ProgressStatus, Response


def commit_to(
    response: Response,
    *,
    what: str,
    function: Function,
    due_on: date,
    how_seen: str,
    party: CommitmentParty = CommitmentParty.municipality,
    actor: Actor | None,
    at: datetime,
) -> Commitment:
    """Promise something as part of the answer; it is made when the answer is published.

    Args:
        party: whose it is. What organisations do of it stands in their parts (`propose_pledge`).

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
        party=party,
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
    party: CommitmentParty | None = None,
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Change a promise that is not decided yet. A published one is changed by telling so (`add_progress`).

    Args:
        party: None: as it was.

    Raises:
        Blocked: the answers are decided or published, nothing is promised, the day has passed, or it is to be the
            municipality's alone though organisations have parts.
        Missing: the function is another municipality's.
        Stale: it is not the version that was seen.
    """
    response = commitment.response
    refuse_frozen(response.release, at)
    if commitment.version != seen_version:
        raise Stale(commitment)
    what = line(what)
    party = party or commitment.party
    faults = lifecycle.faults_of_commitment(what=what, due_on=due_on, former_due_on=commitment.due_on, at=at)
    if party is CommitmentParty.municipality and commitment.pledges:
        faults.append(Blocker("pledges_left", field="party"))
    refuse_unless_clear(faults)
    _refuse_foreign(response, function)
    commitment.party = party
    commitment.what, commitment.function, commitment.due_on, commitment.how_seen = what, function, due_on, line(how_seen)
    commitment.version += 1
    touch(response, actor=actor, at=at)


def drop_commitment(commitment: Commitment, *, actor: Actor | None, at: datetime) -> None:
    """Take a promise out of an answer that is not decided yet, with the parts that were proposed to organisations.

    Raises:
        Blocked: the answers are decided or published.
    """
    response = commitment.response
    refuse_frozen(response.release, at)
    take_out(commitment)
    touch(response, actor=actor, at=at)


def take_out(commitment: Commitment) -> None:
    """Delete a promise that is not decided yet, the organisations' parts first."""
    for pledge in list(commitment.pledges):
        commitment.pledges.remove(pledge)
        db.session.delete(pledge)
    db.session.flush()
    commitment.response.commitments.remove(commitment)
    db.session.delete(commitment)


def add_progress(
    commitment: Commitment,
    *,
    status: ProgressStatus,
    text: str,
    actor: Actor | None,
    at: datetime,
    link: str = "",
    due_on: date | None = None,
    proof: Upload | None = None,
    file_says: str = "",
) -> Progress:
    """Tell what was done. It is never edited or removed; the latest one is the commitment's state. Said twice at once, it is told once.

    Args:
        due_on: a new due date, only with status `changed`; the former one stays in the row.
        proof: a stripped copy of a file that shows it; `file_says` says what it shows.

    Raises:
        Blocked: the answer is not published, the consultation is ended, the commitment is the organisations' own, or
            something is missing (beside its field).
    """
    blockers = lifecycle.blockers_to_add_progress(facts(commitment.response.release), at)
    if commitment.party is CommitmentParty.organisation:
        blockers.append(Blocker("commitment_theirs"))
    refuse_unless_clear(blockers)
    text, link, file_says = normalised(text), link.strip(), line(file_says) if proof else ""
    last, name = commitment.progress[-1] if commitment.progress else None, proof.name if proof else ""
    if is_said_again(last, at, status=status, text=text, link=link, due_on=due_on, file_name=name, file_says=file_says):
        return commitment.progress[-1]
    faults = lifecycle.faults_of_progress(status, text=text, link=link, due_on=due_on, former_due_on=commitment.due_on, at=at)
    if proof and not file_says:
        faults.append(Blocker("file_says_missing", field="file_says"))
    refuse_unless_clear(faults)
    progress = Progress(
        commitment=commitment,
        at=at,
        status=status,
        text=text,
        link=link,
        due_on=due_on,
        former_due_on=commitment.due_on if due_on else None,
        file=proof.row(at) if proof else None,
        file_name=name,
        file_says=file_says,
        by_id=actor.id if actor else None,
    )
    db.session.add(progress)
    commitment.due_on = due_on or commitment.due_on
    commitment.done_at = at if status is ProgressStatus.done else None
    if commitment.consultation.feedback_published_at is not None:  # or a later part of the answers is still to come
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
    if status is ProgressStatus.done:
        ask_verdicts(commitment, at)
    return progress


def _refuse_foreign(response: Response, function: Function) -> None:
    if function.unit.authority.municipality_id != response.release.consultation.municipality_id:
        raise Missing("function")
