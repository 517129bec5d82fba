"""Sign-in sessions: the cookie holds a device's token, the table its hash, so that any device can be signed out.

Flask-Login's documented alternative token, one revocable row per signed-in device.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, session
from flask_login import LoginManager, current_user
from sqlalchemy.orm import contains_eager, selectinload

from sakrad.accounts.models import Device, User
from sakrad.core import clock, ids
from sakrad.core.db import db

LIFETIME = timedelta(days=14)
KEY = "_user_id"  # Flask-Login's own
login = LoginManager()


def open_device(user: User, *, at: datetime, second_factor: bool = False) -> str:
    """Record a signed-in device and return its token, for the cookie only."""
    token = ids.token()
    db.session.add(
        Device(
            user_id=user.id,
            token_hash=ids.digest(token),
            created_at=at,
            expires_at=at + LIFETIME,
            second_factor_at=at if second_factor else None,
        )
    )
    db.session.flush()
    return token


def remember(token: str) -> None:
    """Put the device's token into a fresh session cookie."""
    session.clear()
    session.permanent = True
    session[KEY] = token
    session["_fresh"] = True


def find_user(token: str, at: datetime) -> User | None:
    """The confirmed user of a live device, with memberships: one statement and one for the roles."""
    device = db.session.scalar(
        sa.select(Device)
        .join(Device.user)
        .options(contains_eager(Device.user).options(selectinload(User.memberships)))
        .where(
            Device.token_hash == ids.digest(token),
            Device.revoked_at.is_(None),
            Device.expires_at > at,
            User.confirmed_at.is_not(None),
        )
    )
    if device is None:
        return None
    device.user.device = device
    return device.user


@login.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> Any:
    return find_user(token, clock.now())


def init_app(app: Flask) -> None:
    """Flask-Login without what would touch the session of a reader who has none."""
    login.session_protection = None  # devices are rows; a changed address or browser string is normal
    login.init_app(app, add_context_processor=False)
    app.after_request_funcs[None].remove(login._update_remember_cookie)  # we set no remember-me cookie
    app.jinja_env.globals["current_user"] = current_user  # loads the user only where a template asks
