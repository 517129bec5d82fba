"""What may go wrong by design, and how it looks: pages with an id and no trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Flask, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from sakrad.core import carry
from sakrad.core.db import SAFE_METHODS, db
from sakrad.core.logs import request_id

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why something may not happen now: a code, with arguments for its sentence in blockers.html."""

    code: str
    args: dict[str, Any] = field(default_factory=dict)
    field: str | None = None  # the form field beside which the sentence stands


class Missing(LookupError):
    """There is no such thing, or none that may be revealed. Answers 404."""


class Moved(Missing):
    """It stands at another address now: the same with other `parts`. A GET is sent there (301); all else answers 404."""

    def __init__(self, **parts: str) -> None:
        super().__init__("moved")
        self.parts = parts


class Blocked(Exception):
    """The lifecycle refuses. Carries every reason, not only the first. Answers 409 with the reasons."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__(", ".join(blocker.code for blocker in blockers))
        self.blockers = list(blockers)


class Stale(Exception):
    """Somebody else changed the same thing in the meantime. `theirs` is what stands there now. Answers 409."""

    def __init__(self, theirs: Any = None) -> None:
        super().__init__("changed in the meantime")
        self.theirs = theirs


def refuse_unless_clear(blockers: Sequence[Blocker]) -> None:
    """Raise `Blocked` with all the blockers, if there are any."""
    if blockers:
        raise Blocked(blockers)


def sentence(blocker: Blocker) -> Markup:
    """The blocker's words: one file per code in templates/blockers/."""
    return Markup(render_template(f"blockers/{blocker.code}.html", **blocker.args).strip())  # noqa: S704 - our own template, escaped


def show_beside(form: Any, blocked: Blocked) -> None:
    """Put each blocker's sentence beside its field of the form, or over the form when it has none."""
    for blocker in blocked.blockers:
        if blocker.field in form:
            form[blocker.field].errors = [*form[blocker.field].errors, sentence(blocker)]
        else:
            form.form_errors.append(sentence(blocker))


def init_app(app: Flask) -> None:
    """Register the error pages and the filter `sentence`."""
    app.jinja_env.filters["sentence"] = sentence

    def page(status: int, *, blockers: Sequence[Blocker] = ()) -> tuple[str, int, dict[str, str]]:
        body = render_template("errors/error.html", code=status, blockers=blockers, request_id=request_id(), words=carry.found())
        return body, status, {"Cache-Control": "no-store"}

    @app.errorhandler(Missing)
    def _missing(_error: Missing) -> Any:
        return page(404)

    @app.errorhandler(Moved)
    def _moved(error: Moved) -> Any:
        if request.method not in SAFE_METHODS or request.endpoint is None:
            return page(404)
        return redirect(url_for(request.endpoint, **{**(request.view_args or {}), **error.parts}), 301)

    @app.errorhandler(Blocked)
    def _blocked(error: Blocked) -> Any:
        return page(409, blockers=error.blockers)

    @app.errorhandler(Stale)
    def _stale(_error: Stale) -> Any:
        return page(409, blockers=[Blocker("stale")])

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Any:
        return carry.lost() or page(400, blockers=[Blocker("session_expired")])

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        return page(error.code)

    @app.errorhandler(Exception)
    def _crash(error: Exception) -> Any:
        if app.testing or app.debug:
            raise error
        log.error("crash", exc_info=error)
        try:
            db.session.rollback()  # PostgreSQL answers nothing more in a failed transaction, and the page looks up who reads it
            return page(500)
        except Exception as second:  # the database itself is away
            log.error("error_page_crashed", exc_info=second)
            bare = app.jinja_env.get_template("errors/bare.html")  # without what every page asks the database for
            return bare.render(request_id=request_id(), words=carry.found()), 500, {"Cache-Control": "no-store"}
