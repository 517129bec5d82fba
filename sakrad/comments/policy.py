"""Who may comment, and who decides about what has come in. Never when."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.comments.models import Comment
from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.directory.models import Municipality
from sakrad.positions import policy as positions
from sakrad.positions.queries_own import Desk


def may_comment(user: User, desk: Desk) -> bool:
    """Sends for the organisation: whoever may send its answers. A comment goes out at once, without a draft."""
    return positions.may_submit(user, desk)


def may_read_own(user: User, desk: Desk) -> bool:
    """Sees what the organisation has commented: its members."""
    return accounts.is_member(user, desk.organisation)


def may_moderate(user: User, consultation: Consultation) -> bool:
    """Sees the comments of a consultation: those who handle it."""
    return consultations.may_handle(user, consultation)


def may_review_comment(user: User, comment: Comment) -> bool:
    """Decides about one: those who handle its consultation, but nobody who is barred (jäv)."""
    return may_moderate(user, comment.consultation) and not is_partial(user, comment)


def is_partial(user: User, comment: Comment) -> bool:
    """Belongs to its sender, to the one that it replies to, or to any who stand behind the answer that it is about."""
    senders = [comment.organisation, *([comment.parent.organisation] if comment.parent else [])]
    if any(accounts.is_partial(user, sender) for sender in senders):
        return True
    return comment.answer is not None and positions.is_partial(user, comment.answer.version)


def may_export_log(user: User, municipality: Municipality) -> bool:
    """Anyone who works there; the rows are those of their own authorities."""
    return accounts.is_staff_of(user, municipality)
