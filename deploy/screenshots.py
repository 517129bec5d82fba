"""`make screenshots`: the README's pictures, taken of the real pages over fresh sample data."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from deploy.test import browser as find_browser
from sakrad.core import clock
from sakrad.demo import loader
from tests.browser.conftest import FLAGS, make_app, serve, sign_in
from tests.browser.test_mails_in_view import digest

PICTURES = Path(__file__).resolve().parent / "pictures"
S = "/kommun/ekhamra/sakrad"
H = "/handlaggning/ekhamra/sakrad"
CHAIR, OFFICER = "ordforande@ekhamra-kvinnojour.example", "handlaggare@ekhamra.example"
# name, address, who is signed in, width, height, colour scheme
SHOTS = [
    ("start", "/", None, 1280, 1100, "light"),
    ("consultation", f"{S}/ofrivillig-ensamhet", None, 1280, 1300, "light"),
    ("summary", f"{S}/vald-i-nara-relationer/sammanstallning", None, 1280, 1700, "light"),
    ("summary-phone", f"{S}/vald-i-nara-relationer/sammanstallning", None, 390, 1200, "dark"),
    ("write", "/forening/ekhamra-kvinnojour/svar/ekhamra/ofrivillig-ensamhet", CHAIR, 1280, 1100, "light"),
    ("prepare", f"{H}/grundbidrag-till-foreningar/forbered/paverkan", OFFICER, 1280, 1100, "light"),
    ("voices", f"{H}/grundbidrag-till-foreningar", OFFICER, 1280, 1300, "light"),
    ("report", f"/kommun/ekhamra/arsrapport/{clock.today().year}", None, 1280, 1500, "light"),
    ("promise", f"{S}/fritid-pa-lika-villkor/atagande/1", None, 1280, 1500, "light"),
    ("search", "/sok?q=ensamhet", None, 1280, 1300, "light"),
    ("map", "/kommun", None, 1280, 1300, "light"),
    ("workbench", f"{H}/ungas-kvallar/sammanstall", OFFICER, 1280, 1100, "light"),
]


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = make_app(Path(folder))
        with app.app_context():
            loader.load()
        url, stop = serve(app)
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for name, path, who, width, height, scheme in SHOTS:
            page = chromium.new_page(base_url=url, viewport={"width": width, "height": height}, color_scheme=scheme)
            if who:
                sign_in(page, who)
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()
            print(f"deploy/pictures/{name}.png")
        _mail(chromium, Path(folder))
        chromium.close()
        stop()


def _mail(chromium: Browser, folder: Path) -> None:
    """A digest on a phone, as it came over the wire."""
    (folder / "own").mkdir()
    html = digest(make_app(folder / "own")).get_body(("html",))
    assert html is not None
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.set_content(html.get_content())
    page.screenshot(path=PICTURES / "mail.png")
    page.close()


if __name__ == "__main__":
    main()
