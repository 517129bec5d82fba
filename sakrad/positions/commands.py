"""Writes of the organisation's own space, and the submission. Staff's writes are in commands_staff.py.

Whoever calls holds the draft's row (queries_own.get_desk locks it), so versions are compared on what is really there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.consultations.queries import dates_of
from sakrad.core import events, ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.positions import lifecycle, receipts
from sakrad.positions.commands_staff import review_position, tick_registered
from sakrad.positions.lifecycle import Submission, Written
from sakrad.positions.models import (
    ANSWER_LIMIT,
    AnchoringLevel,
    Answer,
    Channel,
    Draft,
    DraftAnswer,
    Position,
    PositionVersion,
    PublicationWish,
    Stance,
)
from sakrad.records.commands import take_receipt_number

__all__ = ["disown", "open_draft", "review_position", "save_answer", "save_facts", "submit", "tick_registered"]
FACTS = ("signed_role", "anchoring", "decided_on", "decision_ref", "asked", "answered", "dissent", "wish", "reuse")


class TooLong(ValueError):
    """The text holds more than ANSWER_LIMIT code points."""


class WrongAnswer(ValueError):
    """A stance on something that is no proposal, an option that the question does not have, or another's question."""


def open_draft(organisation: Organisation, consultation: Consultation, *, actor: Actor | None, at: datetime) -> Draft:
    """The organisation's draft to the consultation; begun now, with the groups of its profile, if there is none.

    The event names the organisation only: nothing of a draft may be counted by the municipality (PRACTICE.md 20).
    """
    known = sa.select(Draft).where(Draft.organisation_id == organisation.id, Draft.consultation_id == consultation.id)
    draft = db.session.scalar(locked(known, Draft))
    if draft is not None:
        return draft
    draft = Draft(
        organisation=organisation,
        consultation=consultation,
        submission_key=ids.reference(32),
        created_at=at,
        updated_at=at,
        groups=list(organisation.groups),
    )
    db.session.add(draft)
    db.session.flush()
    events.record(EventName.draft_created, at=at, actor=actor, organisation_id=organisation.id, subject_id=draft.id)
    return draft


def save_answer(
    draft: Draft,
    question: Question,
    *,
    text: str,
    stance: Stance | None = None,
    options: Sequence[str] = (),
    own_interest: bool = False,
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> DraftAnswer:
    """Save one answer. Saving what already stands there changes nothing, whatever was seen.

    Args:
        options: chosen ones, for a need in rank order.
        seen_version: the answer's version that the writer had in front of them; 0 for a new one.

    Raises:
        Stale: somebody saved other words in between; `theirs` is their answer, and nothing is written.
        TooLong: over ANSWER_LIMIT code points.
        WrongAnswer: it does not fit the question.
    """
    text = normalised(text)
    if len(text) > ANSWER_LIMIT:
        raise TooLong
    if question.consultation_id != draft.consultation_id or (stance and question.kind is not QuestionKind.proposal):
        raise WrongAnswer
    if len(set(options)) != len(options) or not set(options) <= set(question.options):
        raise WrongAnswer
    found = next((answer for answer in draft.answers if answer.question_id == question.id), None)
    values = (text, stance, list(options), own_interest)
    if found is not None and (found.text, found.stance, list(found.options), found.own_interest) == values:
        return found
    if seen_version != (found.version if found else 0):
        raise Stale(found)
    if found is None:
        found = DraftAnswer(question=question, version=0, updated_at=at)
        draft.answers.append(found)
    found.text, found.stance, found.options, found.own_interest = values
    found.version += 1
    found.updated_at = draft.updated_at = at
    found.updated_by_id = actor.id if actor else None
    db.session.flush()
    return found


def save_facts(
    draft: Draft,
    *,
    signed_role: str = "",
    anchoring: AnchoringLevel | None = None,
    decided_on: date | None = None,
    decision_ref: str = "",
    asked: int | None = None,
    answered: int | None = None,
    dissent: str = "",
    wish: PublicationWish | None = None,
    reuse: bool = False,
    groups: Sequence[TargetGroup] = (),
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> Draft:
    """Save who answers, how it is anchored and what they wish. Roles, never names.

    Raises:
        Stale: somebody saved other facts in between; `theirs` is the draft as it stands.
        TooLong: dissent over ANSWER_LIMIT code points.
    """
    dissent = normalised(dissent)
    if len(dissent) > ANSWER_LIMIT:
        raise TooLong
    values = (normalised(signed_role), anchoring, decided_on, normalised(decision_ref), asked, answered, dissent, wish, reuse)
    same_groups = {group.id for group in draft.groups} == {group.id for group in groups}
    if tuple(getattr(draft, name) for name in FACTS) == values and same_groups:
        return draft
    if seen_version != draft.version:
        raise Stale(draft)
    for name, value in zip(FACTS, values, strict=True):
        setattr(draft, name, value)
    if not same_groups:
        draft.groups = list(groups)
    draft.version += 1
    draft.updated_at = at
    db.session.flush()
    return draft


def submission_facts(draft: Draft, position: Position | None) -> Submission:
    """What the lifecycle judges a submission by."""
    answers = {answer.question_id: answer for answer in draft.answers}
    sent = position.current if position and position.disowned_at is None else None
    return Submission(
        dates=dates_of(draft.consultation),
        answers=tuple(_written(question, answers.get(question.id)) for question in draft.consultation.questions),
        anchoring=draft.anchoring,
        wish=draft.wish,
        dissent_length=len(draft.dissent),
        already_sent=sent is not None and receipts.fingerprint(sent) == receipts.fingerprint(draft),
    )


def _written(question: Question, answer: DraftAnswer | None) -> Written:
    return Written(
        number=question.number,
        kind=question.kind,
        required=question.required,
        length=len(answer.text) if answer else 0,
        stance=answer.stance if answer else None,
        options=len(answer.options) if answer else 0,
    )


def submit(
    draft: Draft,
    *,
    submission_key: str,
    actor: Actor | None,
    at: datetime,
    received_at: datetime,
    seen: str | None = None,
) -> PositionVersion:
    """Receive the draft as an immutable version. The same key again gives the same version, also after closing.

    The draft stays, for a new version. An answer that was disowned is not disowned any more by this.

    Args:
        received_at: when the request arrived, before it waited for any lock.
        seen: `receipts.fingerprint` of what was read through; None where nobody reads (the sample data).

    Raises:
        Stale: the draft is not the one that was read through, or the key is not its present one.
        Blocked: with every reason; nothing is written.
    """
    if (earlier := _submitted_with(draft, submission_key)) is not None:
        return earlier
    if submission_key != draft.submission_key or (seen is not None and seen != receipts.fingerprint(draft)):
        raise Stale(draft)
    _hold_consultation(draft.consultation_id)
    position = _position_of(draft)
    refuse_unless_clear(lifecycle.blockers_to_submit(submission_facts(draft, position), received_at))
    if position is None:
        position = Position(consultation=draft.consultation, organisation=draft.organisation, reference=ids.reference())
        db.session.add(position)
        db.session.flush()
    version = _received(draft, position, submission_key, actor, received_at)
    position.current = version
    position.disowned_at = None
    draft.submission_key = ids.reference(32)
    db.session.flush()
    consultation = draft.consultation
    events.record(
        EventName.position_received,
        at=at,
        actor=actor,
        subject_id=version.id,
        municipality_id=consultation.municipality_id,
        authority_id=consultation.authority_id,
        organisation_id=draft.organisation_id,
        consultation_id=consultation.id,
        position=position.id,
    )
    return version


def _submitted_with(draft: Draft, key: str) -> PositionVersion | None:
    return db.session.scalar(
        sa.select(PositionVersion)
        .join(PositionVersion.position)
        .where(
            PositionVersion.submission_key == key,
            Position.organisation_id == draft.organisation_id,
            Position.consultation_id == draft.consultation_id,
        )
    )


def _hold_consultation(consultation_id: int) -> None:
    """Nobody cancels or moves its dates until the submission is through; submissions do not wait for each other."""
    held = sa.select(Consultation).where(Consultation.id == consultation_id)
    db.session.scalar(held.with_for_update(read=True).execution_options(populate_existing=True))


def _position_of(draft: Draft) -> Position | None:
    own = sa.select(Position).where(Position.consultation_id == draft.consultation_id, Position.organisation_id == draft.organisation_id)
    return db.session.scalar(locked(own, Position))


def _received(draft: Draft, position: Position, key: str, actor: Actor | None, received_at: datetime) -> PositionVersion:
    answers = [answer for answer in draft.answers if receipts.has_content(answer)]
    version = PositionVersion(
        position=position,
        number=(position.current.number if position.current else 0) + 1,
        received_at=received_at,
        submission_key=key,
        organisation_name=draft.organisation.name,
        submitted_by_id=actor.id if actor else None,
        groups=list(draft.groups),
        answers=[
            Answer(
                question=answer.question,
                question_version=answer.question.version,
                text=normalised(answer.text),
                stance=answer.stance,
                options=list(answer.options),
                own_interest=answer.own_interest,
            )
            for answer in sorted(answers, key=lambda answer: answer.question.number)
        ],
        channel=Channel.web,
        **{name: getattr(draft, name) for name in FACTS},
    )
    with db.session.no_autoflush:  # the number is taken last, so that others wait for the counter as short as possible
        version.receipt_number = take_receipt_number(draft.consultation.authority, received_at)
        version.digest = receipts.digest_of(version, receipts.nonce_of(version))
    db.session.flush()
    return version


def disown(position: Position, *, at: datetime) -> None:
    """ "Det var inte vi": unpublished at once and shown to staff as disowned; nothing is erased. Idempotent."""
    if position.disowned_at is not None:
        return
    position.disowned_at = at
    position.published = None
    version = position.current
    if version is not None:
        version.disowned_at = at
    db.session.flush()
    events.record(
        EventName.position_disowned,
        at=at,
        subject_id=position.id,
        municipality_id=position.consultation.municipality_id,
        authority_id=position.consultation.authority_id,
        organisation_id=position.organisation_id,
        consultation_id=position.consultation_id,
        version=version.id if version else None,
    )
