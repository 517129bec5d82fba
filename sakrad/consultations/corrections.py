"""What a correction changes: the parts that can be changed after the opening, and how they differ. Pure."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sakrad.consultations.models import Consultation, CorrectionChange, Material, Question
from sakrad.core import ids


class Part(enum.StrEnum):
    """What a correction may change; the values are `CorrectionChange.field`, most of them names of columns."""

    text = "text"  # of a question, as the three below
    help = "help"
    length_hint = "length_hint"
    options = "options"  # one a line; only more of them, and last
    lead = "lead"
    purpose = "purpose"
    background = "background"
    background_easy = "background_easy"
    can_influence = "can_influence"
    already_decided = "already_decided"
    use_of_views = "use_of_views"
    closes_at = "closes_at"
    summary_due_on = "summary_due_on"
    decision_on = "decision_on"
    feedback_due_on = "feedback_due_on"
    follow_up_on = "follow_up_on"
    withdrawn_at = "withdrawn_at"  # of a question or of material
    material = "material"  # added


OF_QUESTION = (Part.text, Part.help, Part.length_hint, Part.options)
TEXTS = (Part.lead, Part.purpose, Part.background, Part.background_easy, Part.can_influence, Part.already_decided, Part.use_of_views)
DATES = (Part.closes_at, Part.summary_due_on, Part.decision_on, Part.feedback_due_on, Part.follow_up_on)
# At most so many code points: the forms' limits.
LIMITS = {Part.text: 500, Part.help: 500, Part.length_hint: 120, Part.lead: 300, Part.background: 30_000, Part.background_easy: 30_000}
LIMIT = 5_000  # of the other texts, and of the reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to stand there instead, as a form or a command gives it; what stands there already is no change."""

    texts: Mapping[Part, str] = field(default_factory=dict)
    dates: Mapping[Part, date | datetime | None] = field(default_factory=dict)
    questions: Mapping[int, Mapping[Part, str]] = field(default_factory=dict)  # by number
    withdrawn: frozenset[int] = frozenset()  # numbers of questions
    outdated: frozenset[str] = frozenset()  # references of material


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changes. Dates and instants in ISO 8601, UTC."""

    part: Part
    before: str
    after: str
    question: Question | None = None
    material: Material | None = None

    @property
    def is_date(self) -> bool:
        return self.part in DATES


def changes_of(consultation: Consultation, wanted: Wanted) -> list[Change]:
    """What would change, in the order in which it is shown: questions, texts, dates, material."""
    found = []
    for question in consultation.questions:
        if question.withdrawn_at is not None:
            continue
        if question.number in wanted.withdrawn:
            found.append(Change(Part.withdrawn_at, "", "", question=question))
            continue
        words = wanted.questions.get(question.number, {})
        found += [Change(part, words_of(question, part), words[part], question=question) for part in OF_QUESTION if part in words]
    found += [Change(part, getattr(consultation, part), wanted.texts[part]) for part in TEXTS if part in wanted.texts]
    found += [Change(part, stored(getattr(consultation, part)), stored(wanted.dates[part])) for part in DATES if part in wanted.dates]
    kept = [change for change in found if change.before != change.after or change.part is Part.withdrawn_at]
    outdated = (paper for paper in consultation.materials if paper.withdrawn_at is None and paper.reference in wanted.outdated)
    return kept + [Change(Part.withdrawn_at, "", "", material=paper) for paper in outdated]


def words_of(question: Question, part: Part) -> str:
    """What stands in a part of the question, as text: its alternatives one a line."""
    return "\n".join(question.options) if part is Part.options else str(getattr(question, part))


def stored(value: date | datetime | None) -> str:
    """A day or an instant as it is kept in a change."""
    if value is None:
        return ""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def stamp_of(changes: Sequence[Change]) -> str:
    """What the differences say, as a stamp: binds what was looked at to what is announced."""
    return ids.digest(
        json.dumps(
            [
                [change.part, change.before, change.after, change.question and change.question.id, change.material and change.material.id]
                for change in changes
            ]
        )
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it is shown, before it is announced or long after."""

    part: Part
    before: str
    after: str
    question: int | None = None  # its number
    material: str | None = None  # its title
    whole: bool = True  # false: the texts are too long for the page that asked

    @property
    def is_date(self) -> bool:
        return self.part in DATES

    @property
    def days(self) -> tuple[date | datetime | None, date | datetime | None]:
        """Before and after of a date; `closes_at` is an exclusive instant."""
        return self._day(self.before), self._day(self.after)

    def _day(self, text: str) -> date | datetime | None:
        if not text:
            return None
        return datetime.fromisoformat(text) if self.part is Part.closes_at else date.fromisoformat(text)


def told(change: Change | CorrectionChange) -> Told:
    """The change as it is shown."""
    part = change.part if isinstance(change, Change) else Part(change.field)
    number = change.question.number if change.question else None
    return Told(part, change.before, change.after, number, change.material.title if change.material else None)
