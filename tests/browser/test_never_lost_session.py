"""No word is lost when the session ends while somebody writes, and no copy is shown to anybody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sakrad.accounts.models import Role
from sakrad.core.db import db
from tests import factories as make
from tests.browser.conftest import PASSWORD, sign_in
from tests.browser.office import ANNA, BO, Office, answer, copies, expect_saved, press
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
WORDS = "Vägen in är lång.\nDen som ringer får börja om – ”varje gång”."
OFFER = "Det finns text på den här enheten som inte hann sparas"


@pytest.fixture
def page(office: Office, person: Callable[..., Page]) -> Page:
    page = person(office.url, trouble=True)
    sign_in(page, ANNA)
    page.goto(office.write)
    return page


def sign_in_here(page: Page, email: str = ANNA, password: str = PASSWORD) -> None:
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Lösenord").fill(password)
    press(page, "Logga in")


def test_a_session_that_ended_is_said_beside_the_field_and_nothing_is_gone(page: Page, office: Office) -> None:
    office.expire_sessions()
    answer(page).fill(WORDS)
    expect(page.locator("#q1-saved")).to_contain_text("Ni har loggats ut. Inget är borta.")
    answer(page, 2).fill("Även det här.")
    press(page, "Logga in och spara")
    expect(page.locator("main")).to_contain_text("Den som ringer får börja om")
    assert page.url.endswith(office.write)
    sign_in_here(page, password="fel lösenord")
    sign_in_here(page)
    button = page.get_by_role("button", name="Spara det ni skrev")
    expect(button).to_be_focused()
    button.click()
    page.wait_for_url(f"**{office.write}")
    assert office.texts() == [WORDS, "Även det här."]
    expect(page.get_by_text(OFFER)).to_have_count(0)


def left_unsaved(page: Page, office: Office) -> None:
    """The session ended, and the tab was left with words that are only in the browser."""
    office.expire_sessions()
    answer(page).fill(WORDS)
    expect(page.locator("#q1-saved")).to_contain_text("Inget är borta")
    assert copies(page) == 1


def test_the_copy_is_offered_to_the_same_person_only(page: Page, office: Office) -> None:
    left_unsaved(page, office)
    page.goto("/logga-in")
    sign_in_here(page, BO)
    page.goto(office.write)
    expect(answer(page)).to_have_value("")
    expect(page.locator("#all-saved")).to_be_attached()
    page.wait_for_timeout(400)
    expect(page.get_by_text(OFFER)).to_have_count(0)
    assert WORDS not in page.content()
    page.context.clear_cookies()
    page.goto("/logga-in")
    sign_in_here(page, ANNA)
    page.goto(office.write)
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.get_by_role("button", name="Använd den här texten").click()
    expect_saved(page)
    assert office.texts() == [WORDS]


def test_signing_out_takes_the_copies_along(page: Page, office: Office) -> None:
    page.context.route("**/svar/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    answer(page).fill("Det här hann inte sparas.")
    expect(page.get_by_text("Texten finns kvar på den här enheten.").first).to_be_visible()
    other = page.context.new_page()
    other.goto("/konto")
    assert copies(other) == 1, "nothing can be saved yet, so the copy is still needed"
    other.get_by_role("button", name="Logga ut").click()
    other.wait_for_load_state()
    other.wait_for_timeout(300)
    assert copies(other) == 0
    page.close(run_before_unload=False)
    page.context.unroute("**/svar/**")
    sign_in(other, ANNA)
    other.goto(office.write)
    other.wait_for_timeout(400)
    expect(other.get_by_text(OFFER)).to_have_count(0)


def test_on_a_shared_computer_nothing_is_kept(page: Page, office: Office) -> None:
    left_unsaved(page, office)
    page.get_by_label("Delad dator: spara inget i den här webbläsaren").check()
    page.wait_for_timeout(200)
    assert copies(page) == 0
    answer(page, 2).fill("Inte heller det här.")
    page.wait_for_timeout(600)
    assert copies(page) == 0
    page.context.clear_cookies()
    sign_in(page, ANNA)
    page.goto(office.write)
    expect(page.get_by_label("Delad dator: spara inget i den här webbläsaren")).to_be_checked()
    expect(page.get_by_text(OFFER)).to_have_count(0)


def test_copies_end_by_the_servers_clock_even_where_the_browsers_is_wrong(page: Page, office: Office) -> None:
    left_unsaved(page, office)
    page.context.clear_cookies()
    page.context.clock.install(time="2040-01-01")
    sign_in(page, ANNA)
    page.goto(office.write)
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.evaluate(
        """() => new Promise((done) => { indexedDB.open("sakrad").onsuccess = ({ target: { result } }) => {
          const store = result.transaction("copies", "readwrite").objectStore("copies");
          store.getAll().onsuccess = ({ target }) => { target.result.forEach((row) => store.put({ ...row, until: row.at - 1 })); };
          store.transaction.oncomplete = () => { result.close(); done(); };
        }; })"""
    )
    page.reload()
    page.wait_for_timeout(400)
    expect(page.get_by_text(OFFER)).to_have_count(0)
    assert copies(page) == 0


def test_a_browser_that_forgot_the_link_saves_with_one_button(office: Office, person: Callable[..., Page]) -> None:
    page = person(office.url, trouble=True)
    page.goto(office.link)
    press(page, "Svara på frågorna")
    page.context.clear_cookies()
    answer(page).fill(WORDS)
    expect(page.locator("#q1-saved")).to_contain_text("Webbläsaren har glömt länken. Inget är borta.")
    press(page, "Fortsätt och spara")
    press(page, "Fortsätt och spara")
    expect(answer(page)).to_have_value(WORDS)
    assert office.texts() == [WORDS]
    expect(page.get_by_text(OFFER)).to_have_count(0)


def test_what_htmx_could_not_send_goes_as_a_form_that_keeps_the_words(office: Office, person: Callable[..., Page]) -> None:
    with office.app.app_context():
        board = make.authority(make.municipality(slug="norrby"))
        make.function(board)
        make.user((Role.officer, db.session.merge(board)), email="hanna@norrby.example")
        db.session.remove()
    page = person(office.url, trouble=True)
    sign_in(page, "hanna@norrby.example")
    page.goto("/handlaggning/norrby/sakrad/nytt")
    page.get_by_label("Rubrik").fill("Vägen in till hjälpen")
    for more in page.locator("main details:not([open]) > summary").all():
        more.click()
    page.get_by_label("Bakgrund", exact=False).first.fill("I dag finns fem vägar in.")
    office.expire_sessions()
    page.get_by_role("button", name="Förhandsgranska bakgrunden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in igen")
    expect(page.locator("main")).to_contain_text("I dag finns fem vägar in.")


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_all_that_is_said_of_it_is_accessible_and_fits(office: Office, person: Callable[..., Page], width: int, scheme: str) -> None:
    page = person(office.url, width=width, scheme=scheme, trouble=True)

    def look() -> None:
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    sign_in(page, ANNA)
    page.goto(office.write)
    left_unsaved(page, office)
    look()
    page.reload()  # signed out: the sign-in page, without words
    sign_in_here(page)
    expect(page.get_by_text(OFFER)).to_be_visible()
    look()
    office.expire_sessions()
    answer(page, 2).fill(WORDS)
    press(page, "Logga in och spara")
    look()
    sign_in_here(page)
    look()
