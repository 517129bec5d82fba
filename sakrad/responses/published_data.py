"""The published answers to take along: the same as on the page as records, and what each column holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from sakrad.core import clock
from sakrad.core.errors import Missing
from sakrad.responses.models import VerdictValue
from sakrad.responses.queries_page import Answered, ResponsePage
from sakrad.responses.queries_public import Promise
from sakrad.summaries.columns import Column

SCHEMA = 1  # of the JSON document; a column that goes away or changes its meaning makes the next
Record = dict[str, Any]

ANSWER: tuple[Column, ...] = (
    Column("del", _("Den del av nämndens svar som det kom i")),
    Column("samlad_synpunkt", _("Numret på den samlade synpunkt som besvaras. Tomt för enskilda synpunkter")),
    Column("rubrik", _("Den samlade synpunktens rubrik")),
    Column("synpunkter", _("Numren på de enskilda synpunkter som besvaras för sig")),
    Column("utfall", _("Koden för nämndens svar")),
    Column("skal", _("Nämndens skäl, med maskningar")),
    Column("utreds_till", _("Dagen då utredningen ska vara klar")),
    Column("vems_ansvar", _("Vems ansvar det är, om inte kommunens")),
    Column("underlag_till", _("Det som synpunkten blir underlag till")),
    Column("beslutat_av", _("Nämnden")),
    Column("beslutsform", _("board: nämnden, delegation: beslut på delegation, annars förvaltningens besked")),
    Column("beslutsdag", _("Dagen för beslutet")),
    Column("paragraf", _("Beslutets paragraf eller nummer")),
    Column("protokoll", _("Protokollets adress")),
    Column("namnden_andrade", _("Om nämnden beslutade något annat än förvaltningen föreslog")),
)
COMMITMENT: tuple[Column, ...] = (
    Column("atagande", _("Åtagandets nummer i sakrådet")),
    Column("vad", _("Det som ska göras, med maskningar")),
    Column("part", _("municipality: kommunen, joint: kommunen och organisationer, organisation: organisationernas eget")),
    Column("organisationer", _("Organisationerna som står för det, när det är deras eget")),
    Column("ansvarig", _("Funktionen och enheten som ansvarar nu")),
    Column("tidigare_ansvarig", _("Funktionen och enheten som ansvarade när åtagandet gjordes, om den har ändrats")),
    Column("till", _("Dagen då det ska vara klart. Organisationernas egna är planerade till dagen och blir aldrig försenade")),
    Column("klart", _("Dagen då det blev klart")),
    Column("lage", _("planned, under_way, changed, done eller overdue")),
    Column("dagar_forsenat", _("Hur många dagar det är försenat")),
    Column("syns_pa", _("Hur det syns att det är gjort")),
    Column("bedomt_gjort", _("Antal organisationer som bedömer att det är gjort. Tomt när antalet inte visas")),
    Column("bedomt_delvis", _("Antal organisationer som bedömer att det är delvis gjort")),
    Column("bedomt_inte", _("Antal organisationer som bedömer att det inte är gjort")),
)
STEP: tuple[Column, ...] = (
    Column("atagande", _("Åtagandets nummer i sakrådet")),
    Column("dag", _("Dagen då det berättades")),
    Column("lage", _("under_way, changed eller done")),
    Column("organisation", _("Organisationen som berättade, när åtagandet är organisationernas eget")),
    Column("text", _("Det som berättades, med maskningar")),
    Column("lank", _("Länken som följde med")),
    Column("ny_dag", _("Den nya dagen, om den flyttades")),
    Column("tidigare_dag", _("Dagen som gällde före")),
)
HEADER = [column.name for column in (*ANSWER, *COMMITMENT)]


def rows(view: ResponsePage) -> Iterator[Record]:
    """A record for each answer and commitment; one for an answer that promises nothing."""
    for one in view.answered:
        for promise in one.reply.promises or (None,):
            yield _answer(one) | (_commitment(promise, view) if promise else {})


def document(view: ResponsePage) -> Record:
    """All of it, with the meaning of its columns."""
    return {
        "schema": SCHEMA,
        "sakrad": {
            "titel": view.head.title,
            "kommun": view.head.municipality,
            "namnd": view.head.authority,
            "diarienummer": view.head.diary_number,
        },
        "kolumner": {
            table: {column.name: str(column.meaning) for column in columns}
            for table, columns in (("svar", ANSWER), ("ataganden", COMMITMENT), ("berattat", STEP))
        },
        "svar": [_answer(one) | {"ataganden": [_commitment(promise, view) for promise in one.reply.promises]} for one in view.answered],
        "berattat": list(_steps(view)),
    }


def refuse_unanswered(view: ResponsePage) -> None:
    """Raise `Missing` before the authority has answered."""
    if not view.answered:
        raise Missing("answers")


def _answer(one: Answered) -> Record:
    reply = one.reply
    return {
        "del": one.part,
        "samlad_synpunkt": one.finding,
        "rubrik": one.heading,
        "synpunkter": [str(source.point) for source in one.sources],
        "utfall": reply.outcome.value,
        "skal": reply.reason,
        "utreds_till": _day(reply.study_until_on),
        "vems_ansvar": reply.whose,
        "underlag_till": reply.basis,
        "beslutat_av": reply.decision.authority,
        "beslutsform": reply.decision.form.value,
        "beslutsdag": _day(reply.decision.on),
        "paragraf": reply.decision.ref,
        "protokoll": reply.decision.minutes_url,
        "namnden_andrade": reply.changed_by_board,
    }


def _commitment(promise: Promise, view: ResponsePage) -> Record:
    verdicts = view.verdicts.get(promise.number)
    counts = verdicts.counts if verdicts and verdicts.counts else {}
    return {
        "atagande": promise.number,
        "vad": promise.what,
        "part": promise.party.value,
        "organisationer": list(promise.theirs),
        "ansvarig": f"{promise.function}, {promise.unit}",
        "tidigare_ansvarig": f"{promise.former_function}, {promise.former_unit}" if promise.former_function else "",
        "till": _day(promise.due_on),
        "klart": _day(promise.done_on),
        "lage": promise.standing.state.value,
        "dagar_forsenat": promise.standing.days_late,
        "syns_pa": promise.how_seen,
        "bedomt_gjort": counts.get(VerdictValue.done),
        "bedomt_delvis": counts.get(VerdictValue.partly),
        "bedomt_inte": counts.get(VerdictValue.not_done),
    }


def _steps(view: ResponsePage) -> Iterator[Record]:
    for one in view.answered:
        for number, steps in one.steps.items():
            for step in steps:
                yield {
                    "atagande": number,
                    "dag": clock.day_of(step.at).isoformat(),
                    "lage": step.status.value,
                    "organisation": step.by,
                    "text": step.text,
                    "lank": step.link,
                    "ny_dag": _day(step.due_on),
                    "tidigare_dag": _day(step.former_due_on),
                }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
