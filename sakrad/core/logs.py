"""Structured logs with a request id, and nothing personal: no bodies, no queries, no tokens, no addresses of people."""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request
from jinja2 import TemplateError

from sakrad.core import ids

SECRET_PATHS = re.compile(
    r"((?:^|/)(?:inbjudan|atagande|stammer|star-bakom|aterlasning|sammanslagning|medlemsfraga|forhandsvisning|be-om-att-delta|faktakontroll|det-har-hande|"
    r"utvardering|bevakning|konto/+[a-z-]+|logga-in/+[a-z-]+|kvitto/+[^/]+/+inte-vi)/+)[^/]{16,}",
    re.IGNORECASE,
)
ABOUT_CODE = (AttributeError, ImportError, NameError, TypeError, TemplateError)  # their messages name code, never what somebody wrote


def request_id() -> str:
    """The id of the present request, also shown on error pages; "-" outside a request."""
    if not has_request_context():
        return "-"
    if "request_id" not in g:
        g.request_id = ids.reference()
    return str(g.request_id)


def safe_path(path: str) -> str:
    """The path without the secret part of a personal link."""
    return SECRET_PATHS.sub(r"\1…", path)


def _add_request_id(_logger: Any, _name: str, entry: Any) -> Any:
    entry["request_id"] = request_id()
    return entry


def _add_traceback(_logger: Any, _name: str, entry: Any) -> Any:
    """The exception with its causes: class and lines of code, without messages, which may quote a row or a form."""
    error: BaseException | None = entry.pop("exc_info", None)
    parts: list[str] = []
    while isinstance(error, BaseException):
        words = f": {error}" if isinstance(error, ABOUT_CODE) else ""
        parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + words)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if parts:
        entry["exception"] = "\nfrom\n".join(parts)
    return entry


def configure(*, json: bool) -> None:
    """One line per event on standard error: JSON in production, readable in development."""
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            _add_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_traceback,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def init_app(app: Flask) -> None:
    """Log each request once, with its duration in milliseconds."""
    configure(json=app.config["SETTINGS"].production)
    if app.testing:
        return

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _log(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        if request.endpoint != "static":
            structlog.get_logger().info(
                "request",
                method=request.method,
                path=safe_path(request.path),
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            )
        return response
