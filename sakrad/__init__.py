"""Sakråd: local consultations with civil society. `create_app` is the only place that knows everyone."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import pkgutil
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from sakrad.accounts import sessions
from sakrad.config import ROOT, Settings
from sakrad.core import (
    access,
    cache,
    db,
    differences,
    drawn,
    errors,
    events,
    exports,
    figures,
    files,
    i18n,
    jobs,
    logs,
    schema,
    search_index,
    security,
    stamps,
)

# Imported so that the metadata is whole.
KERNEL_TABLES = (events.Event, exports.Export, files.StoredFile, jobs.Job, search_index.SearchEntry, stamps.Stamp)

# From the ground up: a package imports itself and what stands before it here, never after (tests/architecture).
PACKAGES = (
    "core",
    "directory",
    "accounts",
    "records",
    "consultations",
    "meetings",
    "positions",
    "comments",
    "summaries",
    "responses",
    "enquiries",
    "voices",
    "notifications",
    "pages",
    "operations",
    "demo",
)


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """Make the application.

    Raises:
        UnsafeSettings: production was asked for with a default secret, debug, http, or an unmigrated database.
    """
    settings = settings or Settings.from_environment()
    settings.refuse_if_unsafe()
    app = Flask("sakrad", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.config.update(settings.as_flask(), TESTING=testing, ASSET_VERSION=_asset_version())
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    app.url_map.converters["int"] = Number
    db.db.init_app(app)
    with app.app_context():
        db.configure(db.db.engine)
    Migrate(app, db.db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    for part in (logs, figures, errors, i18n, drawn, differences, sessions, security):
        part.init_app(app)
    for package in PACKAGES:
        _register(app, package)
    access.init_app(app)
    cache.install(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]
    if settings.production and "FLASK_RUN_FROM_CLI" not in os.environ:
        with app.app_context():
            schema.refuse_if_unmigrated()
    return app


class Number(IntegerConverter):
    """Whole numbers of an address, as large as the databases count: beyond that is 404, not a crash."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int = 2**31 - 1) -> None:
        super().__init__(map, fixed_digits, min, max)


def _register(app: Flask, package: str) -> None:
    """Take in a package's models, blueprints (`bp` in each routes module), command line and `init_app`."""
    for name in ("models", "labels", "jobs", "cli", "setup"):
        if importlib.util.find_spec(f"sakrad.{package}.{name}"):
            module = importlib.import_module(f"sakrad.{package}.{name}")
            if hasattr(module, "init_app"):
                module.init_app(app)
    if importlib.util.find_spec(f"sakrad.{package}.routes"):
        routes = importlib.import_module(f"sakrad.{package}.routes")
        modules = [importlib.import_module(f"sakrad.{package}.routes.{found.name}") for found in pkgutil.iter_modules(routes.__path__)]
        for bp in dict.fromkeys(module.bp for module in modules):  # one audience's routes may lie in two files
            app.register_blueprint(bp)


def _asset_version() -> str:
    """A stamp of the files in static/, so that their addresses change when they do."""
    stamp = hashlib.sha256()
    for name in ("sakrad.css", "sakrad.js", "marking.js", "draft.js", "copy.js", "reading.js", "mark.svg", "vendor/manifest.json"):
        stamp.update((ROOT / "static" / name).read_bytes())
    return stamp.hexdigest()[:10]
