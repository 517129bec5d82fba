"""Uptake to take along: the same figures as records, and what each column holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from sakrad.core import i18n
from sakrad.summaries.columns import Column
from sakrad.voices.queries_uptake import Uptake
from sakrad.voices.queries_uptake_pages import UptakePage

SCHEMA = 1  # of the JSON document; a column that goes away or changes its meaning makes the next
Record = dict[str, Any]

COLUMNS: tuple[Column, ...] = (
    Column("indelning", _("Vad raden gäller: alla, grupp, enhet, ar, slag eller sakrad")),
    Column("namn", _("Gruppen, enheten, året, slaget av organisation eller sakrådet. En grupp är den som organisationen själv talar för")),
    Column("utfall", _("Koden för nämndens svar. ”obesvarad”: inte besvarat än. ”ej_visad”: räknas, men utfallet visas inte")),
    Column("utfall_text", _("Detsamma i ord")),
    Column(
        "synpunkter", _("Antal synpunkter. En synpunkt som talar för flera grupper räknas i var och en av dem, men en gång i raden alla")
    ),
    Column("organisationer", _("Antal organisationer som visas med namn på raden, en gång för varje sakråd. Samma tal vid varje utfall")),
)


def names() -> list[str]:
    """The columns, in order."""
    return [column.name for column in COLUMNS]


def records(view: UptakePage) -> Iterator[Record]:
    """A record for each line and outcome, all points first."""
    yield from _told("alla", "", view.whole)
    for line in view.lines:
        yield from _told(view.asked.view, name_of(line), line)


def name_of(line: Uptake) -> str:
    """What the line is about, in words."""
    if line.group is not None:
        return line.group.name
    return line.unit or line.title or (i18n.label(line.kind) if line.kind else str(line.year or ""))


def document(view: UptakePage) -> Record:
    """All of it, with the meaning of its columns."""
    return {
        "schema": SCHEMA,
        "om": {
            "kommun": view.municipality or None,
            "sakrad": view.head.title if view.head else None,
            "urval": view.asked.filters,
            "sakrad_antal": view.times.consultations,
            "dagar_till_svar_median": view.times.feedback,
            "svarstid_dagar_median": view.times.answering,
            "nya_organisationer": view.newcomers,
            "grupper_som_inte_hordes": [{"grupp": group.name, "sakrad": number} for group, number in view.unheard],
        },
        "kolumner": {column.name: str(column.meaning) for column in COLUMNS},
        "genomslag": records(view),
    }


def _told(by: str, name: str, line: Uptake) -> Iterator[Record]:
    told: list[tuple[str, str, int]] = [
        (outcome.value, i18n.label(outcome), number) if outcome else ("obesvarad", gettext("Inte besvarat"), number)
        for outcome, number in line.rows
    ]
    if line.hidden:
        told.append(("ej_visad", gettext("Visas inte uppdelat"), line.hidden))
    for code, words, number in told:
        figures = {"synpunkter": number, "organisationer": line.contributors}
        yield {"indelning": by, "namn": name, "utfall": code, "utfall_text": words, **figures}
