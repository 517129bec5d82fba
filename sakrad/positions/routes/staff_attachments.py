"""What the municipality does with the files that came with an answer: reads them, and lets their copies through or takes them away."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, files, htmx
from sakrad.core.access import requires
from sakrad.positions import commands, policy, queries_received
from sakrad.positions.models import PositionAttachment
from sakrad.positions.routes.staff import SVAR, bp

__all__ = ["bp"]  # whose routes these are
ONE = f"{SVAR}/<org>/bilaga/<reference>"


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
