"""What happened to your answer: one organisation's voice in one consultation, from its words to what was done about them.

It is the organisation's own, so what it sent without name, or for the municipality only, is there too; words that are masked
are masked here as well, since the page is reached by a mailed link. Others' words are seen as every reader sees them.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.promised import feedback_due
from sakrad.consultations.queries import get_public_consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import get_present, own_ids
from sakrad.meetings.models import Meeting
from sakrad.positions.models import Concurrence, Position, PositionParty, PositionVersion
from sakrad.positions.queries_public import masked_slice, voice
from sakrad.positions.queries_views import is_view_standing
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.responses import links
from sakrad.responses.models import Commitment, CommitmentParty, Pledge, Progress, ProgressStatus
from sakrad.responses.queries_public import Promise, Reply, replies_of
from sakrad.responses.queries_verdicts import OwnVerdict, Verdicts, judged_by, own_verdicts, verdicts_of
from sakrad.responses.told import is_step_told
from sakrad.summaries.models import Finding
from sakrad.summaries.queries_public import list_points, words_of
from sakrad.summaries.replies import Replies
from sakrad.voices.queries_threads import Counts, count_points


class Whence(enum.StrEnum):
    """How the organisation's voice came to hold the words; the first that is true is told."""

    own = "own"
    joint = "joint"  # another sent it, and the organisation has confirmed that it stands behind it
    agreed = "agreed"  # another's answer, with which it agrees


@dataclass(frozen=True, slots=True)
class ThreadSeat:
    """One organisation and one consultation, reached by a member or by the holder of the mailed link."""

    organisation: Organisation
    consultation: Consultation
    token: str | None = None  # None: reached by a member


@dataclass(frozen=True, slots=True)
class Words:
    """A piece that was taken up; its text is masked."""

    text: str
    question: int
    whence: Whence
    sender: str  # of a joint answer, or one that is agreed with; "" where it has no name to readers
    said_on: date | None = None  # at a meeting


@dataclass(frozen=True, slots=True)
class Told:
    """What the municipality told of a commitment; masked."""

    at: datetime
    status: ProgressStatus
    text: str
    link: str
    by: str = ""  # the organisation, of what is the organisations' own


@dataclass(frozen=True, slots=True)
class Followed:
    """A commitment, what was done, and what organisations think of it. `may_judge`: this organisation too may say."""

    promise: Promise
    told: tuple[Told, ...]  # oldest first
    verdicts: Verdicts
    may_judge: bool
    own: OwnVerdict | None  # what this organisation said last


@dataclass(frozen=True, slots=True)
class Strand:
    """A finding that rests on the organisation's words, or a piece that was set aside, and all that came of it."""

    finding: int | None  # its number
    heading: str
    words: tuple[Words, ...]
    set_aside: str  # the reason, where there is no finding
    reply: Reply | None  # None: not answered yet
    followed: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """The whole view."""

    seat: ThreadSeat
    strands: tuple[Strand, ...]  # findings in their order, then what was set aside
    nothing: tuple[tuple[int, str], ...]  # questions from whose answer nothing was taken up, and why
    withdrawn: bool  # it has taken its own answer back
    counts: Counts  # as the list of threads has them
    next_on: date | None  # the day that is announced for what is not answered yet


@dataclass(slots=True)
class _Roles:
    """Through what the organisation has a voice, by position."""

    own: set[int] = field(default_factory=set)
    joint: set[int] = field(default_factory=set)
    agreed: dict[int, set[int | None]] = field(default_factory=dict)  # with the numbers of the questions; None: the whole answer

    def __bool__(self) -> bool:
        return bool(self.own or self.joint or self.agreed)

    @property
    def positions(self) -> set[int]:
        return {*self.own, *self.joint, *self.agreed}

    def whence(self, row: Any) -> Whence | None:
        """How the organisation's voice holds the row of `list_points`; None where it does not."""
        if row.position_id in self.own:
            return Whence.own
        if row.position_id in self.joint:
            return Whence.joint if row.meeting is None else None  # a view from a meeting is its speaker's alone
        about = self.agreed.get(row.position_id, set())
        return Whence.agreed if row.meeting is None and about & {None, row.question} else None


def get_seat(org: str, kommun: str, slug: str) -> ThreadSeat:
    """A member's organisation in an announced consultation.

    Raises:
        Missing: there is none such.
        Moved: it has been merged into another.
    """
    return ThreadSeat(get_present(org), get_public_consultation(kommun, slug))


def get_link_seat(token: str) -> ThreadSeat:
    """What the mailed link opens.

    Raises:
        Missing: the token is false.
    """
    opened = links.get_opened(token)
    consultation = opened.consultation
    return ThreadSeat(opened.organisation, get_public_consultation(consultation.municipality.slug, consultation.slug), token)


def get_thread(seat: ThreadSeat, at: datetime) -> Thread:
    """What came of the organisation's voice. As many statements however much it said.

    Raises:
        Missing: it has said nothing in the consultation.
    """
    consultation, own = seat.consultation, own_ids(seat.organisation)
    roles = _roles(own, consultation.id)
    if not roles:
        raise Missing("voice")
    withdrawn, counts = _is_withdrawn(roles.own), Counts()
    if consultation.summary_published_at is None or at < consultation.summary_published_at:
        return Thread(seat, (), (), withdrawn, counts, None)
    count_points({consultation.id: counts}, own)
    held = Meeting.id.is_not(None)  # what was said at a meeting stands or falls by itself
    rows = [
        (row, whence)
        for row in list_points(at, Position.id.in_(roles.positions), sa.or_(Position.disowned_at.is_(None), held), nothing=True)
        if (whence := roles.whence(row)) is not None
    ]
    replies = replies_of(consultation.id, at)
    findings = _findings({row.finding_id for row, _whence in rows if row.finding_id is not None})
    promised = _promised(rows, replies)
    steps = _steps(promised)
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row, _whence in rows},
            TextKind.set_aside: {row.point_id for row, _whence in rows if row.set_aside_at},
            TextKind.nothing: {row.answer_id for row, _whence in rows if row.point_id is None},
            TextKind.finding_heading: findings.keys(),
            TextKind.progress: [step.id for step in steps],
        }
    )
    followed = _Following(seat, own, promised, steps, masks, at)
    strands = [*_cited(rows, findings, replies, followed, masks), *_alone(rows, replies, followed, masks)]
    return Thread(
        seat=seat,
        strands=tuple(strands),
        nothing=tuple(
            (row.question, published(row.nothing_because, masks.get((TextKind.nothing, row.answer_id), ())))
            for row, whence in rows
            if row.point_id is None and whence is Whence.own
        ),
        withdrawn=withdrawn,
        counts=counts,
        next_on=_next_on(consultation) if any(strand.reply is None for strand in strands) else None,
    )


def _roles(own: Collection[int], consultation_id: int) -> _Roles:
    """Through what the organisations have a voice in the consultation, in one statement."""
    spoke = sa.exists().where(PositionVersion.position_id == Position.id, is_view_standing()).correlate(Position)
    sent = sa.and_(Position.current_id.is_not(None), Position.disowned_at.is_(None))
    mine = sa.select(Position.id, sa.literal(Whence.own.value).label("whence"), sa.cast(sa.null(), sa.Integer).label("question")).where(
        Position.organisation_id.in_(own), Position.consultation_id == consultation_id, sa.or_(sent, spoke)
    )
    joint = (
        sa.select(PositionParty.position_id, sa.literal(Whence.joint.value), sa.cast(sa.null(), sa.Integer))
        .join(Position, Position.id == PositionParty.position_id)
        .where(PositionParty.organisation_id.in_(own), PositionParty.stands, Position.consultation_id == consultation_id)
    )
    agreed = (
        sa.select(Concurrence.position_id, sa.literal(Whence.agreed.value), Question.number)
        .join(Position, Position.current_id == Concurrence.version_id)
        .outerjoin(Question, Question.id == Concurrence.question_id)
        .where(Position.organisation_id.in_(own), Position.stands, Position.consultation_id == consultation_id)
    )
    roles = _Roles()
    for position_id, whence, question in db.session.execute(mine.union_all(joint, agreed)):
        if whence == Whence.agreed:
            roles.agreed.setdefault(position_id, set()).add(question)
        else:
            (roles.own if whence == Whence.own else roles.joint).add(position_id)
    return roles


def _is_withdrawn(position_ids: Collection[int]) -> bool:
    back = sa.exists().where(Position.id.in_(position_ids), Position.withdrawn_at.is_not(None))
    return bool(position_ids) and bool(db.session.scalar(sa.select(back)))


def _findings(finding_ids: Collection[int]) -> dict[int, Any]:
    if not finding_ids:
        return {}
    rows = db.session.execute(sa.select(Finding.id, Finding.number, Finding.heading).where(Finding.id.in_(finding_ids)))
    return {row.id: row for row in sorted(rows, key=lambda row: row.number)}


def _promised(rows: list[tuple[Any, Whence]], replies: Replies) -> set[int]:
    """The ids of the commitments that were made in answer to the pieces."""
    answers = [replies.by_finding.get(row.finding_id) or replies.by_point.get(row.point_id) for row, _whence in rows]
    answers += [replies.by_point.get(row.point_id) for row, _whence in rows]
    return {promise.commitment_id for reply in answers if reply for promise in reply.promises}


def _steps(commitment_ids: Collection[int]) -> list[Any]:
    """What the municipality has told of the commitments, oldest first; of the organisations' own, what they have."""
    if not commitment_ids:
        return []
    statement = (
        sa.select(Progress.id, Progress.commitment_id, Progress.at, Progress.status, Progress.text, Progress.link, Pledge.organisation_name)
        .join(Commitment, Commitment.id == Progress.commitment_id)
        .outerjoin(Pledge, Pledge.id == Progress.pledge_id)
    )
    own = statement.where(
        Progress.commitment_id.in_(commitment_ids),
        sa.or_(Progress.pledge_id.is_(None), sa.and_(Commitment.party == CommitmentParty.organisation, is_step_told())),
    )
    return list(db.session.execute(own.order_by(Progress.id)))


class _Following:
    """What was done about each commitment, and what organisations think of it."""

    def __init__(self, seat: ThreadSeat, own: Collection[int], promised: Collection[int], steps: list[Any], masks: Any, at: datetime):
        self.told: dict[int, list[Told]] = {}
        for step in steps:
            text = published(step.text, masks.get((TextKind.progress, step.id), ()))
            self.told.setdefault(step.commitment_id, []).append(Told(step.at, step.status, text, step.link, step.organisation_name or ""))
        self.verdicts = verdicts_of(promised, at)
        self.judged = judged_by(own, seat.consultation.id) if promised else set()
        self.own = own_verdicts(own, seat.consultation.id) if promised else {}

    def of(self, reply: Reply | None) -> tuple[Followed, ...]:
        return tuple(
            Followed(
                promise=promise,
                told=tuple(self.told.get(promise.commitment_id, ())),
                verdicts=self.verdicts[promise.commitment_id],
                may_judge=promise.commitment_id in self.judged,
                own=self.own.get(promise.commitment_id),
            )
            for promise in (reply.promises if reply else ())
        )


def _words(row: Any, whence: Whence, masks: Any) -> Words | None:
    """The piece; None where it is another's that readers may not read."""
    if whence is Whence.agreed:
        text = words_of(row, masks)
    else:
        text = masked_slice(row.words, row.start, row.end, masks.get((TextKind.answer, row.answer_id), []))
    if not text:
        return None
    sender = "" if whence is Whence.own else row.organisation_name if whence is Whence.joint else voice(row).name or ""
    return Words(text, row.question, whence, sender, clock.day_of(row.said_at) if row.said_at and whence is Whence.own else None)


def _cited(rows: list[tuple[Any, Whence]], findings: dict[int, Any], replies: Any, followed: _Following, masks: Any) -> list[Strand]:
    """The findings in their order, each with the pieces that it rests on; a piece with an answer of its own stands by itself as well."""
    strands = []
    for finding_id, finding in findings.items():
        said = [_words(row, whence, masks) for row, whence in rows if row.finding_id == finding_id]
        words = tuple(dict.fromkeys(one for one in said if one is not None))
        reply = replies.by_finding.get(finding_id)
        if words:
            heading = published(finding.heading, masks.get((TextKind.finding_heading, finding_id), ()))
            strands.append(Strand(finding.number, heading, words, "", reply, followed.of(reply)))
    return strands


def _alone(rows: list[tuple[Any, Whence]], replies: Any, followed: _Following, masks: Any) -> list[Strand]:
    """The pieces that were set aside, and those that have an answer of their own."""
    strands: dict[int, Strand] = {}
    for row, whence in rows:
        reply = replies.by_point.get(row.point_id)
        if row.point_id is None or row.point_id in strands or (row.finding_id is not None and reply is None):
            continue
        words = _words(row, whence, masks)
        if words is not None:
            reason = published(row.set_aside_reason, masks.get((TextKind.set_aside, row.point_id), ())) if row.set_aside_at else ""
            strands[row.point_id] = Strand(None, "", (words,), reason, reply, followed.of(reply))
    return list(strands.values())


def _next_on(consultation: Consultation) -> date | None:
    """The day by which the rest of the answers is promised."""
    due: date | None = db.session.scalar(sa.select(feedback_due()).where(Consultation.id == consultation.id))
    return None if consultation.feedback_published_at else due
