"""The application, and beside it under /bare a Flask view that returns the same bytes: one warm server for both."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sakrad import create_app

bare = Flask("bare")
PAGES = {path.stem: path.read_bytes() for path in Path(os.environ["BENCH_PAGES"]).glob("*.html")}


@bare.get("/<name>")
def page(name: str) -> Response:
    return Response(PAGES[name], mimetype="text/html")


product = create_app()
app = DispatcherMiddleware(product, {"/bare": bare})
