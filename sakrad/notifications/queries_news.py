"""What is news to whom: of each public event, which followed things it is about. Asked when it is fanned out, and again when it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import AnswersPublic, Consultation, Invitation, consultation_group, consultation_subject
from sakrad.consultations.queries_public import IS_PUBLIC
from sakrad.core.db import db, lower_sv
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import merged_into
from sakrad.notifications.models import Follow, FollowKind, Rhythm, Subscriber
from sakrad.notifications.queries_following import IS_ACTIVE
from sakrad.notifications.rhythm import due
from sakrad.positions.models import Position, PositionVersion
from sakrad.positions.queries_public import PUBLISHING, Visibility, positions
from sakrad.responses.lifecycle_overdue import Step
from sakrad.responses.models import Commitment, Progress
from sakrad.responses.told import is_told

AT_ONCE = 500  # addresses looked up in one statement
Rule = Callable[[Event, Consultation], sa.ColumnElement[bool] | None]


def is_followed(event: Event) -> sa.ColumnElement[bool] | None:
    """Which follows the event is news to. None where there is nothing that readers may see."""
    if event.name == EventName.search_found:
        return Follow.id == event.subject_id
    rule = RULES.get(EventName(event.name))
    consultation = _consultation_of(event) if rule else None
    return rule(event, consultation) if rule and consultation else None


def list_addresses(event: Event) -> Iterable[str]:
    """Who is told. Whoever is invited to a new consultation has a mail of its own."""
    followed = is_followed(event)
    if followed is None:
        return ()
    found = sa.select(Subscriber.email).join(Follow, Follow.subscriber_id == Subscriber.id).where(IS_ACTIVE, followed).distinct()
    if event.name == EventName.consultation_announced:
        invited = sa.select(lower_sv(Organisation.email)).join(Invitation, Invitation.organisation_id == Organisation.id)
        found = found.where(Subscriber.email.not_in(invited.where(Invitation.consultation_id == event.consultation_id)))
    return db.session.scalars(found).all()


def list_reasons(event: Event, email: str) -> Sequence[Follow]:
    """What the address follows now that makes the event news to it."""
    followed = is_followed(event)
    if followed is None:
        return ()
    mine = sa.select(Follow).join(Follow.subscriber).where(Subscriber.email == email, IS_ACTIVE, followed)
    return db.session.scalars(mine.order_by(Follow.id)).all()


def when_due(event: Event, addresses: Sequence[str], at: datetime) -> dict[str, datetime]:
    """When each address is to be told."""
    found: dict[str, datetime] = {}
    for first in range(0, len(addresses), AT_ONCE):
        rhythms = sa.select(Subscriber.email, Subscriber.rhythm).where(Subscriber.email.in_(addresses[first : first + AT_ONCE]))
        found |= {email: due_of(event, rhythm, at) for email, rhythm in db.session.execute(rhythms)}
    return found


def due_of(event: Event, rhythm: Rhythm, at: datetime) -> datetime:
    """When the rhythm lets the event be told; an answer not before all answers are public, where that is at closing."""
    return due(rhythm, max(at, _public_from(event) or at))


def find_named(event: Event, at: datetime) -> Any | None:
    """The answer that a review let through, as readers see it at the instant; None unless it is public by its sender's name."""
    version = db.session.get(PositionVersion, event.subject_id or 0)
    if version is None:
        return None
    shown = positions(at, Position.organisation_id).where(Position.id == version.position_id, Position.published_id == version.id)
    row = db.session.execute(shown).one_or_none()
    return row if row is not None and row.visibility == Visibility.named else None


def _consultation_of(event: Event) -> Consultation | None:
    """The event's, when readers could already see it: what happened to a draft is told with its announcement."""
    return db.session.scalar(
        sa.select(Consultation)
        .join(Consultation.municipality)
        .where(Consultation.id == event.consultation_id, IS_PUBLIC, Consultation.announced_at <= event.at)
    )


def _public_from(event: Event) -> datetime | None:
    if event.name != EventName.position_reviewed:
        return None
    closing = sa.select(Consultation.closes_at).where(
        Consultation.id == event.consultation_id, Consultation.answers_public != AnswersPublic.review
    )
    return db.session.scalar(closing)


def _follows(kind: FollowKind, wanted: Any) -> sa.ColumnElement[bool]:
    return sa.and_(Follow.kind == kind, Follow.target.in_(wanted))


def _text(column: Any) -> Any:
    return sa.cast(column, sa.String(400))


def _around(_event: Event, consultation: Consultation) -> sa.ColumnElement[bool]:
    """Whoever follows the consultation, its municipality, or one of its groups or subjects."""
    groups = sa.select(_text(consultation_group.c.target_group_id)).where(consultation_group.c.consultation_id == consultation.id)
    subjects = sa.select(_text(consultation_subject.c.subject_id)).where(consultation_subject.c.consultation_id == consultation.id)
    return sa.or_(
        _follows(FollowKind.consultation, [str(consultation.id)]),
        _follows(FollowKind.municipality, [str(consultation.municipality_id)]),
        _follows(FollowKind.group, groups),
        _follows(FollowKind.subject, subjects),
    )


def _unless_corrected(event: Event, consultation: Consultation) -> sa.ColumnElement[bool] | None:
    """More time; the correction that gives it may tell of it with the rest."""
    return None if event.data.get("told") else _around(event, consultation)


def _of_a_version(event: Event, consultation: Consultation) -> sa.ColumnElement[bool] | None:
    """In another language, when it is published for the first time."""
    return _around(event, consultation) if event.data.get("new") else None


def _first_day_late(event: Event, consultation: Consultation) -> sa.ColumnElement[bool] | None:
    """Told once, not at each step of those who answer for it."""
    return _around(event, consultation) if event.data.get("step") == Step.owner else None


def _of_a_promise(event: Event, consultation: Consultation) -> sa.ColumnElement[bool] | None:
    """Progress of what readers know to be promised."""
    told = (
        sa.select(Progress.id).join(Commitment, Commitment.id == Progress.commitment_id).where(Progress.id == event.subject_id, is_told())
    )
    return _around(event, consultation) if db.session.scalar(told) else None


def _of_an_answer(event: Event, consultation: Consultation) -> sa.ColumnElement[bool] | None:
    """An answer that becomes public by its sender's name, to those who follow the sender, or what it was merged into. Told once.

    Nothing is let through before its sender is verified (positions.lifecycle): verification by itself makes no answer visible.
    """
    if event.data.get("decision") not in PUBLISHING:
        return None
    answer = find_named(event, max(event.at, _public_from(event) or event.at))
    before = sa.exists().where(
        Event.name == event.name,
        Event.consultation_id == event.consultation_id,
        Event.subject_id == event.subject_id,
        Event.id < event.id,
        Event.data["decision"].as_string().in_(PUBLISHING),
    )
    if answer is None or db.session.scalar(sa.select(before)):
        return None
    present = sa.select(sa.func.coalesce(Organisation.heir_id, Organisation.id)).where(Organisation.id == answer.organisation_id)
    merged = merged_into(present.scalar_subquery()).subquery()
    return _follows(FollowKind.organisation, sa.select(_text(merged.c.id)))


RULES: dict[EventName, Rule] = {  # what each says stands in contents_news.LINES
    EventName.consultation_announced: _around,
    EventName.closing_moved: _unless_corrected,
    EventName.correction_announced: _around,
    EventName.consultation_cancelled: _around,
    EventName.meeting_planned: _around,
    EventName.notes_published: _around,
    EventName.position_reviewed: _of_an_answer,
    EventName.summary_published: _around,
    EventName.summary_corrected: _around,
    EventName.feedback_published: _around,
    EventName.progress_added: _of_a_promise,
    EventName.commitment_overdue: _first_day_late,
    EventName.feedback_overdue: _first_day_late,
    EventName.continuation_decided: _around,
    EventName.consultation_ended: _around,
    EventName.content_version_published: _of_a_version,
}
NEWS = (*RULES, EventName.search_found)
