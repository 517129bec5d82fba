"""Which invitations' personal links have been opened in this browser, by a press of a button: mail scanners press none.

The secret in the address finds the invitation; what stands behind it is shown only where somebody has opened it.
"""

from __future__ import annotations

from flask import request, session
from flask.typing import ResponseReturnValue

from sakrad.core import carry, htmx

KEY = "opened_invitations"
MOST = 20  # in one browser: the cookie is small


def is_open(reference: str) -> bool:
    """Whether the invitation with the reference has been opened here."""
    return reference in session.get(KEY, [])


def references() -> list[str]:
    """Of the invitations that have been opened here, the latest first."""
    return list(reversed(session.get(KEY, [])))


def open_here(reference: str) -> None:
    """Let this browser in, after a press of a button. The oldest goes out when there are too many."""
    others = [known for known in session.get(KEY, []) if known != reference]
    session[KEY] = [*others[-MOST + 1 :], reference]


def closed(reference: str, otherwise: str) -> ResponseReturnValue | None:
    """What to answer where the invitation has not been opened here; None where it has, or the pressed button does it now.

    A browser that has forgotten it, with words that somebody wrote, gets them back with a button that opens and saves;
    else it is sent to the address `otherwise`.
    """
    if is_open(reference):
        return None
    if carry.OPEN not in request.form:
        return carry.lost() or htmx.go(otherwise)
    open_here(reference)
    return None
