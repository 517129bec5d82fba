"""Correcting a published summary: one press makes the next edition, with its reason, and what stood before stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.queries import dates_of
from sakrad.core import events, text
from sakrad.core.db import db
from sakrad.core.errors import Blocker, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.summaries import citations, lifecycle, queries
from sakrad.summaries.commands.checking import note_outdated
from sakrad.summaries.commands.editions import add_edition, carry_masks, copy_masks, texts_of
from sakrad.summaries.commands.findings import UnknownPoints, cite_what_it_says
from sakrad.summaries.commands.points import leave_out
from sakrad.summaries.lifecycle import CorrectFacts
from sakrad.summaries.models import Edition, Finding, Point, Summary

Changes = Mapping[Finding, tuple[str, str]]  # heading and body, of the findings that are changed


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a correction would make of the summary: its texts, and what stands in its way."""

    changes: Changes  # those that differ, as they would be stored
    in_short: str
    uncited: list[int]  # the numbers of points that no finding would cite any longer
    blockers: list[Blocker]


def propose_correction(summary: Summary, *, changes: Changes, in_short: str, reason: str, set_aside_reason: str = "") -> Proposed:
    """What `correct_summary` would do. Changes nothing.

    Raises:
        UnknownPoints: a text cites what is not there.
    """
    consultation = summary.consultation
    words = {finding: (text.one_line(heading), text.normalised(body)) for finding, (heading, body) in changes.items()}
    differing = {finding: new for finding, new in words.items() if new != (finding.heading, finding.body)}
    in_short = text.normalised(in_short)
    after = {finding: differing.get(finding, (finding.heading, finding.body)) for finding in summary.findings}
    for finding, (_heading, body) in differing.items():
        numbers = citations.cited(body)
        there = {point.number for point in queries.list_points(consultation, numbers)}
        if unknown := [number for number in numbers if number not in there]:
            raise UnknownPoints(unknown, finding)
    now = {number for _heading, body in after.values() for number in citations.cited(body)}
    uncited = sorted({number for finding in summary.findings for number in citations.cited(finding.body)} - now)
    facts = CorrectFacts(
        dates=dates_of(consultation),
        reason=reason,
        changed=bool(differing) or in_short != summary.in_short,
        headless=tuple(finding.number for finding, (heading, _body) in after.items() if not heading),
        in_short=in_short,
        paragraphs_left=tuple(
            lost for finding, (heading, body) in after.items() for lost in queries.orphan_paragraphs_of(finding.number, heading, body)
        ),
        points_left=() if set_aside_reason.strip() else tuple(queries.point_refs(consultation, Point.number.in_(uncited))),
    )
    return Proposed(differing, in_short, uncited, lifecycle.blockers_to_correct(facts))


def correct_summary(
    summary: Summary,
    *,
    changes: Changes,
    in_short: str,
    reason: str,
    set_aside_reason: str = "",
    seen_edition: int | None = None,
    actor: Actor | None,
    at: datetime,
) -> Edition:
    """Change published words, openly: the text as it becomes is the next edition, with a public reason. Findings keep their numbers.

    What is hidden stays hidden: in the editions before, and in the new text wherever the same words stand.

    Args:
        changes: heading and body of the findings that are corrected; the others stay as they are.
        set_aside_reason: why the points that nothing cites any longer are not there; public, and their answer.
        seen_edition: the number of the edition that was corrected; None to correct whatever there is.

    Raises:
        Blocked: with everything that is left to do.
        Stale: somebody else has corrected it since `seen_edition`; `theirs` is the summary as it stands.
        UnknownPoints: a text cites what is not there.
    """
    consultation = summary.consultation
    if seen_edition is not None and seen_edition != summary.current_edition:
        raise Stale(summary)
    proposed = propose_correction(summary, changes=changes, in_short=in_short, reason=reason, set_aside_reason=set_aside_reason)
    refuse_unless_clear(proposed.blockers)
    if not summary.editions:  # published before there were editions: what stands is the first
        first = add_edition(summary, reason="", actor=None, at=summary.published_at or at)
        copy_masks(summary, first, actor=actor, at=at)
    before = texts_of(summary)
    for finding, (heading, body) in proposed.changes.items():
        finding.heading, finding.body = heading, body
        finding.version += 1
        cite_what_it_says(finding, actor=actor, at=at)
    summary.in_short = proposed.in_short
    summary.version += 1
    leave_out(queries.list_points(consultation, proposed.uncited), reason=set_aside_reason, actor=actor, at=at)
    db.session.flush()
    note_outdated(summary, at=at)
    carry_masks(consultation, before, texts_of(summary), actor=actor, at=at)
    edition = add_edition(summary, reason=text.normalised(reason), actor=actor, at=at)
    copy_masks(summary, edition, actor=actor, at=at)
    events.record(
        EventName.summary_corrected,
        at=at,
        actor=actor,
        subject_id=edition.id,
        **consultation.scope,
    )
    return edition
