"""Writes about the second factor (TOTP)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.accounts import totp
from sakrad.accounts.models import Device, User
from sakrad.core.db import db
from sakrad.core.events import EventName, record


def begin_second_factor(user: User) -> None:
    """Give the user a new secret to put in the app. It counts for nothing until a code from it has come back."""
    if user.totp_confirmed_at is None:
        user.totp_secret = totp.new_secret()
        user.totp_last_step = 0
        db.session.flush()


def confirm_second_factor(user: User, code: str, *, at: datetime) -> bool:
    """Switch the second factor on, when the code is right; this device has then passed it, and every other is signed out."""
    if user.totp_confirmed_at is not None or not use_code(user, code, at=at):
        return False
    user.totp_confirmed_at = at
    db.session.execute(
        sa.update(Device)
        .where(Device.user_id == user.id, Device.revoked_at.is_(None), Device.id != (user.device.id if user.device else 0))
        .values(revoked_at=at)
    )
    if user.device:
        user.device.second_factor_at = at
    record(EventName.second_factor_set, at=at, actor=user, subject_id=user.id)
    return True


def use_code(user: User, code: str, *, at: datetime) -> bool:
    """Whether the code is right now and newer than the last one used; it then never works again."""
    step = totp.step_of(user.totp_secret, code, at, user.totp_last_step) if user.totp_secret else None
    if step is None:
        return False
    user.totp_last_step = step
    db.session.flush()
    return True


def remove_second_factor(user: User, *, at: datetime) -> None:
    """Switch the second factor off: the person has lost the app, or wants none."""
    user.totp_secret = None
    user.totp_confirmed_at = None
    user.totp_last_step = 0
    db.session.flush()
    record(EventName.second_factor_removed, at=at, subject_id=user.id)
