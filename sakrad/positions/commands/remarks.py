"""What members say to each other about a draft, and what they have set out to do before it is sent. Internal for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations.models import Question
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.events import EventName
from sakrad.core.text import normalised
from sakrad.positions.models import ITEM_LIMIT, REMARK_LIMIT, ChecklistItem, Draft, Remark, remark_mention

ITEMS = 50  # on one checklist
USUAL = ("Läst underlaget", "Frågat medlemmarna", "Styrelsen har läst")


class WrongRemark(ValueError):
    """Without words or with too many, about another consultation's question, or to somebody who is no member."""


class WrongItem(ValueError):
    """Without words or with too many, or the list is full."""


def add_remark(draft: Draft, *, question: Question | None, text: str, mentioned: Sequence[User], actor: User, at: datetime) -> Remark:
    """Say something about a question, or about the whole. The mentioned get a mail that holds the link and no words.

    Raises:
        WrongRemark: see there.
    """
    text = normalised(text)
    if not text or len(text) > REMARK_LIMIT or (question is not None and question.consultation_id != draft.consultation_id):
        raise WrongRemark
    if not all(accounts.is_member(user, draft.organisation) for user in mentioned):
        raise WrongRemark
    remark = Remark(draft_id=draft.id, question_id=question.id if question else None, text=text, by_id=actor.id, at=at)
    db.session.add(remark)
    db.session.flush()
    to = sorted({user.id for user in mentioned})
    if to:
        db.session.execute(sa.insert(remark_mention), [{"remark_id": remark.id, "user_id": number} for number in to])
    events.record(EventName.draft_remarked, at=at, actor=actor, subject_id=remark.id, organisation_id=draft.organisation_id)
    return remark


def resolve_remark(remark: Remark, *, actor: User, at: datetime) -> None:
    """It has been dealt with. Idempotent; who did it first stands."""
    if remark.resolved_at is None:
        remark.resolved_at, remark.resolved_by_id = at, actor.id
        db.session.flush()


def reopen_remark(remark: Remark) -> None:
    """It has not been dealt with after all. Idempotent."""
    remark.resolved_at = remark.resolved_by_id = None
    db.session.flush()


def add_item(draft: Draft, *, text: str) -> ChecklistItem:
    """Something to do before the draft is sent. What stands on the list already is not added again.

    Raises:
        WrongItem: see there.
    """
    text = normalised(text)
    if not text or len(text) > ITEM_LIMIT:
        raise WrongItem
    items = _items(draft)
    if text in items:
        return items[text]
    if len(items) >= ITEMS:
        raise WrongItem
    item = ChecklistItem(draft_id=draft.id, text=text)
    db.session.add(item)
    db.session.flush()
    return item


def add_usual_items(draft: Draft) -> None:
    """What most look through before they send."""
    for text in USUAL[: max(ITEMS - len(_items(draft)), 0)]:
        add_item(draft, text=text)


def tick_item(item: ChecklistItem, *, actor: User, at: datetime) -> None:
    """It is done. Idempotent; who did it first stands."""
    if item.done_at is None:
        item.done_at, item.done_by_id = at, actor.id
        db.session.flush()


def untick_item(item: ChecklistItem) -> None:
    """It is not done after all. Idempotent."""
    item.done_at = item.done_by_id = None
    db.session.flush()


def remove_item(item: ChecklistItem) -> None:
    """Take it off the list."""
    db.session.delete(item)
    db.session.flush()


def _items(draft: Draft) -> dict[str, ChecklistItem]:
    found = db.session.scalars(sa.select(ChecklistItem).where(ChecklistItem.draft_id == draft.id))
    return {item.text: item for item in found}
