"""An association that writes, and the server that it writes to, which may be stopped and started."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from sakrad.accounts.models import Device, Role
from sakrad.consultations.links import token_of
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions.models import Draft, DraftRevision, Position
from tests import factories as make
from tests.factories import positions as desk

ANNA, BO, EVA = "anna@byn.example", "bo@byn.example", "eva@annan.example"
COUNT = """async () => {
  if (!(await indexedDB.databases()).some(({ name }) => name === "sakrad")) return 0;
  const base = await new Promise((done) => { indexedDB.open("sakrad").onsuccess = ({ target }) => done(target.result); });
  const asked = base.objectStoreNames.length && base.transaction("copies").objectStore("copies").count();
  const found = asked ? await new Promise((done) => { asked.onsuccess = () => done(asked.result); }) : 0;
  base.close();
  return found;
}"""


@dataclass
class Office:
    """Addresses, what the server holds, and the server itself."""

    app: Flask
    url: str
    write: str  # the members' page
    link: str  # the invitation's
    stop: Callable[[], None] = field(repr=False)

    @classmethod
    @contextlib.contextmanager
    def opened(cls, folder: Path) -> Iterator[Self]:
        from tests.browser.conftest import make_app, serve

        app = make_app(folder)
        with app.app_context():
            consultation = make.consultation(of=make.authority(make.municipality(name="Provby", slug="provby")), slug="vagen-in")
            ours = make.organisation(verified_in=desk.fresh(consultation).municipality, slug="byn", name="Byföreningen")
            make.user((Role.administrator, ours), email=ANNA, name="Anna")
            make.user((Role.administrator, ours), (Role.writer, make.organisation(slug="annan")), email=BO, name="Bo")
            make.user((Role.writer, desk.fresh(ours)), email=EVA, name="Eva")
            link = f"/inbjudan/{token_of(make.invitation(desk.fresh(consultation), desk.fresh(ours)))}"
            write = desk.desk_url(consultation, ours)
            db.session.remove()
        url, stop = serve(app)
        made = cls(app, url, write, link, stop)
        try:
            yield made
        finally:
            made.stop()
            with app.app_context():
                db.engine.dispose()

    def start(self) -> None:
        """Serve again on the same port, after `stop`."""
        from tests.browser.conftest import serve

        _url, self.stop = serve(self.app, urlsplit(self.url).port or 0)

    def texts(self) -> list[str]:
        """The answers' texts in the one draft, in the questions' order, empty ones left out."""
        with self.app.app_context():
            drafts = db.session.scalars(sa.select(Draft)).all()
            assert len(drafts) <= 1, "Two drafts of one organisation."
            return [answer.text for draft in drafts for answer in draft.answers if answer.text]

    def saves(self) -> int:
        """How many saves of answers the history holds."""
        with self.app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).where(DraftRevision.question_id.is_not(None))) or 0

    def positions(self) -> int:
        with self.app.app_context():
            return db.session.scalar(sa.select(sa.func.count(Position.id))) or 0

    def expire_sessions(self) -> None:
        """Everybody's session runs out."""
        with self.app.app_context(), transaction():
            db.session.execute(sa.update(Device).values(expires_at=clock.now() - timedelta(seconds=1)))


def answer(page: Page, number: int = 1):  # type: ignore[no-untyped-def]
    """The field of an answer's text."""
    return page.locator(f"#q{number} textarea[name=q{number}-text]")


def expect_saved(page: Page, number: int = 1) -> None:
    """The line under the answer says that it is saved, and when."""
    expect(page.locator(f"#q{number}-saved .saved").first).to_contain_text("Sparat")
    expect(page.locator("#all-saved")).to_contain_text("Allt är sparat")


def copies(page: Page) -> int:
    """How many copies lie in the browser."""
    return int(page.evaluate(COUNT))


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
