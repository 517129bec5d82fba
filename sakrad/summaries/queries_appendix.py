"""The answers as appendices: all that are published, as readers read them, or all that stand, for officials. A volume at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core.db import db, order_sv
from sakrad.core.errors import Missing
from sakrad.directory.models import Authority, Municipality
from sakrad.positions.models import Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_public import READABLE, Shown, Voice, masked_voice, positions, visibility_sql, voice
from sakrad.positions.queries_reading import by_name
from sakrad.positions.queries_views import is_corrected, is_view_standing
from sakrad.records.models import Mask, TextKind
from sakrad.records.queries import masks_over, published

MOST = 100  # answers in a volume
LONGEST = 300_000  # code points of answers in a volume, about: what a process makes well within 300 MB


@dataclass(frozen=True, slots=True)
class Matter:
    """Whose answers they are."""

    title: str
    slug: str
    diary_number: str
    authority: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about one question."""

    number: int
    question: str
    text: str
    stance: Stance | None
    options: tuple[str, ...]
    own_interest: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One answer of an organisation, whole."""

    name: str
    receipt_number: str
    received_at: datetime | None
    groups: tuple[str, ...]
    voice: Voice | None  # as readers know its sender; None: the officials' own copy
    role: str
    dissent: str
    said: tuple[Said, ...]


def get_matter(consultation_id: int) -> Matter:
    """Raises Missing."""
    row = db.session.execute(
        sa.select(Consultation.title, Consultation.slug, Consultation.diary_number, Authority.name, FULL_NAME)
        .join(Authority, Authority.id == Consultation.authority_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(Consultation.id == consultation_id)
    ).first()
    if row is None:
        raise Missing("consultation")
    return Matter(*row)


def _published(consultation_id: int, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """The rows of all answers that readers may read; what was said at meetings beside what was written."""
    version = aliased(PositionVersion, name="spoken_version")
    return (
        positions(at, spoken=version)
        .where(
            Position.consultation_id == consultation_id,
            version.id == Shown.id,
            sa.or_(version.meeting_id.is_(None), sa.not_(is_corrected(version.id))),
            visibility_sql(at).in_(READABLE),
        )
        .order_by(*by_name(at), Shown.id)
    )


def _received(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    """The versions that organisations stand for now."""
    stands = sa.and_(Position.stands, Position.current_id == PositionVersion.id)
    return (
        sa.select(PositionVersion.id.label("version_id"))
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Position.consultation_id == consultation_id, sa.or_(stands, is_view_standing()))
        .order_by(order_sv(PositionVersion.organisation_name), PositionVersion.id)
    )


def list_volumes(consultation_id: int, at: datetime, *, public: bool) -> list[list[int]]:
    """The ids of the versions, a list per volume: at most MOST answers, and about LONGEST code points."""
    statement = _published(consultation_id, at) if public else _received(consultation_id)
    ids = [row.version_id for row in db.session.execute(statement)]
    length = (
        sa.select(Answer.version_id, sa.func.sum(sa.func.length(Answer.text)).label("length"))
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Position.consultation_id == consultation_id)
        .group_by(Answer.version_id)
    )
    lengths = {row.version_id: int(row.length or 0) for row in db.session.execute(length)}
    return _split(ids, lengths)


def _split(ids: Sequence[int], lengths: dict[int, int]) -> list[list[int]]:
    volumes: list[list[int]] = []
    left = 0
    for one in ids:
        length = lengths.get(one, 0)
        if not volumes or len(volumes[-1]) == MOST or length > left:
            volumes.append([])
            left = LONGEST
        volumes[-1].append(one)
        left -= length
    return volumes


def digest(consultation_id: int, at: datetime, *, public: bool) -> str:
    """Stands for everything that the appendices tell. The texts themselves never change; what may be read of them does."""
    stamp = hashlib.sha256()
    for part in _told(consultation_id, at, public=public):
        stamp.update(f"{part!r}\n".encode())
    return stamp.hexdigest()


def _told(consultation_id: int, at: datetime, *, public: bool) -> Iterator[object]:
    yield get_matter(consultation_id)
    asked = sa.select(Question.id, Question.number, Question.text).where(Question.consultation_id == consultation_id)
    yield from (tuple(row) for row in db.session.execute(asked.order_by(Question.number)))
    if not public:
        yield from (row.version_id for row in db.session.execute(_received(consultation_id)))
        return
    yield from (voice(row) for row in db.session.execute(_published(consultation_id, at)))
    versions = (
        sa.select(PositionVersion.id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Position.consultation_id == consultation_id)
    )
    answers = sa.select(Answer.id).where(Answer.version_id.in_(versions))
    own = sa.and_(Mask.kind.in_((TextKind.role, TextKind.dissent)), Mask.text_id.in_(versions))
    lying = sa.select(Mask.kind, Mask.text_id, Mask.start, Mask.end).where(
        Mask.removed_at.is_(None), sa.or_(sa.and_(Mask.kind == TextKind.answer, Mask.text_id.in_(answers)), own)
    )
    yield from (tuple(row) for row in db.session.execute(lying.order_by(Mask.id)))


def list_published(consultation_id: int, version_ids: Collection[int], at: datetime) -> list[Letter]:
    """The answers of a volume as readers may read them, in three statements."""
    voices = [voice(row) for row in db.session.execute(_published(consultation_id, at).where(Shown.id.in_(version_ids)))]
    answers = _answers(version_ids)
    masks = masks_over({TextKind.answer: [answer.id for answer in answers], TextKind.role: version_ids, TextKind.dissent: version_ids})
    said = _by_version(answers, {answer.id: published(answer.text, masks.get((TextKind.answer, answer.id), ())) for answer in answers})
    letters = []
    for seen in (masked_voice(one, masks) for one in voices):
        letters.append(
            Letter(
                name=seen.name or "",
                receipt_number=seen.receipt_number if seen.name else "",
                received_at=seen.received_at,
                groups=tuple(group.name for group in seen.groups),
                voice=seen,
                role=seen.signed_role,
                dissent=seen.dissent,
                said=said.get(seen.version_id, ()),
            )
        )
    return letters


def list_received(version_ids: Collection[int]) -> list[Letter]:
    """The answers of a volume as they came in, for officials, in three statements."""
    versions = db.session.scalars(
        sa.select(PositionVersion)
        .where(PositionVersion.id.in_(version_ids))
        .options(sa.orm.selectinload(PositionVersion.groups))
        .order_by(order_sv(PositionVersion.organisation_name), PositionVersion.id)
    )
    answers = _answers(version_ids)
    said = _by_version(answers, {answer.id: answer.text for answer in answers})
    return [
        Letter(
            name=version.organisation_name,
            receipt_number=version.receipt_number,
            received_at=version.received_at,
            groups=tuple(group.name for group in version.groups),
            voice=None,
            role=version.signed_role,
            dissent=version.dissent,
            said=said.get(version.id, ()),
        )
        for version in versions
    ]


def _answers(version_ids: Collection[int]) -> Sequence[Any]:
    statement = (
        sa.select(
            Answer.id,
            Answer.version_id,
            Answer.text,
            Answer.stance,
            Answer.options,
            Answer.own_interest,
            Question.number,
            Question.text.label("question"),
        )
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.version_id.in_(version_ids))
        .order_by(Answer.version_id, Question.number)
    )
    return db.session.execute(statement).all()


def _by_version(answers: Iterable[Any], texts: dict[int, str]) -> dict[int, tuple[Said, ...]]:
    """What was said, blank answers left out."""
    found: dict[int, tuple[Said, ...]] = {}
    for row in answers:
        if texts[row.id].strip() or row.stance or row.options:
            one = Said(row.number, row.question, texts[row.id], row.stance, tuple(row.options or ()), bool(row.own_interest))
            found[row.version_id] = (*found.get(row.version_id, ()), one)
    return found
