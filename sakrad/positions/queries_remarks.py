"""Reads of what members say to each other about a draft. Members only; never called for staff or by a personal link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from sakrad.accounts.models import Membership, User
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.directory.models import Organisation
from sakrad.positions.models import ChecklistItem, Draft, Remark, remark_mention

Row = TypeVar("Row", Remark, ChecklistItem)


@dataclass(frozen=True, slots=True)
class Said:
    """One remark, as members read it."""

    reference: str
    question_id: int | None
    text: str
    by: str
    at: datetime
    to: tuple[str, ...] = ()  # who were told
    resolved_at: datetime | None = None
    resolved_by: str = ""


@dataclass(frozen=True, slots=True)
class ToDo:
    """A line of the checklist."""

    reference: str
    text: str
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True)
class Discussion:
    """All that is said about a draft, oldest first, and the checklist."""

    remarks: tuple[Said, ...] = ()
    items: tuple[ToDo, ...] = ()
    open_on: dict[int | None, list[Said]] = field(default_factory=dict)  # unresolved, by question's id; None: the whole

    @property
    def open(self) -> int:
        return sum(len(remarks) for remarks in self.open_on.values())

    @property
    def done(self) -> int:
        return sum(item.done_at is not None for item in self.items)


def find_discussion(draft: Draft | None) -> Discussion:
    """Everything that is said about the draft, in three statements."""
    if draft is None:
        return Discussion()
    remarks = _remarks(draft)
    open_on: dict[int | None, list[Said]] = {}
    for remark in remarks:
        if remark.resolved_at is None:
            open_on.setdefault(remark.question_id, []).append(remark)
    return Discussion(remarks, _items(draft), open_on)


def _remarks(draft: Draft) -> tuple[Said, ...]:
    by, resolver = aliased(User), aliased(User)
    rows = db.session.execute(
        sa.select(Remark, by.name.label("by"), resolver.name.label("resolver"))
        .join(by, by.id == Remark.by_id)
        .outerjoin(resolver, resolver.id == Remark.resolved_by_id)
        .where(Remark.draft_id == draft.id)
        .order_by(Remark.id)
    ).all()
    if not rows:
        return ()
    to: dict[int, list[str]] = {}
    told = (
        sa.select(remark_mention.c.remark_id, User.name)
        .join(User, User.id == remark_mention.c.user_id)
        .where(remark_mention.c.remark_id.in_([row.Remark.id for row in rows]))
        .order_by(User.name, User.id)
    )
    for mention in db.session.execute(told):
        to.setdefault(mention.remark_id, []).append(mention.name)
    return tuple(
        Said(
            reference=row.Remark.reference,
            question_id=row.Remark.question_id,
            text=row.Remark.text,
            by=row.by,
            at=row.Remark.at,
            to=tuple(to.get(row.Remark.id, ())),
            resolved_at=row.Remark.resolved_at,
            resolved_by=row.resolver or "",
        )
        for row in rows
    )


def _items(draft: Draft) -> tuple[ToDo, ...]:
    rows = db.session.execute(
        sa.select(ChecklistItem, User.name)
        .outerjoin(User, User.id == ChecklistItem.done_by_id)
        .where(ChecklistItem.draft_id == draft.id)
        .order_by(ChecklistItem.id)
    )
    return tuple(ToDo(row.ChecklistItem.reference, row.ChecklistItem.text, row.ChecklistItem.done_at, row.name or "") for row in rows)


def list_mentionable(organisation: Organisation, reader: User) -> Sequence[User]:
    """The reader's colleagues, by name."""
    members = sa.select(Membership.user_id).where(Membership.organisation_id == organisation.id, Membership.ended_at.is_(None))
    found = sa.select(User).where(User.id.in_(members), User.id != reader.id).options(selectinload(User.memberships))
    return db.session.scalars(found.order_by(User.name, User.id)).all()


def get_remark(draft: Draft | None, reference: str) -> Remark:
    """A remark on the draft.

    Raises:
        Missing: there is none.
    """
    return _of(Remark, draft, reference)


def get_item(draft: Draft | None, reference: str) -> ChecklistItem:
    """A line of the draft's checklist.

    Raises:
        Missing: there is none.
    """
    return _of(ChecklistItem, draft, reference)


def _of(model: type[Row], draft: Draft | None, reference: str) -> Row:
    found = None
    if draft is not None:
        found = db.session.scalar(locked(sa.select(model).where(model.draft_id == draft.id, model.reference == reference), model))
    if found is None:
        raise Missing("remark")
    return found
