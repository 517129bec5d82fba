"""Extras for tests of accounts."""

from __future__ import annotations

import pyotp

from sakrad.core import clock

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(steps: int = 0, secret: str = SECRET) -> str:
    """The one-time code of now, or of so many steps later."""
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)


def credentials(email: str = "ny@prova.example") -> dict[str, str]:
    """A sign-up that is right."""
    return {"name": "Ny Person", "email": email, "password": "ett gott lösenord"}
