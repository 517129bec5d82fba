"""Passwords: argon2id, with parameters for small machines (LIBRARIES.md P18). Always called before the write lock."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM = 10  # characters
hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hashed(password: str) -> str:
    """The password's argon2id hash."""
    return hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether it is the password. Takes as long for an unknown account (stored None) as for a known one."""
    try:
        return hasher.verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def wants_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hashed("nobody has this password")
