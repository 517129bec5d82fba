"""The whole way from exact words to a summary that the voices have confirmed: an official, two organisations and a reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core.db import db
from tests import factories as make
from tests.browser.conftest import Site, make_app, serve, sign_in

pytestmark = pytest.mark.browser

OFFICER = "handlaggare@provby.example"
DESK = "/handlaggning/provby/sakrad/vagen-in"
MARKED = "Vägen in"  # the first two words of what the jour answered
ANSWERS = {
    "Bykvinnojouren": "Vägen in är lång för den som flyr.",
    "Föreningen Stöd": "På kvällen svarar ingen 🙂.",
    "Hembygden": "Tack för att ni frågar.",
    "Idrotten": "Lycka till med planen!",
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Site]:
    """A sakråd with one question whose time is out, and four answers, of which one is not reviewed for publication yet."""
    app = make_app(tmp_path)
    with app.app_context():
        board = make.authority(make.municipality(name="Provby", slug="provby"))
        of = make.consultation(Phase.compiling, of=board, questions=1, slug="vagen-in", title="Vägen in till hjälpen")
        make.user((Role.officer, board), email=OFFICER)
        for name, text in ANSWERS.items():
            slug = name.split()[-1].lower().replace("ö", "o")
            by = make.organisation(verified_in=of.municipality, slug=slug, name=name, email=f"info@{slug}.example")
            make.position(of, by, texts={1: text}, published=name != "Idrotten")
        db.session.remove()
    url, stop = serve(app)
    yield Site(url, app, tmp_path)
    stop()
    with app.app_context():
        db.engine.dispose()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).first.click()
    page.wait_for_load_state()


def test_from_marked_words_to_a_summary_that_is_confirmed(
    town: Site, person: Callable[..., Page], capsys: pytest.CaptureFixture[str]
) -> None:
    officer = person(town.url)
    mark(officer)
    write(officer)
    ask(officer)
    links = mailed_links(town, capsys)
    assert links.keys() == {"info@bykvinnojouren.example", "info@stod.example"}, "the cited ones, nobody else"
    confirm(person(town.url, width=320, height=640, javascript=False), links["info@bykvinnojouren.example"])
    ask_for_correction(person(town.url), links["info@stod.example"])
    answer_and_mend(officer)
    publish(officer)
    read(person(town.url))


def mark(page: Page) -> None:
    """By keyboard alone: exact words with a theme, a whole answer; then the rest, set aside with one reason."""
    sign_in(page, OFFICER)
    page.goto(f"{DESK}/sammanstall")
    page.wait_for_function("document.documentElement.classList.contains('js')")
    bench, texts = page.locator("#arbetsbord"), page.locator("[data-selectable]")
    page.keyboard.press("j")
    expect(texts.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#m-orden")).to_have_text(MARKED)
    page.keyboard.press("n")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("Vägen in")
    expect(page.locator("#m-bar").get_by_label("Nytt tema")).to_have_value("Vägen in")
    page.keyboard.press("Enter")
    expect(bench.locator("mark").first).to_have_text(MARKED)
    expect(texts.first).to_be_focused()
    page.keyboard.press("j")
    expect(texts.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(bench.locator("#synpunkt-2")).to_be_visible()
    expect(texts.nth(1)).to_be_focused()
    for box in bench.locator("article").filter(has_text=re.compile("Tack för|Lycka till")).locator("[name=valda]").all():
        box.check()
    page.get_by_text("Lägg kryssade åt sidan").click()
    bench.get_by_label("Skäl", exact=True).fill("Det är hälsningar.")
    press(page, "Lägg åt sidan")
    expect(page.locator("#kvar")).to_contain_text("2 av 4 svar på frågor återstår")


def write(page: Page) -> None:
    """A finding that cites and quotes the marked words, one that cites the other answer, and what is said in short."""
    page.goto(f"{DESK}/sammanstallning")
    for number, heading, body in ((1, "Vägen in skaver", "Jouren talar om vägen in.[1]"), (2, "Ingen svarar", "Ingen svarar på dagen.[2]")):
        press(page, "Ny samlad synpunkt")
        part = page.locator(f"#stycke-{number}")
        part.get_by_label("Rubrik", exact=True).fill(heading)
        part.get_by_label("Text", exact=True).fill(body)
        press(page, "Spara texten")
    sources = page.locator("#stycke-1 details").last
    sources.locator("summary").click()
    sources.get_by_role("button", name=re.compile("^Infoga som citat")).click()
    expect(page.locator("#stycke-1").get_by_label("Text", exact=True)).to_have_value(re.compile(r"\[citat 1\]"))
    page.get_by_label("Kort om sakrådet").fill("Vägen in är lång. Ingen svarar på kvällen.")
    press(page, "Spara texten")


def ask(page: Page) -> None:
    page.goto(f"{DESK}/faktakontroll")
    page.get_by_label("Fråga organisationerna ändå").check()  # one answer is not reviewed yet
    press(page, "Skicka till organisationerna")
    expect(page.locator("main")).to_contain_text("Faktakontrollen pågår")


def mailed_links(site: Site, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Let the worker send what waits, and take each organisation's link out of its mail."""
    capsys.readouterr()
    result = site.app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    return dict(re.findall(r"^To: (\S+).*?(/faktakontroll/[\w.~-]+)", result.output + capsys.readouterr().out, re.M | re.S))


def confirm(page: Page, link: str) -> None:
    """On a phone, without script."""
    page.goto(link)
    press(page, "Läs era stycken")
    main = page.locator("main")
    expect(page.get_by_role("heading", level=1)).to_have_text("Arbetsmaterial för faktakontroll")
    expect(main.locator("blockquote").first).to_contain_text(MARKED)
    expect(main).not_to_contain_text("Ingen svarar")  # somebody else's
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out at 320 pixels"
    page.get_by_label("Ja, vi återges rätt").check()
    press(page, "Skicka svaret")
    expect(main).to_contain_text("Ert svar har kommit in")


def ask_for_correction(page: Page, link: str) -> None:
    page.goto(link)
    press(page, "Läs era stycken")
    page.get_by_label("Nej, vi ber om en rättelse").check()
    page.get_by_label("Era ord", exact=True).fill("Vi skrev på kvällen, inte på dagen.")
    press(page, "Skicka svaret")
    expect(page.locator("main")).to_contain_text("Väntar på kommunens svar")


def answer_and_mend(page: Page) -> None:
    """The organisation is answered and the text is mended; everybody has replied, so the round may end before its time."""
    page.goto(f"{DESK}/faktakontroll")
    main = page.locator("main")
    expect(main).to_contain_text("Vi skrev på kvällen, inte på dagen.")
    page.get_by_label("Ja, texten rättas").check()
    press(page, "Spara svaret")
    main.get_by_role("link", name="Rätta texten").click()
    page.locator("#stycke-2").get_by_label("Text", exact=True).fill("Ingen svarar på kvällen.[2]")
    press(page, "Spara texten")
    page.goto(f"{DESK}/faktakontroll")
    expect(main).to_contain_text("Svaret gäller en tidigare lydelse")
    press(page, "Avsluta faktakontrollen")
    expect(main).to_contain_text("Faktakontrollen avslutades")


def publish(page: Page) -> None:
    """Not before every answer is reviewed."""
    page.goto(f"{DESK}/sammanstallning")
    expect(page.get_by_role("button", name="Publicera sammanställningen")).to_be_disabled()
    page.locator(".blockers").get_by_role("link", name="Idrotten").click()
    page.get_by_label("Publicera", exact=True).check()
    press(page, "Spara beslutet")
    page.goto(f"{DESK}/sammanstallning")
    press(page, "Publicera sammanställningen")


def read(page: Page) -> None:
    """From the sentence to its source, and on to the answer."""
    page.goto("/kommun/provby/sakrad/vagen-in/sammanstallning")
    main = page.locator("main")
    expect(main.locator(".facts")).to_contain_text("1 av 2")
    expect(main.locator(".facts")).to_contain_text("bekräftar att de återges rätt")
    expect(main.locator("#samlad-1 blockquote").first).to_contain_text(MARKED)
    expect(main.locator("#samlad-2")).to_contain_text("Ingen svarar på kvällen.")
    expect(main.locator("#inte-med + *, [aria-labelledby=inte-med]").first).to_contain_text("Det är hälsningar.")
    main.locator("#samlad-1 .prose a[href*=kalla]").first.click()
    expect(page).to_have_url(re.compile("#kalla-1$"))
    main.locator("#kalla-1 a").first.click()
    expect(page).to_have_url(re.compile("/svar/bykvinnojouren"))
    expect(main).to_contain_text(ANSWERS["Bykvinnojouren"])
