"""What it is like to read: nothing moves, little is fetched, the text grows and is remembered, and the keyboard reaches everything."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
Person = Callable[..., Page]
S = "/kommun/ekhamra/sakrad/vald-i-nara-relationer"
E = "/kommun/ekhamra/sakrad/ofrivillig-ensamhet"
READ = ["/", "/sakrad", S, f"{S}/sammanstallning", f"{S}/aterkoppling", f"{S}/svar/ekhamra-kvinnojour", f"{S}/metodrapport"]
KINDS = ["/", "/sakrad", S, f"{S}/sammanstallning", f"{S}/svar/ekhamra-kvinnojour", f"{S}/fraga/3", f"{S}/atagande/1", "/organisationer"]
KINDS += ["/organisationer/ekhamra-kvinnojour", "/sok", "/kommun", "/tillganglighet"]
BYTES, REQUESTS = 150_000, 12  # of a first visit
SHIFT = 0.01
WATCH_SHIFTS = """window.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value; })
  .observe({ type: "layout-shift", buffered: true });"""
# What has the focus: where in the document, whether it is drawn, and whether one sees that it has it.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const ring = parseFloat(look.outlineWidth) >= 2 && look.outlineStyle !== "none";
  const label = one.closest("label"), around = label && getComputedStyle(label);
  const seen = ring || look.boxShadow !== "none" || (around && (around.boxShadow !== "none" || around.outlineStyle !== "none"));
  return { place: [...document.querySelectorAll("*")].indexOf(one), name: one.outerHTML.slice(0, 120),
           drawn: box.width > 0 && box.height > 0, inside: box.right > 0 && box.left < innerWidth, seen: Boolean(seen) };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((one) =>
  !one.disabled && one.type !== "hidden" && one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0
  && !(one.type === "radio" && !one.checked)).length"""


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_while_a_page_comes(demo: Site, person: Person, width: int) -> None:
    """Fonts, charts and the remembered size of the text are there from the first picture."""
    page = person(demo.url, width=width)
    page.add_init_script(WATCH_SHIFTS)
    page.goto("/tillganglighet")
    page.get_by_label("Större").check()
    moved = {}
    for path in READ:
        page.goto(path, wait_until="load")
        page.evaluate("() => document.fonts.ready")
        page.wait_for_timeout(60)
        moved[path] = page.evaluate("() => window.shift")
    assert not {path: shift for path, shift in moved.items() if shift > SHIFT}


def test_a_first_visit_is_light(demo: Site, person: Person) -> None:
    """As nginx sends it: text compressed, fonts as they are."""
    for path in READ:
        page = person(demo.url)
        fetched: list[Response] = []
        page.on("response", lambda response, fetched=fetched: fetched.append(response))
        page.goto(path, wait_until="load")
        page.evaluate("() => document.fonts.ready")
        sizes = [len(one.body() if ".woff2" in one.url else gzip.compress(one.body(), 6)) for one in fetched]
        assert len(fetched) <= REQUESTS and sum(sizes) <= BYTES, (path, len(fetched), sum(sizes))
        page.context.close()


def test_the_size_of_the_text_is_chosen_without_a_script_and_remembered_with_one(demo: Site, person: Person) -> None:
    size = "() => parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    plain = person(demo.url, javascript=False)
    plain.goto("/metod")
    normal = plain.locator("main p").first.bounding_box()
    plain.get_by_label("Störst").check()
    larger = plain.locator("main p").first.bounding_box()
    assert normal and larger and larger["height"] > normal["height"] * 1.2
    page = person(demo.url, width=320)
    page.goto("/metod")
    before = page.evaluate(size)
    page.get_by_label("Störst").check()
    page.goto(S)
    assert page.evaluate(size) > before * 1.25 and page.get_by_label("Störst").is_checked()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "also on a phone"
    page.get_by_label("Normal").check()
    page.goto("/metod")
    assert page.evaluate(size) == before and page.context.cookies() == []


def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(demo: Site, person: Person) -> None:
    """From the skip link on: in the order of the page, with a ring around each, and nothing left out."""
    page = person(demo.url, trouble=True)
    faults: list[Any] = []
    for path in KINDS:
        page.goto(path)
        page.keyboard.press("Tab")
        first = page.evaluate(FOCUSED)
        if first is None or 'href="#innehall"' not in first["name"] or not first["inside"]:
            faults.append((path, "the skip link is first", first))
        met, last = 0, -1
        for _ in range(400):
            focused = page.evaluate(FOCUSED)
            if focused is None or (met and focused["place"] == first["place"]):  # round and back at the first
                break
            met += 1
            if not (focused["drawn"] and focused["seen"] and focused["place"] > last):
                faults.append((path, focused))
            last = focused["place"]
            page.keyboard.press("Tab")
        if met < min(400, page.evaluate(REACHABLE)):
            faults.append((path, "met", met, "of", page.evaluate(REACHABLE)))
    assert not faults, faults[:8]


def test_movement_is_left_out_for_whoever_asks_and_forced_colours_keep_the_marks(demo: Site, person: Person) -> None:
    page = person(demo.url)
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    page.goto(S)
    assert page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
      const look = getComputedStyle(one);
      return parseFloat(look.transitionDuration) > 0.01 || (look.animationName !== "none" && parseFloat(look.animationDuration) > 0.01);
    }).map((one) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["seen"]
    line = page.evaluate("() => getComputedStyle(document.querySelector('.phases .done')).borderTopStyle")
    assert line == "solid"
