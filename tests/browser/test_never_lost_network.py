"""No word is lost when the network, the server or the browser fails while somebody writes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import sign_in
from tests.browser.office import ANNA, BO, Office, answer, copies, expect_saved, press

pytestmark = pytest.mark.browser
WORDS = "Vägen in är lång.\nDen som ringer får börja om – varje gång."
CUT = re.compile("/svar/")


@pytest.fixture
def page(office: Office, person: Callable[..., Page]) -> Page:
    """Anna, writing, on a network that will fail."""
    page = person(office.url, trouble=True)
    sign_in(page, ANNA)
    page.goto(office.write)
    return page


def cut(page: Page) -> None:
    page.context.route(CUT, lambda route: route.abort())


def mend(page: Page) -> None:
    page.context.unroute(CUT)


def come_back(page: Page, office: Office) -> Page:
    """The tab was closed; somebody opens another."""
    back = page.context.new_page()
    page.close()
    back.goto(office.write)
    return back


def written_without_network(page: Page, office: Office) -> Page:
    cut(page)
    answer(page).fill(WORDS)
    line = page.locator("#q1-saved")
    expect(line).to_contain_text("Inte sparat: ingen kontakt. Försöker igen.")
    expect(line.get_by_text("Texten finns kvar på den här enheten.")).to_be_visible()
    expect(page.locator("#all-saved")).to_contain_text("Inte sparat: ingen kontakt.")
    mend_later = page.context.new_page()
    page.close(run_before_unload=False)
    mend(mend_later)
    assert office.texts() == []
    mend_later.goto(office.write)
    return mend_later


def test_what_a_dead_network_kept_back_is_offered_on_return(page: Page, office: Office) -> None:
    page = written_without_network(page, office)
    offer = page.get_by_role("group", name="Text som inte hann sparas")
    expect(offer).to_contain_text("Det finns text på den här enheten som inte hann sparas")
    expect(offer).to_contain_text("Den som ringer får börja om – varje gång.")
    expect(answer(page)).to_have_value("")
    offer.get_by_role("button", name="Använd den här texten").click()
    expect(answer(page)).to_have_value(WORDS)
    expect_saved(page)
    assert office.texts() == [WORDS]
    page.reload()
    expect(answer(page)).to_have_value(WORDS)
    expect(offer).to_have_count(0)
    assert copies(page) == 0


def test_what_is_thrown_away_is_gone_and_the_saved_text_stays(page: Page, office: Office) -> None:
    answer(page).fill("Det som är sparat.")
    expect_saved(page)
    page = written_without_network_over(page, office)
    page.get_by_role("button", name="Kasta").click()
    expect(answer(page)).to_have_value("Det som är sparat.")
    page.reload()
    expect(page.get_by_role("group", name="Text som inte hann sparas")).to_have_count(0)
    assert office.texts() == ["Det som är sparat."]


def written_without_network_over(page: Page, office: Office) -> Page:
    cut(page)
    answer(page).fill(WORDS)
    expect(page.locator("#q1-saved").get_by_text("Texten finns kvar på den här enheten.")).to_be_visible()
    mend(page)
    page.context.route(CUT, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    back = come_back(page, office)
    mend(back)
    return back


def test_an_offered_text_is_merged_when_a_colleague_has_gone_on(page: Page, office: Office, person: Callable[..., Page]) -> None:
    page = written_without_network(page, office)
    expect(page.get_by_role("button", name="Använd den här texten")).to_be_visible()
    colleague = person(office.url)
    sign_in(colleague, BO)
    colleague.goto(office.write)
    answer(colleague).fill("Det Bo skrev under tiden.")
    expect_saved(colleague)
    page.get_by_role("button", name="Använd den här texten").click()
    expect(page.locator("#q1-saved")).to_contain_text("någon annan hann spara")
    expect(page.locator("#q1-saved")).to_contain_text("Det Bo skrev under tiden.")
    expect(answer(page)).to_have_value(WORDS)
    assert office.texts() == ["Det Bo skrev under tiden."]


def test_a_network_that_drops_every_second_request_loses_and_doubles_nothing(page: Page, office: Office) -> None:
    """By turns the request never comes, gets through, and is executed without its answer coming back."""
    fates = itertools.cycle(("never", "through", "unanswered", "through"))
    met = []

    def drop(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        met.append(fate := next(fates))
        if fate == "unanswered":
            route.fetch()
        return route.continue_() if fate == "through" else route.abort()

    page.context.route(CUT, drop)
    field = answer(page)
    for words in WORDS.split(" "):
        field.press_sequentially(words + " ", delay=5)
        page.wait_for_timeout(350)
        field.dispatch_event("change")  # as when one looks away: saved at once
    field.press_sequentially("Till sist.")
    expect_saved(page)
    assert office.texts() == [" ".join(WORDS.split(" ")) + " Till sist."]
    assert "unanswered" in met and "never" in met
    assert office.saves() <= len(met)
    expect(page.get_by_text("någon annan hann spara")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("group", name="Text som inte hann sparas")).to_have_count(0)


def test_a_server_that_was_restarted_while_one_typed_gets_every_word(page: Page, office: Office) -> None:
    answer(page).fill("Före omstarten.")
    expect_saved(page)
    office.stop()
    answer(page).press_sequentially(" Under omstarten.")
    answer(page, 2).fill("Även här.")
    expect(page.locator("#q2-saved")).to_contain_text("Inte sparat: ingen kontakt. Försöker igen.")
    office.start()
    expect_saved(page, 1)
    expect_saved(page, 2)
    assert office.texts() == ["Före omstarten. Under omstarten.", "Även här."]


@pytest.mark.parametrize("status", [500, 507])
def test_a_full_disk_on_the_server_is_waited_out(page: Page, office: Office, status: int) -> None:
    page.context.route(CUT, lambda route: route.fulfill(status=status, body="fullt"))
    answer(page).fill(WORDS)
    expect(page.locator("#q1-saved")).to_contain_text("Inte sparat: något är fel hos oss. Försöker igen.")
    assert copies(page) == 1
    mend(page)
    expect_saved(page)
    assert office.texts() == [WORDS] and copies(page) == 0


def test_the_page_of_a_hotel_network_is_not_taken_for_an_answer(page: Page, office: Office) -> None:
    page.context.route(CUT, lambda route: route.fulfill(status=200, content_type="text/html", body="<html><h1>Logga in på hotellet</h1>"))
    answer(page).fill(WORDS)
    expect(page.locator("#q1-saved")).to_contain_text("Inte sparat: ingen kontakt. Försöker igen.")
    mend(page)
    expect_saved(page)
    assert office.texts() == [WORDS]


def test_a_button_pressed_without_network_leads_to_no_error_page_and_goes_on_when_it_is_back(page: Page, office: Office) -> None:
    cut(page)
    answer(page).fill(WORDS)
    press(page, "Spara och läs igenom")
    expect(page.locator("#all-saved")).to_contain_text("Inte sparat: ingen kontakt.")
    expect(answer(page)).to_have_value(WORDS)
    mend(page)
    page.wait_for_url("**/skicka")
    assert office.texts() == [WORDS]


def test_a_text_that_is_too_long_is_refused_once_and_kept(page: Page, office: Office) -> None:
    posts = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    answer(page).fill("ord " * 6000)
    expect(page.locator("#q1-saved")).to_contain_text("Inte sparat.")
    page.wait_for_timeout(1500)
    assert len(posts) == 1 and office.texts() == []
    assert copies(page) == 1


def test_the_back_button_after_saving_shows_what_is_saved_and_writing_goes_on(page: Page, office: Office) -> None:
    answer(page).fill("Första gången.")
    press(page, "Spara och läs igenom")
    page.wait_for_url("**/skicka")
    page.go_back()
    expect(answer(page)).to_have_value("Första gången.")
    answer(page).fill("Andra gången.")
    expect_saved(page)
    assert office.texts() == ["Andra gången."]
    expect(page.get_by_text("någon annan hann spara")).to_have_count(0)


def test_two_tabs_of_one_person_show_both_texts(page: Page, office: Office) -> None:
    other = page.context.new_page()
    other.goto(office.write)
    answer(page).fill("I den första fliken.")
    expect_saved(page)
    answer(other).fill("I den andra fliken.")
    expect(other.locator("#q1-saved")).to_contain_text("I den första fliken.")
    expect(answer(other)).to_have_value("I den andra fliken.")
    assert office.texts() == ["I den första fliken."]
