"""The secrets in mailed links. None stands in the database: the worker derives each from the ids that the event holds.

    user_registered(subject_id=user)                → /konto/bekrafta/<confirm_token(user)>        24 hours
    password_reset_requested(subject_id=user)       → /konto/nytt-losenord/<reset_token(user)>     1 hour
    address_change_requested(subject_id=user)       → /konto/ny-adress/<address_token(user)>       24 hours
    member_invited(subject_id=invitation)           → /konto/anslut/<join_token(invitation)>       14 days
    organisation_check_due(subject_id=organisation) → /stammer/<check_token(organisation)>         until next year's

The first three carry the instant at which they were made (when the mail was written), and a fingerprint of what they are
to change: once that has changed, they open nothing. The others are dated by their rows.
"""

from __future__ import annotations

import hmac

from sakrad.accounts.models import JoinInvitation, User
from sakrad.core import clock, ids
from sakrad.directory.models import Organisation

CONFIRM_SECONDS = 24 * 60 * 60
RESET_SECONDS = 60 * 60
ADDRESS_SECONDS = 24 * 60 * 60
LENGTH = 40  # hexadecimal digits of a derived secret: 160 bits


def confirm_token(user: User) -> str:
    """Confirms the address and the password that was chosen with it; a new sign-up or the first use ends it."""
    return ids.signed("confirm", [user.id, _fingerprint("confirm", user)])


def reset_token(user: User) -> str:
    """Lets the holder choose a new password once; any change of password ends it."""
    return ids.signed("reset", [user.id, _fingerprint("reset", user)])


def address_token(user: User) -> str:
    """Makes the address that was asked for the user's own, once; asking for another ends it."""
    return ids.signed("address", [user.id, _fingerprint("address", user)])


def join_token(invitation: JoinInvitation) -> str:
    """Lets the holder take the role, and proves the invited address."""
    return f"{invitation.reference}.{ids.derived('join', invitation.reference, invitation.email)[:LENGTH]}"


def user_in_confirm(token: str) -> int | None:
    """The id of the user whom the token names, None when it is false or too old; ask `confirms` about the user."""
    return _user_in("confirm", token, CONFIRM_SECONDS)


def user_in_reset(token: str) -> int | None:
    """The id of the user whom the token names, None when it is false or too old; ask `resets` about the user."""
    return _user_in("reset", token, RESET_SECONDS)


def user_in_address(token: str) -> int | None:
    """The id of the user whom the token names, None when it is false or too old; ask `readdresses` about the user."""
    return _user_in("address", token, ADDRESS_SECONDS)


def confirms(token: str, user: User) -> bool:
    """Whether the token was made for the user as it stands now."""
    return user.confirmed_at is None and _is_made_for("confirm", token, user, CONFIRM_SECONDS)


def resets(token: str, user: User) -> bool:
    """Whether the token was made for the user's present password."""
    return _is_made_for("reset", token, user, RESET_SECONDS)


def readdresses(token: str, user: User) -> bool:
    """Whether the token was made for the address that the user waits to confirm."""
    return user.new_email is not None and _is_made_for("address", token, user, ADDRESS_SECONDS)


def reference_in(token: str) -> str:
    """The part of a join token that finds the invitation; says nothing about whether the token is true."""
    return token.partition(".")[0]


def joins(token: str, invitation: JoinInvitation) -> bool:
    """Whether the token is the invitation's own; takes the same time however much of it is right."""
    return hmac.compare_digest(token.encode(), join_token(invitation).encode())


def check_token(organisation: Organisation) -> str:
    """Shows the organisation's facts and lets the holder say that they are right; for this year's mail to this address only."""
    asked = organisation.asked_right_at
    year = clock.day_of(asked).year if asked else None
    return f"{organisation.slug}.{ids.derived('check', organisation.id, organisation.email, year)[:LENGTH]}"


def slug_in(token: str) -> str:
    """The part of a check token that finds the organisation; says nothing about whether the token is true."""
    return token.partition(".")[0]


def checks(token: str, organisation: Organisation) -> bool:
    """Whether the token is the organisation's own of this year; takes the same time however much of it is right."""
    return hmac.compare_digest(token.encode(), check_token(organisation).encode())


def _fingerprint(purpose: str, user: User) -> str:
    """What the link is to change, and where it was sent: a link to a former address opens nothing."""
    asked = user.new_email if purpose == "address" else None
    return ids.derived(purpose, user.id, user.email, asked, user.password_hash, user.confirmed_at)[:LENGTH]


def _carried(purpose: str, token: str, seconds: int) -> tuple[int, str] | None:
    match ids.unsigned(purpose, token, seconds):
        case [int(user_id), str(fingerprint)]:
            return user_id, fingerprint
    return None


def _user_in(purpose: str, token: str, seconds: int) -> int | None:
    carried = _carried(purpose, token, seconds)
    return carried[0] if carried else None


def _is_made_for(purpose: str, token: str, user: User, seconds: int) -> bool:
    carried = _carried(purpose, token, seconds)
    return carried is not None and carried[0] == user.id and hmac.compare_digest(carried[1], _fingerprint(purpose, user))
