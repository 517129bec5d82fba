"""Writing the summary: its findings, what they cite, in which order. Two people who write the same text lose no words.

Whoever saves a finding holds it for a while (lifecycle_writing): what others save in it meanwhile is refused, unless they take over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.core import text
from sakrad.core.db import db
from sakrad.core.errors import Stale
from sakrad.core.events import Actor
from sakrad.directory.models import TargetGroup
from sakrad.summaries import citations, lifecycle_writing, queries, queries_writing
from sakrad.summaries.commands.points import let_in, refuse_unless_compiling
from sakrad.summaries.models import Citation, Finding, FindingVersion, Point, Summary


class UnknownPoints(ValueError):
    """The text of `finding` cites numbers that are no points of the consultation: `numbers`."""

    def __init__(self, numbers: list[int], finding: Finding) -> None:
        super().__init__(", ".join(map(str, numbers)))
        self.numbers = numbers
        self.finding = finding


class Locked(Stale):
    """Somebody else writes in the finding just now; `theirs` is the finding as it stands."""


def start_summary(consultation: Consultation, *, actor: Actor | None, at: datetime) -> Summary:
    """The consultation's summary, begun now unless it has been."""
    refuse_unless_compiling(consultation, at)
    summary = queries.find_summary(consultation)
    if summary is None:
        summary = Summary(consultation=consultation, in_short="", version=1)
        db.session.add(summary)
        db.session.flush()
    return summary


def save_summary(
    summary: Summary, *, in_short: str, not_heard: Sequence[TargetGroup], seen_version: int, actor: Actor | None, at: datetime
) -> None:
    """Save what stands around the findings. Saving what is there already changes nothing.

    Raises:
        Stale: somebody else has saved another text since `seen_version`; `theirs` is the summary as it stands.
    """
    refuse_unless_compiling(summary.consultation, at)
    in_short = text.normalised(in_short)
    if in_short == summary.in_short and {group.id for group in not_heard} == {group.id for group in summary.not_heard}:
        return
    if seen_version != summary.version:
        raise Stale(summary)
    summary.in_short, summary.not_heard = in_short, list(not_heard)
    summary.version += 1
    db.session.flush()


def add_finding(summary: Summary, *, heading: str = "", body: str = "", actor: Actor | None, at: datetime) -> Finding:
    """Add a finding, last.

    Raises:
        UnknownPoints: the body cites what is not there.
    """
    refuse_unless_compiling(summary.consultation, at)
    number = max((finding.number for finding in summary.findings), default=0) + 1
    finding = Finding(number=number, heading=" ".join(heading.split()), body=text.normalised(body), version=1)
    summary.findings.append(finding)
    db.session.flush()
    _hold(finding, actor, at)
    _remember(finding, actor, at)
    cite_what_it_says(finding, actor=actor, at=at)
    return finding


def save_finding(
    finding: Finding,
    *,
    heading: str,
    body: str,
    section: str | None = None,
    minority: bool | None = None,
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Save the finding's words and what they cite; it is then the actor's for a while. Saving what is there already changes nothing.

    Args:
        section: the heading of the section that begins with this finding, empty for none; None leaves it as it is.
        minority: whether it renders what few say; None leaves it as it is.

    Raises:
        Locked: somebody else writes in it; `theirs` is the finding as it stands.
        Stale: somebody else has saved other words since `seen_version`; `theirs` is the finding as it stands.
        UnknownPoints: the body cites what is not there.
    """
    refuse_unless_compiling(finding.summary.consultation, at)
    words = {
        "heading": text.one_line(heading),
        "body": text.normalised(body),
        "section": finding.section if section is None else text.one_line(section),
        "minority": finding.minority if minority is None else minority,
    }
    if all(getattr(finding, name) == value for name, value in words.items()):
        return
    _refuse_if_held(finding, actor, at)
    if seen_version != finding.version:
        raise Stale(finding)
    _remember_before(finding, at)
    for name, value in words.items():
        setattr(finding, name, value)
    finding.version += 1
    _hold(finding, actor, at)
    _remember(finding, actor, at)
    cite_what_it_says(finding, actor=actor, at=at)


def take_over_finding(finding: Finding, *, actor: Actor, at: datetime) -> None:
    """Write in the finding from now on, whoever did before: what they save is then refused until they take over in turn."""
    refuse_unless_compiling(finding.summary.consultation, at)
    _hold(finding, actor, at)
    db.session.flush()


def restore_version(version: FindingVersion, finding: Finding, *, actor: Actor | None, at: datetime) -> None:
    """Let the finding say again what it said in that version, as a save like any other.

    Raises:
        Locked: somebody else writes in it.
        UnknownPoints: it cited points that have been removed since.
    """
    save_finding(finding, heading=version.heading, body=version.body, seen_version=finding.version, actor=actor, at=at)


def _refuse_if_held(finding: Finding, actor: Actor | None, at: datetime) -> None:
    if lifecycle_writing.is_held_by_other(finding.locked_by_id, finding.locked_at, own_id=actor.id if actor else None, at=at):
        raise Locked(finding)


def _hold(finding: Finding, actor: Actor | None, at: datetime) -> None:
    if actor is not None:
        finding.locked_by_id, finding.locked_at = actor.id, at


def _remember(finding: Finding, actor: Actor | None, at: datetime) -> None:
    """Keep what the finding says now as its latest version: the one that the actor has just begun, or a new one."""
    own_id = actor.id if actor else None
    latest = queries_writing.find_latest_version(finding)
    if latest and lifecycle_writing.is_same_version(latest.saved_by_id, latest.saved_at, own_id=own_id, at=at):
        latest.heading, latest.body = finding.heading, finding.body
    elif (latest.heading, latest.body) != (finding.heading, finding.body) if latest else finding.heading or finding.body:
        number = latest.number + 1 if latest else 1
        words = {"heading": finding.heading, "body": finding.body}
        db.session.add(FindingVersion(finding_id=finding.id, number=number, **words, saved_at=at, saved_by_id=own_id))
    db.session.flush()


def _remember_before(finding: Finding, at: datetime) -> None:
    """Keep what stood in the finding before any history was kept, so that it can be taken back."""
    if queries_writing.find_latest_version(finding) is None:
        _remember(finding, None, at)


def move_finding(finding: Finding, *, up: bool, actor: Actor | None, at: datetime) -> None:
    """Let the finding change places with the one before it, or after it; first and last stay."""
    refuse_unless_compiling(finding.summary.consultation, at)
    order = list(finding.summary.findings)
    place = order.index(finding)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        _renumber(order)


def remove_finding(finding: Finding, *, actor: Actor | None, at: datetime) -> None:
    """Take the finding away; what it cited is then unused again.

    Raises:
        Locked: somebody else writes in it.
    """
    summary = finding.summary
    refuse_unless_compiling(summary.consultation, at)
    _refuse_if_held(finding, actor, at)
    db.session.delete(finding)
    db.session.flush()
    db.session.expire(summary, ["findings"])
    _renumber(list(summary.findings))


def _renumber(order: list[Finding]) -> None:
    """Number the findings from 1 in this order, past the unique constraint."""
    for sign in (-1, 1):
        for number, finding in enumerate(order, start=1):
            finding.number = sign * number
        db.session.flush()
    if order:
        db.session.expire(order[0].summary, ["findings"])


def cite(finding: Finding, point: Point, *, actor: Actor | None, at: datetime) -> None:
    """Put the point's mark after the finding's last paragraph, unless it is cited there. One that was set aside is taken back."""
    _write(finding, citations.with_source(finding.body, point.number), actor, at)


def quote(finding: Finding, point: Point, *, actor: Actor | None, at: datetime) -> None:
    """Let the point's exact words stand as a quotation after the finding's last paragraph, unless they do."""
    _write(finding, citations.with_quotation(finding.body, point.number), actor, at)


def uncite(finding: Finding, point: Point, *, actor: Actor | None, at: datetime) -> None:
    """Take the point's marks out of the finding; every other word stands."""
    _write(finding, citations.without_source(finding.body, point.number), actor, at)


def mark_framing(finding: Finding, paragraph: str, *, actor: Actor | None, at: datetime) -> None:
    """Mark that paragraph, given as it is written, as framing text that rests on no source."""
    _write(finding, citations.as_framing(finding.body, paragraph), actor, at)


def _write(finding: Finding, body: str, actor: Actor | None, at: datetime) -> None:
    save_finding(finding, heading=finding.heading, body=body, seen_version=finding.version, actor=actor, at=at)


def cite_what_it_says(finding: Finding, *, actor: Actor | None, at: datetime) -> None:
    """Make the rows of Citation say what the markers say. What is cited is not set aside.

    Raises:
        UnknownPoints: the body cites what is not there.
    """
    numbers = citations.cited(finding.body)
    points = {point.number: point for point in queries.list_points(finding.summary.consultation, numbers)}
    if unknown := [number for number in numbers if number not in points]:
        raise UnknownPoints(unknown, finding)
    there = {citation.point_id: citation for citation in finding.citations}
    finding.citations = [
        there.get(points[number].id) or Citation(finding_id=finding.id, point=points[number], order=0) for number in numbers
    ]
    for order, citation in enumerate(finding.citations, start=1):
        citation.order = order
        if citation.point.set_aside_at is not None:
            let_in(citation.point, actor=actor, at=at)
    db.session.flush()
