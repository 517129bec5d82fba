"""A test client that polices every response: each page that any test meets must keep the house rules.

Its failure messages say how to mend.
"""

from __future__ import annotations

import collections
import re
from contextlib import nullcontext
from typing import Any

import html5lib
import sqlalchemy as sa
from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sakrad.accounts import sessions
from sakrad.core import clock
from sakrad.core.db import db, transaction
from tests.noticing import noticing

ALLOWED_PARSE_ERRORS = frozenset({"expected-doctype-but-got-start-tag"})  # a partial has no doctype
BASE_URL = "http://127.0.0.1:5000"  # cookies are kept by host: the session is opened under the same one
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# Words between two tags, with nothing among them that a parser could take for anything else; and the token of a form.
WORDS = re.compile(r">(?=\s*\w)[\w\s.,:;!?()/%§·–…”’+-]*<|(?<=csrf_token\" value=\")[\w.-]+")


class PolicingClient(FlaskClient):
    """Follows the house rules on every response, and fills in the CSRF token as a browser would."""

    csrf: str | None = None

    def sign_in(self, user: Any, *, second_factor: bool = True) -> PolicingClient:
        """Sign this browser in without the form (the form has its own tests)."""
        with transaction():
            token = sessions.open_device(user, at=clock.now(), second_factor=second_factor)
        with self.session_transaction(base_url=BASE_URL) as session:
            session[sessions.KEY] = token
            session["_fresh"] = True
        return self

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", BASE_URL)
        csrf = kwargs.pop("csrf", True)
        policed = kwargs.pop("policed", True)  # False where every page is fetched for its words alone: parsing is the slow part
        if kwargs.get("method") == "POST" and csrf:
            data = kwargs.get("data")
            if data is None or isinstance(data, dict):
                kwargs["data"] = {"csrf_token": self._token(), **(data or {})}
        _let_go()
        with noticing() if kwargs.get("method") == "POST" else nullcontext():
            response = super().open(*args, **kwargs)
        assert not db.session.new and not db.session.dirty, "The view left uncommitted changes: it must go through core.db.transaction()."
        db.session.remove()
        if policed:
            police(response)
        return response

    def _token(self) -> str:
        """A token that fits this browser's session."""
        from flask_wtf.csrf import generate_csrf

        with self.application.test_request_context():
            from flask import session

            with self.session_transaction(base_url=BASE_URL) as mine:
                g.pop("csrf_token", None)
                if "csrf_token" in mine:
                    session["csrf_token"] = mine["csrf_token"]
                token = generate_csrf()
                mine["csrf_token"] = session["csrf_token"]
            g.pop("csrf_token", None)
        return str(token)


def _let_go() -> None:
    """End the test's session before the request has its own; the rows that the test made stay readable.

    Flask lends the test's application context to the request: what an earlier one left in g (the user!) must go.
    """
    for name in list(g):
        g.pop(name)
    for thing in list(db.session):
        if sa.inspect(thing).expired:
            db.session.refresh(thing)
    db.session.remove()


_seen: set[int] = set()


def police(response: TestResponse) -> None:
    """Check the rules that every response keeps."""
    assert response.status_code != 500, "The page crashed."
    headers = response.headers
    assert "Content-Security-Policy" in headers, "No CSP: core.security.init_app must see every response."
    assert headers.get("X-Content-Type-Options") == "nosniff"
    if response.mimetype != "text/html" or not response.data or response.location:
        return
    html = response.get_data(as_text=True)
    assert "None" not in re.findall(r">\s*(None)\s*<", html), "The page shows None."
    assert "{{" not in html and "{%" not in html, "Template code came out on the page."
    mark = hash(WORDS.sub(">x<", html))
    if mark not in _seen:  # the same tags with other words keep the same rules: parsing was a third of some tests
        _police_html(html, page=html.lstrip().lower().startswith("<!doctype"))
        _seen.add(mark)


def _police_html(html: str, *, page: bool) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html) if page else parser.parseFragment(html)
    errors = [f"{code} near {position}" for position, code, _ in parser.errors if code not in ALLOWED_PARSE_ERRORS]
    assert not errors, f"The HTML is not well formed: {errors[:3]}\n{_near(html, parser.errors[0][0])}"
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    ids = collections.Counter(element.get("id") for element in elements if element.get("id"))
    twice = [name for name, count in ids.items() if count > 1]
    assert not twice, f"These ids stand twice on the page: {twice}. Give the macro a prefix."
    for element in elements:
        assert element.get("style") is None, f"Inline style on <{element.tag}>: the CSP forbids it. Make a class in static/css."
        assert not any(name.startswith("on") for name in element.attrib), f"Inline script on <{element.tag}>: the CSP forbids it."
        if element.tag == "script":
            assert element.get("src"), "Inline script: the CSP forbids it. Put it in static/sakrad.js."
        if element.tag == "form":
            _police_form(element)
        if element.tag == "img":
            assert element.get("alt") is not None, "An image without alt."
        if element.tag == "a":
            assert element.get("href") not in ("", "#"), "A link that leads nowhere."
        if element.tag == "label" and element.get("for"):
            assert element.get("for") in ids, f"The label points at a field that is not there: {element.get('for')}"
    if page:
        _police_page(tree, elements)


def _police_form(form: Any) -> None:
    method = (form.get("method") or "get").lower()
    action = form.get("action")
    assert action is not None, f"<form> without action: {form.attrib}"
    names = [element.get("name") for element in form.iter() if isinstance(element.tag, str)]
    if method == "post":
        assert "csrf_token" in names, f"The form to {action} has no csrf_token: use form_open of macros/form.html."
    buttons = [element for element in form.iter() if element.tag == "button" or element.get("type") == "submit"]
    assert buttons, f"The form to {action} has no button: it must work without JavaScript."


def _police_page(tree: Any, elements: list[Any]) -> None:
    html = next(element for element in elements if element.tag == "html")
    assert html.get("lang"), "<html> has no lang."
    title = [element for element in elements if element.tag == "title"]
    assert title and (title[0].text or "").strip(), "The page has no title."
    headings = [element for element in elements if element.tag == "h1"]
    assert len(headings) == 1, f"The page must have exactly one h1, it has {len(headings)}."
    mains = [element for element in elements if element.tag == "main"]
    assert len(mains) == 1, "The page must have exactly one <main>."
    for element in elements:
        if element.tag in ("input", "select", "textarea") and element.get("type") not in ("hidden", "submit", "button"):
            labelled = element.get("aria-label") or element.get("aria-labelledby")
            fors = {label.get("for") for label in elements if label.tag == "label"}
            inside = any(element in list(label.iter()) for label in elements if label.tag == "label")
            assert labelled or element.get("id") in fors or inside, f"A field without label: {element.attrib}"


def _near(html: str, position: tuple[int, int]) -> str:
    lines = html.split("\n")
    line = min(position[0], len(lines)) - 1
    return "\n".join(lines[max(0, line - 2) : line + 2])


def content_of(html: str) -> str:
    """What stands on the page between its head and its foot, which are on every page."""
    return html.partition("<main")[2].partition("</main>")[0]
