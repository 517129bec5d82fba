"""A real server with the sample data, and a real Chromium in front of it."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from sakrad import create_app
from sakrad.config import Settings
from sakrad.core.db import db
from tests.browser.office import Office
from tests.conftest import hasten

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PASSWORD = "prova-sakrad"
REFUSED = re.compile(r"Failed to load resource: .*status of 4(0\d|22)\b")  # Chromium writes an answer 40x or 422 as an error


@dataclass
class Site:
    """A running installation: its address and its application."""

    url: str
    app: Flask
    mails: Path


def serve(app: Flask, port: int = 0) -> tuple[str, Callable[[], None]]:
    """Serve the application, on a free port unless told; returns its address and how to stop it."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return f"http://127.0.0.1:{server.server_port}", stop


def make_app(folder: Path, url: str | None = None) -> Flask:
    """An application of its own over an empty database in the folder."""
    settings = Settings(
        database_url=url or f"sqlite:///{folder}/browser.sqlite3",
        storage_url=f"file://{folder}/files",
        secret_key="browser-" * 6,
        rate_limits=False,
    )
    app = create_app(settings)
    with app.app_context():
        hasten(db.engine)
        db.create_all()
    return app


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample data, served."""
    from sakrad.demo import loader

    folder = tmp_path_factory.mktemp("demo")
    app = make_app(folder)
    with app.app_context():
        loader.load()
    url, stop = serve(app)
    yield Site(url, app, folder)
    stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("SAKRAD_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing (Debian: apt install chromium). `make test` leaves the browser tests out without it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Make a person with a browser of their own: `person(site.url, width=320, scheme="dark", scripts=False)`.

    Any request that leaves the site, and any error in the console, fails the test. `javascript=False` turns scripts off in the
    browser itself; with `trouble=True` the network may fail, which browsers and htmx write to the console.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(
        url: str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
        javascript: bool = True,
        trouble: bool = False,
        touch: bool = False,
    ) -> Page:
        size: ViewportSize = {"width": width, "height": height}
        context = chromium.new_context(
            base_url=url,
            viewport=size,
            color_scheme=scheme,
            locale="sv-SE",
            java_script_enabled=javascript,
            has_touch=touch,
            is_mobile=touch,
        )
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = context.new_page()
        if not scripts:
            context.route("**/*.js*", lambda route: route.abort())
        page.on("request", lambda request: None if request.url.startswith((url, "data:", "blob:")) else complaints.append(request.url))
        if scripts and not trouble:
            page.on(
                "console",
                lambda message: complaints.append(message.text) if message.type == "error" and not REFUSED.match(message.text) else None,
            )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, f"The pages complained or asked elsewhere: {complaints}"


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Through the form, as people do."""
    page.goto("/logga-in")
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Lösenord").fill(password)
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url(lambda url: "/logga-in" not in url)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An association with two members and an invitation, invited to an open sakråd of three questions."""
    with Office.opened(tmp_path) as made:
        yield made
