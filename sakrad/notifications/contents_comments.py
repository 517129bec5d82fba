"""Mails about comments: to the authority when one has come in or is reported, to its sender when it has been reviewed."""

from __future__ import annotations

from flask_babel import format_datetime, gettext

from sakrad.comments.models import Comment
from sakrad.core.db import db
from sakrad.notifications.content import Attachment, Content, Told, consultation_of, from_authority, link


def comment_received(told: Told) -> Content:
    """The authority gets the received document itself, so that the registrar need not fetch it (PRACTICE.md 4)."""
    comment = _comment(told)
    received = Attachment(f"kommentar-{comment.reference}.txt", _document(comment).encode(), "text/plain")
    return _to_authority(comment, (received,))


def comment_reported(told: Told) -> Content:
    return _to_authority(_comment(told))


def comment_reviewed(told: Told) -> Content:
    comment = _comment(told)
    consultation = consultation_of(comment.consultation_id)
    where = consultation.address
    return from_authority(consultation, comment=comment, comments=link("comments.index", **where), rules=link("comments.rules"))


def _comment(told: Told) -> Comment:
    return db.session.get_one(Comment, told.event.subject_id)


def _to_authority(comment: Comment, attachments: tuple[Attachment, ...] = ()) -> Content:
    consultation = consultation_of(comment.consultation_id)
    where = {**consultation.address, "reference": comment.reference}
    return from_authority(consultation, attachments, comment=comment, review=link("comments_staff.review", **where))


def _document(comment: Comment) -> str:
    consultation = consultation_of(comment.consultation_id)
    lines = [
        (gettext("Kommentar i sakrådet"), consultation.title),
        (gettext("Diarienummer"), consultation.diary_number),
        (gettext("Inkommen"), format_datetime(comment.received_at, "yyyy-MM-dd HH:mm")),
        (gettext("Från"), comment.organisation_name),
        (gettext("Till fråga"), f"{comment.question.number}. {comment.question.text}"),
    ]
    head = "\n".join(f"{name}: {value}" for name, value in lines if value)
    return f"{head}\n\n{comment.text}\n"
