"""The printed page by which a sender without e-mail reads what was written down and says whether it is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext

from sakrad.consultations.models import QuestionKind
from sakrad.core import documents, i18n
from sakrad.positions import entered, links, receipts
from sakrad.positions.models import SPOKEN, Answer, PositionVersion
from sakrad.positions.queries_transcribed import entry_of

TEMPLATE = Path(__file__).parent / "typst" / "read_back.typ"


def sheet(version: PositionVersion) -> bytes:
    """The page as a PDF. It holds the letter code, so it is for the sender only."""
    with force_locale("sv"):
        return documents.pdf(TEMPLATE, _document(version), made_at=entry_of(version).entered_at)


def file_name(version: PositionVersion) -> str:
    """What the PDF is called when it is saved."""
    return f"Återläsning {version.receipt_number}.pdf"


def _document(version: PositionVersion) -> dict[str, Any]:
    entry = entry_of(version)
    consultation = version.position.consultation
    contact = consultation.contact
    return {
        "title": gettext("Stämmer det vi skrev ned?"),
        "kicker": consultation.title,
        "organisation": version.organisation_name,
        "foot": version.receipt_number,
        "lead": _lead(version),
        "facts": [
            [label, words]
            for label, words in [
                (gettext("Till"), f"{consultation.authority.name}, {consultation.municipality.full_name}"),
                (gettext("Kom in"), i18n.moment(version.received_at)),
                (gettext("Hur"), i18n.label(version.channel)),
                (gettext("Nedtecknat"), i18n.day(entry.entered_at, year=True)),
            ]
        ],
        "behind_heading": gettext("Vad vi har uppfattat om er"),
        "behind": [list(pair) for pair in receipts.facts_of(version)],
        "dissent_heading": gettext("Avvikande meningar"),
        "dissent": version.dissent,
        "answers": [_answer(answer, entered.whole_heading(entry)) for answer in version.answers],
        "how_heading": gettext("Säg till om det är rätt"),
        "how": [
            gettext("Gå till adressen och skriv kvittonumret och koden. Där säger ni att det stämmer, eller rättar texten."),
            gettext("Det går tills sammanställningen är publicerad. Så länge ni inte har bekräftat står det så bredvid texten."),
        ],
        "code": [
            [gettext("Adress"), f"{current_app.config['SETTINGS'].public_url.rstrip('/')}/aterlasning"],
            [gettext("Kvittonummer"), version.receipt_number],
            [gettext("Bokstavskod"), links.read_back_code(entry.reference)],
        ],
        "contact": gettext(
            "Eller hör av er: %(ways)s.",
            ways=", ".join(filter(None, [*([contact.title, contact.phone] if contact else []), consultation.authority.mailbox])),
        ),
    }


def _lead(version: PositionVersion) -> str:
    if version.channel in SPOKEN:
        return str(gettext("En tjänsteperson har skrivit ned vad ni sa. Läs igenom det: det är era ord som ska gälla, inte våra."))
    return str(gettext("En tjänsteperson har skrivit in det som ni skickade. Läs gärna igenom att inget har blivit fel."))


def _answer(answer: Answer, whole: str) -> dict[str, Any]:
    ranked = answer.question.kind is QuestionKind.need
    options = [f"{place}. {option}" for place, option in enumerate(answer.options, start=1)] if ranked else answer.options
    facts = [(gettext("Ställningstagande"), i18n.label(answer.stance)), (gettext("Valt"), "; ".join(options))]
    return {
        "question": whole or gettext("Fråga %(number)s. %(text)s", number=answer.question.number, text=answer.question.text),
        "facts": [[label, words] for label, words in facts if words],
        "text": answer.text,
    }
