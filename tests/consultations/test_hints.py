"""Every private hint with its reason and its mend. Tables only: nothing here touches a database, and none is in the way."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from sakrad.consultations import hints, lifecycle, steps
from sakrad.consultations.hints import Around
from sakrad.consultations.lifecycle import Facts
from sakrad.consultations.lifecycle_load import Elsewhere
from sakrad.core import clock
from sakrad.core.errors import sentence
from tests.consultations.test_lifecycle import AT, GATES, OPENS, READY, with_dates

FINE = Around(use_of_views="Två läser alla svar.", preview_approved=True)
HARD = "Förvaltningen säkerställer implementering av verksamhetsövergripande samverkansstrukturer avseende målgruppen. " * 6
LONG = " ".join(["ord"] * 26) + "."
OTHER = Elsewhere("byn", "Byn", "Skolvägar", "Skolnämnden", "Provby kommun", OPENS, OPENS + timedelta(days=30))
FREE = {"decision_on": None, "summary_due_on": None, "feedback_due_on": None, "follow_up_on": None}


def around(**values: object) -> Around:
    return dataclasses.replace(FINE, **values)  # type: ignore[arg-type]


def closing(day: date, **values: object) -> Facts:
    return with_dates(closes_at=clock.end_of(day), **values)


# rule, facts, what stands around, code, field that mends it, last day that would mend it
HINTS = [
    ("34 days to answer", closing(date(2027, 11, 5), **FREE), FINE, "hint_short_time", "closes_on", date(2027, 11, 8)),
    ("July", closing(date(2028, 7, 4), **FREE), FINE, "hint_july", "closes_on", date(2028, 8, 21)),
    ("before Christmas", closing(date(2027, 12, 20), **FREE), FINE, "hint_christmas", "closes_on", date(2028, 1, 10)),
    ("after New Year", closing(date(2028, 1, 7), **FREE), FINE, "hint_christmas", "closes_on", date(2028, 1, 10)),
    ("annual meetings", closing(date(2028, 3, 30), **FREE), FINE, "hint_annual_meetings", "closes_on", None),
    ("a Sunday", closing(date(2027, 11, 14)), FINE, "hint_weekend", "closes_on", date(2027, 11, 15)),
    (
        "a Saturday with no room for a Monday",
        closing(date(2027, 11, 13), summary_due_on=date(2027, 11, 15)),
        FINE,
        "hint_weekend",
        "closes_on",
        None,
    ),
    ("a holiday", closing(date(2028, 5, 25), **FREE), FINE, "hint_holiday", "closes_on", date(2028, 5, 26)),
    (
        "the organisations check while others still answer",
        with_dates(summary_due_on=date(2027, 11, 22)),
        FINE,
        "hint_fact_check_early",
        "summary_due_on",
        date(2027, 11, 29),
    ),
    (
        "the same, and the meeting too near",
        with_dates(summary_due_on=date(2027, 11, 15), decision_on=date(2027, 11, 29)),
        FINE,
        "hint_fact_check_early",
        "summary_due_on",
        None,
    ),
    (
        "the papers are due before the summary",
        with_dates(summary_due_on=date(2028, 1, 10)),
        FINE,
        "hint_summary_after_papers",
        "summary_due_on",
        date(2028, 1, 5),
    ),
    (
        "the papers are due before any summary",
        with_dates(summary_due_on=date(2027, 11, 29), decision_on=date(2027, 12, 6)),
        FINE,
        "hint_summary_after_papers",
        "summary_due_on",
        None,
    ),
    ("nine questions with the open one", with_dates(questions=8), FINE, "hint_many_questions", "questions", None),
    ("no group", with_dates(groups=0), FINE, "hint_no_groups", "groups", None),
    ("nobody invited", with_dates(invitations=0), FINE, "hint_nobody_invited", "invitations", None),
    ("asked by several", with_dates(asked_elsewhere=(OTHER,)), FINE, "hint_organisation_load", "invitations", None),
    ("no word of what happens to the views", READY, around(use_of_views=" "), "hint_use_of_views", "use_of_views", None),
    ("a council that is not to hear it", READY, around(councils=1), "hint_council", "groups", None),
    ("nobody has approved it", READY, around(preview_approved=False), "hint_preview", "preview", None),
    ("a place to fill in", READY, around(blanks=("[antal]",), blank_field="background"), "hint_blanks", "background", None),
    ("a long background", READY, around(texts=(("background", "ord\n\n" * 1001),)), "hint_long_background", "background", None),
    ("hard to read", READY, around(texts=(("purpose", HARD),)), "hint_hard_text", "purpose", None),
    ("a long sentence", READY, around(texts=(("lead", LONG),)), "hint_long_sentences", "lead", None),
]


@pytest.mark.parametrize(("rule", "facts", "stands", "code", "field", "mend"), HINTS, ids=[row[0] for row in HINTS])
def test_every_hint_has_its_field_and_its_mend(rule, facts, stands, code, field, mend):
    found = {hint.code: hint for hint in hints.hints(facts, stands, AT)}
    assert code in found
    assert found[code].field == field
    assert found[code].args.get("mend") == mend


SILENT = [
    ("all is well", closing(date(2027, 11, 15)), FINE, None),
    ("35 days to answer", closing(date(2027, 11, 8)), FINE, "hint_short_time"),
    ("under 21 days it is a gate instead", closing(date(2027, 10, 20)), FINE, "hint_short_time"),
    ("eight questions with the open one", with_dates(questions=7), FINE, "hint_many_questions"),
    ("the council hears it", READY, around(councils=1, hearings=1), "hint_council"),
    (
        "it has been considered whether the council should",
        READY,
        around(councils=1, ticked=frozenset({hints.COUNCIL_ITEM})),
        "hint_council",
    ),
    ("a background of two pages", READY, around(texts=(("background", "ord\n\n" * 1000),)), "hint_long_background"),
    ("the day before Christmas week", closing(date(2027, 12, 17), **FREE), FINE, "hint_christmas"),
    ("the first of April", closing(date(2028, 4, 3), **FREE), FINE, "hint_annual_meetings"),
]


@pytest.mark.parametrize(("rule", "facts", "stands", "code"), SILENT, ids=[row[0] for row in SILENT])
def test_no_hint_where_there_is_nothing_to_mend(rule, facts, stands, code):
    found = [hint.code for hint in hints.hints(facts, stands, AT)]
    assert code not in found if code else not found


def test_every_hint_that_there_is_has_a_row(app):
    codes = {name.removesuffix(".html").removeprefix("blockers/") for name in app.jinja_env.list_templates() if "blockers/hint_" in name}
    assert {row[3] for row in HINTS} >= {code for code in codes if not code.startswith("hint_meeting")}


def test_every_gate_and_hint_has_its_words(app):
    found = [hint for row in HINTS for hint in hints.hints(row[1], row[2], AT)]
    found += [gate for row in GATES for gate in lifecycle.blockers_to_announce(row[1], AT)]
    with app.test_request_context():
        words = {blocker.code: str(sentence(blocker)) for blocker in found}
    assert all(text.endswith((".", "?")) for text in words.values()), words


@pytest.mark.parametrize("row", HINTS, ids=[row[0] for row in HINTS])
def test_a_hint_is_never_in_the_way(row):
    assert row[3] not in {gate.code for gate in lifecycle.gates(row[1], AT)}


@pytest.mark.parametrize("row", [row for row in HINTS if row[5]], ids=[row[0] for row in HINTS if row[5]])
def test_what_mends_a_hint_takes_it_away_and_brings_no_gate(row):
    later = dataclasses.replace(row[1].dates, closes_at=clock.end_of(row[5]))
    moved = dataclasses.replace(row[1], **({"dates": later} if row[4] == "closes_on" else {row[4]: row[5]}))
    assert row[3] not in {hint.code for hint in hints.hints(moved, row[2], AT)}
    assert {gate.code for gate in lifecycle.gates(moved, AT)} <= {gate.code for gate in lifecycle.gates(row[1], AT)}


@pytest.mark.parametrize("facts", [Facts(), READY], ids=["nothing is filled in", "all is"])
def test_every_gate_leads_to_a_step_that_mends_it(facts):
    gates = lifecycle.gates(dataclasses.replace(facts, groups_not_invited=("Äldre",)), AT)
    assert gates
    assert all(steps.place_of(gate.field) for gate in gates)
