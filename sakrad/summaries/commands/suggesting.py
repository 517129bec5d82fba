"""Asking the machine for proposals, and deciding about them. Nothing is applied but by a named person's press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core import events, ids, jobs
from sakrad.core.db import db
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span
from sakrad.positions import commands as positions
from sakrad.records.models import MaskGround, TextKind
from sakrad.summaries import queries_suggesting as queries
from sakrad.summaries.analysis.run import Result
from sakrad.summaries.analysis.sensitive import Fact
from sakrad.summaries.commands.points import refuse_unless_compiling, sort_point, take_up
from sakrad.summaries.models import Suggestion, SuggestionKind, SuggestionRun, Theme

JOB = "suggest"
PATIENCE = timedelta(minutes=10)  # after which a computation that has not finished may be asked for anew
PERSONAL = (Fact.personal_number, Fact.phone, Fact.email, Fact.address, Fact.name)


def ask_suggestions(consultation: Consultation, *, actor: Actor | None, at: datetime) -> SuggestionRun:
    """Have the worker compute proposals; one computation at a time.

    Raises:
        Blocked: there is nothing to compile, or the summary is published.
    """
    refuse_unless_compiling(consultation, at)
    latest = queries.find_run(consultation)
    if latest is not None and latest.finished_at is None and latest.failed_at is None and latest.asked_at > at - PATIENCE:
        return latest
    run = SuggestionRun(
        consultation=consultation, reference=ids.reference(), asked_at=at, asked_by_id=actor.id if actor else None, total=100, facts={}
    )
    db.session.add(run)
    db.session.flush()
    jobs.enqueue(JOB, f"{JOB}:{run.reference}", at=at, run=run.id)
    _record(EventName.suggestions_asked, run, run.id, actor, at)
    return run


def note_progress(run_id: int, done: int) -> None:
    """How far the computation has come, in hundredths."""
    db.session.execute(sa.update(SuggestionRun).where(SuggestionRun.id == run_id).values(done=done))


def note_failure(run_id: int, at: datetime) -> None:
    """The computation has stopped for good: it may be asked for anew."""
    db.session.execute(sa.update(SuggestionRun).where(SuggestionRun.id == run_id).values(failed_at=at))


def keep_suggestions(run: SuggestionRun, result: Result, at: datetime) -> None:
    """Keep what was computed in the place of earlier proposals that nobody has decided about."""
    runs = sa.select(SuggestionRun.id).where(SuggestionRun.consultation_id == run.consultation_id)
    db.session.execute(sa.delete(Suggestion).where(Suggestion.run_id.in_(runs), Suggestion.decided_at.is_(None)))
    rows = [
        {
            "run_id": run.id,
            "kind": one.kind,
            "answer_id": one.answer_id,
            "start": one.start,
            "end": one.end,
            "cluster": one.cluster,
            "theme_id": one.theme_id,
            "fact": one.fact,
            "score": one.score,
            "words": one.words,
        }
        for one in result.found
    ]
    if rows:
        db.session.execute(sa.insert(Suggestion), rows)
    run.facts, run.done, run.finished_at = result.facts, run.total, at
    db.session.flush()


def accept_suggestion(suggestions: Sequence[Suggestion], *, theme: Theme | None = None, actor: Actor | None, at: datetime) -> int:
    """Do what is proposed with the words of each: take them up, sort them, or hide them in what is published. How many were done.

    Args:
        suggestions: one proposal, or several passages that are alike; those that are decided already are left.
        theme: what the words are taken up under; None: what was proposed.

    Raises:
        Blocked: an answer no longer stands, or the summary is published.
    """
    return sum(_accept(one, theme or queries.find_theme_of(one), actor, at) for one in _waiting(suggestions, at))


def refuse_suggestion(suggestions: Sequence[Suggestion], *, actor: Actor | None, at: datetime) -> int:
    """Say no: the same is not proposed again. How many were refused."""
    waiting = _waiting(suggestions, at)
    for one in waiting:
        _decide(one, accepted=False, actor=actor, at=at)
    return len(waiting)


def _waiting(suggestions: Sequence[Suggestion], at: datetime) -> list[Suggestion]:
    for one in suggestions[:1]:
        refuse_unless_compiling(one.run.consultation, at)
    return [one for one in suggestions if one.decided_at is None]


def _accept(one: Suggestion, theme: Theme | None, actor: Actor | None, at: datetime) -> int:
    span = Span(one.start, one.end)
    match one.kind:
        case SuggestionKind.similar | SuggestionKind.point:
            take_up(one.answer, spans=[span], theme=theme, actor=actor, at=at)
        case SuggestionKind.theme:
            point = queries.find_point_at(one.answer, span)
            if point is not None:
                sort_point(point, theme=theme, groups=point.groups, actor=actor, at=at)
        case SuggestionKind.sensitive:
            ground = MaskGround.personal_data if one.fact in PERSONAL else MaskGround.sensitive
            positions.mask_text(one.answer.version, TextKind.answer, one.answer_id, span, ground=ground, actor=actor, at=at)
    _decide(one, accepted=True, actor=actor, at=at)
    return 1


def _decide(one: Suggestion, *, accepted: bool, actor: Actor | None, at: datetime) -> None:
    one.decided_at, one.accepted, one.decided_by_id = at, accepted, actor.id if actor else None
    db.session.flush()
    _record(EventName.suggestion_decided, one.run, one.id, actor, at, kind=one.kind.value, accepted=accepted)


def _record(name: EventName, run: SuggestionRun, subject_id: int, actor: Actor | None, at: datetime, **data: Any) -> None:
    consultation = run.consultation
    events.record(
        name,
        at=at,
        actor=actor,
        subject_id=subject_id,
        **consultation.scope,
        **data,
    )
