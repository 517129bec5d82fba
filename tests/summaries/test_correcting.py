"""Editions: what is published stays readable, corrections are open, and what is hidden stays hidden."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event
from sakrad.core.text import Span, masked
from sakrad.records.models import MaskGround, TextKind
from sakrad.records.queries import masks_of
from sakrad.summaries import commands
from sakrad.summaries.commands.editions import kept
from sakrad.summaries.models import Edition, Finding, Point, Summary
from tests import factories as make
from tests.factories import do
from tests.factories import summaries as made

WORDS = st.lists(st.sampled_from(["Anna", "åäö", "🙂", " ", "\n\n", ".", "e\u0301", "två", "[1]"]), max_size=25).map("".join)


@given(before=WORDS, after=WORDS, start=st.integers(0, 40), length=st.integers(1, 30))
@settings(max_examples=300, deadline=None)
def test_what_is_kept_is_the_same_words_in_their_order(before: str, after: str, start: int, length: int) -> None:
    span = Span(min(start, len(before)), min(start + length, len(before)))
    words = "".join(after[one.start : one.end] for one in kept(before, after, span))
    assert all(0 <= one.start < one.end <= len(after) for one in kept(before, after, span))
    rest = iter(before[span.start : span.end])
    assert all(letter in rest for letter in words), "a subsequence of what was hidden"


@given(text=WORDS, start=st.integers(0, 40), length=st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_all_of_it_is_kept_where_nothing_is_changed(text: str, start: int, length: int) -> None:
    span = Span(min(start, len(text)), min(start + length, len(text)))
    assert kept(text, text, span) == ([span] if span.start < span.end else [])


# --- with the database


@pytest.fixture
def points(app: Flask) -> list[Point]:
    consultation = make.consultation(Phase.summarised, questions=1)
    return [made.point(made.answer_of(make.position(consultation))) for _ in range(2)]


@pytest.fixture
def summary(points: list[Point]) -> Summary:
    return made.summary(points[0].consultation, in_short="Anna Ek sade ja.", published_at=clock.now())


@pytest.fixture
def finding(summary: Summary) -> Finding:
    return made.finding(summary, "Anna Ek på Storgatan sade nej.[1]\n\nOch mer.[2]", heading="Vägen in")


def correct(summary: Summary, **values: Any) -> Edition:
    edition: Edition = do(
        commands.correct_summary, summary, **({"changes": {}, "in_short": summary.in_short, "reason": "Talet var fel."} | values)
    )
    return edition


def shown(kind: TextKind, text_id: int, text: str) -> str:
    return masked(text, masks_of(kind, [text_id]).get(text_id, []))


def test_a_correction_is_the_next_edition_and_the_one_before_stays(summary: Summary, finding: Finding) -> None:
    correct(summary, changes={finding: ("Vägen ut", finding.body)})
    second = correct(summary, changes={finding: ("Vägen fram", "Bara ett.[1]\n\nOch [2].")}, in_short="Kort.")
    first, between, latest = summary.editions
    assert [(one.number, one.reason, one.findings[0].heading) for one in summary.editions] == [
        (1, "", "Vägen in"),
        (2, "Talet var fel.", "Vägen ut"),
        (3, "Talet var fel.", "Vägen fram"),
    ]
    assert (first.in_short, latest.in_short, latest.findings[0].body) == ("Anna Ek sade ja.", "Kort.", finding.body)
    assert (finding.number, finding.heading, finding.version, second.id) == (1, "Vägen fram", 3, latest.id)
    events = db.session.query(Event).order_by(Event.id).all()
    assert [(event.name, event.subject_id) for event in events] == [("summary_corrected", between.id), ("summary_corrected", latest.id)]


def test_a_point_that_is_no_longer_cited_is_answered_for(summary: Summary, finding: Finding, points: list[Point]) -> None:
    without = {finding: ("Vägen in", "Bara ett.[1]")}
    with pytest.raises(Blocked, match="correction_orphan_points"):
        correct(summary, changes=without)
    assert summary.editions == [] and finding.version == 1
    correct(summary, changes=without, set_aside_reason="Vi hade läst fel.")
    assert points[1].set_aside_reason == "Vi hade läst fel."
    correct(summary, changes={finding: ("Vägen in", "Båda.[1][2]")})
    assert points[1].set_aside_at is None


def test_a_correction_that_leads_nowhere_or_comes_second_is_refused(summary: Summary, finding: Finding) -> None:
    with pytest.raises(commands.UnknownPoints):
        correct(summary, changes={finding: ("Vägen in", "Nio.[9]")})
    with pytest.raises(Blocked, match="correction_unchanged, correction_unexplained"):
        correct(summary, changes={finding: (finding.heading, finding.body)}, reason=" ")
    correct(summary, in_short="Kort.", seen_edition=1)
    with pytest.raises(Stale):
        correct(summary, in_short="Annat.", seen_edition=1)


def test_what_is_hidden_stays_hidden_in_every_edition(summary: Summary, finding: Finding) -> None:
    kind, hidden = TextKind.finding, "Anna Ek på Storgatan"
    values = {"source": finding.body, "words": hidden, "span": None, "ground": MaskGround.personal_data}
    do(commands.mask_words, summary.consultation, kind, [finding.id], **values)
    moved = "De säger: [ram]\n\nAnna Ek vid Storgatan sade inte nej.[1]\n\nOch mer.[2] Anna Ek på Storgatan."
    correct(summary, changes={finding: ("Vägen in", moved)}, in_short="Anna Ek på Storgatan sade ja.")
    now = shown(kind, finding.id, finding.body)
    assert "Anna" not in now and "Storgatan" not in now and "vid" in now and "sade inte nej.[1]" in now
    assert "Anna" not in shown(TextKind.in_short, summary.id, summary.in_short), "the same words in another text"
    for edition in summary.editions:
        row = edition.findings[0]
        old = shown(TextKind.edition_finding, row.id, row.body)
        assert "Anna" not in old and "Storgatan" not in old and "sade" in old
    assert "Anna" not in shown(TextKind.edition_in_short, summary.editions[1].id, summary.editions[1].in_short)
    do(commands.mask_words, summary.consultation, kind, [finding.id], **values | {"source": finding.body, "words": "Och mer"})
    assert all("Och mer" not in shown(TextKind.edition_finding, one.findings[0].id, one.findings[0].body) for one in summary.editions)
