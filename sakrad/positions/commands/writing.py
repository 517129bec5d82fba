"""Writes of the organisation's own space.

Whoever calls holds the draft's row (queries_own.get_desk locks it), so versions are compared on what is really there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.core import events, ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Stale
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.positions.models import (
    ANSWER_LIMIT,
    AnchoringLevel,
    Draft,
    DraftAnswer,
    PublicationWish,
    Stance,
)

FACTS = ("signed_role", "anchoring", "decided_on", "decision_ref", "asked", "answered", "dissent", "wish", "reuse", "confirm_by_on")


class TooLong(ValueError):
    """The text holds more than ANSWER_LIMIT code points."""


class WrongAnswer(ValueError):
    """A stance on something that is no proposal, an option that the question does not have, or another's question."""


def open_draft(organisation: Organisation, consultation: Consultation, *, actor: Actor | None, at: datetime) -> Draft:
    """The organisation's draft to the consultation; begun now, with the groups of its profile, if there is none.

    The event names the organisation only: nothing of a draft may be counted by the municipality (PRACTICE.md 20).
    """
    known = sa.select(Draft).where(Draft.organisation_id == organisation.id, Draft.consultation_id == consultation.id)
    draft = db.session.scalar(locked(known, Draft))
    if draft is not None:
        return draft
    draft = Draft(
        organisation=organisation,
        consultation=consultation,
        submission_key=ids.reference(32),
        created_at=at,
        updated_at=at,
        groups=list(organisation.groups),
    )
    db.session.add(draft)
    db.session.flush()
    events.record(EventName.draft_created, at=at, actor=actor, organisation_id=organisation.id, subject_id=draft.id)
    return draft


def save_answer(
    draft: Draft,
    question: Question,
    *,
    text: str,
    stance: Stance | None = None,
    options: Sequence[str] = (),
    own_interest: bool = False,
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> DraftAnswer:
    """Save one answer. Saving what already stands there, or nothing where nothing stands, writes nothing whatever was seen.

    Args:
        options: chosen ones, for a need in rank order.
        seen_version: the answer's version that the writer had in front of them; 0 for a new one.

    Raises:
        Stale: somebody saved other words in between; `theirs` is their answer, and nothing is written.
        TooLong: over ANSWER_LIMIT code points.
        WrongAnswer: it does not fit the question.
    """
    text = normalised(text)
    if len(text) > ANSWER_LIMIT:
        raise TooLong
    if question.consultation_id != draft.consultation_id or (stance and question.kind is not QuestionKind.proposal):
        raise WrongAnswer
    if len(set(options)) != len(options) or not set(options) <= set(question.options):
        raise WrongAnswer
    found = next((answer for answer in draft.answers if answer.question_id == question.id), None)
    values = (text, stance, list(options), own_interest)
    if found is None and not any(values):
        return DraftAnswer(draft_id=draft.id, question_id=question.id, text="", options=[], own_interest=False, version=0, updated_at=at)
    if found is not None and (found.text, found.stance, list(found.options), found.own_interest) == values:
        return found
    if seen_version != (found.version if found else 0):
        raise Stale(found)
    if found is None:
        found = DraftAnswer(question=question, version=0, updated_at=at)
        draft.answers.append(found)
    found.text, found.stance, found.options, found.own_interest = values
    found.version += 1
    found.updated_at = draft.updated_at = at
    found.updated_by_id = actor.id if actor else None
    db.session.flush()
    return found


def save_facts(
    draft: Draft,
    *,
    signed_role: str = "",
    anchoring: AnchoringLevel | None = None,
    decided_on: date | None = None,
    decision_ref: str = "",
    asked: int | None = None,
    answered: int | None = None,
    dissent: str = "",
    wish: PublicationWish | None = None,
    reuse: bool = False,
    confirm_by_on: date | None = None,
    groups: Sequence[TargetGroup] = (),
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> Draft:
    """Save who answers, how it is anchored and what they wish. Roles, never names.

    Raises:
        Stale: somebody saved other facts in between; `theirs` is the draft as it stands.
        TooLong: dissent over ANSWER_LIMIT code points.
    """
    dissent = normalised(dissent)
    if len(dissent) > ANSWER_LIMIT:
        raise TooLong
    values = (
        normalised(signed_role),
        anchoring,
        decided_on,
        normalised(decision_ref),
        asked,
        answered,
        dissent,
        wish,
        reuse,
        confirm_by_on,
    )
    same_groups = {group.id for group in draft.groups} == {group.id for group in groups}
    if tuple(getattr(draft, name) for name in FACTS) == values and same_groups:
        return draft
    if seen_version != draft.version:
        raise Stale(draft)
    for name, value in zip(FACTS, values, strict=True):
        setattr(draft, name, value)
    if not same_groups:
        draft.groups = list(groups)
    draft.version += 1
    draft.updated_at = at
    db.session.flush()
    return draft
