"""One sakråd from the first draft to the published answer and its follow-up, over HTTP, as three people meet it.

The officer and the organisation find their way by the links and forms on the pages; the organisation begins in its mail.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock
from tests import factories as make
from tests.journeys.walker import Walker, link_in, sign_in
from tests.notifications.postoffice import PostOffice

START = datetime(2027, 3, 1, 8, tzinfo=clock.STOCKHOLM)
DAY = timedelta(days=1)
TITLE = "Stöd och skydd vid våld i nära relationer"
HINDERS = "Vägen in är lång. Den som ringer får börja om från början varje gång. Hos oss svarar Anna Ek på kvällarna."
FINDING = "Vägen in är lång"
ASIDE = "Avtalets längd prövas i ett eget ärende."
PROMISE = "Ett gemensamt nummer som går till en människa"
SEEN = "Numret står på kommunens första sida."
RESERVATION = "Avtalet ska gälla i minst tre år."


@pytest.fixture
def people(app: Flask) -> dict[str, str]:
    """A municipality with its nämnd, an officer, and an organisation that has no account; returns their addresses."""
    municipality = make.municipality(name="Ekhamra", slug="ekhamra", mailbox="kommun@ekhamra.example")
    authority = make.authority(municipality, name="Socialnämnden", slug="socialnamnden", short="SN", mailbox="sn@ekhamra.example")
    make.function(authority, title="Samordnare mot våld", email="samordnare@ekhamra.example", phone="0000-00 00 00")
    officer = make.user((Role.officer, authority), name="Hanna Handläggare", email="hanna@ekhamra.example")
    group = make.group(name="Våldsutsatta", slug="valdsutsatta")
    shelter = make.organisation(
        verified_in=municipality,
        name="Ekhamra kvinnojour",
        slug="ekhamra-kvinnojour",
        email="jouren@jour.example",
        municipality_id=municipality.id,
        groups=[group],
    )
    return {"officer": officer.email, "organisation": shelter.email}


def test_from_draft_to_published_answer(app: Flask, people: dict[str, str], post: PostOffice, work: Callable[[], None]) -> None:
    officer, organisation, reader = (Walker(app.test_client()) for _ in range(3))  # type: ignore[arg-type]

    with time_machine.travel(START):
        draft(officer, people["officer"])
        work()
        organisation.go(link_in(post, people["organisation"], "/inbjudan/"))
        write(organisation)
        officer.go("/handlaggning/ekhamra").misses("Ekhamra kvinnojour")
        send(organisation)
        work()
        assert post.to("sn@ekhamra.example")["Subject"].startswith("Inkommet svar SN-2027-0001"), "the registrator gets it unasked"
        reader.go("/").follow(TITLE).sees("1 av dem har svarat").misses("Vägen in är lång")
        officer.go("/handlaggning/ekhamra").sees("Att registrera", "Att granska för publicering")
        review(officer)
        officer.go("/handlaggning/ekhamra").follow(TITLE).press("Markera registrerat").misses("Markera registrerat")
        reader.go("/").follow(TITLE).follow("Läs det svar som är publicerat").follow("Ekhamra kvinnojour")
        reader.sees("Vägen in är lång.", RESERVATION, "Beslut av styrelsen", "Begär ut handlingen").misses("Anna Ek")

    with time_machine.travel(START + 45 * DAY):
        sign_in(officer, people["officer"])
        compile_summary(officer.sees("Att sammanställa").follow(TITLE))
        work()
        confirm(organisation.go(link_in(post, people["organisation"], "/faktakontroll/")))
        publish(officer.follow("Faktakontroll"))
        work()
        reader.go("/").follow(TITLE).sees(FINDING, "maskat", ASIDE).misses("Anna Ek")
        respond(officer.go("/handlaggning/ekhamra").sees("Att besvara").follow(TITLE))
        reader.follow(TITLE).misses("Gör vi delvis")

    with time_machine.travel(START + 110 * DAY):  # 19 June: the board met on the 16th
        sign_in(officer, people["officer"])
        decide_and_publish(officer.follow(TITLE))
        work()
        reader.go("/").follow(TITLE).sees("Socialnämndens svar, 16 juni 2027 § 41", "Gör vi delvis", "kontaktperson", PROMISE)
        organisation.go(link_in(post, people["organisation"], "/aterkoppling")).sees("Utreds till 1 december", "En jurist prövar längden.")

    with time_machine.travel(START + 190 * DAY):  # 7 September: promised for the 1st
        reader.go("/").follow("Åtaganden").sees(PROMISE, "6 dagar försenat")
        sign_in(officer, people["officer"])
        follow_up(officer.sees("Försenat"))
        reader.go("/").follow("Åtaganden").sees("Klart 7 september", "utlovat till 1 september").follow(PROMISE)
        reader.sees("Numret är öppet sedan i måndags.").misses("Anna Ek")


def draft(officer: Walker, email: str) -> None:
    """The officer drafts, is told what is missing, mends it and announces."""
    sign_in(officer, email)
    officer.follow("Nytt sakråd").press(
        "Spara utkastet",
        {
            "Rubrik": TITLE,
            "Saken i en mening": "Vad möter den som söker hjälp mot våld?",
            "Varför frågar ni?": "Nämnden ska besluta om en ny handlingsplan.",
            "Det här går att påverka": "- Handlingsplanens prioriteringar",
            "Det här går inte att påverka": "- Budgetramen",
            "Frågor": "Vilka hinder möter de våldsutsatta?",
            "Grupper som frågan gäller": "Våldsutsatta",
            "Varför just de här organisationerna?": "De möter våldsutsatta varje vecka.",
            "Bjud in de organisationer i kommunen som säger sig tala för grupperna": True,
            "Ansvarig funktion": "Samordnare mot våld",
            "Sista dag att svara": "2027-04-12",
            "Nämndens möte": "2027-06-16",
        },
    )
    officer.sees("Behov och tidpunkt").follow("Frågor").press(
        "Lägg till frågan", {"Typ": "Förslag", "Fråga": "Kommunen föreslår ett flerårigt partnerskap. Vad anser ni?"}
    )
    officer.sees("Kommunen föreslår ett flerårigt partnerskap.")
    officer.follow("Inbjudna").sees("Ekhamra kvinnojour", "Ingenting är skickat.")
    officer.follow("Översikt").sees("Skriv en bakgrund på sidan.").follow("Åtgärda")
    officer.press("Spara", {"Bakgrund": "I fjol fick 143 personer stöd av jouren."}).sees("Sparat.")
    officer.follow("Översikt").misses("Det här återstår")
    officer.follow("Till annonseringen").press("Annonsera sakrådet").sees("Sakrådet är annonserat.", "Öppet")


def write(organisation: Walker) -> None:
    """From the mail, without an account: the board's answer, its anchoring and its wish."""
    organisation.sees("Ni behöver inget konto och inget lösenord.", "Kommunen föreslår ett flerårigt partnerskap.")
    organisation.press("Svara på frågorna").press(
        "Spara och läs igenom",
        {
            "Ert svar": HINDERS,
            "Ert ställningstagande": "Ja, med förbehåll",
            "Motivering": RESERVATION,
            "Er roll": "Ordförande",
            "Hur är svaret förankrat?": "Beslut av styrelsen",
            "Datum för beslutet": "2027-02-25",
            "Paragraf": "§ 7",
            "Får kommunen publicera svaret?": "Ja, med namn",
        },
    )
    organisation.sees("Så här ser svaret ut", "Beslut av styrelsen", RESERVATION)


def send(organisation: Walker) -> None:
    """It becomes a public document with a receipt."""
    organisation.sees("När ni skickar in blir svaret en allmän handling.").press("Skicka in svaret")
    organisation.sees("Svaret är inskickat.", "SN-2027-0001", "Kontrollkod")


def review(officer: Walker) -> None:
    """Before it is published, the sentence with a name is masked."""
    officer.follow(TITLE, nth=1).follow("Ekhamra kvinnojour").sees("Publiceringsgranskning", "Anna Ek")
    officer.press("Maska", {"Meningar att maska": "3."}).sees("Orden är maskade i allt som publiceras.")
    officer.press("Spara beslutet", {"Ska svaret publiceras?": "Publicera"}).sees("Publiceras maskat")


def compile_summary(officer: Walker) -> None:
    """Each answer is taken up in a finding, and the organisation is asked whether it is rendered rightly."""
    officer.press("Ny samlad synpunkt (Ekhamra kvinnojour)")
    officer.press("Spara texten", {"Rubrik": FINDING, "Text": "Den som söker hjälp får börja om från början.[1]"})
    officer.follow("Fråga 2").press("Lägg åt sidan", {"Hela svaret Ekhamra kvinnojour": True, "Skäl": ASIDE})
    officer.sees("Alla 2 svar på frågor är klara").follow("Skriv").sees("Texten ”Kort om sakrådet” är tom.")
    officer.press("Spara", {"Kort om sakrådet": "En organisation svarade. Den vill ha en kortare väg in."})
    officer.misses("Allt är klart.").follow("Faktakontroll").press("Skicka till organisationerna")


def confirm(organisation: Walker) -> None:
    """By the mailed link, without an account, in a press."""
    organisation.press("Läs era stycken").sees("Arbetsmaterial för faktakontroll", "Den som söker hjälp får börja om från början.")
    organisation.press("Skicka svaret", {"Återges ni rätt?": "Ja, vi återges rätt"})


def publish(officer: Walker) -> None:
    """When everybody has replied the round is ended, and the summary is published."""
    officer.sees("Bekräftar att det återges rätt").press("Avsluta faktakontrollen").follow("Skriv")
    officer.sees("Allt är klart.").press("Publicera sammanställningen").sees("Sammanställningen är publicerad.")


def respond(officer: Walker) -> None:
    """The answers are proposed, sent, changed by the authority, decided and published together."""
    officer.follow("Nämndens svar").sees(ASIDE, "Samlad synpunkt 1 har inget svar.").follow("Svara")
    officer.sees(FINDING, "Ekhamra kvinnojour").press("Spara svaret", {"Vad blir det?": "Gör vi delvis"}, status=422)
    officer.sees("Skriv varför.").press("Spara svaret", {"Varför": "Ett nummer blir det, men inte en handläggare."})
    officer.follow("Lägg till ett åtagande").press(
        "Spara åtagandet",
        {
            "Vad ska göras?": PROMISE,
            "Ansvarig funktion": "Samordnare mot våld",
            "Senast": "2027-09-01",
            "Hur syns det att det är gjort?": SEEN,
        },
    )
    officer.follow("Svara särskilt", nth=1).press(
        "Spara svaret", {"Vad blir det?": "Utreds till", "Utreds till": "2027-12-01", "Varför": "En jurist prövar längden."}
    )
    officer.sees("Till tjänsteskrivelsen", "Utreds till 1 december.", "Ansvarig: Samordnare mot våld")
    officer.press("Skicka till nämnden", {"Nämndens möte": "2027-06-16", "Ingen kollega kan läsa svaren": True}).sees(
        "Svaren skickades till nämnden"
    )


def decide_and_publish(officer: Walker) -> None:
    """The authority changed an answer; its decision is noted, and all answers are published at once."""
    officer.follow("Ändra svaret").press("Spara svaret", {"Varför": "Ett nummer blir det. Nämnden lade till en kontaktperson."})
    officer.sees("Ändrat efter utskicket till nämnden")
    decision = {"Vem har beslutat?": "Nämndens beslut", "Beslutets dag": "2027-06-16"}
    officer.press("Anteckna beslutet", decision, status=422).sees("Ange paragrafen, till exempel § 41.")
    officer.press("Anteckna beslutet", {"Paragraf eller nummer": "§ 41"}).misses("Ändra svaret")
    officer.press("Publicera nämndens svar").sees("Nämndens svar publicerades")


def follow_up(officer: Walker) -> None:
    """What has happened is told, and cannot be taken back."""
    officer.follow("Åtaganden").sees("Försenat 6 dagar").follow(PROMISE)
    officer.press("Lägg till", {"Läget": "Klart", "Vad har hänt?": "Numret är öppet sedan i måndags."}).sees("Klart")
