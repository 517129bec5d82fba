"""Faktakontroll: the cited organisations are asked, reply, and are answered, before the summary is published."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import events, ids
from sakrad.core.db import db
from sakrad.core.errors import Missing, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import is_blank, normalised
from sakrad.directory.models import Organisation
from sakrad.records import commands as records
from sakrad.records.commands import ReasonMissing
from sakrad.records.models import Review, ReviewDecision, ReviewKind, TextKind
from sakrad.summaries import lifecycle_checking as lifecycle
from sakrad.summaries import queries
from sakrad.summaries import queries_checking as checking
from sakrad.summaries.commands.points import refuse_unless_compiling
from sakrad.summaries.models import Confirmation, ConfirmationReply, FactCheck, ReplyKind, Summary
from sakrad.summaries.queries_checking import Asked, CheckSeat, Standing


def _standing(consultation: Consultation, at: datetime) -> Standing:
    refuse_unless_compiling(consultation, at)
    return checking.get_standing(consultation, queries.find_summary(consultation))


def open_check(consultation: Consultation, *, until: datetime, actor: Actor | None, at: datetime) -> FactCheck:
    """Ask every cited organisation that has not replied about the present wording, to reply before the instant `until`.

    Raises:
        Blocked: a round is open, answers still come in, nobody is left to ask, or the time is too short or too long.
    """
    standing = _standing(consultation, at)
    facts = standing.facts(consultation)
    refuse_unless_clear(lifecycle.blockers_to_open(facts, at, until))
    number = max((each.number for each in standing.rounds), default=0) + 1
    opened = FactCheck(consultation=consultation, number=number, opened_at=at, opened_by_id=actor.id if actor else None, closes_at=until)
    db.session.add(opened)
    db.session.flush()
    events.record(EventName.fact_check_opened, at=at, actor=actor, subject_id=opened.id, **consultation.scope)
    slugs = {one.slug for one in facts.to_ask}
    _ask(opened, [one.organisation for one in standing.organisations if one.organisation.slug in slugs], actor=actor, at=at)
    return opened


def _ask(check: FactCheck, organisations: Sequence[Organisation], *, actor: Actor | None, at: datetime) -> None:
    there = {one.organisation_id: one for one in check.confirmations}
    for organisation in organisations:
        confirmation = there.get(organisation.id) or Confirmation(
            reference=ids.reference(), fact_check=check, organisation=organisation, organisation_name=organisation.name
        )
        confirmation.asked_at = at
        db.session.add(confirmation)
        there[organisation.id] = confirmation
    db.session.flush()
    each: list[dict[str, int | None]] = [{"subject_id": there[one.id].id, "organisation_id": one.id} for one in organisations]
    events.record_many(EventName.confirmation_asked, each, at=at, actor=actor, **check.consultation.scope)


def ask_organisation(consultation: Consultation, slug: str, *, actor: Actor | None, at: datetime) -> None:
    """Ask a cited organisation in the round that is open: for the first time, or anew since its passages have changed.

    Raises:
        Missing: it is not cited.
        Blocked: no round is open.
    """
    standing = _standing(consultation, at)
    refuse_unless_clear(lifecycle.blockers_to_ask(standing.facts(consultation), at))
    asked = checking.get_asked(standing, slug)
    if asked.rendering is None or standing.latest is None:
        raise Missing("not cited")
    _ask(standing.latest, [asked.organisation], actor=actor, at=at)


def move_check(consultation: Consultation, *, until: datetime, actor: Actor | None, at: datetime) -> None:
    """Give the organisations more time. Who has been asked sees the new day; nothing is mailed again.

    Raises:
        Blocked: no round is open, or the day is not later than the present one.
    """
    standing = _standing(consultation, at)
    refuse_unless_clear(lifecycle.blockers_to_move(standing.facts(consultation), at, until))
    if standing.latest is not None:
        standing.latest.closes_at = until
        db.session.flush()
        events.record(EventName.fact_check_moved, at=at, actor=actor, subject_id=standing.latest.id, **consultation.scope)


def end_check(consultation: Consultation, *, actor: Actor | None, at: datetime) -> None:
    """End the round before its time, when everybody has replied.

    Raises:
        Blocked: somebody is silent, or no round is open.
    """
    standing = _standing(consultation, at)
    refuse_unless_clear(lifecycle.blockers_to_end(standing.facts(consultation), at))
    if standing.latest is not None:
        standing.latest.ended_at = at
        db.session.flush()
        events.record(EventName.fact_check_ended, at=at, actor=actor, subject_id=standing.latest.id, **consultation.scope)


def remind_silent(check: FactCheck, *, at: datetime) -> None:
    """Remind those who have not replied, once in a round, when few workdays are left. Does nothing before that."""
    if check.reminded_at is not None or not lifecycle.reminder_due(check.closes_at, at):
        return
    standing = checking.get_standing(check.consultation, queries.find_summary(check.consultation))
    silent = {one.slug for one in standing.facts(check.consultation).silent}
    check.reminded_at = at
    db.session.flush()
    each: list[dict[str, int | None]] = [
        {"subject_id": one.confirmation.id, "organisation_id": one.organisation.id}
        for one in standing.organisations
        if one.organisation.slug in silent and one.confirmation is not None
    ]
    events.record_many(EventName.fact_check_reminded, each, at=at, **check.consultation.scope)


def reply(
    seat: CheckSeat,
    *,
    kind: ReplyKind,
    text: str,
    finding_id: int | None,
    seen: str,
    submission_key: str,
    actor: Actor | None,
    at: datetime,
) -> ConfirmationReply:
    """Say how the organisation is rendered: the latest reply counts, the earlier ones stay. A double click replies once.

    Args:
        finding_id: which of its passages it is about; None: all of them.
        seen: the digest of what it was shown.

    Raises:
        Blocked: the round is over, or the words are missing or too many.
        Stale: the text has changed since it was shown; `theirs` is how the organisation is rendered now.
        Missing: it is not cited by that finding.
    """
    key = hashlib.sha256(f"{seat.confirmation.reference}{submission_key}".encode()).hexdigest()[:40]  # nobody else's, and it fits
    for earlier in seat.replies:
        if earlier.submission_key == key:
            return earlier
    refuse_unless_compiling(seat.consultation, at)
    refuse_unless_clear(lifecycle.blockers_to_reply(seat.facts, at))
    words = "" if kind is ReplyKind.confirmed else normalised(text)
    most = lifecycle.OBJECTION if kind is ReplyKind.objection else lifecycle.CORRECTION
    refuse_unless_clear(lifecycle.blockers_to_words(words, needed=kind is not ReplyKind.confirmed, most=most))
    if seen != seat.rendering.digest:
        raise Stale(seat.rendering)
    if finding_id is not None and finding_id not in {passage.finding_id for passage in seat.rendering.passages}:
        raise Missing("finding")
    said = ConfirmationReply(
        confirmation=seat.confirmation,
        kind=kind,
        text=words,
        finding_id=None if kind is ReplyKind.confirmed else finding_id,
        shown=seat.rendering.kept,
        digest=seat.rendering.digest,
        received_at=at,
        submission_key=key,
        submitted_by_id=actor.id if actor else None,
    )
    db.session.add(said)
    _record(EventName.confirmation_received, said, seat.organisation, seat.consultation, actor=actor, at=at, kind=kind.value)
    return said


def _record(
    name: EventName,
    said: ConfirmationReply,
    organisation: Organisation,
    consultation: Consultation,
    *,
    actor: Actor | None,
    at: datetime,
    **more: Any,
) -> None:
    db.session.flush()
    events.record(name, at=at, actor=actor, subject_id=said.id, organisation_id=organisation.id, **consultation.scope, **more)


def _reply_of(asked: Asked, kind: ReplyKind, seen: int) -> ConfirmationReply:
    """What the official has read, unless the organisation has replied anew since."""
    said = asked.reply
    if said is None or said.kind is not kind or said.id != seen:
        raise Stale(said)
    return said


def answer_correction(
    consultation: Consultation, asked: Asked, *, seen: int, accepted: bool, answer: str, actor: Actor | None, at: datetime
) -> None:
    """Say whether the text is corrected. A refusal is owed a reason; the answer may be changed until the summary is published.

    Raises:
        ReasonMissing: refused without a reason.
        Stale: the organisation has replied anew since `seen`, the id of its reply.
        Blocked: the summary is published.
    """
    refuse_unless_compiling(consultation, at)
    said, answer = _reply_of(asked, ReplyKind.correction, seen), normalised(answer)
    if not accepted and is_blank(answer):
        raise ReasonMissing
    said.accepted, said.answer = accepted, answer
    said.answered_at, said.answered_by_id = at, actor.id if actor else None
    _record(EventName.confirmation_answered, said, asked.organisation, consultation, actor=actor, at=at, accepted=accepted)


def review_objection(
    consultation: Consultation,
    asked: Asked,
    *,
    seen: int,
    decision: ReviewDecision,
    actor: Actor | None,
    at: datetime,
    **masking: Any,
) -> Review:
    """Decide whether the objection stands beside the text: as it is, with words masked, or not, with a reason.

    Args:
        masking: ground, reason, words and span as in `records.review_words`, which raises GroundMissing, ReasonMissing, WordsMissing.

    Raises:
        Stale: the organisation has replied anew since `seen`, the id of its reply.
        Blocked: the summary is published; then words are masked where published texts are.
    """
    refuse_unless_compiling(consultation, at)
    said = _reply_of(asked, ReplyKind.objection, seen)
    whose = {"organisation_id": asked.organisation.id, **consultation.scope}
    review = records.review_words(
        ReviewKind.objection, TextKind.objection, said.id, said.text, decision=decision, actor=actor, at=at, **masking, **whose
    )
    _record(EventName.objection_reviewed, said, asked.organisation, consultation, actor=actor, at=at, decision=decision.value)
    return review


def note_outdated(summary: Summary, *, at: datetime) -> None:
    """Note which replies are about an earlier wording than the one that is published now, so that readers are told."""
    for one in checking.get_standing(summary.consultation, summary).organisations:
        if one.reply is not None:
            one.reply.outdated_at = (one.reply.outdated_at or at) if one.stale else None
    db.session.flush()
