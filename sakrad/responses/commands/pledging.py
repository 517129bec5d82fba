"""The organisations' own parts of commitments: proposed by the municipality, asked when the answer is published, theirs to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.core import events
from sakrad.core.db import db, is_said_again
from sakrad.core.errors import Blocked, Blocker, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Organisation
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, Review, ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import list_masks
from sakrad.responses import lifecycle, lifecycle_pledging, queries_pledges
from sakrad.responses.commands.recording import line, refuse_frozen, scope, touch
from sakrad.responses.lifecycle_pledging import PledgeFacts
from sakrad.responses.models import Commitment, CommitmentParty, FeedbackRelease, Pledge, Progress, ProgressStatus, Response


def propose_pledge(commitment: Commitment, *, organisation: Organisation, part: str, actor: Actor | None, at: datetime) -> Pledge:
    """Propose what an organisation could do. It is asked when the answer is published, at once where that has been.

    Raises:
        Blocked: the commitment is the municipality's own, the answers are at the authority, the organisation has a part
            already, or nothing is said.
    """
    release = commitment.response.release
    facts = PledgeFacts(release.published_at is not None, commitment.consultation.ended_at is not None)
    refuse_unless_clear(lifecycle_pledging.blockers_to_propose(commitment.party, facts, at))
    if not facts.published:
        refuse_frozen(release, at)
    part = line(part)
    faults = lifecycle_pledging.faults_of_part(part, "part")
    if any(organisation.id in (one.organisation_id, one.organisation.heir_id) for one in commitment.pledges):
        faults.append(Blocker("pledge_has_part", field="organisation"))
    refuse_unless_clear(faults)
    pledge = Pledge(commitment=commitment, organisation=organisation, organisation_name=organisation.name, part=part)
    db.session.add(pledge)
    if facts.published:
        _ask(pledge, actor=actor, at=at)
    else:
        touch(commitment.response, actor=actor, at=at)
    return pledge


def change_pledge(pledge: Pledge, *, part: str, actor: Actor | None, at: datetime) -> None:
    """Word a part differently, before the organisation is asked.

    Raises:
        Blocked: it has been asked, or the answers are decided.
    """
    _refuse_asked(pledge, at)
    part = line(part)
    refuse_unless_clear(lifecycle_pledging.faults_of_part(part, "part"))
    pledge.part = part
    touch(pledge.commitment.response, actor=actor, at=at)


def drop_pledge(pledge: Pledge, *, actor: Actor | None, at: datetime) -> None:
    """Take a part away, before the organisation is asked.

    Raises:
        Blocked: it has been asked, or the answers are decided.
    """
    _refuse_asked(pledge, at)
    commitment = pledge.commitment
    commitment.pledges.remove(pledge)
    db.session.delete(pledge)
    touch(commitment.response, actor=actor, at=at)


def ask_pledges(release: FeedbackRelease, *, actor: Actor | None, at: datetime) -> None:
    """Ask every organisation for its part: when the answers are published, in the same transaction. Constantly many statements."""
    own = sa.select(Commitment.id).join(Response, Response.id == Commitment.response_id).where(Response.release_id == release.id)
    new = sa.and_(Pledge.commitment_id.in_(own), Pledge.asked_at.is_(None))
    each: list[dict[str, int | None]] = [
        {"subject_id": row.id, "organisation_id": row.organisation_id}
        for row in db.session.execute(sa.select(Pledge.id, Pledge.organisation_id).where(new).order_by(Pledge.id))
    ]
    db.session.execute(sa.update(Pledge).where(new).values(asked_at=at))
    events.record_many(EventName.pledge_asked, each, at=at, actor=actor, **scope(release.consultation))


def settle_pledge(pledge: Pledge, *, accept: bool, actor: Actor | None, at: datetime) -> None:
    """Answer an organisation that would rather confirm another wording: take it, or keep the first one. It is asked anew.

    Raises:
        Blocked: it has not asked for another wording, or the follow-up is over.
    """
    refuse_unless_clear(lifecycle_pledging.blockers_to_settle(queries_pledges.facts_of(pledge), at))
    if accept:
        pledge.part = pledge.asked_words
    pledge.asked_words = ""
    _ask(pledge, actor=actor, at=at)


def confirm_pledge(pledge: Pledge, *, seen: str, actor: Actor | None, at: datetime) -> None:
    """The organisation stands for its part, in the wording that it has seen. From here it is public.

    Raises:
        Blocked: it is confirmed or withdrawn, or the follow-up is over.
        Stale: the wording is another than the one that was seen.
    """
    refuse_unless_clear(lifecycle_pledging.blockers_to_answer(queries_pledges.facts_of(pledge), at))
    if normalised(seen) != pledge.part:
        raise Stale(pledge)
    pledge.confirmed_at, pledge.confirmed_by_id = at, actor.id if actor else None
    pledge.declined_at, pledge.asked_words = None, ""
    _record(EventName.pledge_confirmed, pledge, actor=actor, at=at)
    _settle_done(pledge.commitment, at)


def counter_pledge(pledge: Pledge, *, words: str, actor: Actor | None, at: datetime) -> None:
    """The organisation would rather confirm another wording.

    Raises:
        Blocked: it is confirmed or withdrawn, or nothing else is said.
    """
    refuse_unless_clear(lifecycle_pledging.blockers_to_answer(queries_pledges.facts_of(pledge), at))
    words = line(words)
    refuse_unless_clear(lifecycle_pledging.faults_of_part(words, "words"))
    if words == pledge.part:
        raise Blocked([Blocker("pledge_same_words", field="words")])
    pledge.asked_words, pledge.declined_at = words, None
    _record(EventName.pledge_countered, pledge, actor=actor, at=at)


def decline_pledge(pledge: Pledge, *, actor: Actor | None, at: datetime) -> None:
    """The organisation does not want the part. It need not say why, and nobody but the municipality learns of it.

    Raises:
        Blocked: it is confirmed or withdrawn.
    """
    refuse_unless_clear(lifecycle_pledging.blockers_to_answer(queries_pledges.facts_of(pledge), at))
    if pledge.declined_at is None:
        pledge.declined_at, pledge.asked_words = at, ""
        _record(EventName.pledge_declined, pledge, actor=actor, at=at)


def withdraw_pledge(pledge: Pledge, *, actor: Actor | None, at: datetime) -> None:
    """The organisation no longer stands for its part: it is not shown any more. The row stays.

    Raises:
        Blocked: it has not confirmed it.
    """
    refuse_unless_clear(lifecycle_pledging.blockers_to_withdraw(queries_pledges.facts_of(pledge), at))
    pledge.withdrawn_at = at
    _record(EventName.pledge_withdrawn, pledge, actor=actor, at=at)
    _settle_done(pledge.commitment, at)


def tell_pledge(pledge: Pledge, *, status: ProgressStatus, text: str, link: str = "", actor: Actor | None, at: datetime) -> Progress:
    """The organisation tells how its part goes. Never edited or removed; readers get it after its review. Said twice at once, told once.

    Raises:
        Blocked: it does not stand for the part, the follow-up is over, or something is missing (beside its field).
    """
    refuse_unless_clear(lifecycle_pledging.blockers_to_tell(queries_pledges.facts_of(pledge), at))
    commitment, text, link = pledge.commitment, normalised(text), link.strip()
    if is_said_again(pledge.progress[-1] if pledge.progress else None, at, status=status, text=text, link=link):
        return pledge.progress[-1]
    faults = lifecycle.faults_of_progress(status, text=text, link=link, due_on=None, former_due_on=commitment.due_on, at=at)
    refuse_unless_clear(faults)
    progress = Progress(commitment_id=commitment.id, pledge=pledge, at=at, status=status, text=text, link=link)
    progress.by_id = actor.id if actor else None
    db.session.add(progress)
    db.session.flush()
    _record(EventName.pledge_progress_added, pledge, subject_id=progress.id, actor=actor, at=at)
    return progress


def review_progress(
    progress: Progress, *, decision: ReviewDecision, ground: MaskGround | None, reason: str, actor: Actor | None, at: datetime
) -> Review:
    """Decide whether readers get what an organisation has told of its part.

    Raises:
        Blocked: it is to be published masked, and nothing is masked.
        ReasonMissing, GroundMissing: what is withheld or masked says why, and rests on law.
    """
    if decision is ReviewDecision.masked and not list_masks(TextKind.progress, [progress.id]):
        raise Blocked([Blocker("progress_masks_missing", field="decision")])
    review = records.decide_review(ReviewKind.progress, progress.id, decision=decision, ground=ground, reason=reason, actor=actor, at=at)
    pledge = progress.pledge
    assert pledge is not None
    _record(EventName.pledge_progress_reviewed, pledge, subject_id=progress.id, actor=actor, at=at, decision=decision.value)
    _settle_done(pledge.commitment, at)
    return review


def _refuse_asked(pledge: Pledge, at: datetime) -> None:
    refuse_unless_clear(lifecycle_pledging.blockers_to_change(queries_pledges.facts_of(pledge), at))
    refuse_frozen(pledge.commitment.response.release, at)


def _ask(pledge: Pledge, *, actor: Actor | None, at: datetime) -> None:
    pledge.asked_at = at
    _record(EventName.pledge_asked, pledge, actor=actor, at=at)


def _settle_done(commitment: Commitment, at: datetime) -> None:
    """What is the organisations' own is done when every part that they stand for is, as far as readers are told."""
    if commitment.party is CommitmentParty.organisation:
        db.session.flush()
        done = queries_pledges.are_all_done(commitment)
        commitment.done_at = (commitment.done_at or at) if done else None


def _record(name: EventName, pledge: Pledge, *, actor: Actor | None, at: datetime, subject_id: int | None = None, **data: Any) -> None:
    """Write what has changed so far, and that it happened."""
    db.session.flush()
    events.record(
        name,
        at=at,
        actor=actor,
        subject_id=subject_id or pledge.id,
        organisation_id=pledge.organisation_id,
        **scope(pledge.commitment.consultation),
        **data,
    )
