"""The only module that knows htmx. Every page works without it: a partial is the same list from the same address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

VARIES = "HX-Request"  # what a page that has a partial varies on
IN_ENVIRON = "HTTP_HX_REQUEST"  # the same header, as WSGI calls it


def asked() -> bool:
    """Whether htmx made this request (and wants a partial, not a page)."""
    return request.headers.get(VARIES) == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def stands_on(url: str) -> bool:
    """Whether the page on which htmx made this request has the address, whatever its query."""
    return urlsplit(request.headers.get("HX-Current-URL", "")).path == url


def render(page: str, partial: str, status: int = 200, **context: Any) -> Response:
    """The whole page, or only the partial that it includes when htmx asked. Both vary on the header."""
    response = make_response(render_template(partial if asked() else page, **context), status)
    response.vary.add(VARIES)
    return response


def go(url: str) -> BaseResponse:
    """Send the reader on after a POST: 303, or htmx's own header."""
    if asked():
        return Response(status=204, headers={"HX-Redirect": url})
    return redirect(url, 303)
