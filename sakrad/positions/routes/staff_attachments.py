"""What the municipality does with the files that came with an answer: reads them, and lets their copies through or takes them away."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, files, htmx, stripping
from sakrad.core.access import requires
from sakrad.positions import commands, policy, queries_received
from sakrad.positions.forms_received import LARGEST_ATTACHMENT, ReplaceForm, WithholdForm, refusal
from sakrad.positions.models import PositionAttachment
from sakrad.positions.routes.staff import SVAR, bp, review_page
from sakrad.records.models import MaskGround

__all__ = ["bp"]  # whose routes these are
ONE = f"{SVAR}/<org>/bilaga/<reference>"


def _receive_copy() -> files.Upload | files.RefusedFile | None:
    """Check, strip and store the replacement before the lock is taken."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    content = upload.stream.read(LARGEST_ATTACHMENT + 1)
    try:
        kind = files.check(content, LARGEST_ATTACHMENT)
        return files.put(stripping.strip(content, kind), "kopia", kind)
    except files.RefusedFile as refused:
        return refused


@bp.get(ONE)
@requires(policy.may_read_attachment, load=queries_received.get_attachment)
def attached_file(attachment: PositionAttachment) -> ResponseReturnValue:
    """The original: a received document."""
    return files.download(attachment.file)


@bp.get(f"{ONE}/kopia")
@requires(policy.may_read_attachment, load=queries_received.get_attachment)
def attached_copy(attachment: PositionAttachment) -> ResponseReturnValue:
    """The stripped copy, to be read through before it is let through."""
    return files.download(attachment.copy)


@bp.post(f"{ONE}/publicera")
@requires(policy.may_review_attachment, load=queries_received.get_attachment)
def publish_attachment(attachment: PositionAttachment) -> ResponseReturnValue:
    """Let readers have the copy."""
    commands.publish_attachment(attachment, actor=current_user._get_current_object(), at=clock.now())
    flash(_("Kopian av bilagan är publicerad."))
    return htmx.go(_back(attachment))


@bp.post(f"{ONE}/ta-bort")
@requires(policy.may_review_attachment, load=queries_received.get_attachment)
def unpublish_attachment(attachment: PositionAttachment) -> ResponseReturnValue:
    """Take the copy off the web, at once."""
    commands.unpublish_attachment(attachment, actor=current_user._get_current_object(), at=clock.now())
    flash(_("Bilagan är borttagen från webben."))
    return htmx.go(_back(attachment))


@bp.post(f"{ONE}/ersatt")
@requires(policy.may_review_attachment, load=queries_received.get_attachment, prepare=_receive_copy)
def replace_attachment(attachment: PositionAttachment, prepared: files.Upload | files.RefusedFile | None) -> ResponseReturnValue:
    """Publish a copy in which something is hidden, made by the official; it is stripped too."""
    form = ReplaceForm()
    form.validate()
    if isinstance(prepared, files.RefusedFile):
        form.file.errors = [refusal(prepared)]
    elif prepared is None:
        form.file.errors = [_("Välj filen som ska publiceras i stället.")]
    if form.errors or not isinstance(prepared, files.Upload):
        return review_page(attachment.version, file_form=(attachment.reference, form)), 422
    commands.replace_copy(
        attachment,
        copy=prepared,
        ground=MaskGround(form.ground.data),
        reason=form.reason.data or "",
        actor=current_user._get_current_object(),
        at=clock.now(),
    )
    flash(_("Den maskade kopian är publicerad. Originalet finns kvar hos er."))
    return htmx.go(_back(attachment))


@bp.post(f"{ONE}/publicera-inte")
@requires(policy.may_review_attachment, load=queries_received.get_attachment)
def withhold_attachment(attachment: PositionAttachment) -> ResponseReturnValue:
    """Decide that readers do not get it, and take it off the web where they could."""
    form = WithholdForm()
    if not form.validate():
        return review_page(attachment.version, file_form=(attachment.reference, form)), 422
    commands.withhold_attachment(
        attachment,
        ground=MaskGround(form.ground.data),
        reason=form.reason.data,
        actor=current_user._get_current_object(),
        at=clock.now(),
    )
    flash(_("Bilagan publiceras inte."))
    return htmx.go(_back(attachment))


def _back(attachment: PositionAttachment) -> str:
    position = attachment.version.position
    consultation = position.consultation
    address = url_for(
        ".review",
        kommun=consultation.municipality.slug,
        slug=consultation.slug,
        org=position.organisation.slug,
        version=attachment.version.number,
    )
    return f"{address}#bilagor"
