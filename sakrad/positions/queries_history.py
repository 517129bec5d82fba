"""Reads of a draft's history, and of what differs between two sent versions.

The history belongs to own space: never called for staff. The comparison of versions is for whoever may read both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from sakrad.accounts.models import Membership, User
from sakrad.consultations.models import Question
from sakrad.core import i18n
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.positions.models import Draft, DraftRevision, PositionVersion
from sakrad.positions.revisions import (
    FROM_BEFORE,
    SNAPSHOT_EVERY,
    Change,
    Splice,
    answer_values,
    changes,
    facts_values,
)

PAUSE = timedelta(minutes=10)  # who saves again within it is still at it
Key = tuple[int | None, int]  # question (None: the facts) and number of a revision


@dataclass(frozen=True, slots=True)
class Save:
    """That something was saved: which part (None: the facts), as which number, when, by whom (None: by the personal link)."""

    question_id: int | None
    number: int
    at: datetime
    by_id: int | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one person saved of one part without a longer pause and without anybody in between, oldest first."""

    saves: tuple[Save, ...]

    @property
    def first(self) -> Save:
        return self.saves[0]

    @property
    def last(self) -> Save:
        return self.saves[-1]

    @property
    def before(self) -> Key:
        """The revision that it began from, which there may not be."""
        return self.first.question_id, self.first.number - 1


@dataclass(frozen=True, slots=True)
class Revision:
    """What a part said after a save, word for word."""

    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def from_before(self) -> bool:
        """Stood there when the history began to be kept."""
        return bool(self.values.get(FROM_BEFORE))


NOTHING = Revision()


def list_sittings(draft: Draft) -> list[Sitting]:
    """Every sitting of the draft, newest first."""
    saves = _saves(DraftRevision.draft_id == draft.id)
    sittings = [sitting for _part, part in groupby(saves, lambda save: save.question_id) for sitting in _gathered(part)]
    return sorted(sittings, key=lambda sitting: (sitting.last.at, sitting.last.number), reverse=True)


def get_sitting(draft: Draft, question: Question | None, number: int) -> Sitting:
    """The sitting in which the part was saved as this number.

    Raises:
        Missing: it never was.
    """
    part = DraftRevision.question_id == (question.id if question else None)
    for sitting in _gathered(_saves(DraftRevision.draft_id == draft.id, part)):
        if sitting.first.number <= number <= sitting.last.number:
            return sitting
    raise Missing("revision")


def _saves(*conditions: sa.ColumnElement[bool]) -> list[Save]:
    columns = (DraftRevision.question_id, DraftRevision.number, DraftRevision.at, DraftRevision.by_id)
    found = sa.select(*columns).where(*conditions).order_by(DraftRevision.question_id, DraftRevision.number)
    return [Save(*row) for row in db.session.execute(found)]


def _gathered(saves: Iterable[Save]) -> list[Sitting]:
    sittings: list[list[Save]] = []
    for save in saves:
        last = sittings[-1][-1] if sittings else None
        if last is not None and last.by_id == save.by_id and save.at - last.at < PAUSE:
            sittings[-1].append(save)
        else:
            sittings.append([save])
    return [Sitting(tuple(saves)) for saves in sittings]


def list_revisions(draft: Draft, wanted: Collection[Key]) -> dict[Key, Revision]:
    """The named revisions, put together from the nearest snapshots, in one statement. One that there is not is left out."""
    if not wanted:
        return {}
    near = [
        sa.and_(DraftRevision.question_id == part, DraftRevision.number.between(number - number % SNAPSHOT_EVERY, number))
        for part, number in wanted
    ]
    rows = db.session.execute(
        sa.select(
            DraftRevision.question_id,
            DraftRevision.number,
            DraftRevision.head,
            DraftRevision.tail,
            DraftRevision.words,
            DraftRevision.values,
        )
        .where(DraftRevision.draft_id == draft.id, sa.or_(*near))
        .order_by(DraftRevision.question_id, DraftRevision.number)
    )
    found: dict[Key, Revision] = {}
    text = ""
    for part, number, head, tail, words, values in rows:
        text = Splice(head, tail, words).onto(text)  # a part's first row and every row after a gap is a snapshot
        if (part, number) in wanted:
            found[part, number] = Revision(text, values)
    return found


def authors_of(draft: Draft, saves: Iterable[Save], *, named: bool) -> dict[int | None, str]:
    """Who wrote, in words. Without `named` (for the link's holder) members are "en medlem"; of one who has left, the role remains."""
    words: dict[int | None, str] = {None: _("Via inbjudans länk")}
    ids = {save.by_id for save in saves} - {None}
    if not named:
        return words | dict.fromkeys(ids, _("En medlem"))
    if not ids:
        return words
    found = db.session.execute(
        sa.select(User.id, User.name, Membership.role, Membership.ended_at)
        .join(Membership, sa.and_(Membership.user_id == User.id, Membership.organisation_id == draft.organisation_id), isouter=True)
        .where(User.id.in_(ids))
        .order_by(Membership.ended_at.is_(None), Membership.ended_at, Membership.id)
    )
    for id_, name, role, ended_at in found:  # the last one counts: a present membership, or the latest
        left = _("Tidigare medlem (%(role)s)", role=i18n.label(role).lower()) if role else _("Tidigare medlem")
        words[id_] = name if role and ended_at is None else left
    return words


@dataclass(frozen=True, slots=True)
class PartDifference:
    """What a newer version says differently in one part: an answer, or with question None the facts."""

    question: Question | None
    before: str
    after: str
    values: list[Change]


def version_differences(before: PositionVersion, after: PositionVersion) -> list[PartDifference]:
    """What changed from one sent version to another, part by part in the order of the questions, the facts last. Asks for nothing."""
    groups = {group.slug: group.name for group in (*before.groups, *after.groups)}
    first, second = ({answer.question_id: answer for answer in version.answers} for version in (before, after))
    questions = {answer.question_id: answer.question for answer in (*before.answers, *after.answers)}
    found = []
    for question in sorted(questions.values(), key=lambda question: question.number):
        was, now = first.get(question.id), second.get(question.id)
        values = changes(_values(was, before, question), _values(now, after, question))
        found.append(PartDifference(question, was.text if was else "", now.text if now else "", values))
    facts = changes(facts_values(before), facts_values(after), groups)
    found.append(PartDifference(None, before.dissent, after.dissent, facts))
    return [part for part in found if part.values or part.before != part.after]


def _values(answer: Any, version: PositionVersion, question: Question) -> dict[str, Any]:
    number = str(question.number)
    return answer_values(answer) | {"left_out": number in version.left_out, "left_out_reason": version.left_out.get(number, "")}


def changes_of(version: PositionVersion) -> list[PartDifference]:
    """What it changed in the version that it replaced; nothing for the first."""
    entry = version.transcription
    if version.is_view:  # the one that its speaker corrected
        others = [other for other in version.position.versions if entry is not None and other.id == entry.corrects_id]
    else:
        others = [other for other in version.position.versions if not other.is_view and other.number < version.number]
    before = others[-1] if others else None
    return version_differences(before, version) if before else []
