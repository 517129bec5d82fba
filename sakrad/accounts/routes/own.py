"""One's own account: name, password, devices, second factor."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts import commands, commands_second_factor, passwords, queries, totp
from sakrad.accounts.forms import LONGEST, ChangePasswordForm, CodeForm, NameForm, NewAddressForm
from sakrad.accounts.models import User
from sakrad.accounts.routes.public import hashed_password, leave, own_key
from sakrad.core import clock, htmx
from sakrad.core.access import signed_in
from sakrad.core.security import limited

bp = Blueprint("accounts_own", __name__)


class Judged(NamedTuple):
    """The password form, worked out before the lock: whether the present password is right, and the new one's hash."""

    right: bool
    hashed: str


def _is_own_password() -> bool:
    """Whether what was typed as the present password is; worked out before the lock."""
    return current_user.is_authenticated and passwords.matches(request.form.get("present", "")[: LONGEST + 1], current_user.password_hash)


def _judge_change() -> Judged | None:
    return Judged(_is_own_password(), hashed_password()) if current_user.is_authenticated else None


@bp.route("/konto/namn", methods=["GET", "POST"])
@signed_in
def name(user: User) -> ResponseReturnValue:
    form = NameForm(obj=user)
    if not form.validate_on_submit():
        return render_template("accounts/own/name.html", form=form), 422 if form.is_submitted() else 200
    commands.change_name(user, name=form.name.data or "")
    flash(_("Namnet är sparat."))
    return htmx.go(url_for("accounts.account"))


@bp.route("/konto/losenord", methods=["GET", "POST"])
@limited("10 per 15 minutes", methods=["POST"], key_func=own_key)
@signed_in(prepare=_judge_change)
def password(user: User, prepared: Judged | None) -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit() and prepared is not None:
        if prepared.right:
            commands.change_password(user, password_hash=prepared.hashed, at=clock.now())
            flash(_("Lösenordet är bytt. Dina andra enheter är utloggade."))
            return htmx.go(url_for("accounts.account"))
        form.present.errors = [_("Det är inte ditt nuvarande lösenord.")]
    return render_template("accounts/own/password.html", form=form, user=user), 422 if form.is_submitted() else 200


@bp.route("/konto/adress", methods=["GET", "POST"])
@limited("10 per 15 minutes", methods=["POST"], key_func=own_key)
@limited("20 per day", methods=["POST"], key_func=own_key)  # each sends a mail to whatever address is typed
@signed_in(prepare=_is_own_password)
def address(user: User, prepared: bool | None) -> ResponseReturnValue:
    """Another e-mail address; it counts once its owner has pressed the button behind the mailed link."""
    form = NewAddressForm()
    if form.validate_on_submit():
        if not prepared:
            form.present.errors = [_("Det är inte ditt nuvarande lösenord.")]
        elif (form.email.data or "").casefold() == user.email:
            form.email.errors = [_("Det är redan din adress.")]
        else:
            commands.request_new_address(user, email=form.email.data or "", at=clock.now())
            flash(_("En länk är på väg till den nya adressen. Den gamla gäller tills du har tryckt på knappen där."))
            return htmx.go(url_for("accounts.account"))
    return render_template("accounts/own/address.html", form=form, user=user), 422 if form.is_submitted() else 200


@bp.get("/konto/enheter")
@signed_in
def devices(user: User) -> ResponseReturnValue:
    return render_template("accounts/own/devices.html", devices=queries.list_devices(user, clock.now()), present=user.device)


@bp.post("/konto/enheter")
@signed_in
def sign_out_everywhere(user: User) -> ResponseReturnValue:
    commands.sign_out_everywhere(user, at=clock.now())
    return leave()


@bp.route("/konto/tvasteg", methods=["GET", "POST"])
@limited("10 per 15 minutes", methods=["POST"], key_func=own_key)
@signed_in
def second_factor(user: User) -> ResponseReturnValue:
    """The state of the second factor; the code sent here switches it on."""
    form = CodeForm()
    if form.validate_on_submit():
        if commands_second_factor.confirm_second_factor(user, form.code.data or "", at=clock.now()):
            flash(_("Tvåstegsinloggningen är på. Andra enheter är utloggade."))
            return htmx.go(url_for("accounts.account"))
        form.code.errors = [_("Koden stämmer inte. Kontrollera att klockan i telefonen går rätt, och ta nästa kod.")]
    return _second_factor_page(user, form)


@bp.post("/konto/tvasteg/borja")
@signed_in
def begin_second_factor(user: User) -> ResponseReturnValue:
    commands_second_factor.begin_second_factor(user)
    return htmx.go(url_for(".second_factor"))


@bp.post("/konto/tvasteg/ta-bort")
@limited("10 per 15 minutes", methods=["POST"], key_func=own_key)
@signed_in
def remove_second_factor(user: User) -> ResponseReturnValue:
    """Switched off with a code, so that an open screen is not enough."""
    form = CodeForm()
    if form.validate():
        if commands_second_factor.use_code(user, form.code.data or "", at=clock.now()):
            commands_second_factor.remove_second_factor(user, at=clock.now())
            flash(_("Tvåstegsinloggningen är av."))
            return htmx.go(url_for("accounts.account"))
        form.code.errors = [_("Koden stämmer inte, eller är redan använd.")]
    return _second_factor_page(user, form)


def _second_factor_page(user: User, form: CodeForm) -> ResponseReturnValue:
    begun = user.totp_secret is not None and user.totp_confirmed_at is None
    return render_template(
        "accounts/own/second_factor.html",
        user=user,
        form=form,
        begun=begun,
        qr=totp.qr(user.totp_secret, user.email, _("QR-kod för appen")) if begun and user.totp_secret else None,
    ), 422 if form.is_submitted() else 200
