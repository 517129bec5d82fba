"""Files that go with an answer: chosen in the draft and sent with it."""

from __future__ import annotations

from datetime import datetime

from sakrad.core import jobs
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.core.files import Upload
from sakrad.positions import lifecycle_received as lifecycle
from sakrad.positions.commands.approving import void_approvals
from sakrad.positions.models import Draft, DraftAttachment

DISCARD = "discard_file"


def add_attachment(draft: Draft, *, upload: Upload, copy: Upload, digest: str, actor: Actor | None, at: datetime) -> DraftAttachment:
    """Let a file go with the draft. The same file again is the same attachment: nothing is added, and what came is thrown away.

    Whoever calls holds the draft's row.

    Args:
        upload: the original, as it was sent in.
        copy: what was made of it by core.stripping.
        digest: SHA-256 of the original.

    Raises:
        Blocked: there are as many attachments as there may be.
    """
    file, stripped = upload.row(at), copy.row(at)
    known = next((attachment for attachment in draft.attachments if attachment.digest == digest), None)
    if known is None:
        refuse_unless_clear(lifecycle.blockers_to_attach(len(draft.attachments)))
        known = DraftAttachment(file=file, copy=stripped, digest=digest, added_at=at, added_by_id=actor.id if actor else None)
        draft.attachments.append(known)
        draft.updated_at = at
        void_approvals(draft, at=at)
        db.session.flush()
    else:
        db.session.add_all([file, stripped])
        db.session.flush()
        discard_later(file.id, stripped.id, at=at)
    return known


def remove_attachment(attachment: DraftAttachment, *, at: datetime) -> None:
    """Take the file away from the draft. It is erased from the store too, unless it has been sent with an earlier version."""
    draft = attachment.draft
    draft.attachments.remove(attachment)
    db.session.delete(attachment)
    draft.updated_at = at
    void_approvals(draft, at=at)
    db.session.flush()
    discard_later(attachment.file_id, attachment.copy_id, at=at)


def discard_later(*file_ids: int, at: datetime) -> None:
    """Erase files by the worker (jobs.py), which looks again whether anything holds them."""
    for file_id in file_ids:
        jobs.enqueue(DISCARD, f"{DISCARD}:{file_id}", at=at, file=file_id)
