"""Response headers, CSRF, rate limits and what no address may hold: the same for every route."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from flask.globals import request_ctx
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, ValidationError

from sakrad.core import limits as _limits  # noqa: F401 - registers the storage scheme "sakrad"
from sakrad.core.errors import Missing

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The one page that other sites may frame, and what it may do there: show itself. It sets no cookie and has no script.
FRAMED = "voices.card"
FRAMED_CSP = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
csrf = CSRFProtect()
limiter = Limiter(
    get_remote_address, storage_uri="sakrad://", headers_enabled=False, strategy="fixed-window", default_limits=[], swallow_errors=False
)


def limited(rule: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`@limited("20 per hour", methods=["POST"])` above the access decorator; may be stacked (`key_func=…`).

    The request is counted before its CSRF token is looked at: otherwise a guess without a token would be free (the
    limiter counts when the view is called, CSRF aborts before that).
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        counted: Callable[..., Any] = limiter.limit(rule, **options)(view if hasattr(view, "checks_csrf") else _checking_csrf(view))
        return counted

    return decorate


def _checking_csrf(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def check(*args: Any, **kwargs: Any) -> Any:
        csrf.protect()
        return view(*args, **kwargs)

    check.checks_csrf = True  # type: ignore[attr-defined]
    csrf.exempt(view)  # from the check in front of every request: it is made here instead
    return check


def _holds_nul(values: MultiDict[str, str]) -> bool:
    return any("\x00" in part for pair in values.items(multi=True) for part in pair)


class SmallInteger(IntegerConverter):
    """<int:…> that fits the databases' integers and Python's own limit for digits; what is larger is no address."""

    def to_python(self, value: str) -> int:
        if len(value) > 9:
            raise ValidationError
        return int(super().to_python(value))


def init_app(app: Flask) -> None:
    """Register headers, CSRF, the limiter, and what no address may hold."""
    app.url_map.converters["int"] = SmallInteger
    csrf.init_app(app)
    limiter.init_app(app)
    https = app.config["SETTINGS"].public_url.startswith("https://")

    @app.before_request
    def _without_nul() -> None:
        """PostgreSQL holds no NUL: nothing that an address asks for with one can be there; out of a form it is taken away,
        since what came with it may be somebody's pasted words."""
        if "\x00" in request.path or _holds_nul(request.args):
            raise Missing("NUL in the address")
        if _holds_nul(request.form):
            pairs = request.form.items(multi=True)
            request.form = ImmutableMultiDict([(name.replace("\x00", ""), value.replace("\x00", "")) for name, value in pairs])

    @app.after_request
    def _headers(response: Response) -> Response:
        framed = request.endpoint == FRAMED and response.status_code in (200, 304)
        response.headers["Content-Security-Policy"] = FRAMED_CSP if framed else CSP
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.endpoint == "static":
            # Another version's address, asked of this process during an upgrade: what it gets must not be kept under it.
            known = request.args.get("v", app.config["ASSET_VERSION"]) == app.config["ASSET_VERSION"]
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if known else "no-store"
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = _cache_rule(app, response)
        if response.status_code == 200 and request.method in ("GET", "HEAD") and "max-age=0" in response.headers["Cache-Control"]:
            response.add_etag()
            response.make_conditional(request)
        return response


def _cache_rule(app: Flask, response: Response) -> str:
    """Public pages revalidate by ETag; everything with a form, a user or an error is not stored anywhere."""
    rule = getattr(app.view_functions.get(request.endpoint or ""), "access_rule", "")
    touched = request_ctx._session is not None and request_ctx._session.accessed  # asking the proxy `session` would touch it
    read = request.method in ("GET", "HEAD") and response.status_code == 200 and not touched
    return "public, max-age=0, must-revalidate" if rule == "public" and read else "no-store"
