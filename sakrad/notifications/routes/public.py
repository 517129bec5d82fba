"""Asking to be told when something happens. The answer is the same whether or not an address is known."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx, ids
from sakrad.core.access import public
from sakrad.core.i18n import other_language_url
from sakrad.core.security import limited
from sakrad.notifications import commands_following, queries_following
from sakrad.notifications.forms import AskForm, FollowForm
from sakrad.notifications.targets import get_target, list_related

bp = Blueprint("following", __name__)


def _address_key() -> str:
    """One counter per address, known or not: nobody's mailbox is filled by strangers."""
    return "follow:" + ids.digest(queries_following.written(request.form.get("email", "")))


@bp.route("/bevaka", methods=["GET", "POST"])
@limited("10 per hour", methods=["POST"], key_func=_address_key, exempt_when=lambda: current_user.is_authenticated)
@limited("60 per hour", methods=["POST"])
@public
def ask() -> ResponseReturnValue:
    """At which address to be told of what the page's own address names; with an account it is followed at once."""
    if request.method == "GET" and not request.args:
        return render_template("notifications/about.html")
    target = get_target(request.args.get("vad", ""), request.args.get("ref", ""))
    signed_in = current_user.is_authenticated
    form = FollowForm() if signed_in else AskForm()
    if form.validate_on_submit():
        if signed_in:
            commands_following.follow_as(current_user._get_current_object(), target, at=clock.now())
            flash(_("Du bevakar nu %(name)s.", name=target.shown))
            return htmx.go(url_for("following_account.index"))
        commands_following.ask_to_follow(target, email=form.email.data or "", at=clock.now())
        return htmx.go(url_for(".sent"))
    page = render_template(
        "notifications/ask.html",
        target=target,
        broader=list_related(target),
        form=form,
        email=current_user.email if signed_in else "",
        other_language_url=other_language_url(vad=request.args.get("vad", ""), ref=request.args.get("ref", "")),
    )
    return page, 422 if form.errors else 200


@bp.get("/bevaka/skickat")
@public
def sent() -> ResponseReturnValue:
    """Look in the mail: the same whatever the address is."""
    return render_template("notifications/sent.html")


@bp.get("/bevaka/sparrad")
@public
def barred() -> ResponseReturnValue:
    """Never again: the same for every address."""
    return render_template("notifications/barred.html")
