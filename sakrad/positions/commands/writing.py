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
from sakrad.positions import queries_own
from sakrad.positions.commands.approving import void_approvals
from sakrad.positions.commands.revising import keep_revision, state_of
from sakrad.positions.models import (
    ANSWER_LIMIT,
    REASON_LIMIT,
    AnchoringLevel,
    Draft,
    DraftAnswer,
    PublicationWish,
    Stance,
)
from sakrad.positions.revisions import FACTS
from sakrad.positions.save_marks import continues, marked


class TooLong(ValueError):
    """The text holds more than ANSWER_LIMIT code points, or the reason for not answering more than REASON_LIMIT."""


class WrongAnswer(ValueError):
    """A stance on something that is no proposal, an option that the question does not have, another's question, or leaving out
    one that needs an answer."""


def open_draft(organisation: Organisation, consultation: Consultation, *, actor: Actor | None, at: datetime) -> Draft:
    """The organisation's draft to the consultation; begun now, with what is known of the organisation, if there is none.

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
        **queries_own.known_facts(organisation),
    )
    db.session.add(draft)
    db.session.flush()
    keep_revision(None, state_of(draft), actor=actor)
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
    left_out: bool = False,
    left_out_reason: str = "",
    seen_version: int,
    mark: str = "",
    actor: Actor | None,
    at: datetime,
) -> DraftAnswer:
    """Save one answer. Saving what already stands there, or nothing where nothing stands, writes nothing whatever was seen.

    Args:
        options: chosen ones, for a need in rank order.
        left_out: the question is not answered on purpose; what was written stays in the draft and is not sent.
        seen_version: the answer's version that the writer had in front of them; 0 for a new one.
        mark: which of a page's saves it is, where the page says so: it may go on from its own words without having seen their version.

    Raises:
        Stale: somebody saved other words in between; `theirs` is their answer, and nothing is written.
        TooLong: over ANSWER_LIMIT code points.
        WrongAnswer: it does not fit the question.
    """
    text, left_out_reason = normalised(text), normalised(left_out_reason)
    if len(text) > ANSWER_LIMIT or len(left_out_reason) > REASON_LIMIT:
        raise TooLong
    if left_out and question.required and question.withdrawn_at is None:
        raise WrongAnswer
    if question.consultation_id != draft.consultation_id or (stance and question.kind is not QuestionKind.proposal):
        raise WrongAnswer
    if len(set(options)) != len(options) or not set(options) <= set(question.options):
        raise WrongAnswer
    found = next((answer for answer in draft.answers if answer.question_id == question.id), None)
    values = {
        "text": text,
        "stance": stance,
        "options": list(options),
        "own_interest": own_interest,
        "left_out": left_out,
        "left_out_reason": left_out_reason,
    }
    if found is None and not any(values.values()):
        return DraftAnswer(draft_id=draft.id, question_id=question.id, version=0, updated_at=at, **values)
    if found is not None and all(getattr(found, name) == value for name, value in values.items()):
        return found
    if seen_version != (found.version if found else 0) and not (found and continues(found.mark, found.version, mark)):
        raise Stale(found)
    before = state_of(found) if found else None
    if found is None:
        found = DraftAnswer(question=question, version=0, updated_at=at)
        draft.answers.append(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1
    found.mark = marked(found.version, mark)
    found.updated_at = draft.updated_at = at
    found.updated_by_id = actor.id if actor else None
    db.session.flush()
    keep_revision(before, state_of(found), actor=actor)
    void_approvals(draft, at=at)
    return found


def keep_answer(draft: Draft, question: Question, *, actor: Actor | None, at: datetime) -> None:
    """The answer holds for the question as it stands after a correction too: it is as if it had been written now.

    Not a word is changed, so approvals hold. Nothing where nothing is answered.
    """
    for answer in draft.answers:
        if answer.question_id == question.id:
            answer.updated_at = draft.updated_at = at
            answer.updated_by_id = actor.id if actor else None
    db.session.flush()


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
    mark: str = "",
    actor: Actor | None,
    at: datetime,
) -> Draft:
    """Save who answers, how it is anchored and what they wish. Roles, never names.

    Args:
        confirm_by_on: when a preliminary answer is to be confirmed; kept only where nobody has decided it yet.

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
        confirm_by_on if anchoring is AnchoringLevel.not_yet else None,
    )
    same_groups = {group.id for group in draft.groups} == {group.id for group in groups}
    if tuple(getattr(draft, name) for name in FACTS) == values and same_groups:
        return draft
    if seen_version != draft.version and not continues(draft.mark, draft.version, mark):
        raise Stale(draft)
    before = state_of(draft)
    for name, value in zip(FACTS, values, strict=True):
        setattr(draft, name, value)
    if not same_groups:
        draft.groups = list(groups)
    draft.version += 1
    draft.mark = marked(draft.version, mark)
    draft.updated_at = at
    db.session.flush()
    keep_revision(before, state_of(draft), actor=actor)
    void_approvals(draft, at=at)
    return draft
