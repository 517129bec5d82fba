"""The workbench with scripts: what comes back refused is swapped in, and the console stays silent (the fixture `person` sees to that)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, sign_in

pytestmark = pytest.mark.browser


def test_a_refused_press_is_told_and_breaks_no_policy(demo: Site, person: Callable[..., Page]) -> None:
    page = person(demo.url)
    sign_in(page, "handlaggare@ekhamra.example")
    page.goto("/handlaggning/ekhamra/sakrad/ofrivillig-ensamhet/sammanstall")
    body = page.locator("#body")
    body.scroll_into_view_if_needed()
    box = body.bounding_box()
    assert box is not None
    corner = (box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] - 60, steps=3)
    page.mouse.up()
    expect(body).to_have_attribute("style", re.compile("height"))  # what a browser writes when a textarea is dragged
    with page.expect_response(lambda response: "/citera" in response.url) as refused:
        page.locator("#alla-ny").click()
    assert refused.value.status == 422
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_timeout(200)  # htmx settles attributes after the swap
