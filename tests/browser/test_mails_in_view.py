"""A digest as its reader sees it: handed over by the worker to a real SMTP server, and drawn from what came over the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import time_machine
from flask import Flask
from playwright.sync_api import Browser

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.core.events import EventName, record
from sakrad.notifications import worker
from sakrad.notifications.mailer import mailer_for
from sakrad.notifications.models import FollowKind, Rhythm
from tests import factories as make
from tests.browser.conftest import make_app
from tests.factories import follows
from tests.notifications.postoffice import PostOffice, serve

NOON = datetime(2027, 3, 10, 11, 0, tzinfo=UTC)
TITLE = "Stöd till anhöriga som vårdar någon hemma, i tätorten och i byarna runt Kvarnforsen, från och med nästa höst"


def digest(app: Flask) -> EmailMessage:
    """What somebody who follows a municipality and a group gets when two things have happened."""
    office = PostOffice()
    with time_machine.travel(NOON, tick=True), app.app_context(), serve(office) as url:
        first = make.consultation(Phase.open, title=TITLE)
        group = make.group(name="Anhöriga")
        second = make.consultation(Phase.summarised, of=first.authority, title="Vägen till skolan")
        with transaction():
            second.groups.append(group)
        follows.follow(FollowKind.municipality, first.municipality, rhythm=Rhythm.at_once)
        follows.follow(FollowKind.group, group)
        with transaction():
            for name, of in ((EventName.closing_moved, first), (EventName.summary_published, second)):
                record(name, at=clock.now(), consultation_id=of.id, authority_id=of.authority_id, subject_id=of.id)
        worker.go_round(mailer_for(url), lambda: False)
    return office.to("bevakar@person.example")


def test_a_digest_reads_well_on_a_phone_and_on_a_desk(chromium: Browser, tmp_path: Path) -> None:
    mail = digest(make_app(tmp_path))
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None and text is not None
    (tmp_path / "mail.html").write_text(html.get_content(), encoding="utf-8")
    for width, scheme in ((375, "light"), (375, "dark"), (700, "light")):
        page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"file://{tmp_path}/mail.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
        assert page.get_by_text(TITLE).is_visible() and page.get_by_text("för att du bevakar").count() == 2
        assert page.screenshot(path=tmp_path / f"{width}-{scheme}.png", full_page=True)
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('a, p, td, h1, h2')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
        )
        assert smallest >= 13
        page.close()
    assert all(len(line) <= 998 for line in text.get_content().splitlines()) and "http" in text.get_content()
