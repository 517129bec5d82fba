"""Reads about announced corrections and councils' hearings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.corrections import OF_QUESTION, Part, Told, told
from sakrad.consultations.models import Consultation, Correction, CorrectionChange, CouncilHearing, Material, Question
from sakrad.consultations.queries import get_consultation
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db, json_rows
from sakrad.core.errors import Missing
from sakrad.directory.models import Council

SHORT = 1_500  # code points of before and after together, to stand on a page with much else
PARTS = list(Part)  # the order in which changes are told


# -- for staff


def list_corrections(consultation: Consultation) -> list[Correction]:
    """The consultation's corrections with what they changed, newest first. 2 statements."""
    statement = sa.select(Correction).where(Correction.consultation_id == consultation.id).order_by(Correction.number.desc())
    changes = selectinload(Correction.changes).options(joinedload(CorrectionChange.question), joinedload(CorrectionChange.material))
    return list(db.session.scalars(statement.options(changes)))


def get_hearing(kommun: str, slug: str, reference: str) -> CouncilHearing:
    """A council's hearing, for staff routes; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    for hearing in list_hearings(get_consultation(kommun, slug)):
        if hearing.reference == reference:
            return hearing
    raise Missing("hearing")


def list_hearings(consultation: Consultation) -> list[CouncilHearing]:
    """When councils take the matter up, in order."""
    statement = sa.select(CouncilHearing).where(CouncilHearing.consultation_id == consultation.id)
    return list(
        db.session.scalars(statement.options(joinedload(CouncilHearing.council)).order_by(CouncilHearing.heard_on, CouncilHearing.id))
    )


# -- questions that have changed


@dataclass(frozen=True, slots=True)
class QuestionHistory:
    """What corrections have done to one question: oldest first, what the first one changed, and what the question then became."""

    question_id: int
    changed: tuple[tuple[int, datetime, int], ...] = ()  # the version made, when, and the correction's number
    differences: tuple[tuple[int, Told], ...] = ()  # the correction's number, and what it changed
    withdrawn_by: int | None = None  # number of the correction that withdrew it

    def version_at(self, at: datetime) -> int:
        """Which version of the question stood at the instant."""
        return max((version for version, made, _number in self.changed if made <= at), default=1)

    def before(self, version: int) -> int | None:
        """The number of the first correction after the version; None where it is the present one."""
        return min((number for made, _at, number in self.changed if made > version), default=None)

    def since(self, version: int) -> tuple[tuple[int, Told], ...]:
        """What has been changed after the version."""
        first = self.before(version)
        return tuple((number, change) for number, change in self.differences if first is not None and number >= first)

    def text_at(self, version: int, present: str) -> str:
        """The question's words in the version; `present` are those of today."""
        return next((change.before for _number, change in self.since(version) if change.part is Part.text), present)

    @property
    def latest(self) -> int | None:
        """The number of the correction that made the present version."""
        return self.changed[-1][2] if self.changed else None


def histories_of(consultation: Consultation) -> dict[int, QuestionHistory]:
    """The histories of the questions that corrections have touched, by the question's id: nothing is asked where none has been."""
    touched = [question.id for question in consultation.questions if question.version > 1 or question.withdrawn_at]
    if not touched:
        return {}
    statement = (
        sa.select(CorrectionChange, Correction.number, Correction.announced_at)
        .join(Correction, Correction.id == CorrectionChange.correction_id)
        .where(CorrectionChange.question_id.in_(touched))
        .options(joinedload(CorrectionChange.question))
        .order_by(Correction.number, CorrectionChange.id)
    )
    found = {question_id: QuestionHistory(question_id) for question_id in touched}
    for change, number, at in db.session.execute(statement):
        key = change.question_id or 0
        found[key] = _with(found[key], told(change), change.question_version, number, at)
    return found


def _with(history: QuestionHistory, change: Told, version: int | None, number: int, at: datetime) -> QuestionHistory:
    if change.part is Part.withdrawn_at:
        return replace(history, withdrawn_by=number)
    made = (version or 1, at, number)
    changed = history.changed if made in history.changed else (*history.changed, made)
    return replace(history, changed=changed, differences=(*history.differences, (number, change)))


def answered_before(question_id: Any, version: Any) -> sa.ScalarSelect[Any]:
    """The number of the correction that an answer to the version came before; NULL where the question is still the same.

    A column of another statement; `question_id` and `version` are columns of it.
    """
    return (
        sa.select(sa.func.min(Correction.number))
        .select_from(Correction)
        .join(CorrectionChange, CorrectionChange.correction_id == Correction.id)
        .where(CorrectionChange.question_id == question_id, CorrectionChange.question_version > version)
        .correlate_except(Correction, CorrectionChange)
        .scalar_subquery()
    )


# -- for readers


@dataclass(frozen=True, slots=True)
class ShownCorrection:
    """An announced correction, as readers see it."""

    number: int
    announced_at: datetime
    reason: str
    changes: tuple[Told, ...]

    @property
    def whole(self) -> bool:
        """Whether every difference stands here, and none is too long for the page."""
        return all(change.whole for change in self.changes)


def corrections_column(*, short: bool = True, question: Any = None) -> sa.ScalarSelect[Any]:
    """Every correction of the consultation with its changes, a row a change. Needs Consultation outside; read by `corrections_in`.

    Args:
        short: long texts are left out.
        question: number of a question, to have only what has been done to it.
    """
    fits = sa.func.length(CorrectionChange.before) + sa.func.length(CorrectionChange.after) <= SHORT if short else sa.true()
    own = Question.number == question if question is not None else sa.true()
    return (
        sa.select(
            json_rows(
                Correction.number,
                Correction.announced_at,
                Correction.reason,
                CorrectionChange.field,
                sa.case((fits, CorrectionChange.before), else_=""),
                sa.case((fits, CorrectionChange.after), else_=""),
                sa.case((fits, 1), else_=0),
                Question.number,
                Material.title,
            )
        )
        .select_from(Correction)
        .join(CorrectionChange, CorrectionChange.correction_id == Correction.id)
        .outerjoin(Question, Question.id == CorrectionChange.question_id)
        .outerjoin(Material, Material.id == CorrectionChange.material_id)
        .where(Correction.consultation_id == Consultation.id, own)
        .correlate(Consultation)
        .scalar_subquery()
    )


def corrections_in(rows: Sequence[Sequence[Any]] | None) -> tuple[ShownCorrection, ...]:
    """What the column holds, oldest first."""
    found: dict[int, ShownCorrection] = {}
    order = sorted(rows or (), key=lambda row: (row[0], row[7] or 10_000, PARTS.index(Part(row[3])), row[8] or ""))
    for number, announced_at, reason, part, before, after, whole, question, material in order:
        shown = found.get(number) or ShownCorrection(number, _instant(announced_at), reason, ())
        found[number] = replace(shown, changes=(*shown.changes, Told(Part(part), before, after, question, material, bool(whole))))
    return tuple(found.values())


def changes_to(corrections: Sequence[ShownCorrection]) -> tuple[tuple[int, Told], ...]:
    """The words of questions that corrections have changed, each with the correction's number."""
    return tuple((one.number, change) for one in corrections for change in one.changes if change.part in OF_QUESTION)


def withdrawn_by(corrections: Sequence[ShownCorrection]) -> dict[int, int]:
    """Numbers of withdrawn questions, and the correction that withdrew each."""
    gone = ((one.number, change) for one in corrections for change in one.changes if change.part is Part.withdrawn_at)
    return {change.question: number for number, change in gone if change.question is not None}


def _instant(text: str) -> datetime:
    """An instant as the databases write it into JSON: SQLite without its zone, which is UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def shown_hearings(consultation: Consultation) -> tuple[ShownHearing, ...]:
    """The same for one consultation, also a draft."""
    return hearings_in(db.session.scalar(sa.select(hearings_column()).where(Consultation.id == consultation.id)))


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """…/rattelser/<n>"""

    head: Head
    correction: ShownCorrection
    of: int
    valid_until: datetime


def _in_full(*, at: datetime) -> dict[str, Any]:
    return {"corrections": corrections_column(short=False)}


def get_correction_page(kommun: str, slug: str, number: int, at: datetime) -> CorrectionPage:
    """One correction with every difference in full. 1 statement. Raises Missing."""
    head, more = get_head(kommun, slug, at, _in_full)
    corrections = corrections_in(more["corrections"])
    for correction in corrections:
        if correction.number == number:
            return CorrectionPage(head, correction, len(corrections), head.valid_until)
    raise Missing("correction")


@dataclass(frozen=True, slots=True)
class ShownHearing:
    """A council that takes the matter up, as readers see it."""

    council: str
    heard_on: date
    paragraph: str
    minutes_url: str


def hearings_column() -> sa.ScalarSelect[Any]:
    """The consultation's hearings in councils. Needs Consultation outside; read by `hearings_in`."""
    return (
        sa.select(json_rows(Council.name, CouncilHearing.heard_on, CouncilHearing.paragraph, CouncilHearing.minutes_url))
        .select_from(CouncilHearing)
        .join(Council, Council.id == CouncilHearing.council_id)
        .where(CouncilHearing.consultation_id == Consultation.id)
        .correlate(Consultation)
        .scalar_subquery()
    )


def hearings_in(rows: Sequence[Sequence[Any]] | None) -> tuple[ShownHearing, ...]:
    """What the column holds, in order of days."""
    found = (ShownHearing(council, date.fromisoformat(day), paragraph, url) for council, day, paragraph, url in rows or ())
    return tuple(sorted(found, key=lambda one: (one.heard_on, one.council)))
