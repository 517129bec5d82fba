"""Whose an e-mail address seems to be: a function's, which stays when people change, or a person's. Pure; only ever a hint."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
LONGEST = 254
FUNCTIONS = (
    "info",
    "kontakt",
    "styrelse",
    "ordf",
    "kansli",
    "sekreterare",
    "kassor",
    "post",
    "foren",
    "forening",
    "mail",
    "mejl",
    "admin",
    "hej",
    "office",
    "expedition",
    "valkommen",
    "jour",
    "stod",
    "sakrad",
    "registrator",
    "epost",
    "medlem",
    "lokal",
    "distrikt",
    "verksamhet",
)
# Where people have their own addresses, but small associations too.
OF_EVERYBODY = (
    "gmail.com",
    "hotmail.com",
    "hotmail.se",
    "outlook.com",
    "live.se",
    "live.com",
    "icloud.com",
    "me.com",
    "yahoo.com",
    "yahoo.se",
    "telia.com",
    "bredband.net",
    "comhem.se",
    "spray.se",
    "protonmail.com",
    "proton.me",
    "msn.com",
)
TWO_NAMES = re.compile(r"[a-z]{2,}[._-][a-z]{2,}(?:[._-][a-z]{2,})?\d{0,4}")
ASCII = str.maketrans("åäöéü", "aaoeu")


def is_address(text: str) -> bool:
    """Whether mail can be sent there, as far as one can see."""
    return len(text) <= LONGEST and ADDRESS.fullmatch(text.casefold()) is not None


def is_personal(address: str, organisation: str) -> bool:
    """Whether the address looks like a person's. One that has a word of the organisation's name in it does not."""
    local, _at, domain = address.casefold().partition("@")
    plain = local.translate(ASCII)
    if any(plain.startswith(word) or f".{word}" in plain for word in FUNCTIONS):
        return False
    words = [word for word in re.findall(r"\w+", organisation.casefold().translate(ASCII)) if len(word) > 2]
    if any(word in plain for word in words):
        return False
    return domain in OF_EVERYBODY or TWO_NAMES.fullmatch(plain) is not None
