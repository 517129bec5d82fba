"""Invitations as letters: one PDF, a page for each organisation, with a short address to type, its own code and a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import current_app, url_for
from flask_babel import force_locale, gettext

from sakrad.consultations import links
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core import documents, i18n
from sakrad.core.text import excerpt, outline
from sakrad.meetings import queries_public
from sakrad.meetings.setup import when

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"
ROOM = 3200  # characters of purpose and questions that a page has room for in the smallest type; what is more stands at the address
LINE = 150  # characters of running text that a short paragraph takes the place of
WIDE, SMALL = 1500, 2300  # up to which the type is large, and middling


def letters_pdf(consultation: Consultation, invitations: Sequence[Invitation], at: datetime) -> bytes:
    """The letters in one document, in the order given; always in Swedish. Printed again they are the same."""
    with force_locale("sv"):
        data = _document(consultation, at) | {"letters": [_letter(invitation) for invitation in invitations]}
    return documents.pdf(TEMPLATE, data, made_at=at)


def file_name(consultation: Consultation) -> str:
    """What the file is called when it is saved."""
    return f"Brev {consultation.slug}.pdf"


def short_address() -> str:
    """Where the code is typed, as one writes it by hand."""
    host = urlsplit(current_app.config["SETTINGS"].public_url).netloc
    return f"{host}{url_for('positions_letter.find').removeprefix('/en')}"


def _letter(invitation: Invitation) -> dict[str, Any]:
    organisation = invitation.organisation
    address = current_app.config["SETTINGS"].public_url.rstrip("/") + url_for(
        "positions_link.landing", token=links.token_of(invitation)
    ).removeprefix("/en")
    return {
        "to": [organisation.name, *filter(None, (line.strip() for line in organisation.postal_address.split("\n")))],
        "code": links.letter_code(invitation).upper(),
        "qr": segno.make(address, micro=False, error="m").svg_inline(border=0, dark="#000"),
    }


def _document(consultation: Consultation, at: datetime) -> dict[str, Any]:
    authority, contact = consultation.authority, consultation.contact
    inviter = consultation.inviting_function or authority.name
    why = excerpt(" ".join(words for _, words in outline(consultation.purpose)), 420)
    questions, left = _questions(consultation, ROOM - len(why))
    size = len(consultation.lead) + len(why) + sum(map(len, questions))
    meetings = _meetings(consultation, at, ROOM - size)
    size += _room_for(meetings)
    return {
        "title": consultation.title,
        "description": gettext("Inbjudan att svara på %(who)s frågor", who=f"{authority.name}, {consultation.municipality.full_name}"),
        "size": 11 if size <= WIDE else 10 if size <= SMALL else 9,
        "from": [consultation.municipality.full_name, authority.name],
        "day": i18n.day(at, year=True),
        "diary_number": consultation.diary_number,
        "kicker": gettext("Inbjudan till sakråd"),
        "lead": consultation.lead,
        "inviter": gettext("%(inviter)s bjuder in er att svara.", inviter=inviter),
        "last_day": gettext("Svara senast %(day)s.", day=i18n.until(consultation.closes_at, year=True)) if consultation.closes_at else "",
        "why": why,
        "web_heading": gettext("Svara på webben, utan konto"),
        "web": gettext("Gå till %(address)s och skriv koden:", address=short_address()),
        "camera": gettext("Eller rikta telefonens kamera hit."),
        "qr_words": gettext("QR-kod med länken till er inbjudan"),
        "code_words": gettext("Koden är er: den som har den kan svara för er, eller säga att ni avstår."),
        "other": _other_ways(authority.mailbox, contact),
        "questions_heading": gettext("Det här frågar vi om"),
        "questions": questions,
        "meetings_heading": gettext("Möten"),
        "meetings": meetings,
        "meetings_words": gettext("Ni anmäler er på samma adress."),
        "more": gettext("Frågorna i sin helhet finns på samma adress.") if left else "",
        "notice": gettext(
            "Ni väljer själva vilka frågor ni svarar på. Kritik påverkar inte bidrag, avtal eller andra beslut om er organisation. "
            "När ni skickar in blir svaret en allmän handling, som andra kan begära att få läsa."
        ),
    }


def _questions(consultation: Consultation, room: int) -> tuple[list[str], bool]:
    """The questions that the page has room for, and whether some words were left out."""
    asked: list[str] = []
    for question in consultation.questions:
        if question.withdrawn_at is not None:
            continue
        words = f"{question.number}. {question.text}"
        if len(words) > room:
            return asked, True
        asked.append(words)
        room -= len(words)
    return asked, False


def _meetings(consultation: Consultation, at: datetime, room: int) -> list[str]:
    """What meetings there will be, and when, if the page has room. Where is told at the address: it may be for the registered only."""
    coming = [one for one in queries_public.list_shown(consultation.id) if one.starts_at > at and one.cancelled_at is None]
    told = [f"{one.title}: {when(one)}" for one in coming]
    return told if _room_for(told) <= room else []


def _room_for(meetings: Sequence[str]) -> int:
    """In characters: each begins on a line of its own, under a heading."""
    return sum(max(LINE, len(words)) for words in meetings) + 3 * LINE if meetings else 0


def _other_ways(mailbox: str, contact: Any) -> str:
    """How one answers without the web."""
    ways: str = gettext("Ni kan också svara med e-post till %(mailbox)s eller med ett brev till nämnden.", mailbox=mailbox)
    if contact and contact.phone:
        ways += " " + gettext("Eller ring %(phone)s (%(who)s), så skriver vi ned det ni säger.", phone=contact.phone, who=contact.title)
    return ways
