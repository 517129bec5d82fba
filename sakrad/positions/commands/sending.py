"""What an organisation says to the municipality: that it will answer or not, its answer, and that an answer was not its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.consultations import commands as consultation_commands
from sakrad.consultations.models import Consultation, DeclineReason, Invitation
from sakrad.consultations.queries_correcting import histories_of
from sakrad.core import events, ids
from sakrad.core.db import db, locks_rows
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.statements import built_once
from sakrad.core.text import normalised
from sakrad.directory.models import Authority
from sakrad.positions import lifecycle, queries_own, receipts
from sakrad.positions.commands.approving import close_approvals
from sakrad.positions.commands.surveying import forget_survey
from sakrad.positions.commands.together import state_parties
from sakrad.positions.models import (
    Answer,
    Channel,
    Concurrence,
    Draft,
    Position,
    PositionAttachment,
    PositionVersion,
)
from sakrad.positions.revisions import FACTS
from sakrad.records.commands import take_receipt_number


def intend_to_answer(invitation: Invitation, *, actor: Actor | None = None, at: datetime) -> None:
    """A member, or the holder of the invitation's link, says that they will answer."""
    consultation_commands.intend(invitation, actor=actor, at=at)


def decline_invitation(invitation: Invitation, *, reason: DeclineReason | None, actor: Actor | None = None, at: datetime) -> None:
    """A member, or the holder of the invitation's link, says that they will not answer."""
    consultation_commands.decline(invitation, reason=reason, actor=actor, at=at)


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
        Blocked: with every reason, approvals that are lacking among them; nothing is written.
    """
    if submission_key != draft.submission_key:  # which is renewed when it has been sent with
        if (earlier := _submitted_with(draft, submission_key)) is not None:
            return earlier
        raise Stale(draft)
    queries_own.note_what_is_lacking(draft)
    if seen is not None and seen != receipts.fingerprint(draft):
        raise Stale(draft)
    if locks_rows():
        _hold_consultation(draft.consultation_id)
    position = queries_own.find_position_of(draft)
    refuse_unless_clear(lifecycle.blockers_to_submit(queries_own.submission_facts(draft, position), received_at))
    if position is None:
        fresh: dict[str, Any] = {"versions": [], "disowned_at": None, "withdrawn_at": None}  # said, so that they are not asked for
        position = Position(consultation=draft.consultation, organisation=draft.organisation, reference=ids.reference(), **fresh)
        db.session.add(position)
    version = _received(draft, position, submission_key, actor, received_at)
    position.current = version
    position.disowned_at = position.withdrawn_at = None
    draft.submission_key = ids.reference(32)
    close_approvals(draft, at=at)
    forget_survey(draft)
    state_parties(draft, position, version, at=at)
    consultation = draft.consultation
    events.record(
        EventName.position_received,
        at=at,
        actor=actor,
        subject_id=version.id,
        organisation_id=draft.organisation_id,
        **consultation.scope,
        position=position.id,
    )
    _number(version, consultation.authority)
    return version


def _submitted_with(draft: Draft, key: str) -> PositionVersion | None:
    found: PositionVersion | None = db.session.scalar(*_sent_with(key, draft.organisation_id, draft.consultation_id))
    return found


@built_once
def _sent_with(key: str, organisation_id: int, consultation_id: int) -> sa.Select[PositionVersion]:
    own = (Position.organisation_id == organisation_id, Position.consultation_id == consultation_id)
    return sa.select(PositionVersion).join(PositionVersion.position).where(PositionVersion.submission_key == key, *own)


def _hold_consultation(consultation_id: int) -> None:
    """Nobody cancels or moves its dates until the submission is through; submissions do not wait for each other."""
    db.session.scalar(*_held_consultation(consultation_id))


@built_once
def _held_consultation(consultation_id: int) -> sa.Select[Consultation]:
    parts = (joinedload(Consultation.authority), joinedload(Consultation.municipality))
    held = sa.select(Consultation).where(Consultation.id == consultation_id).options(*parts)
    return held.with_for_update(read=True, of=Consultation).execution_options(populate_existing=True)


def _received(draft: Draft, position: Position, key: str, actor: Actor | None, received_at: datetime) -> PositionVersion:
    answers = [answer for answer in draft.answers if receipts.has_content(answer)]
    histories = histories_of(draft.consultation)  # what was written before a correction answers the question as it was
    version = PositionVersion(
        position=position,
        number=(position.versions[-1].number if position.versions else 0) + 1,
        received_at=received_at,
        submission_key=key,
        organisation_name=draft.organisation.name,
        submitted_by_id=actor.id if actor else None,
        groups=list(draft.groups),
        answers=[
            Answer(
                question=answer.question,
                question_version=histories[answer.question_id].version_at(answer.updated_at) if answer.question_id in histories else 1,
                text=normalised(answer.text),
                stance=answer.stance,
                options=list(answer.options),
                own_interest=answer.own_interest,
            )
            for answer in sorted(answers, key=lambda answer: answer.question.number)
        ],
        channel=Channel.web,
        left_out=draft.left_out,
        party_names=sorted(party.name for party in draft.parties),
        concurrences=[
            Concurrence(position=one.position, target=one.target, question_id=one.question_id, reservation=normalised(one.reservation))
            for one in draft.concurrences
        ],
        attachments=[PositionAttachment(file=one.file, copy=one.copy, digest=one.digest) for one in draft.attachments],
        member_counts=list(draft.member_counts),
        **{name: getattr(draft, name) for name in FACTS},
    )
    version.receipt_number, version.digest = key, ""  # until `_number`
    db.session.add(version)
    db.session.flush()
    return version


def _number(version: PositionVersion, authority: Authority) -> None:
    """When all else is written: whoever sends to the same authority waits for the counter from here until the commit."""
    version.receipt_number = take_receipt_number(authority, version.received_at)
    version.digest = receipts.digest_of(version, receipts.nonce_of(version))
    db.session.flush()


def disown(position: Position, *, at: datetime) -> None:
    """ "Det var inte vi": unpublished at once and shown to staff as disowned; nothing is erased. Idempotent."""
    if position.disowned_at is not None:
        return
    position.disowned_at = at
    position.published = None
    version = position.current
    if version is not None:
        version.disowned_at = at
    _record_disowned(position, version, at=at)


def disown_view(version: PositionVersion, *, at: datetime) -> None:
    """The same for what was entered as said at a meeting: the written answer and other meetings are not touched."""
    if version.disowned_at is not None:
        return
    version.disowned_at = at
    _record_disowned(version.position, version, at=at)


def _record_disowned(position: Position, version: PositionVersion | None, *, at: datetime) -> None:
    db.session.flush()
    events.record(
        EventName.position_disowned,
        at=at,
        subject_id=position.id,
        organisation_id=position.organisation_id,
        **position.consultation.scope,
        version=version.id if version else None,
    )
