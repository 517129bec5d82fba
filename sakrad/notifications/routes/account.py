"""What the address of one's own account follows."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sakrad.accounts.models import User
from sakrad.core.access import signed_in
from sakrad.notifications import queries_following, targets
from sakrad.notifications.forms import RhythmForm

bp = Blueprint("following_account", __name__)


@bp.get("/konto/bevakningar")
@signed_in
def index(user: User) -> ResponseReturnValue:
    """The same as behind the link in one's mails; its buttons are that link's."""
    subscriber = queries_following.find_own(user)
    following = queries_following.following(subscriber) if subscriber else None
    return render_template(
        "notifications/own/account.html",
        following=following,
        form=RhythmForm(formdata=None, rhythm=following.rhythm.value) if following else None,
        suggested=[] if following and following.active else targets.list_suggested(user),
    )
