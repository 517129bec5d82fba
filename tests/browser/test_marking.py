"""Marking exact words on the workbench: with the keyboard alone, and with a finger on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, sign_in

pytestmark = pytest.mark.browser
BENCH = "/handlaggning/ekhamra/sakrad/ofrivillig-ensamhet/sammanstall"


def bench(page: Page) -> None:
    sign_in(page, "handlaggare@ekhamra.example")
    page.goto(BENCH)
    page.wait_for_function("document.documentElement.classList.contains('js')")


def test_words_are_marked_sorted_and_taken_up_with_the_keyboard_alone(demo: Site, person: Callable[..., Page]) -> None:
    page = person(demo.url)
    bench(page)
    bar = page.locator("#m-bar")
    page.keyboard.press("j")
    first = page.locator("[data-selectable]").first
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    words = " ".join(first.inner_text().split()[:2])
    expect(page.locator("#m-orden")).to_have_text(words)
    page.keyboard.press("n")
    page.keyboard.type("Jämför j och k.")
    expect(bar.locator("textarea")).to_have_value("Jämför j och k.")
    page.keyboard.press("Escape")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Orden är synpunkt")).to_be_visible()
    expect(page.locator("[data-selectable]").first).to_be_focused()
    expect(page.locator("[data-selectable]").first.locator("mark").first).to_have_text(words)
    expect(bar).to_be_hidden()
    page.get_by_text("Tangenter", exact=True).click()
    page.locator("[data-keys]").uncheck()
    page.locator("[data-selectable]").first.focus()
    page.keyboard.press("j")
    expect(page.locator("[data-selectable]").first).to_be_focused()
    page.locator("[data-keys]").check()


def test_words_are_marked_with_a_finger_and_the_button_is_within_reach(demo: Site, person: Callable[..., Page]) -> None:
    page = person(demo.url, width=320, height=640, touch=True)
    bench(page)
    text = page.locator("[data-selectable]").last
    text.scroll_into_view_if_needed()
    # What the handles do: they move the ends of the selection.
    text.evaluate("""box => {
      const node = document.createTreeWalker(box, NodeFilter.SHOW_TEXT).nextNode();
      getSelection().setBaseAndExtent(node, 0, node, 12);
    }""")
    button = page.locator("#m-bar [data-press]")
    expect(button).to_be_visible()
    size = button.bounding_box()
    assert size is not None and min(size["width"], size["height"]) >= 24
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out at 320 pixels"
    assert text.evaluate("(box) => box.nextElementSibling.id === 'm-bar'"), "it stands in the flow, after the text"
    button.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    button.tap()
    expect(page.get_by_role("status").filter(has_text="Orden är synpunkt")).to_be_in_viewport()
    assert abs(page.evaluate("scrollY") - before) < 300, "one stays where one is, and reads the receipt there"
