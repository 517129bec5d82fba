"""The desk's page of attachments: what goes with the draft, with the copy that readers could get."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts.policy import is_member
from sakrad.core import clock, files, htmx, opened, stripping
from sakrad.core.db import db
from sakrad.core.errors import Blocked, Missing, sentence
from sakrad.positions import commands, queries_own
from sakrad.positions.forms_received import LARGEST_ATTACHMENT, AttachForm, DetachForm, refusal
from sakrad.positions.lifecycle_received import MOST_ATTACHMENTS
from sakrad.positions.models import DraftAttachment
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, invitation_of, page

__all__ = ["bp"]  # whose routes these are


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in the store, with its stripped copy."""

    upload: files.Upload
    copy: files.Upload
    digest: str


def _receive() -> Received | files.RefusedFile | None:
    """Check, store and strip the file before the write lock is taken. A stranger's file is not even looked at."""
    if not _is_at_home():
        return None
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    content = upload.stream.read(LARGEST_ATTACHMENT + 1)
    try:
        kind = files.check(content, LARGEST_ATTACHMENT)
        copy = stripping.strip(content, kind)
    except files.RefusedFile as refusal:
        return refusal
    original = files.put(content, upload.filename, kind)
    return Received(original, files.put(copy, original.name, kind), hashlib.sha256(content).hexdigest())


def _is_at_home() -> bool:
    """Whether whoever asks may write at the desk; asked again under the lock. No connection is held while the file is opened."""
    where = request.view_args or {}
    try:
        if "token" in where:
            return opened.is_open(invitation_of(queries_own.get_link_desk(**where)).reference)
        return current_user.is_authenticated and is_member(current_user, queries_own.get_desk(**where).organisation)
    except (Missing, Blocked):
        return False
    finally:
        db.session.rollback()


@at_desk("/bilagor")
def attachments(desk: Desk) -> ResponseReturnValue:
    """What goes with the answer."""
    return _attachments(desk, AttachForm(formdata=None))


def _attachments(desk: Desk, form: AttachForm, status: int = 200) -> ResponseReturnValue:
    listed = desk.draft.attachments if desk.draft else []
    rows = [(one, DetachForm(formdata=None, reference=one.reference)) for one in listed]
    return page(desk, "attachments", status, form=form, attachments=rows, most=MOST_ATTACHMENTS)


@at_desk("/bilagor", methods=("POST",), prepare=_receive, limit="60 per hour")
def attach(desk: Desk, prepared: Received | files.RefusedFile | None) -> ResponseReturnValue:
    """One more file. Begins the draft where there is none."""
    form = AttachForm()
    valid = form.validate()
    if valid and isinstance(prepared, Received):
        at, actor = clock.now(), actor_at(desk)
        draft = desk.draft or commands.open_draft(desk.organisation, desk.consultation, actor=actor, at=at)
        try:
            commands.add_attachment(draft, upload=prepared.upload, copy=prepared.copy, digest=prepared.digest, actor=actor, at=at)
        except Blocked as blocked:
            form.file.errors = [_sentence(blocked)]
            return _attachments(desk, form, 422)
        flash(_("Filen är bifogad."))
        return htmx.go(address(desk, "attachments"))
    if not isinstance(prepared, Received):
        form.file.errors = [refusal(prepared) if prepared else _("Välj en fil.")]
    return _attachments(desk, form, 422)


def _sentence(blocked: Blocked) -> str:
    return " ".join(map(sentence, blocked.blockers))


@at_desk("/bilagor/ta-bort", methods=("POST",))
def detach(desk: Desk) -> ResponseReturnValue:
    """Away with one of them."""
    form = DetachForm()
    for attachment in desk.draft.attachments if desk.draft else ():
        if attachment.reference == form.reference.data:
            commands.remove_attachment(attachment, at=clock.now())
            flash(_("Bilagan är borttagen."))
    return htmx.go(address(desk, "attachments"))


@at_desk("/bilagor/<int:number>")
def attached_file(desk: Desk) -> ResponseReturnValue:
    """The file as it was chosen."""
    return files.download(_numbered(desk).file)


@at_desk("/bilagor/<int:number>/kopia")
def attached_copy(desk: Desk) -> ResponseReturnValue:
    """The copy that readers could get, to be looked through before it is sent."""
    return files.download(_numbered(desk).copy)


def _numbered(desk: Desk) -> DraftAttachment:
    listed = desk.draft.attachments if desk.draft else []
    if not 0 < (desk.number or 0) <= len(listed):
        raise Missing("attachment")
    return listed[(desk.number or 0) - 1]
