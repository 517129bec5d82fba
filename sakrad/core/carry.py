"""Words that could not be taken: the browser carries them until they are saved (DESIGN.md §8, Cookies and CSRF).

When the session is gone, or a page is refused after somebody has written, the answer holds what was sent: in one hidden
field through sign-in and second factor, then in a form with one button. The server keeps nothing of it. Only what came
from a page of our own is carried, so that nobody plants words by a form on another site.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import current_app, g, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from sakrad.core import htmx
from sakrad.core.db import SAFE_METHODS

FIELD = "carried"
OPEN = "oppna"  # the button that also opens an invitation's link in this browser
LIMIT = 1_000_000  # characters, as a form sends them
# Forms with any of these are filled in anew: they hold a secret, or give power, and somebody else may be the one who signs in.
SECRET = frozenset({"password", "present", "code", "kod", "nonce", "role", "rule"})
NO_WORDS = re.compile(r"(?:^|[-_])(?:csrf_token|version|mark|key|seen|token|reference|sedan|oppna|sammanslagen)$")
UNSAFE = re.compile(r"[\\\x00-\x20]")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a form held, and the address that it was on its way to."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def packed(self) -> str:
        """The value of the hidden field. JSON, since a browser changes line breaks in values."""
        return json.dumps([self.path, self.fields], ensure_ascii=False)

    @property
    def texts(self) -> list[str]:
        """What people wrote, to be read and copied; choices and codes left out."""
        return [value for name, value in self.fields if (" " in value.strip() or "@" in value) and not NO_WORDS.search(name)]


def local_path(target: str | None) -> str | None:
    """The target when it is a path on this site; None for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//") or UNSAFE.search(target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def found() -> Carried | None:
    """The words that the present request brings, its own or those that it carries for another address.

    None for a request that only reads, holds no words or too many, holds a secret, or did not come from a page of our own.
    """
    if request.method in SAFE_METHODS or not _from_own_page():
        return None
    try:
        form = request.form
    except HTTPException:  # too large to be read at all
        return None
    if FIELD in form:
        return _unpacked(form[FIELD])
    fields = tuple((name, value) for name, value in form.items(multi=True) if name not in ("csrf_token", OPEN))
    wordless = not any(value.strip() and not NO_WORDS.search(name) for name, value in fields)
    path = local_path(request.script_root + request.full_path.rstrip("?"))
    if wordless or path is None or SECRET & form.keys() or len(urlencode(fields)) > LIMIT:
        return None
    return Carried(path, fields)


def _from_own_page() -> bool:
    """What the browser itself says of where the form stood; a page cannot choose it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _unpacked(packed: str) -> Carried | None:
    try:
        target, fields = json.loads(packed[: 2 * LIMIT])
        path, pairs = local_path(target), tuple((str(name), str(value)) for name, value in fields)
        json.dumps([path, pairs], ensure_ascii=False).encode()  # JSON can hold half characters, which no page can
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Carried(path, pairs) if path and not SECRET & dict(pairs).keys() else None


def lost() -> ResponseReturnValue | None:
    """What to answer when the session is gone: under htmx a line that says so, for words a page that keeps them, or None.

    The page signs in first where that is asked for; otherwise it has a button that sends the words again.
    """
    if htmx.asked():
        return None if request.method in SAFE_METHODS else (render_template("errors/_signed_out.html"), 401)
    words = found()
    if words is None:
        return None
    rule = getattr(current_app.view_functions.get(request.endpoint or ""), "access_rule", "")
    inside = rule == "signed_in" or rule.startswith("requires:")
    if FIELD in request.form or (inside and not current_user.is_authenticated):
        return current_app.extensions["sakrad_sign_in"](words), 401
    return resume(words, opening=rule.startswith("bearer:"), signed_in=inside, status=401)


def resume(words: Carried, *, opening: bool = False, signed_in: bool = False, status: int = 200) -> ResponseReturnValue:
    """A page with one button, which sends the words to where they were going, with a token that fits the session."""
    fresh_token()
    return render_template("errors/resume.html", words=words, opening=opening, signed_in=signed_in), status


def fresh_token() -> None:
    """After the session was emptied: let the form of this answer have the new session's CSRF token, not the old one's."""
    if "csrf_token" not in session:
        g.pop("csrf_token", None)
