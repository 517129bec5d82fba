"""What the mailed links open: confirming an address, choosing a new password, joining. A link is shown by GET and used by
POST, since mail scanners follow links but press no buttons."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts import commands, passwords, queries, sessions
from sakrad.accounts.forms import ConfirmForm, JoinForm, NewPasswordForm
from sakrad.accounts.models import JoinInvitation, User
from sakrad.accounts.routes.public import hashed_password, password_in_form
from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.core.security import limited

bp = Blueprint("accounts_link", __name__)


def _dead() -> ResponseReturnValue:
    """The same page for a false, old, used or withdrawn link."""
    return render_template("accounts/link/dead.html"), 404


def _chosen_hash() -> str | None:
    """The waiting account's password hash, if what was typed fits it; compared before the lock is taken."""
    user = queries.find_user_to_confirm((request.view_args or {})["token"])
    stored = user.password_hash if user else None
    return stored if passwords.matches(password_in_form(), stored) else None


@bp.route("/konto/bekrafta/<token>", methods=["GET", "POST"])
@limited("30 per hour", methods=["POST"])
@bearer(load=queries.find_user_to_confirm, prepare=_chosen_hash)
def confirm(user: User | None, prepared: str | None) -> ResponseReturnValue:
    """Asks for the password, so that nobody confirms one that somebody else chose for their address."""
    if user is None:
        return _dead()
    form = ConfirmForm()
    if not form.is_submitted():
        return render_template("accounts/link/confirm.html", email=user.email, form=form)
    if form.validate() and prepared != user.password_hash:
        form.password.errors = [_("Det är inte lösenordet som valdes när kontot skapades. Skapa kontot igen om du har glömt det.")]
    if form.errors:
        return render_template("accounts/link/confirm.html", email=user.email, form=form), 422
    commands.confirm_user(user, clock.now())
    flash(_("Adressen är bekräftad. Logga in med lösenordet som du valde."))
    return htmx.go(url_for("accounts.sign_in"))


@bp.route("/konto/nytt-losenord/<token>", methods=["GET", "POST"])
@limited("30 per hour", methods=["POST"])
@bearer(load=queries.find_user_to_reset, prepare=hashed_password)
def reset(user: User | None, prepared: str | None) -> ResponseReturnValue:
    if user is None:
        return _dead()
    form = NewPasswordForm()
    if not form.validate_on_submit() or prepared is None:
        return render_template("accounts/link/reset.html", form=form), 422 if form.is_submitted() else 200
    commands.reset_password(user, password_hash=prepared, at=clock.now())
    session.clear()
    flash(_("Lösenordet är bytt, och alla enheter är utloggade. Logga in med det nya."))
    return htmx.go(url_for("accounts.sign_in"))


@bp.route("/konto/ny-adress/<token>", methods=["GET", "POST"])
@limited("30 per hour", methods=["POST"])
@bearer(load=queries.find_user_to_readdress)
def readdress(user: User | None) -> ResponseReturnValue:
    """Proves the new address; from then on it is the one to sign in with.

    Asks for the account too, so that nobody presses their own address into the hands of a stranger who typed it.
    """
    if user is None or (current_user.is_authenticated and current_user.id != user.id):
        return _dead()
    if not current_user.is_authenticated:
        return htmx.go(url_for("accounts.sign_in", next=request.path))
    if request.method == "GET":
        return render_template("accounts/link/readdress.html", email=user.new_email)
    commands.take_new_address(user, at=clock.now())
    flash(_("Den nya adressen gäller nu. Logga in med den nästa gång."))
    return htmx.go(url_for("accounts.account"))


@bp.route("/konto/anslut/<token>", methods=["GET", "POST"])
@limited("30 per hour", methods=["POST"])
@bearer(load=queries.find_join_invitation, prepare=hashed_password)
def join(invitation: JoinInvitation | None, prepared: str | None) -> ResponseReturnValue:
    """Accept when signed in with the invited address; make an account there and then when it has none."""
    if invitation is None:
        return _dead()
    known = queries.find_user(invitation.email)
    has_account = known is not None and known.confirmed_at is not None
    form = JoinForm()
    if form.is_submitted():
        if current_user.is_authenticated and current_user.email == invitation.email:
            commands.accept_invitation(invitation, current_user._get_current_object(), at=clock.now())
            flash(_("Välkommen! Du har nu rollen."))
            return htmx.go(_where_to(invitation))
        if not has_account and not current_user.is_authenticated and form.validate() and prepared is not None:
            user = commands.join_as_new(invitation, name=form.name.data or "", password_hash=prepared, at=clock.now())
            sessions.remember(commands.open_session(user, at=clock.now()))
            return htmx.go(_where_to(invitation))
    status = 422 if form.is_submitted() else 200
    return render_template(
        "accounts/link/join.html", invitation=invitation, form=form, has_account=has_account, visitor=current_user
    ), status


def _where_to(invitation: JoinInvitation) -> str:
    """The organisation's own space, where what was written waits; others choose on their account."""
    if invitation.organisation is None:
        return url_for("accounts.account")
    return url_for("positions_organisation.home", org=invitation.organisation.slug)
