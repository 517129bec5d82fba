"""What the links in an address's own mails open: all that it follows. A GET writes nothing; a button does."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.core.i18n import language
from sakrad.core.security import csrf
from sakrad.notifications import commands_following, links, queries_following
from sakrad.notifications.forms import RhythmForm
from sakrad.notifications.models import Follow, Rhythm, Subscriber

bp = Blueprint("following_link", __name__)
ONE = "/bevakning/<token>"


@bp.get(ONE)
@bearer(load=queries_following.get_subscriber, in_english=True)
def show(subscriber: Subscriber) -> ResponseReturnValue:
    """What the address follows and how often it is told; what has been asked waits here for its button."""
    return _page(subscriber, RhythmForm(formdata=None, rhythm=subscriber.rhythm.value))


@bp.post(f"{ONE}/hur-ofta")
@bearer(load=queries_following.get_subscriber, in_english=True)
def set_rhythm(subscriber: Subscriber) -> ResponseReturnValue:
    form = RhythmForm()
    if not form.validate():
        return _page(subscriber, form, 422)
    commands_following.set_rhythm(subscriber, Rhythm(form.rhythm.data), actor=None, at=clock.now())
    flash(_("Sparat."))
    return _back(subscriber)


@bp.post(f"{ONE}/<reference>/borja")
@bearer(load=queries_following.get_follow, in_english=True)
def start(follow: Follow) -> ResponseReturnValue:
    """Ja, bevaka: what was asked for, or what had ended."""
    commands_following.start_following(follow, actor=None, at=clock.now())
    flash(_("Klart. Du får mejl när något händer."))
    return _back(follow.subscriber)


@bp.post(f"{ONE}/<reference>/sluta")
@bearer(load=queries_following.get_follow, in_english=True)
def end(follow: Follow) -> ResponseReturnValue:
    commands_following.end_follow(follow, actor=None, at=clock.now())
    flash(_("Bevakningen är avslutad. Inga fler mejl om den."))
    return _back(follow.subscriber)


@bp.get(f"{ONE}/sluta")
@bearer(load=queries_following.get_subscriber, in_english=True)
def stop(subscriber: Subscriber) -> ResponseReturnValue:
    """Where the mail's own link leads: one button, or that it has stopped."""
    stopped = all(follow.ended_at is not None for follow in subscriber.follows)
    return _private(
        render_template("notifications/link/stop.html", email=subscriber.email, token=links.token_of(subscriber), stopped=stopped)
    )


@bp.post(f"{ONE}/sluta")
@bearer(load=queries_following.get_subscriber, in_english=True)
def end_all(subscriber: Subscriber) -> ResponseReturnValue:
    """Stop it all: with the button, or by the mail program for its reader (RFC 8058: no cookie, no token of a form)."""
    commands_following.end_all(subscriber, actor=None, at=clock.now())
    return htmx.go(url_for(".stop", token=links.token_of(subscriber)))


csrf.exempt(end_all)


@bp.post(f"{ONE}/sparra")
@bearer(load=queries_following.get_subscriber, in_english=True)
def bar(subscriber: Subscriber) -> ResponseReturnValue:
    """Skicka aldrig mer hit."""
    commands_following.bar_address(subscriber, at=clock.now())
    return htmx.go(url_for("following.barred"))


def _back(subscriber: Subscriber) -> ResponseReturnValue:
    """Whoever is signed in with the address came from the account's page, which is Swedish."""
    if language() == "sv" and current_user.is_authenticated and queries_following.written(current_user.email) == subscriber.email:
        return htmx.go(url_for("following_account.index"))
    return htmx.go(url_for(".show", token=links.token_of(subscriber)))


def _page(subscriber: Subscriber, form: RhythmForm, status: int = 200) -> ResponseReturnValue:
    following = queries_following.following(subscriber)
    return _private(render_template("notifications/link/show.html", following=following, form=form), status)


def _private(page: str, status: int = 200) -> ResponseReturnValue:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
