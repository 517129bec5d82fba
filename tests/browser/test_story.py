"""The whole story with three people in three browsers: officer, organisation from the mailed link, reader without an account.

Played once with scripts on SQLite, and once with script files blocked on PostgreSQL.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from sakrad.accounts.models import Role
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from tests import factories as make
from tests import postgresql
from tests.browser.conftest import Site, make_app, serve, sign_in

pytestmark = pytest.mark.browser

OFFICER = "handlaggare@provby.example"
ANSWER = "Den som ringer får berätta samma sak fem gånger. Det behövs ett nummer för alla – även på kvällen."
WORDS = "Det behövs ett nummer för alla – även på kvällen."
TITLE = "Vägen in till hjälpen"


@pytest.fixture
def town(tmp_path: Path, database: str) -> Iterator[Site]:
    """A municipality with one nämnd, one officer and one known association; nothing else."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(postgresql.fresh_database("story")) if database == "postgresql" else None
        yield from _town(tmp_path, url)


def _town(tmp_path: Path, database_url: str | None) -> Iterator[Site]:
    app = make_app(tmp_path, database_url)
    with app.app_context():
        place = make.municipality(name="Provby", slug="provby", mailbox="kommun@provby.example")
        board = make.authority(place, name="Socialnämnden", slug="socialnamnden", short="SN", mailbox="sn@provby.example")
        make.function(board)
        make.user((Role.officer, board), (Role.registrar, board), email=OFFICER)
        group = make.group(slug="valdsutsatta", name="Våldsutsatta vuxna")
        jour = make.organisation(
            verified_in=place,
            slug="provby-kvinnojour",
            name="Provby kvinnojour",
            email="info@provby-kvinnojour.example",
            municipality_id=place.id,
        )
        with transaction():
            jour = db.session.merge(jour)
            jour.groups = [db.session.merge(group)]
        db.session.remove()
    url, stop = serve(app)
    yield Site(url, app, tmp_path)
    stop()
    with app.app_context():
        db.engine.dispose()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).first.click()
    page.wait_for_load_state()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def mailed_link(site: Site, capsys: pytest.CaptureFixture[str]) -> str:
    """Let the worker send what waits, and take the personal link out of the invitation."""
    capsys.readouterr()
    result = site.app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    printed = result.output + capsys.readouterr().out
    found = re.search(r"/inbjudan/[\w.~-]+", printed)
    assert found, "The invitation was not mailed."
    return found[0]


def let_time_pass(site: Site, days: int) -> None:
    """Move the consultation's dates back: the same as waiting."""
    with site.app.app_context(), transaction():
        consultation = db.session.scalars(sa.select(Consultation)).one()
        for name in ("announced_at", "opens_at", "closes_at", "summary_due_on", "decision_on", "feedback_due_on", "follow_up_on"):
            value = getattr(consultation, name)
            if value is not None:
                setattr(consultation, name, value - timedelta(days=days))


@pytest.mark.parametrize(
    ("scripts", "database"), [(True, "sqlite"), (False, "postgresql")], ids=["with_scripts_on_sqlite", "scripts_blocked_on_postgresql"]
)
def test_the_whole_story(town: Site, person: Callable[..., Page], capsys: pytest.CaptureFixture[str], scripts: bool) -> None:
    officer = person(town.url, scripts=scripts)
    organisation = person(town.url, width=390, scripts=scripts)
    reader = person(town.url, scripts=scripts)
    announce(officer)
    answer(organisation, mailed_link(town, capsys))
    register_and_publish(officer)
    let_time_pass(town, 70)
    compile_summary(officer)
    with town.app.app_context():
        make.fact_check(db.session.scalars(sa.select(Consultation)).one())
    publish_summary(officer)
    respond(officer)
    read(reader)


def announce(page: Page) -> None:
    """From nothing to announced: seven fields, two questions, one invitation."""
    sign_in(page, OFFICER)
    page.goto("/handlaggning/provby/sakrad/nytt")
    today = clock.today()
    page.get_by_label("Rubrik").fill(TITLE)
    page.get_by_label("Nämndens möte").fill(str(today + timedelta(days=110)))
    page.get_by_label("Saken i en mening").fill("Vad möter den som söker hjälp första gången?")
    page.get_by_label("Varför frågar ni?").fill("Svaren går in i nämndens handlingsplan.")
    page.get_by_label("Det här går att påverka").fill("- vem som svarar\n- när det är öppet")
    page.get_by_label("Det här går inte att påverka").fill("- budgeten")
    page.get_by_label("Våldsutsatta vuxna").check()
    page.get_by_label("Ansvarig funktion").select_option(label="Verksamhetschef")
    page.get_by_label("Frågor", exact=False).first.fill("Vilka hinder möter de ni talar för?\nVad kan ni bidra med?")
    open_more(page)
    page.get_by_label("Bakgrund", exact=False).first.fill("I dag finns fem vägar in.\n\nNämnden vill ha färre.")
    page.get_by_label("Varför just de här organisationerna?").fill("De möter våldsutsatta varje vecka.")
    page.get_by_label("Bjud in de organisationer").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    page.goto("/handlaggning/provby/sakrad/vagen-in-till-hjalpen/annonsera")
    press(page, "Annonsera sakrådet")
    expect(page.locator("body")).to_contain_text("ppet")
    page.goto("/kommun/provby/sakrad/vagen-in-till-hjalpen")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def open_more(page: Page) -> None:
    """Open "Fler val" (a native element: it needs no script)."""
    for summary in page.locator("main details:not([open]) > summary").all():
        summary.click()


def answer(page: Page, link: str) -> None:
    """From the mail to the receipt, without an account."""
    page.goto(link)
    expect(page.locator("main")).to_contain_text("Vilka hinder möter de ni talar för?")
    press(page, "Svara på frågorna")
    page.get_by_label("Ert svar").first.fill(ANSWER)
    page.get_by_label("Er roll").fill("Ordförande")
    page.get_by_label("Styrelse", exact=False).first.check()
    page.get_by_label("Ja, med namn").check()
    press(page, "Spara och läs igenom")
    expect(page.locator("main")).to_contain_text("allmän handling")
    expect(page.locator("main")).to_contain_text(WORDS)
    press(page, "Skicka in svaret")
    expect(page.locator("main")).to_contain_text("SN-")


def register_and_publish(page: Page) -> None:
    """The registrator ticks, the officer reviews."""
    page.goto("/handlaggning/provby/sakrad/vagen-in-till-hjalpen/svar")
    expect(page.locator("main")).to_contain_text("Provby kvinnojour")
    press(page, re.compile("Markera som registrerat"))
    page.goto("/handlaggning/provby/sakrad/vagen-in-till-hjalpen/svar/provby-kvinnojour")
    page.get_by_label("Publicera", exact=True).check()
    page.locator("main form:has([name=decision]) button[type=submit]").first.click()
    page.wait_for_load_state()


def compile_summary(page: Page) -> None:
    """Take up and cite with one click, say it in short."""
    desk = "/handlaggning/provby/sakrad/vagen-in-till-hjalpen/sammanstall"
    page.goto(desk)
    expect(page.locator("main")).to_contain_text("1 av 1 svar på frågor återstår")
    page.get_by_label("Rubrik").fill("Den som söker hjälp får berätta fem gånger")
    page.get_by_label("Text", exact=True).fill("Jouren vill ha ett nummer för alla.")
    page.locator("button[id^=n-provby-kvinnojour]").first.click()
    expect(page.locator("#kvar")).to_contain_text("Alla 1 svar på frågor är klara")
    page.goto(desk + "ning")
    page.get_by_label("Kort om sakrådet").fill("Jouren säger att vägen in är för lång. Ingen säger nej. Äldre har inte hörts.")
    press(page, "Spara texten")


def publish_summary(page: Page) -> None:
    """After the faktakontroll."""
    page.goto("/handlaggning/provby/sakrad/vagen-in-till-hjalpen/sammanstallning")
    press(page, "Publicera sammanställningen")
    page.goto("/kommun/provby/sakrad/vagen-in-till-hjalpen/sammanstallning")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)


def respond(page: Page) -> None:
    """Answer the finding, promise, send, decide, publish."""
    desk = "/handlaggning/provby/sakrad/vagen-in-till-hjalpen/namndens-svar"
    page.goto(desk)
    follow(page, re.compile("^Svara"))
    page.get_by_label("Gör vi delvis").check()
    page.get_by_label("Varför").fill("Ett gemensamt nummer införs. Kvällar utreds.")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    page.goto(desk + "/samlad/1/atagande")
    page.get_by_label("Vad ska göras?").fill("Ett gemensamt nummer")
    page.get_by_label("Ansvarig funktion").select_option(label="Verksamhetschef")
    page.get_by_label("Senast").fill(str(clock.today() + timedelta(days=90)))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    page.goto(desk)
    page.get_by_label("Ingen kollega kan läsa svaren").check()
    page.locator("main form[action$=skicka] button").click()
    page.wait_for_load_state()
    page.get_by_label("Nämndens beslut").check()
    page.get_by_label("Beslutets dag").fill(str(clock.today()))
    page.get_by_label("Paragraf eller nummer").fill("§ 41")
    page.locator("main form[action$=beslut] button").click()
    page.wait_for_load_state()
    page.locator("main form[action$=publicera] button").click()
    page.wait_for_load_state()


def read(page: Page) -> None:
    """From the start page to the sentence, its source, and the answer."""
    page.goto("/")
    follow(page, TITLE)
    page.goto("/kommun/provby/sakrad/vagen-in-till-hjalpen/sammanstallning")
    expect(page.locator("main")).to_contain_text("Den som söker hjälp får berätta fem gånger")
    expect(page.locator("main")).to_contain_text("Gör vi delvis")
    expect(page.locator("main")).to_contain_text("§ 41")
    expect(page.locator("main")).to_contain_text("Ett gemensamt nummer")
    expect(page.locator(".voice").first).to_contain_text("Den som ringer får berätta samma sak fem gånger.")
    page.locator(".voice a").first.click()
    page.wait_for_load_state()
    expect(page).to_have_url(re.compile("/svar/provby-kvinnojour"))
    expect(page.locator("main")).to_contain_text(WORDS)
