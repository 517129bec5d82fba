"""An officer who has never heard of sakråd goes from nothing to announced: a template, seven fields, the steps, one invitation.

With scripts, and without them on a narrow screen: the way is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from sakrad.accounts.models import Role
from sakrad.consultations.models import CheckedItem, Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from tests import factories as make
from tests.browser.conftest import Site, make_app, serve, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story")]

OFFICER = "ny@provby.example"
AT = "/handlaggning/provby/sakrad/ny-vag-in"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Site]:
    """A municipality with one nämnd, a new officer and an association that speaks for a group."""
    app = make_app(tmp_path)
    with app.app_context():
        place = make.municipality(name="Provby", slug="provby", mailbox="kommun@provby.example")
        board = make.authority(place, name="Socialnämnden", slug="socialnamnden", short="SN", mailbox="sn@provby.example")
        make.function(board)
        make.user((Role.officer, board), email=OFFICER)
        group = make.group(slug="valdsutsatta", name="Våldsutsatta vuxna")
        jour = make.organisation(verified_in=place, slug="jouren", name="Provby kvinnojour", municipality_id=place.id)
        with transaction():
            db.session.merge(jour).groups = [db.session.merge(group)]
        db.session.remove()
    url, stop = serve(app)
    yield Site(url, app, tmp_path)
    stop()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (320, False)], ids=["with scripts", "narrow and without scripts"])
def test_from_nothing_to_announced(town: Site, person: Callable[..., Page], width: int, scripts: bool) -> None:
    page = person(town.url, width=width, scripts=scripts)
    sign_in(page, OFFICER)
    begin(page)
    prepare(page)
    announce(page)
    with town.app.app_context():
        consultation = db.session.scalars(sa.select(Consultation)).one()
        assert consultation.announced_at is not None
        assert consultation.summary_due_on and consultation.decision_on and consultation.feedback_due_on
        assert consultation.summary_due_on <= consultation.decision_on - timedelta(days=14)
        assert "syfte_forankrat" in set(db.session.scalars(sa.select(CheckedItem.code)))


def begin(page: Page) -> None:
    """From the list of templates to a draft."""
    page.goto("/handlaggning/provby/sakrad/nytt")
    page.locator("main").get_by_role("link", name="Börja hellre från en mall").click()
    page.locator("main a[href*='mall=plan-eller-styrdokument']").first.click()
    expect(page.locator("main")).to_contain_text("Ni börjar från mallen")
    page.get_by_label("Rubrik").fill("Ny väg in")
    page.get_by_label("Nämndens möte").fill(str(clock.today() + timedelta(days=240)))
    page.get_by_label("Saken i en mening").fill("Vad möter den som söker hjälp första gången?")
    page.get_by_label("Varför frågar ni?").fill("Svaren går in i nämndens plan.")
    page.get_by_label("Det här går att påverka").fill("- vem som svarar\n- när det är öppet")
    page.get_by_label("Det här går inte att påverka").fill("- budgeten, som fullmäktige har beslutat")
    page.get_by_label("Frågor", exact=False).first.fill("Vilka hinder möter de ni talar för?\nVad kan ni bidra med?")
    page.get_by_label("Våldsutsatta vuxna").check()
    page.get_by_label("Varför just de här organisationerna?").fill("De möter våldsutsatta varje vecka.")
    press(page, "Spara utkastet")


def prepare(page: Page) -> None:
    """The steps: each says what is missing; one leaves, comes back, and goes on where something remains."""
    page.goto(f"{AT}/forbered/behov")
    page.get_by_label("Varför nu?").fill("Planen går ut i vår.")
    press(page, "Spara och gå vidare")
    page.get_by_label("Bakgrund", exact=True).fill("I dag finns fem vägar in.\n\nNämnden vill ha färre.")
    press(page, "Spara och gå vidare")
    expect(page.get_by_role("heading", level=1)).to_have_text("Syfte")
    page.get_by_label("Nämnden eller chefen står bakom syftet").check()
    press(page, "Spara")
    expect(page.get_by_label("Nämnden eller chefen står bakom syftet")).to_be_checked()
    page.goto("/handlaggning/provby")  # left, and come back
    page.goto(f"{AT}/forbered")
    expect(page.get_by_role("heading", level=1)).to_have_text("Form och ansvar")
    page.get_by_label("Ansvarig funktion").select_option(label="Verksamhetschef")
    press(page, "Spara och gå vidare")
    page.get_by_label("Så tas synpunkterna om hand").fill("Två läser alla svar. Ni får se hur ni återges.")
    press(page, "Spara och gå vidare")
    press(page, "Föreslå datum fram till mötet")
    expect(page.locator("main")).to_contain_text("Föreslaget, inte sparat")
    press(page, "Spara och se översikten")


def announce(page: Page) -> None:
    """Nothing stands in the way; one press, and it can be read by all."""
    page.goto(f"{AT}/annonsera")
    expect(page.locator("main")).to_contain_text("Inget hindrar att sakrådet annonseras.")
    press(page, "Annonsera sakrådet")
    page.goto("/kommun/provby/sakrad/ny-vag-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ny väg in")
    expect(page.locator("main")).to_contain_text("Två läser alla svar.")


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
