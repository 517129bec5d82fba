"""Signing in and up. Nothing here says whether an address is known: same answer, same work, same time."""

from __future__ import annotations

from flask import Blueprint, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts import commands, commands_second_factor, links, passwords, queries, sessions
from sakrad.accounts.forms import LONGEST, CodeForm, ForgotForm, SignInForm, SignUpForm
from sakrad.accounts.models import User
from sakrad.accounts.queries import Hat, HatKind
from sakrad.core import carry, clock, htmx, ids
from sakrad.core.access import public, signed_in
from sakrad.core.carry import local_path
from sakrad.core.security import limited
from sakrad.core.text import address

bp = Blueprint("accounts", __name__)
PENDING = "second_factor"  # in the session: who has given the right password and owes a code
PENDING_SECONDS = 10 * 60


def hat_url(hat: Hat) -> str:
    """The first page of a place where one acts."""
    if hat.kind is HatKind.organisation:
        return url_for("positions_organisation.home", org=hat.slug)
    if hat.kind is HatKind.municipality:
        return url_for("pages_staff.todo", kommun=hat.slug)
    return url_for("operations_staff.home")


def password_in_form() -> str:
    """What was typed as password, cut at the longest allowed, so that no one makes us hash a book."""
    return request.form.get("password", "")[: LONGEST + 1]


def hashed_password() -> str:
    """Hash what was typed; runs before the lock is taken."""
    return passwords.hashed(password_in_form())


def own_key() -> str:
    """One counter per signed-in user."""
    return f"own:{current_user.id if current_user.is_authenticated else request.remote_addr}"


def _account_key() -> str:
    """One counter per account, known or not."""
    return "account:" + ids.digest(address(request.form.get("email")))


def _judge() -> tuple[str, str | None] | None:
    """Compare the password before the lock: the stored hash that it fits, and a newer hash where that one is outdated."""
    user = queries.find_user(request.form.get("email", ""))
    stored = user.password_hash if user else None
    if not passwords.matches(password_in_form(), stored) or stored is None:
        return None
    return stored, passwords.hashed(password_in_form()) if passwords.wants_rehash(stored) else None


@bp.route("/logga-in", methods=["GET", "POST"])
@limited("10 per 15 minutes", methods=["POST"], key_func=_account_key)
@limited("100 per hour", methods=["POST"])
@public(prepare=_judge)
def sign_in(prepared: tuple[str, str | None] | None) -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated and not _owes_code(current_user):
        return htmx.go(local_path(request.args.get("next")) or _home(current_user))
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    user = queries.find_user(form.email.data or "")
    if prepared is None or user is None or user.confirmed_at is None or user.password_hash != prepared[0]:
        form.form_errors.append(
            _("Adressen och lösenordet hör inte ihop, eller så är adressen inte bekräftad än. Försök igen, eller välj ett nytt lösenord.")
        )
        return _sign_in_page(form, 422)
    onward = local_path(request.args.get("next"))
    if user.totp_confirmed_at is not None:
        session.clear()
        session[PENDING] = ids.signed(PENDING, [user.id, ids.digest(user.password_hash)])
        if carry.found():
            carry.fresh_token()
            return _second_factor_page(CodeForm(formdata=None), onward, 200)
        return htmx.go(url_for(".second_factor", next=onward))
    return _enter(user, onward, password_hash=prepared[1])


def _owes_code(user: User) -> bool:
    """Signed in on a device that never showed the second factor: the gate sends such staff here, so nothing may send them back."""
    return user.totp_confirmed_at is not None and (user.device is None or user.device.second_factor_at is None)


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    onward = local_path(request.args.get("next"))
    return render_template("accounts/sign_in.html", form=form, onward=onward, carried=carry.found()), status


def _sign_in_with(words: carry.Carried) -> str:
    """The sign-in page in the place of what asked for it, with the words that were on their way."""
    return render_template("accounts/sign_in.html", form=SignInForm(formdata=None), onward=words.path.partition("?")[0], carried=words)


@bp.record_once
def _offer(state: BlueprintSetupState) -> None:
    """core.carry asks for it."""
    state.app.extensions["sakrad_sign_in"] = _sign_in_with


def _pending_key() -> str:
    """One counter per person who owes a code; the address of the machine where nobody does."""
    user_id = _pending()
    return f"code:{user_id[0]}" if user_id else f"code:{request.remote_addr}"


def _pending() -> tuple[int, str] | None:
    match ids.unsigned(PENDING, session.get(PENDING, ""), PENDING_SECONDS):
        case [int(user_id), str(password)]:
            return user_id, password
    return None


@bp.route("/logga-in/kod", methods=["GET", "POST"])
@limited("10 per 15 minutes", methods=["POST"], key_func=_pending_key)
@public
def second_factor() -> ResponseReturnValue:
    pending = _pending()
    user = queries.find_user_by_id(pending[0]) if pending else None
    if user is None or pending is None or ids.digest(user.password_hash) != pending[1]:
        return htmx.go(url_for(".sign_in", next=local_path(request.args.get("next"))))
    form = CodeForm()
    if form.validate_on_submit():
        if commands_second_factor.use_code(user, form.code.data or "", at=clock.now()):
            return _enter(user, local_path(request.args.get("next")), second_factor=True)
        form.code.errors = [_("Koden stämmer inte, eller är redan använd. Vänta på nästa kod i appen.")]
    return _second_factor_page(form, local_path(request.args.get("next")), 422 if form.is_submitted() else 200)


def _second_factor_page(form: CodeForm, onward: str | None, status: int) -> ResponseReturnValue:
    return render_template("accounts/second_factor.html", form=form, onward=onward, carried=carry.found()), status


def _enter(user: User, onward: str | None, *, second_factor: bool = False, password_hash: str | None = None) -> ResponseReturnValue:
    """Open the session, and go on: with the words one had written, where one was heading, to the only place where one acts, or to
    the account.
    """
    sessions.remember(commands.open_session(user, at=clock.now(), second_factor=second_factor, password_hash=password_hash))
    if words := carry.found():
        return carry.resume(words, signed_in=True)
    return htmx.go(onward or _home(user))


def _home(user: User) -> str:
    """The address of the only place where one acts, or of the account."""
    hats = queries.list_hats(user)
    return hat_url(hats[0]) if len(hats) == 1 else url_for(".account")


@bp.post("/logga-ut")
@public
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated and current_user.device:
        commands.sign_out(current_user.device, at=clock.now())
    return leave()


def leave() -> ResponseReturnValue:
    """Empty the session, and have the browser forget what it kept of drafts (DESIGN.md §8, own space)."""
    session.clear()
    response = htmx.go(url_for("pages.start"))
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@bp.route("/konto/skapa", methods=["GET", "POST"])
@limited("10 per day", methods=["POST"], key_func=_account_key)
@limited("30 per hour", methods=["POST"])
@public(prepare=hashed_password)
def sign_up(prepared: str | None) -> ResponseReturnValue:
    form = SignUpForm()
    if not form.validate_on_submit() or prepared is None:
        return render_template("accounts/sign_up.html", form=form), 422 if form.is_submitted() else 200
    commands.register_user(email=form.email.data or "", name=form.name.data or "", password_hash=prepared, at=clock.now())
    return htmx.go(url_for(".sign_up_sent"))


@bp.get("/konto/skapa/skickat")
@public
def sign_up_sent() -> ResponseReturnValue:
    return render_template("accounts/sign_up_sent.html")


@bp.route("/konto/glomt", methods=["GET", "POST"])
@limited("5 per hour", methods=["POST"], key_func=_account_key)
@limited("30 per hour", methods=["POST"])
@public
def ask_reset() -> ResponseReturnValue:
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_reset.html", form=form), 422 if form.is_submitted() else 200
    commands.request_reset(form.email.data or "", at=clock.now())
    return htmx.go(url_for(".reset_sent"))


@bp.get("/konto/glomt/skickat")
@public
def reset_sent() -> ResponseReturnValue:
    return render_template("accounts/reset_sent.html")


@bp.get("/konto")
@signed_in
def account(user: User) -> ResponseReturnValue:
    hats = [(hat, hat_url(hat)) for hat in queries.list_hats(user)]
    return render_template(
        "accounts/account.html",
        user=user,
        hats=hats,
        invitations=[(invitation, links.join_token(invitation)) for invitation in queries.list_invitations_for(user)],
        claimable=queries.list_claimable(user),
    )
