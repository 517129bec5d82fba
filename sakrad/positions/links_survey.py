"""The single-use links of a question to the members: made from the survey's reference and the ticket's number.

The secret is a letter code, since the links are printed too and typed by hand: twelve characters hold 59 bits, the reference
before it 49, and attempts are limited. Nothing in the tables tells who got which.
"""

from __future__ import annotations

import hmac

import segno
from markupsafe import Markup

from sakrad.core import ids
from sakrad.core.text import whole_number

LENGTH = 12


def token_of(reference: str, number: int) -> str:
    """What stands in /medlemsfraga/<token>: reference, number and secret."""
    return f"{reference}-{number}-{_secret(reference, number)}"


def read(token: str) -> tuple[str, int] | None:
    """The reference and number of a true token, also when its survey is there no more; None for a false one."""
    reference, _, rest = token.strip().lower().partition("-")
    digits, _, secret = rest.partition("-")
    number = whole_number(digits)
    if number is None or not hmac.compare_digest(secret.encode(), _secret(reference, number).encode()):
        return None
    return reference, number


def drawn(address: str) -> Markup:
    """The address as a QR code, inline: black on white in either colour scheme."""
    code = segno.make(address, micro=False, error="l")
    return Markup(code.svg_inline(omitsize=True, border=2, light="#fff", dark="#000"))  # noqa: S704 - drawn by segno from our own text


def _secret(reference: str, number: int) -> str:
    left = int(ids.derived("survey", reference, number), 16)
    letters = []
    for _ in range(LENGTH):
        left, place = divmod(left, len(ids.ALPHABET))
        letters.append(ids.ALPHABET[place])
    return "".join(letters)
