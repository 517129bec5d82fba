"""Writes about one's own account; reached as `accounts.commands`. Passwords come hashed: that is slow, and done before the lock."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.accounts import queries, sessions
from sakrad.accounts.models import Device, User
from sakrad.core.db import db
from sakrad.core.errors import Blocked, Blocker, Stale
from sakrad.core.events import EventName, record
from sakrad.core.text import address


def register_user(*, email: str, name: str, password_hash: str, at: datetime, mail: bool = True) -> User:
    """Enter somebody who must confirm the address. Who asked is never told whether it was known:

    a new address gets a confirmation link; one that waits gets a new link, and the new name and password; a confirmed
    one is left as it is, and its owner is told that somebody tried.
    """
    email = address(email)
    user = queries.find_user(email)
    if user is not None and user.confirmed_at is not None:
        record(EventName.sign_up_repeated, at=at, subject_id=user.id)
        return user
    if user is None:
        user = User(email=email, created_at=at)
        db.session.add(user)
    user.name, user.password_hash = name, password_hash
    try:
        db.session.flush()
    except sa.exc.IntegrityError:  # the same address at this very moment
        raise Stale from None
    if mail:
        record(EventName.user_registered, at=at, subject_id=user.id)
    return user


def confirm_user(user: User, at: datetime) -> None:
    """Note that the address is the user's own."""
    user.confirmed_at = at
    db.session.flush()
    record(EventName.user_confirmed, at=at, actor=user, subject_id=user.id)


def request_reset(email: str, *, at: datetime) -> None:
    """Ask for a password link. An unknown address leaves an event without subject: as much work, and nobody to mail."""
    user = queries.find_user(email)
    record(EventName.password_reset_requested, at=at, subject_id=user.id if user else None)


def reset_password(user: User, *, password_hash: str, at: datetime) -> None:
    """Set a new password by mailed link, which proves the address as well; every device is signed out."""
    if user.confirmed_at is None:
        confirm_user(user, at)
    user.password_hash, user.new_email = password_hash, None  # whoever asked for another address may have been a thief
    _revoke(user, at)
    record(EventName.password_changed, at=at, actor=user, subject_id=user.id)


def change_password(user: User, *, password_hash: str, at: datetime) -> None:
    """Set a new password while signed in; every other device is signed out."""
    user.password_hash, user.new_email = password_hash, None
    _revoke(user, at, besides=user.device)
    record(EventName.password_changed, at=at, actor=user, subject_id=user.id)


def change_name(user: User, *, name: str) -> None:
    """Change the name that colleagues see. No event: it would have to hold words."""
    user.name = name
    db.session.flush()


def request_new_address(user: User, *, email: str, at: datetime) -> None:
    """Ask for another address: it counts once a mailed link has proved it. The present one is told. Nobody learns whether it is known."""
    user.new_email = address(email)
    db.session.flush()
    record(EventName.address_change_requested, at=at, actor=user, subject_id=user.id)


def take_new_address(user: User, *, at: datetime) -> None:
    """Make the address that was asked for the user's own, by mailed link. An account there that nobody has confirmed gives way.

    Raises:
        Blocked: somebody else has confirmed the address in the meantime.
    """
    wanted = user.new_email or user.email
    other = queries.find_user(wanted)
    if other is not None and other.id != user.id:
        if other.confirmed_at is not None:
            raise Blocked([Blocker("address_taken")])
        db.session.delete(other)
        db.session.flush()
    user.email, user.new_email = wanted, None
    db.session.flush()
    record(EventName.address_changed, at=at, actor=user, subject_id=user.id)


def open_session(user: User, *, at: datetime, second_factor: bool = False, password_hash: str | None = None) -> str:
    """Sign a device in and return its token for the cookie. `password_hash` replaces one made with yesterday's parameters."""
    if password_hash is not None:
        user.password_hash = password_hash
    return sessions.open_device(user, at=at, second_factor=second_factor)


def sign_out(device: Device, *, at: datetime) -> None:
    """Sign one device out."""
    device.revoked_at = at
    db.session.flush()


def sign_out_everywhere(user: User, *, at: datetime) -> None:
    """Sign every device out, also this one."""
    _revoke(user, at)
    record(EventName.devices_signed_out, at=at, actor=user, subject_id=user.id)


def _revoke(user: User, at: datetime, besides: Device | None = None) -> None:
    d = Device
    conditions = [d.user_id == user.id, d.revoked_at.is_(None)]
    if besides is not None:
        conditions.append(d.id != besides.id)
    db.session.execute(sa.update(d).where(*conditions).values(revoked_at=at))
