"""The yearly report to take along as CSV and JSON. The same figures as on the page, by steady Swedish names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sakrad.voices.queries_report import YearReport
from sakrad.voices.report import Numbers, checks

NAMES = {
    "opened": "sakrad_oppnade",
    "closed": "sakrad_svarstid_slut",
    "summarised": "sammanstallningar",
    "answered": "sakrad_besvarade",
    "in_time": "sakrad_besvarade_i_tid",
    "findings": "samlade_synpunkter_besvarade",
    "organisations": "organisationer",
    "first_timers": "organisationer_for_forsta_gangen",
    "answers": "svar",
    "meetings": "moten",
    "groups": "grupper",
    "unheard": "grupper_utan_svar",
    "days_to_answer": "svarstid_dagar_median",
    "days_to_feedback": "dagar_till_namndens_svar_median",
    "promised": "ataganden_gjorda",
    "kept": "ataganden_klara",
    "overdue": "ataganden_forsenade",
}
HEADER = ("matt", "ar", "varde", "aret_fore")


def _figures(numbers: Numbers) -> dict[str, int | None]:
    found = asdict(numbers)
    return {name: found[field] for field, name in NAMES.items()}


def rows(report: YearReport) -> Iterator[tuple[object, ...]]:
    """A row for each figure, with that of the year before."""
    before = _figures(report.before)
    for name, value in _figures(report.numbers).items():
        yield name, report.year.number, value, before[name]


def document(report: YearReport) -> dict[str, Any]:
    """The whole report."""
    year = report.year
    return {
        "kommun": report.kommun,
        "namn": report.municipality,
        "ar": year.number,
        "till_och_med": year.day.isoformat(),
        "pagar": year.going_on,
        "siffror": _figures(report.numbers),
        "aret_fore": _figures(report.before),
        "sakrad": [
            {
                "slug": one.slug,
                "titel": one.title,
                "namnd": one.authority,
                "svar": one.answered if one.closed(year) else None,
                "i_korthet": one.in_short if year.has(one.summary_published_at) else "",
                "utfall": {outcome.value: count for outcome, count in one.outcomes_in(year).items()},
                "metoden": {name: kept.value for name, kept in checks(one, year).items()},
                "grupper_utan_svar": [group.slug for group in one.unheard] if one.closed(year) else [],
            }
            for one in report.asked
        ],
        "grupper": [
            {"slug": one.group.slug, "namn": one.group.name, "sakrad": one.consultations, "svar": one.answers, "utan_svar": one.silent}
            for one in report.groups
        ],
        "ataganden": [
            {
                "sakrad": one.slug,
                "nummer": one.number,
                "vad": one.what,
                "part": one.party.value,
                "senast": one.due_on.isoformat() if one.party != "organisation" else None,
                "klart": year.saw(one.done_at),
                "dagar_forsenat": one.late(year),
            }
            for one in report.promised
        ],
        "genomslag": [
            {"grupp": one.group.slug, "utfall": {outcome.value if outcome else "obesvarad": count for outcome, count in one.rows}}
            for one in report.uptake
            if one.group
        ],
    }
