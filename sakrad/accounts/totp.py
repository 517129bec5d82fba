"""One-time codes (TOTP, RFC 6238: six digits, thirty seconds)."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

STEP = 30  # seconds
WINDOW = 1  # steps of clock drift on either side
ISSUER = "Sakråd"


def new_secret() -> str:
    """A random secret (160 bits, base32)."""
    return pyotp.random_base32()


def uri(secret: str, email: str) -> str:
    """What the QR code says to the authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def qr(secret: str, email: str, title: str) -> Markup:
    """The QR code as inline SVG, black on white in either colour scheme."""
    code = segno.make(uri(secret, email), micro=False, error="m")
    return Markup(code.svg_inline(scale=5, border=3, light="#fff", dark="#000", title=title))  # noqa: S704 - drawn by segno from our own text


def step_of(secret: str, code: str, at: datetime, after: int) -> int | None:
    """The time step that the code belongs to, None when it is wrong, too old, or not newer than step `after`.

    A code works once: the caller stores the step and asks for a later one the next time.
    """
    now = int(at.timestamp()) // STEP
    given = "".join(code.split())
    for step in range(now - WINDOW, now + WINDOW + 1):
        if step > after and hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), given.encode()):
            return step
    return None
