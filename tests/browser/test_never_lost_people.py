"""Several people in one draft, hasty hands, and the whole path without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, sign_in
from tests.browser.office import ANNA, BO, EVA, Office, answer, expect_saved, press

pytestmark = pytest.mark.browser
WORDS = "Vägen in är lång. Den som ringer får börja om."


def test_two_people_in_one_answer_see_both_texts_and_one_of_them_merges(office: Office, person: Callable[..., Page]) -> None:
    anna, eva = person(office.url), person(office.url)
    for page, email in ((anna, ANNA), (eva, EVA)):
        sign_in(page, email)
        page.goto(office.write)
    answer(anna).fill("Anna: vägen in är lång.")
    answer(eva, 2).fill("Eva: en annan fråga.")
    expect_saved(anna)
    expect_saved(eva, 2)
    answer(eva).fill("Eva: numret är svårt att hitta.")
    line = eva.locator("#q1-saved")
    expect(line).to_contain_text("någon annan hann spara")
    expect(line).to_contain_text("Anna: vägen in är lång.")
    expect(answer(eva)).to_have_value("Eva: numret är svårt att hitta.")
    assert office.texts() == ["Anna: vägen in är lång.", "Eva: en annan fråga."]
    merged = "Anna: vägen in är lång. Eva: numret är svårt att hitta."
    answer(eva).fill(merged)
    press(eva, "Spara det som står i fältet")
    expect(answer(eva)).to_have_value(merged)
    assert office.texts() == [merged, "Eva: en annan fråga."]
    answer(anna).fill("Anna igen.")
    expect(anna.locator("#q1-saved")).to_contain_text("Eva: numret är svårt att hitta.")
    assert office.texts()[0] == merged


def fill_in(page: Page) -> None:
    """All that is needed before sending."""
    for number in (1, 2, 3):
        answer(page, number).fill(f"{WORDS} ({number})")
    page.get_by_label("Ja, med förbehåll").check()
    page.get_by_label("Er roll").fill("Ordförande")
    page.get_by_label("Styrelse", exact=False).first.check()
    page.get_by_label("Ja, med namn").check()


def test_a_double_click_on_send_gives_one_position(office: Office, person: Callable[..., Page]) -> None:
    page = person(office.url)
    page.goto(office.link)
    press(page, "Svara på frågorna")
    fill_in(page)
    page.get_by_role("button", name="Spara och läs igenom").dblclick()
    page.wait_for_url("**/skicka")
    page.get_by_role("button", name="Skicka in svaret").dblclick()
    page.wait_for_url("**/kvitto*")
    expect(page.locator("main")).to_contain_text("Kvitto")
    assert office.positions() == 1


def test_the_whole_path_by_the_link_without_javascript(office: Office, person: Callable[..., Page]) -> None:
    page = person(office.url, javascript=False, width=320)
    page.goto(office.link)
    press(page, "Svara på frågorna")
    answer(page).fill(WORDS)
    press(page, "Spara")
    page.goto("/")
    page.goto(office.link)
    press(page, "Svara på frågorna")
    expect(answer(page)).to_have_value(WORDS)
    fill_in(page)
    page.context.clear_cookies()  # the browser forgets that the link was opened
    press(page, "Spara och läs igenom")
    expect(page.locator("main")).to_contain_text(f"{WORDS} (2)")
    press(page, "Fortsätt och spara")
    expect(page.locator("main")).to_contain_text("allmän handling")
    press(page, "Skicka in svaret")
    expect(page.locator("main")).to_contain_text(f"{WORDS} (3)")
    assert "/kvitto" in page.url and office.positions() == 1


def test_the_whole_path_of_a_member_without_javascript_and_with_a_session_that_ended(office: Office, person: Callable[..., Page]) -> None:
    page = person(office.url, javascript=False)
    sign_in(page, BO)
    page.goto(office.write)
    answer(page).fill("Första kvällen.")
    press(page, "Spara")
    page.goto("/")
    page.goto(office.write)
    expect(answer(page)).to_have_value("Första kvällen.")
    fill_in(page)
    office.expire_sessions()
    press(page, "Spara och läs igenom")
    for password in ("fel lösenord", PASSWORD):
        page.get_by_label("E-post").fill(BO)
        page.get_by_label("Lösenord").fill(password)
        press(page, "Logga in")
    press(page, "Spara det ni skrev")
    assert page.url.endswith("/skicka")
    assert office.texts() == [f"{WORDS} ({number})" for number in (1, 2, 3)]
    press(page, "Skicka in svaret")
    assert "/kvitto" in page.url and office.positions() == 1
