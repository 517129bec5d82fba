"""When a consultation may be compiled, and what stands between its summary and publication. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.core.errors import Blocker
from sakrad.summaries.lifecycle_checking import CheckFacts, blockers_of_checking


@dataclass(frozen=True, slots=True)
class AnswerRef:
    """An answer, named as officials know it."""

    organisation: str
    slug: str
    question: int
    version: int | None = None  # of what was said at a meeting


@dataclass(frozen=True, slots=True)
class PointRef:
    """A point, named as officials know it."""

    number: int
    organisation: str
    slug: str
    question: int
    version: int | None = None  # of what was said at a meeting


@dataclass(frozen=True, slots=True)
class ParagraphRef:
    """A paragraph of a finding: `at` is its place from 0, `start` its first words."""

    finding: int
    heading: str
    at: int
    start: str


@dataclass(frozen=True, slots=True)
class PositionRef:
    """A received position."""

    organisation: str
    slug: str
    version: int | None = None  # of what was said at a meeting


@dataclass(frozen=True, slots=True)
class PublishFacts:
    """All that publishing depends on. Answers and points are those of current versions that stand only."""

    dates: Dates
    findings: int
    headless: tuple[int, ...]  # findings without a heading, by number
    in_short: str
    answers_left: tuple[AnswerRef, ...]  # not blank, with neither a point nor a reason why nothing is taken up
    points_left: tuple[PointRef, ...]  # neither cited nor set aside
    paragraphs_left: tuple[ParagraphRef, ...]  # without a source and not marked as framing text
    unreviewed: tuple[PositionRef, ...]  # received, review for publication undecided
    outdated: tuple[PointRef, ...]  # cited, but their version has been replaced, disowned or withdrawn
    check: CheckFacts  # the faktakontroll


def blockers_to_compile(dates: Dates, at: datetime) -> list[Blocker]:
    """Points are taken up and findings written from opening until the summary is published; then it is frozen."""
    match phase(dates, at):
        case Phase.open | Phase.compiling:
            return []
        case Phase.draft | Phase.announced:
            return [Blocker("summary_not_open")]
        case Phase.cancelled:
            return [Blocker("summary_cancelled")]
        case _:
            return [Blocker("summary_frozen")]


def blockers_to_publish(facts: PublishFacts, at: datetime) -> list[Blocker]:
    """Everything that is left to do (DESIGN.md §8, No orphans, and what a summary must hold)."""
    if blockers := blockers_to_compile(facts.dates, at):
        return blockers
    if phase(facts.dates, at) is Phase.open:
        blockers.append(Blocker("summary_before_closing", {"closes_at": facts.dates.closes_at}))
    return blockers + unfinished(facts) + blockers_of_checking(facts.check, at)


def unfinished(facts: PublishFacts) -> list[Blocker]:
    """What is left to do about the text itself: worth knowing before the organisations are asked whether it renders them right."""
    blockers = []
    if facts.unreviewed:
        blockers.append(Blocker("summary_unreviewed", {"positions": facts.unreviewed}))
    if facts.outdated:
        blockers.append(Blocker("summary_outdated_points", {"points": facts.outdated}))
    if facts.answers_left:
        blockers.append(Blocker("summary_orphan_answers", {"answers": facts.answers_left}))
    if facts.points_left:
        blockers.append(Blocker("summary_orphan_points", {"points": facts.points_left}))
    if not facts.findings:
        blockers.append(Blocker("summary_without_finding"))
    if facts.headless:
        blockers.append(Blocker("summary_finding_headless", {"numbers": facts.headless}))
    if facts.paragraphs_left:
        blockers.append(Blocker("summary_orphan_paragraphs", {"paragraphs": facts.paragraphs_left}))
    if not facts.in_short.strip():
        blockers.append(Blocker("summary_without_in_short", field="in_short"))
    return blockers


@dataclass(frozen=True, slots=True)
class CorrectFacts:
    """All that a correction of what is published depends on. The text is as it would be afterwards."""

    dates: Dates
    reason: str
    changed: bool
    headless: tuple[int, ...]
    in_short: str
    paragraphs_left: tuple[ParagraphRef, ...]
    points_left: tuple[PointRef, ...]  # no longer cited anywhere, with no reason to set them aside


def blockers_to_correct(facts: CorrectFacts) -> list[Blocker]:
    """A published text is corrected with a public reason, and what it leaves rests on sources as before."""
    if facts.dates.summary_published_at is None:
        return [Blocker("correction_unpublished")]
    blockers = []
    if not facts.changed:
        blockers.append(Blocker("correction_unchanged"))
    if not facts.reason.strip():
        blockers.append(Blocker("correction_unexplained", field="reason"))
    if facts.headless:
        blockers.append(Blocker("summary_finding_headless", {"numbers": facts.headless}))
    if facts.paragraphs_left:
        blockers.append(Blocker("summary_orphan_paragraphs", {"paragraphs": facts.paragraphs_left}))
    if facts.points_left:
        blockers.append(Blocker("correction_orphan_points", {"points": facts.points_left}, field="set_aside_reason"))
    if not facts.in_short.strip():
        blockers.append(Blocker("summary_without_in_short", field="in_short"))
    return blockers


def blockers_to_mask(dates: Dates) -> list[Blocker]:
    """Words are masked in what is published; before that the text itself is changed."""
    return [] if dates.summary_published_at is not None else [Blocker("summary_not_published")]


def blockers_to_take_up(*, current: bool, stands: bool) -> list[Blocker]:
    """Only what the organisation stands for now is taken up."""
    return [] if current and stands else [Blocker("answer_outdated")]


def blockers_to_leave(numbers: list[int]) -> list[Blocker]:
    """A point that a finding cites is neither removed nor set aside: the finding would lose its ground."""
    return [Blocker("point_cited", {"numbers": numbers})] if numbers else []
