"""axe on every kind of page; widths and colour schemes are spread over the kinds so that each is met."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from sakrad.core import clock
from tests.browser.conftest import Site, sign_in

pytestmark = pytest.mark.browser

S = "/kommun/ekhamra/sakrad/vald-i-nara-relationer"
H = "/handlaggning/ekhamra"
OFFICER, COORDINATOR, CHAIR, OPERATOR = (
    "handlaggare@ekhamra.example",
    "samordnare@ekhamra.example",
    "ordforande@ekhamra-kvinnojour.example",
    "drift@sakrad.example",
)
E = "/kommun/ekhamra/sakrad/ofrivillig-ensamhet"
D = "/forening/ekhamra-kvinnojour/svar/ekhamra/ofrivillig-ensamhet"
U = "/forening/ekhamra-funktionsratt/svar/ekhamra/ofrivillig-ensamhet"
WRITER = "ombud@ekhamra-funktionsratt.example"
OPEN = f"{H}/sakrad/ofrivillig-ensamhet"
DRAFT = f"{H}/sakrad/grundbidrag-till-foreningar"
PAGES = [
    ("/", None),
    ("/sakrad", None),
    ("/sakrad?q=ensamhet&skede=open", None),
    ("/sok?q=ensamhet", None),
    ("/sok?q=xylofon", None),
    ("/kommun", None),
    ("/lan/brukslanet", None),
    ("/organisationer/ekhamra-kvinnojour/kort", None),
    ("/grupper/valdsutsatta/sagt", None),
    ("/kommun/ekhamra", None),
    (S, None),
    (E, None),
    ("/kommun/sjovalla/sakrad/simhallen", None),
    (f"{S}/inbjudna", None),
    (f"{S}/fraga/3", None),
    (f"{S}/svar", None),
    (f"{S}/svar/ekhamra-kvinnojour", None),
    (f"{S}/sammanstallning", None),
    (f"{S}/sammanstallning/utgava/1", None),
    (f"{S}/sammanstallning/vem-tycker-vad", None),
    (f"{S}/sammanstallning/vem-tycker-vad?fraga=3", None),
    (f"{S}/sammanstallning/kolumner", None),
    (f"{S}/aterkoppling", None),
    ("/ataganden", None),
    ("/kommun/ekhamra/sakrad/vald-i-nara-relationer/atagande/1", None),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/beslut-som-ror", OFFICER),
    ("/organisationer", None),
    ("/organisationer/ekhamra-kvinnojour", None),
    ("/grupper/valdsutsatta", None),
    ("/kommun/ekhamra/genomslag", None),
    ("/kommun/ekhamra/genomslag/synpunkter", None),
    ("/statistik", None),
    ("/kommun/ekhamra/arsrapport", None),
    (f"/kommun/ekhamra/arsrapport/{clock.today().year}", None),
    ("/kommun/ekhamra/vag-in", None),
    ("/metod", None),
    ("/tillganglighet", None),
    ("/personuppgifter", None),
    ("/logga-in", None),
    ("/konto/skapa", None),
    ("/finns-inte", None),
    (f"/en{S}/sammanstallning", None),
    (f"/en{S}/sammanstallning/dokument/pdf", None),
    ("/konto", CHAIR),
    ("/forening/ekhamra-kvinnojour", CHAIR),
    ("/forening/ekhamra-kvinnojour/profil", CHAIR),
    ("/forening/ekhamra-kvinnojour/vad-hande", CHAIR),
    ("/forening/ekhamra-kvinnojour/vad-hande/ekhamra/vald-i-nara-relationer", CHAIR),
    ("/forening/ekhamra-kvinnojour/flytta", CHAIR),
    ("/forening/ekhamra-kvinnojour/badda-in", CHAIR),
    ("/forening/ekhamra-kvinnojour/medlemmar", CHAIR),
    (H, OFFICER),
    (f"{H}/sakrad", OFFICER),
    (f"{H}/granskning", OFFICER),
    (f"{H}/publiceringsbeslut", OFFICER),
    (f"{H}/utlamnanden", OFFICER),
    (f"{H}/sakrad/nytt", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sammanstall", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sammanstall/teman", OFFICER),
    (f"{H}/sakrad/ofrivillig-ensamhet/sammanstall/nya-versioner", OFFICER),
    (f"{H}/sakrad/ofrivillig-ensamhet/sammanstall/svar/anhorigforeningen-ekhamra/1", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sammanstall/bredvid", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sammanstallning", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sammanstallning/ratta", OFFICER),
    (f"{H}/sakrad/ungas-kvallar/sammanstallning", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/faktakontroll", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/uppdrag", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/granska", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/delar", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/delar/1", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/fraser", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/samlad/1", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/samlad/1/versioner", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/namndens-svar/samlad/1/granska", OFFICER),
    (f"{H}/uppdrag", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/tjansteskrivelse", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sammanstall/vem-tycker-vad", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sammanstallning/ta-med", OFFICER),
    (f"{H}/diarielista", OFFICER),
    (f"{H}/installningar", COORDINATOR),
    (f"{H}/organisation", COORDINATOR),
    (f"{H}/organisationer", COORDINATOR),
    (f"{H}/mall-for-word", COORDINATOR),
    (f"{H}/organisationer/importera", COORDINATOR),
    ("/drift", OPERATOR),
    ("/kvitto", None),
    (D, CHAIR),
    (f"{D}/historik", CHAIR),
    (f"{D}/historik/fraga-1/3", CHAIR),
    (f"{D}/fraga/1/tidigare", CHAIR),
    (f"{D}/prata", CHAIR),
    (f"{D}/godkannande", CHAIR),
    (f"{D}/skicka", CHAIR),
    (f"{D}/bilagor", CHAIR),
    (f"{D}/instam", CHAIR),
    (f"{D}/tillsammans", CHAIR),
    (f"{U}/medlemsfraga", WRITER),
    (f"{U}/medlemsfraga/lankar", WRITER),
    ("/forening/ekhamra-kvinnojour/svar/ekhamra/vald-i-nara-relationer/kvitto", CHAIR),
    ("/forening/ekhamra-kvinnojour/svar/ekhamra/vald-i-nara-relationer/aterta", CHAIR),
    ("/forening/ekhamra-kvinnojour/overlamning", CHAIR),
    (f"{E}/svar/norrby-bygdegard", None),
    (f"{E}/svar/ekhamra-internationella", None),
    (f"{E}/fraga/3", None),
    ("/aterlasning", None),
    (f"{H}/sakrad/ofrivillig-ensamhet/svar", OFFICER),
    (f"{H}/sakrad/ofrivillig-ensamhet/svar/nytt", OFFICER),
    (f"{H}/sakrad/ofrivillig-ensamhet/svar/nytt/fragor", OFFICER),
    (f"{H}/sakrad/ofrivillig-ensamhet/svar/regnbagen-ekhamra", OFFICER),
    ("/drift/organisationer", OPERATOR),
    ("/drift/organisationer/norrby-if", OPERATOR),
    (f"{E}/kommentarer", None),
    (f"{E}/kommentarer/logg", None),
    ("/metod/kommentarer", None),
    (f"{E}/moten", None),
    ("/kommun/ekhamra/sakrad/ungas-kvallar/moten/1", None),
    ("/kommun/ekhamra/sakrad/ungas-kvallar/moten/1/synpunkter", None),
    ("/kommun/ekhamra/sakrad/ungas-kvallar/metodrapport", None),
    (f"{E}/rattelser/1", None),
    ("/kommun/ekhamra/kalender", None),
    ("/mallar", None),
    ("/mallar/kort-sakrad", None),
    ("/brev", None),
    ("/kommun/ekhamra/sakrad/skolvagar-pa-vintern/be-om-att-delta", None),
    ("/forening/ekhamra-kvinnojour/kommentera/ekhamra/ofrivillig-ensamhet?fraga=1", CHAIR),
    ("/forening/ekhamra-funktionsratt/moten/ekhamra/ofrivillig-ensamhet/1", WRITER),
    (f"{H}/sakrad/nytt/mallar", OFFICER),
    (f"{DRAFT}/forbered/roster", OFFICER),
    (f"{DRAFT}/forbered/aterkoppling", OFFICER),
    (f"{DRAFT}/annonsera", OFFICER),
    (f"{DRAFT}/forhandsvisning", OFFICER),
    (f"{OPEN}/inbjudna", OFFICER),
    (f"{OPEN}/inbjudna/valj", OFFICER),
    (f"{OPEN}/rattelser/ny?vad=fraga-3", OFFICER),
    (f"{OPEN}/rad", OFFICER),
    (f"{OPEN}/moten/1", OFFICER),
    (f"{OPEN}/moten/nytt", OFFICER),
    (f"{OPEN}/kommentarer", OFFICER),
    (f"{H}/sakrad/ungas-kvallar/moten/1/anteckningar", OFFICER),
    (f"{H}/sakrad/ungas-kvallar/moten/1/synpunkter", OFFICER),
    (f"{H}/sakrad/skolvagar-pa-vintern/forfragningar", OFFICER),
    (f"{H}/kalender", OFFICER),
    (f"{S}/utvardering", None),
    (f"{S}/genomslag", None),
    (f"{S}/genomslag/synpunkter", None),
    ("/statistik/synpunkter", None),
    (f"{S}/begar-ut?om=sammanstallning", None),
    ("/konto/glomt", None),
    (f"{H}/sakrad/vald-i-nara-relationer/sprak", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/sprak/sammanstallningen/ar", OFFICER),
    ("/kommun/ekhamra/arshjul", None),
    (f"{H}/sakrad/vald-i-nara-relationer/sen", OFFICER),
    (f"{H}/sakrad/vald-i-nara-relationer/utvardering", OFFICER),
    (f"{H}/arshjul", COORDINATOR),
    ("/bevaka?vad=consultation&ref=ekhamra/ofrivillig-ensamhet", None),
    ("/konto/bevakningar", CHAIR),
]
# All rules run; to describe what is in order, too, and to hand it over takes as long as finding what is not.
VIOLATIONS = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run({ runOnly, resultTypes: ["violations"] });
  return violations.map(({ id, help, nodes }) => [id, help, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
}"""
LOOKS = itertools.cycle([(320, "light"), (1280, "dark"), (320, "dark"), (1280, "light")])


def windows() -> dict[tuple[str | None, tuple[int, str]], list[str]]:
    """The pages by who looks and how: one browser window takes its pages in turn."""
    found: dict[tuple[str | None, tuple[int, str]], list[str]] = {}
    for (path, who), look in zip(PAGES, LOOKS, strict=False):
        found.setdefault((who, look), []).append(path)
    return found


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, in words that tell where."""
    page.evaluate(AXE_SCRIPT)
    return [f"{rule}: {words} – {nodes}" for rule, words, nodes in page.evaluate(VIOLATIONS)]


@pytest.mark.parametrize(("window", "paths"), windows().items(), ids=lambda part: str(part) if isinstance(part, tuple) else "")
def test_pages_are_accessible_and_fit(
    demo: Site, person: Callable[..., Page], window: tuple[str | None, tuple[int, str]], paths: list[str]
) -> None:
    who, (width, scheme) = window
    page = person(demo.url, width=width, scheme=scheme)
    if who:
        sign_in(page, who)
    faults: dict[str, Any] = {}
    for path in paths:
        answer = page.goto(path)
        if answer is None or answer.status != (404 if path == "/finns-inte" else 200):
            faults[path] = answer and answer.status
        if found := violations(page):
            faults[path] = found
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            faults[f"{path} at {width} px"] = f"{overflow} px too wide"
    assert not faults
