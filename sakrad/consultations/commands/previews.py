"""Asking somebody without an account to look before it is announced, and what they say (PRACTICE.md 13)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations import lifecycle_previews as lifecycle
from sakrad.consultations import queries, queries_previews
from sakrad.consultations.commands.recording import record
from sakrad.consultations.models import Consultation, Preview
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName


def ask_preview(consultation: Consultation, *, function: str, email: str = "", actor: Actor | None, at: datetime) -> Preview:
    """Ask a function to look. Where an address is given the link is mailed; otherwise the officer hands it out.

    Raises:
        Blocked: it is announced or cancelled.
    """
    refuse_unless_clear(lifecycle.blockers_to_ask_preview(queries.dates_of(consultation), at))
    preview = Preview(
        consultation_id=consultation.id,
        function=function,
        email=email,
        asked_at=at,
        asked_by_id=actor.id if actor else None,
        expires_at=at + lifecycle.OPEN_FOR,
    )
    db.session.add(preview)
    db.session.flush()
    record(EventName.preview_asked, consultation, actor=actor, at=at, subject_id=preview.id)
    return preview


def revoke_preview(preview: Preview, *, actor: Actor | None, at: datetime) -> None:
    """Close the link. What was said with it stays; closing it twice changes nothing."""
    if preview.revoked_at is None:
        preview.revoked_at = at
        record(EventName.preview_revoked, preview.consultation, actor=actor, at=at, subject_id=preview.id)


def decide_preview(preview: Preview, *, approved: bool, comment: str = "", seen: str, at: datetime) -> None:
    """Whoever holds the link approves, or asks for a change in words. A later word replaces the earlier.

    Args:
        seen: the stamp of what was shown.

    Raises:
        Blocked: the link has been closed, or it is announced.
        Stale: it has been changed since it was shown.
        ValueError: a change is wanted without a word of what.
    """
    consultation = preview.consultation
    facts = queries_previews.facts_of_preview(preview)
    refuse_unless_clear(lifecycle.blockers_to_open_preview(facts, queries.dates_of(consultation), at))
    stamp = queries_previews.stamp_of(consultation)
    if seen != stamp:
        raise Stale(theirs=consultation)
    if not approved and not comment:
        raise ValueError("A change must be said.")
    preview.stamp, preview.decided_at, preview.approved, preview.comment = stamp, at, approved, comment
    record(EventName.preview_decided, consultation, actor=None, at=at, subject_id=preview.id, approved=approved)


def forget_addresses(before: datetime) -> None:
    """Erase the addresses of those who answered, or whose link was closed, before the instant: they are of no more use."""
    over = sa.or_(Preview.decided_at < before, Preview.revoked_at < before, Preview.expires_at < before)
    emptied = sa.update(Preview).where(Preview.email != "", over).values(email="")
    db.session.execute(emptied.execution_options(synchronize_session=False))
