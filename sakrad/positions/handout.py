"""The questions for the board's table: as a PDF to print and write on, and as a Word form to write in (PRACTICE.md 21)."""

from __future__ import annotations

import io
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale, gettext

from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.core import documents, i18n
from sakrad.core.text import outline
from sakrad.positions.models import Stance

TEMPLATE = Path(__file__).parent / "typst" / "questions.typ"
KEPT = 64  # documents in memory, about 50 kB each: the same facts give the same document


def questions_pdf(consultation: Consultation) -> bytes:
    """The questions as a PDF with space to write; two pages for a usual consultation."""
    return _pdf(_facts(consultation), _made_at(consultation))


def questions_docx(consultation: Consultation) -> bytes:
    """The questions as a Word form."""
    return _docx(_facts(consultation), _made_at(consultation))


def file_name(consultation: Consultation, ending: str) -> str:
    """What the file is called when it is saved."""
    return f"Frågor {consultation.slug}.{ending}"


def _made_at(consultation: Consultation) -> datetime:
    return consultation.announced_at or consultation.created_at


@lru_cache(maxsize=KEPT)
def _pdf(facts: str, made_at: datetime) -> bytes:
    return documents.pdf(TEMPLATE, json.loads(facts), made_at=made_at)


@lru_cache(maxsize=KEPT)
def _docx(facts: str, made_at: datetime) -> bytes:
    from sakrad.positions.word_form import word_form

    made = io.BytesIO()
    word_form(json.loads(facts), made_at).save(made)
    return made.getvalue()


def _facts(consultation: Consultation) -> str:
    """What both documents say, as JSON; always in Swedish, whoever asks and from where."""
    with force_locale("sv"):
        return json.dumps(_document(consultation), ensure_ascii=False, sort_keys=True)


def _document(consultation: Consultation) -> dict[str, Any]:
    authority = consultation.authority
    return {
        "title": consultation.title,
        "lead": consultation.lead,
        "author": authority.name,
        "kicker": gettext("Frågor från %(who)s", who=f"{authority.name}, {consultation.municipality.full_name}"),
        "foot": consultation.diary_number or consultation.title,
        "last_day": gettext("Svara senast %(day)s.", day=i18n.until(consultation.closes_at, year=True)) if consultation.closes_at else "",
        "why_heading": gettext("Varför vi frågar"),
        "why": consultation.purpose,
        "influence_heading": gettext("Det här går att påverka"),
        "influence": [[listed, words] for listed, words in outline(consultation.can_influence)],
        "how_heading": gettext("Så svarar ni"),
        "how": _how(consultation),
        "independence": gettext(
            "Kritik påverkar inte bidrag, avtal eller andra beslut om er organisation. Att svara ger ingen fördel heller."
        ),
        "public": gettext(
            "När ni skickar in blir svaret en allmän handling. Andra kan begära att få läsa det, även det vi inte publicerar."
        ),
        "questions_heading": gettext("Frågorna"),
        "questions": [_question(question) for question in consultation.questions if question.withdrawn_at is None],
        "about_heading": gettext("Om svaret"),
        "about": [
            gettext("Organisation"),
            gettext("Er roll (till exempel ordförande, inget namn)"),
            gettext("Vem beslutade om svaret, vilken dag och vilken paragraf?"),
            gettext("Vilka talar ni för?"),
        ],
        "wish": gettext("Får kommunen publicera svaret?"),
        "wishes": [gettext("Ja, med namn"), gettext("Ja, utan namn"), gettext("Nej, bara till kommunen")],
        "write_here": gettext("Skriv ert svar här."),
    }


def _how(consultation: Consultation) -> list[str]:
    contact = consultation.contact
    page = url_for("pages.consultation", **consultation.address).removeprefix("/en")
    ways = [
        gettext(
            "På webben: genom länken i inbjudan, eller på %(address)s", address=current_app.config["SETTINGS"].public_url.rstrip("/") + page
        ),
        gettext("Med e-post: %(address)s. Skriv fritt eller skicka det här ifyllt.", address=consultation.authority.mailbox),
    ]
    if contact and contact.phone:
        ways.append(gettext("Per telefon: %(phone)s, %(who)s. Då skriver vi ned det ni säger och ni får läsa det.", **_of(contact)))
    return [*ways, gettext("Ni väljer själva vilka frågor ni svarar på. Skriv inget som gör att någon kan kännas igen.")]


def _of(contact: Any) -> dict[str, str]:
    return {"phone": contact.phone, "who": contact.title}


def _question(question: Question) -> dict[str, Any]:
    proposal = question.kind is QuestionKind.proposal
    choose = ""
    if question.options:
        choose = gettext("Rangordna med siffror, viktigast först.") if question.kind is QuestionKind.need else gettext("Sätt kryss.")
    return {
        "heading": f"{question.number}. {question.text}",
        "help": " ".join(filter(None, [question.help, question.length_hint, gettext("Behöver ett svar.") if question.required else ""])),
        "choose": choose,
        "options": [i18n.label(stance) for stance in Stance] if proposal else list(question.options),
        "reason": gettext("Motivering") if proposal else "",
    }
