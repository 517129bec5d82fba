"""When something may be corrected after the opening, and councils' hearings noted. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sakrad.consultations.corrections import DATES, TEXTS, Change, Part
from sakrad.consultations.lifecycle import Facts, Phase, blockers_to_move_closing, order_gates, phase
from sakrad.consultations.models import QuestionKind
from sakrad.core import clock
from sakrad.core.errors import Blocker

# What may not be emptied, and the gate that says so.
NEEDED = {
    Part.lead: "lead_missing",
    Part.purpose: "purpose_missing",
    Part.background: "background_missing",
    Part.can_influence: "influence_missing",
    Part.already_decided: "decided_missing",
    Part.feedback_due_on: "feedback_date_missing",
}
CORRECTABLE = (Phase.open, Phase.compiling, Phase.summarised)


def blockers_to_begin_correction(facts: Facts, at: datetime) -> list[Blocker]:
    """Why nothing may be corrected now, whatever it is."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    if now in (Phase.draft, Phase.announced):
        return [Blocker("correction_before_opening")]
    return [] if now in CORRECTABLE else [Blocker("correction_too_late")]


def blockers_to_correct(facts: Facts, changes: Sequence[Change], at: datetime) -> list[Blocker]:
    """Why the changes may not be announced as a correction.

    Questions and the closing may be changed while it is open; texts and material until the summary, which rests on them; dates that
    have not passed until the authority has answered. More time may be given before the opening too.
    """
    moved = next((change for change in changes if change.part is Part.closes_at), None)
    only_time = moved is not None and all(change.part in DATES for change in changes)
    now = phase(facts.dates, at)
    if not (only_time and now in (Phase.draft, Phase.announced)) and (found := blockers_to_begin_correction(facts, at)):
        return found
    if not changes:
        return [Blocker("correction_empty")]
    found = []
    if now is not Phase.open and any(change.question for change in changes):
        found.append(Blocker("answering_closed"))
    if now is Phase.summarised and any(change.part in TEXTS or change.material for change in changes):
        found.append(Blocker("correction_dates_only"))
    found += _emptied(changes) + _questions_left(facts, changes)
    return found + _dates(facts, changes, moved, at)


def _emptied(changes: Sequence[Change]) -> list[Blocker]:
    found = []
    for change in changes:
        if change.part is Part.text and not change.after.strip() and change.question:
            found.append(Blocker("question_empty", {"number": change.question.number}))
        elif change.part is Part.options and change.question and not _only_added(change):
            found.append(Blocker("options_only_added", {"number": change.question.number}))
        elif change.part in NEEDED and not change.after.strip():
            found.append(Blocker(NEEDED[change.part], field=change.part.value))
    return found


def _only_added(change: Change) -> bool:
    """What has been chosen or ranked stands in answers and their receipts: alternatives are added last, and none goes or changes."""
    before, after = change.before.split("\n"), change.after.split("\n")
    return after[: len(before)] == before and len(set(after)) == len(after) and all(after)


def _questions_left(facts: Facts, changes: Sequence[Change]) -> list[Blocker]:
    gone = [change.question for change in changes if change.part is Part.withdrawn_at and change.question]
    if any(question.kind is QuestionKind.open for question in gone):
        return [Blocker("open_question_stays")]
    return [Blocker("question_missing")] if gone and len(gone) >= facts.questions else []


def _dates(facts: Facts, changes: Sequence[Change], moved: Change | None, at: datetime) -> list[Blocker]:
    """Dates that have passed were promises: they stay, also when they were not kept. Those that come follow one another."""
    today, found = clock.day_of(at), []
    days = _days(changes)
    for change in changes:
        if change.part not in DATES or change.part is Part.closes_at:
            continue
        before, after = (date.fromisoformat(text) if text else None for text in (change.before, change.after))
        if before is not None and before < today:
            found.append(Blocker("date_passed", {"day": before}, change.part.value))
        elif after is not None and after < today:
            found.append(Blocker("date_to_be_passed", field=change.part.value))
    if found or not (days or moved):
        return found
    then = _with_days(facts, days)
    if moved is not None:
        return blockers_to_move_closing(then, datetime.fromisoformat(moved.after), at)
    return order_gates(then, clock.last_day(facts.dates.closes_at)) if facts.dates.closes_at else []


def _days(changes: Sequence[Change]) -> dict[str, date | None]:
    dated = (change for change in changes if change.part in DATES and change.part is not Part.closes_at)
    return {change.part.value: date.fromisoformat(change.after) if change.after else None for change in dated}


def facts_after(facts: Facts, changes: Sequence[Change]) -> Facts:
    """The facts with the dates as the changes would leave them."""
    moved = next((datetime.fromisoformat(change.after) for change in changes if change.part is Part.closes_at and change.after), None)
    then = _with_days(facts, _days(changes))
    return dataclasses.replace(then, dates=dataclasses.replace(then.dates, closes_at=moved)) if moved else then


def _with_days(facts: Facts, days: dict[str, Any]) -> Facts:
    dates = dataclasses.replace(facts.dates, **{name: days[name] for name in days.keys() & {"follow_up_on"}})
    return dataclasses.replace(facts, dates=dates, **{name: day for name, day in days.items() if name != "follow_up_on"})


def blockers_to_note_hearing(facts: Facts, at: datetime) -> list[Blocker]:
    """Councils' hearings are noted until the matter is closed."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    return [Blocker("already_ended")] if now is Phase.ended else []
