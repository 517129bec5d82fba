"""Unguessable references, tokens and slugs. Public identifiers are never database ids."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l: read aloud over the phone


def reference(length: int = 10) -> str:
    """A random public reference (10 characters hold 49 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def token() -> str:
    """A random secret for a link (256 bits)."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """How a random secret is stored: its SHA-256, as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def derived(purpose: str, *parts: object) -> str:
    """A secret that only this installation can make again (HMAC with the secret key), 256 bits as hex.

    Lets the worker write a personal link into a mail without the link standing in the database.
    """
    message = "\x1f".join([purpose, *map(str, parts)]).encode()
    return hmac.new(current_app.config["SECRET_KEY"].encode(), message, hashlib.sha256).hexdigest()


def link_token(purpose: str, reference: str, *more: object) -> str:
    """What stands in a personal link: the reference of what it opens, a dot, and a derived secret of 160 bits."""
    return f"{reference}.{derived(purpose, reference, *more)[:40]}"


def is_link_token(token: str, purpose: str, reference: str, *more: object) -> bool:
    """Whether the token is the reference's own; takes the same time however much of it is right."""
    return hmac.compare_digest(token.encode(), link_token(purpose, reference, *more).encode())


def reference_in(token: str) -> str:
    """The part of such a token that finds what it opens; says nothing about whether the token is true."""
    return token.partition(".")[0]


def typed(purpose: str, reference: str, letters: int = 12) -> str:
    """A secret to read off paper and type, derived like the above: "abcd-efgh-jkmn" holds 59 bits; guesses are to be counted."""
    left, code = int(derived(purpose, reference), 16), ""
    for _ in range(letters):
        left, place = divmod(left, len(ALPHABET))
        code += ALPHABET[place]
    return "-".join(code[start : start + 4] for start in range(0, letters, 4))


def untyped(code: str) -> str:
    """What somebody typed, without the spaces and hyphens that it was printed with, in one case."""
    return "".join(code.split()).replace("-", "").casefold()


def signed(purpose: str, value: object) -> str:
    """A signed, dated token that carries `value` (JSON)."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose).dumps(value)


def unsigned(purpose: str, text: str, max_age: int) -> object | None:
    """What `signed` carried, or None when the token is false or older than `max_age` seconds."""
    try:
        result: object = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose).loads(text, max_age=max_age)
    except BadData:
        return None
    return result


def slugify(text: str, length: int = 60) -> str:
    """A readable address part: "Våld i nära relationer" becomes "vald-i-nara-relationer"."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:length].rstrip("-")
    return slug or reference(6)


def free_slug(text: str, taken: Callable[[str], bool]) -> str:
    """`slugify(text)`, with -2, -3 … behind while `taken` says so."""
    base = slug = slugify(text)
    number = 2
    while taken(slug):
        slug, number = f"{base}-{number}", number + 1
    return slug
