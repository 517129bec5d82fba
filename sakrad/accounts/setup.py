"""The gate in front of every signed-in page: staff in production pass a second factor first."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sakrad.accounts import passwords
from sakrad.accounts.models import User

OPEN = ("accounts_own.second_factor", "accounts_own.begin_second_factor")  # where the second factor is set up


def init_app(app: Flask) -> None:
    """Register the gate; core.access asks it. Outside production nobody is stopped."""
    if app.config["SETTINGS"].production:
        app.extensions["sakrad_gate"] = gate
        passwords.matches("", None)  # makes the stand-in hash now: the first stranger must not be the slow one


def gate(user: User) -> ResponseReturnValue | None:
    """Where to send somebody who works for a municipality or the platform and has not shown a second factor here."""
    if not user.is_staff or request.endpoint in OPEN or (user.device is not None and user.device.second_factor_at is not None):
        return None
    return redirect(url_for("accounts.sign_in") if user.totp_confirmed_at else url_for("accounts_own.second_factor"), 303)
