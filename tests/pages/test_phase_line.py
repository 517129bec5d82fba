"""The phase line: what is done, where it stands, what comes next, and what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import clock
from tests import factories as make


def head(phase: Phase, **values: object) -> Head:
    made = make.consultation(phase, **values)
    return get_head(made.municipality.slug, made.slug, clock.now())[0]


@pytest.mark.parametrize(
    ("phase", "line"),
    [
        (Phase.announced, "invitation:now answers:next summary:next reply:next follow_up:next"),
        (Phase.open, "invitation:done answers:now summary:next reply:next follow_up:next"),
        (Phase.compiling, "invitation:done answers:done summary:now reply:next follow_up:next"),
        (Phase.summarised, "invitation:done answers:done summary:done reply:now follow_up:next"),
        (Phase.answered, "invitation:done answers:done summary:done reply:done follow_up:now"),
        (Phase.following_up, "invitation:done answers:done summary:done reply:done follow_up:now"),
        (Phase.ended, "invitation:done answers:done summary:done reply:done follow_up:done ended:now"),
        (Phase.cancelled, "invitation:done cancelled:now"),
    ],
    ids=lambda value: str(value) if isinstance(value, Phase) else "",
)
def test_each_phase_has_its_line(app: Flask, phase: Phase, line: str) -> None:
    assert " ".join(f"{step.code}:{step.state}" for step in head(phase).steps) == line


@pytest.mark.parametrize(
    ("phase", "values", "late"),
    [
        pytest.param(Phase.compiling, {"summary_due_on": -12}, {"summary": 12}, id="the summary"),
        pytest.param(Phase.summarised, {"feedback_due_on": -1}, {"reply": 1}, id="the reply"),
        pytest.param(Phase.summarised, {"feedback_due_on": 0}, {}, id="not on the day itself"),
        pytest.param(Phase.answered, {"feedback_due_on": -12}, {}, id="not once it is there"),
        pytest.param(Phase.cancelled, {"summary_due_on": -12, "feedback_due_on": -12}, {}, id="nothing when it is called off"),
    ],
)
def test_only_the_municipality_is_ever_late(app: Flask, phase: Phase, values: dict[str, int], late: dict[str, int]) -> None:
    dates = {name: clock.today() + timedelta(days=days) for name, days in values.items()}
    found = head(phase, decision_on=None, **dates)
    assert {step.code: step.late for step in found.steps if step.late} == late


def test_a_page_reads_the_same_until_the_next_border_or_midnight(app: Flask) -> None:
    at = clock.now()
    midnight = clock.end_of(clock.day_of(at))
    soon = at + (midnight - at) / 2
    made = make.consultation(Phase.open, closes_at=soon)
    assert get_head(made.municipality.slug, made.slug, at)[0].valid_until == soon
    assert get_head(made.municipality.slug, made.slug, soon)[0].valid_until == midnight
    assert get_head(made.municipality.slug, made.slug, soon)[0].phase is Phase.compiling
