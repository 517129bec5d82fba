"""A voice that has neither e-mail nor account: from the printed letter to the meeting, its notes, and the summary, over HTTP.

A volunteer types the code of the letter at /brev and finds everything else from there, every time. Two others come by
their mails: one gives up its seat, and the one who waits gets it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader

from sakrad.accounts.models import Role
from sakrad.core import clock
from tests import factories as make
from tests.journeys.walker import Walker, link_in, sign_in
from tests.notifications.postoffice import PostOffice

START = datetime(2027, 3, 1, 8, tzinfo=clock.STOCKHOLM)
DAY = timedelta(days=1)
TITLE, MEETING = "Tryggare väg till lokalerna", "Kväll om lokalerna"
HOUSE = "Norra gården, stora salen"
CODE = re.compile(r"\b(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}\b")
NOTES = "## Vägen till gården\n\nByalaget sa att lampan vid grinden är trasig sedan i maj."
MENDED = NOTES.replace("i maj", "i mars")
WISH = "Lampan har varit trasig sedan i mars, inte maj."
SAID = "Vi vill ha en lampa till vid grinden. Den som finns lyser åt fel håll."


@pytest.fixture
def people(app: Flask) -> dict[str, str]:
    """An officer, a byalag without e-mail, and two organisations that have it; returns the addresses."""
    municipality = make.municipality(name="Ekhamra", slug="ekhamra", mailbox="kommun@ekhamra.example")
    authority = make.authority(municipality, name="Kulturnämnden", slug="kulturnamnden", short="KN", mailbox="kn@ekhamra.example")
    make.function(authority, title="Lokalsamordnare", email="lokaler@ekhamra.example", phone="0000-00 00 00")
    officer = make.user((Role.officer, authority), name="Hanna Handläggare", email="hanna@ekhamra.example")
    group = make.group(name="Landsbygden", slug="landsbygden")
    addresses = {"Norrby byalag": "", "Ekhamra hembygd": "hembygd@x.example", "Ekhamra teater": "teater@x.example"}
    for name, email in addresses.items():
        slug = name.lower().replace(" ", "-")
        where = {"municipality_id": municipality.id, "postal_address": "Byvägen 1\n123 45 Ekhamra"}
        make.organisation(verified_in=municipality, name=name, slug=slug, email=email, groups=[group], **where)
    return {"officer": officer.email} | addresses


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the whole story is walked on both
def test_from_the_letter_to_the_notes(app: Flask, people: dict[str, str], post: PostOffice, work: Callable[[], None]) -> None:
    officer, volunteer, giver, waiter, reader = (Walker(app.test_client()) for _ in range(5))  # type: ignore[arg-type]

    with time_machine.travel(START):
        sign_in(officer, people["officer"])
        draft(officer)
        plan(officer)
        officer.follow("Översikt").follow("Till annonseringen").press("Annonsera sakrådet").sees("Sakrådet är annonserat.")
        code = print_letter(officer)
        work()
        assert [mail for mail in post.mails if mail["To"] == ""] == []

        giver.go(link_in(post, people["Ekhamra hembygd"], "/moten/1")).press("Öppna anmälan").press("Anmäl er", {"Hur många kommer?": "1"})
        giver.sees("Ni är anmälda", HOUSE)
        type_code(volunteer, code.lower().replace("-", " "))
        volunteer.sees("Inbjudan till Norrby byalag").follow(MEETING).misses(HOUSE)
        volunteer.press("Öppna anmälan").press("Anmäl er", {"Hur många kommer?": "1"}).sees("Ni är anmälda", HOUSE)
        waiter.go(link_in(post, people["Ekhamra teater"], "/moten/1")).press("Öppna anmälan").sees("Alla platser är tagna.")
        waiter.press("Ställ oss på väntelistan", {"Hur många kommer?": "1"}).sees("Ni är nummer 1 i kön").misses(HOUSE)
        reader.go("/").follow(TITLE).follow(MEETING).sees("platsen meddelas dem som är anmälda").misses(HOUSE)

    with time_machine.travel(START + DAY):
        giver.go(link_in(post, people["Ekhamra hembygd"], "/moten/1")).press("Öppna anmälan")
        giver.press("Vi kommer inte").sees("Ni är avanmälda")
        work()
        assert latest(post, people["Ekhamra teater"]) == f"Ni har fått plats på mötet: {MEETING}"
        waiter.go(link_in(post, people["Ekhamra teater"], "/moten/1")).press("Öppna anmälan").sees("Ni är anmälda", HOUSE)

    with time_machine.travel(START + 16 * DAY):  # 17 March: the meeting was yesterday
        sign_in(officer, people["officer"])
        write_notes(officer)
        work()
        assert latest(post, people["Ekhamra teater"]) == f"Stämmer anteckningarna? {TITLE}"
        type_code(volunteer, code)
        volunteer.follow("Läs anteckningarna från").press("Öppna anteckningarna").sees("sedan i maj")
        volunteer.press("Skicka rättelsen", {"Vad behöver rättas?": WISH}).sees("Kommunen har fått er rättelse.", "Väntar på svar.")
        work()
        officer.go(link_in(post, "kn@ekhamra.example", "/anteckningar")).sees(WISH, "Norrby byalag")
        officer.press("Spara svaret", {"Rättas anteckningarna?": "Ja, det rättas"}).press("Spara", {"Mötesanteckningar": MENDED})
        reader.go("/").follow(TITLE).follow(MEETING).misses("lampan vid grinden")

    with time_machine.travel(START + 25 * DAY):  # 26 March: the round was over on the 24th
        sign_in(officer, people["officer"])
        notes_of(officer).press("Gör klara och publicera").sees("Anteckningarna är klara och publicerade")
        reader.go("/").follow(TITLE).follow(MEETING).sees("trasig sedan i mars", "begärde 1 rättelse, som är gjord.").misses("i maj", WISH)
        type_code(volunteer, code)
        volunteer.follow("Läs anteckningarna från").press("Öppna anteckningarna").sees("Rättas", "Det som ändrades efter er läsning")
        enter_view(officer)
        reader.misses("Det som sades: synpunkter")
        review(officer)
        reader.go("/").follow(TITLE).follow(MEETING).follow("Det som sades: synpunkter").sees(SAID, "Norrby byalag", "Sagt på mötet")

    with time_machine.travel(START + 45 * DAY):  # 15 April: the time to answer was over on the 12th
        sign_in(officer, people["officer"])
        matter_of(officer).follow("Sammanställ").sees("Norrby byalag", "lampa till vid grinden")
        officer.follow("Dela upp").press("Ta upp orden", {"1 Vi vill ha en lampa till vid grinden.": True})
        officer.sees("Synpunkt 1", "Vi vill ha en lampa till vid grinden.")


def latest(post: PostOffice, to: str) -> str:
    """The subject of the latest mail to the address."""
    return str([mail["Subject"] for mail in post.mails if mail["To"] == to][-1])


def draft(officer: Walker) -> None:
    """All three are invited, as those who speak for the group."""
    officer.follow("Nytt sakråd").press(
        "Spara utkastet",
        {
            "Rubrik": TITLE,
            "Saken i en mening": "Hur kommer man tryggt till kommunens lokaler?",
            "Varför frågar ni?": "Nämnden ska besluta om belysning.",
            "Det här går att påverka": "- Var lamporna ska stå",
            "Det här går inte att påverka": "- Budgetramen",
            "Frågor": "Var är det mörkt?",
            "Grupper som frågan gäller": "Landsbygden",
            "Varför just de här organisationerna?": "De använder lokalerna varje vecka.",
            "Bjud in de organisationer i kommunen som säger sig tala för grupperna": True,
            "Ansvarig funktion": "Lokalsamordnare",
            "Sista dag att svara": "2027-04-12",
            "Nämndens möte": "2027-06-16",
        },
    )
    officer.follow("Översikt").follow("Åtgärda").press("Spara", {"Bakgrund": "Åtta av tolv lokaler saknar belysning."})
    officer.follow("Översikt").misses("Det här återstår")


def plan(officer: Walker) -> None:
    """A meeting with two seats, whose place only those who come are told."""
    officer.follow("Möten").follow("Planera ett möte").press(
        "Spara mötet",
        {
            "Rubrik": MEETING,
            "Dag": "2027-03-16",
            "Plats": HOUSE,
            "Visa platsen bara för dem som är anmälda": True,
            "Sista dag att anmäla sig": "2027-03-14",
            "Platser sammanlagt": "2",
            "Platser per organisation": "1",
        },
    )
    officer.sees("Mötet är planerat.", "0 av 2 tagna")


def print_letter(officer: Walker) -> str:
    """The code that stands in the letter to the organisation without e-mail."""
    officer.follow("Inbjudna").sees("Norrby byalag", "saknar e-postadress")
    officer.press("Brev till de valda", {"Norrby byalag": True})
    pages = PdfReader(io.BytesIO(officer.file)).pages
    assert len(pages) == 1
    printed = " ".join(pages[0].extract_text().split())
    assert "Norrby byalag" in printed and "/brev" in printed
    (code,) = set(CODE.findall(printed))
    return str(code)


def type_code(volunteer: Walker, code: str) -> None:
    volunteer.go("/brev").press("Öppna inbjudan", {"Kod": code})


def matter_of(officer: Walker) -> Walker:
    return officer.go("/handlaggning/ekhamra").follow("Sakråd").follow(TITLE)


def meeting_of(officer: Walker) -> Walker:
    return matter_of(officer).follow("Möten").follow(MEETING)


def notes_of(officer: Walker) -> Walker:
    return meeting_of(officer).follow("Mötesanteckningar")


def write_notes(officer: Walker) -> None:
    """Who came, what was said; and out to those who were there."""
    meeting_of(officer).follow("För in närvaron").press("Spara närvaron", {"Norrby byalag": "2", "Ekhamra teater": "1"})
    officer.sees("3 personer från 2 organisationer.")
    notes_of(officer).press("Spara", {"Mötesanteckningar": NOTES}).sees("Anteckningarna är sparade.")
    officer.press("Skicka för rättelser", {"Rättelser senast": "2027-03-24"}).sees("Utskickade 17 mars")


def enter_view(officer: Walker) -> None:
    """What the byalag said is followed like what it writes."""
    meeting_of(officer).follow("Synpunkter från mötet")
    officer.press("Spara", {"Organisation": "Norrby byalag", "Vad sades?": SAID, "Sa de om det får publiceras?": "Ja, med namn"})
    officer.sees("Inskrivet.", SAID)


def review(officer: Walker) -> None:
    officer.follow("Norrby byalag").sees("Publiceringsgranskning")
    officer.press("Spara beslutet", {"Ska svaret publiceras?": "Publicera"}).sees("Beslutet är sparat.")
