"""What an organisation says to the municipality: that it will answer or not, its answer, and that an answer was not its own."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations import commands as consultation_commands
from sakrad.consultations.models import DeclineReason, Invitation
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.statements import built_once
from sakrad.positions import lifecycle, queries_own, receipts
from sakrad.positions.commands import receiving
from sakrad.positions.commands.approving import close_approvals
from sakrad.positions.commands.surveying import forget_survey
from sakrad.positions.commands.together import state_parties
from sakrad.positions.models import Draft, Position, PositionVersion


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
) -> int:
    """Receive the draft as an immutable version; its id. The same key again gives the same version, also after closing.

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
    queries_own.hold_what_it_is_judged_by(draft)
    content = receipts.content_of(draft)
    if seen is not None and seen != receipts.fingerprint_over(content):
        raise Stale(draft)
    consultation = draft.consultation
    position = queries_own.find_position_of(draft)
    refuse_unless_clear(lifecycle.blockers_to_submit(queries_own.submission_facts(draft, position), received_at))
    db.session.flush()  # what follows is written by its statements alone
    received = receiving.receive(draft, position, content, submission_key, actor, received_at)
    close_approvals(draft, at=at)
    forget_survey(draft)
    state_parties(draft, received, at=at)
    events.record(
        EventName.position_received,
        at=at,
        actor=actor,
        subject_id=received.version_id,
        organisation_id=draft.organisation_id,
        **consultation.scope,
        position=received.position_id,
        first=received.number == 1,
    )
    receiving.number(received, consultation.authority)
    return received.version_id


def _submitted_with(draft: Draft, key: str) -> int | None:
    found: int | None = db.session.scalar(*_sent_with(key, draft.organisation_id, draft.consultation_id))
    return found


@built_once
def _sent_with(key: str, organisation_id: int, consultation_id: int) -> sa.Select[int]:
    own = (Position.organisation_id == organisation_id, Position.consultation_id == consultation_id)
    return sa.select(PositionVersion.id).join(PositionVersion.position).where(PositionVersion.submission_key == key, *own)


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
