"""The consultation's own page, and who was invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.comments.queries_public import count_published
from sakrad.consultations.models import (
    Consultation,
    ContentAbout,
    ContentLanguage,
    ContentVersion,
    ContinuationKind,
    DeclineReason,
    Invitation,
    Material,
    Question,
    QuestionKind,
    consultation_group,
)
from sakrad.consultations.queries import count_declines
from sakrad.consultations.queries_correcting import (
    ShownCorrection,
    ShownHearing,
    corrections_column,
    corrections_in,
    hearings_column,
    hearings_in,
    withdrawn_by,
)
from sakrad.consultations.queries_following import (
    Linked,
    ShownContinuation,
    comes_from_column,
    comes_from_in,
    continuations_column,
    continuations_in,
    ids_in,
)
from sakrad.consultations.queries_public import Head, get_head
from sakrad.consultations.queries_versions import languages_column, languages_in
from sakrad.consultations.tongues import TONGUES, Tongue
from sakrad.core.db import db, order_sv
from sakrad.core.events import PUBLIC, Event, EventName
from sakrad.core.files import FileKind, StoredFile
from sakrad.core.paging import PAGE, page_count
from sakrad.core.statements import built_once
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.directory.queries_public import Named, is_listed
from sakrad.meetings.queries_public import InBrief, brief_column, in_brief
from sakrad.notifications.places import Place, place_of
from sakrad.positions.models import Position
from sakrad.positions.queries_coverage import count_for
from sakrad.positions.queries_public import READABLE, Current, Published, Visibility, how_many, visibility_sql
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, masks_over, published, published_row
from sakrad.responses.models import Commitment, LinkedDecision, Progress
from sakrad.responses.queries_commitments import late_in_consultation
from sakrad.responses.told import is_told
from sakrad.summaries.queries_checking_public import CheckOutcome, outcome
from sakrad.summaries.queries_public import invited_answered_count, invited_count, summary_columns

LINES = 30  # of the timeline


@dataclass(frozen=True, slots=True)
class Asked:
    """A question."""

    number: int
    kind: QuestionKind
    text: str
    help: str
    length_hint: str
    options: tuple[str, ...]
    withdrawn_by: int | None = None  # number of the correction that withdrew it; 0 where it is not known


@dataclass(frozen=True, slots=True)
class Paper:
    """Uploaded material with what it says."""

    reference: str
    title: str
    description: str
    kind: FileKind
    size: int
    withdrawn: bool = False  # by a correction: it stays readable


@dataclass(frozen=True, slots=True)
class Heard:
    """A group concerned, and how many answers speak for it."""

    group: Named
    answers: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline: `name` picks its template."""

    name: str
    at: datetime
    closes_at: datetime | None  # of a closing that was moved: the new one
    commitment: str | None  # of progress: what was undertaken
    number: int | None  # and its number
    correction: int | None = None  # of what was announced as a correction: its number
    meeting: int | None = None  # of a meeting: its number
    decision: str | None = None  # of one that was linked: whose, and its number
    kind: ContinuationKind | None = None  # of what comes next
    part: tuple[int, int] | None = None  # of answers that came one part at a time: which of how many
    version: tuple[ContentAbout, Tongue] | None = None  # of one in another language

    @property
    def place(self) -> Place:
        """Where it is told of it."""
        if self.version is not None:
            about, tongue = self.version
            return place_of(self.name, of_summary=about is ContentAbout.summary, language=tongue.key)
        return place_of(self.name, number=self.correction or self.meeting or self.number)


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    """…/sakrad/<slug>"""

    head: Head
    answered: int
    invited_answered: int
    readable: int
    invited: int
    questions: tuple[Asked, ...]
    materials: tuple[Paper, ...]
    groups: tuple[Heard, ...]
    timeline: tuple[Line, ...]
    corrections: tuple[ShownCorrection, ...]
    hearings: tuple[ShownHearing, ...]
    meetings: tuple[InBrief, ...]
    comments: int  # published
    late_promises: int
    late_since: date | None  # the day by which the most overdue of them was promised
    in_short: str  # of the published summary, masked; empty before it
    check: CheckOutcome | None  # of its faktakontroll; None before it
    continuations: tuple[ShownContinuation, ...]
    comes_from: tuple[Linked, ...]
    languages: tuple[Tongue, ...]  # that it can be read in
    valid_until: datetime


def _columns(*, at: datetime) -> dict[str, Any]:
    return {
        **_answered(at=at),
        **summary_columns(),
        "readable": how_many(at, READABLE),
        "corrections": corrections_column(),
        "hearings": hearings_column(),
        "meetings": brief_column(),
        "comments": count_published(),
        "late_promises": late_in_consultation(sa.func.count(Commitment.id), at),
        "late_since": late_in_consultation(sa.func.min(Commitment.due_on), at),
        "continuations": continuations_column(),
        "comes_from": comes_from_column(),
        "languages": languages_column(ContentAbout.consultation),
    }


def _answered(*, at: datetime) -> dict[str, Any]:
    return {"answered": how_many(at), "invited": invited_count(), "invited_answered": invited_answered_count()}


@built_once
def _questions(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*Question.__table__.c).where(Question.consultation_id == consultation_id).order_by(Question.number)


@built_once
def _materials(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *(Material.reference, Material.title, Material.description, StoredFile.kind, StoredFile.size),
            Material.withdrawn_at.is_not(None).label("withdrawn"),
        )
        .join(StoredFile, StoredFile.id == Material.file_id)
        .where(Material.consultation_id == consultation_id)
        .order_by(Material.id)
    )


@built_once
def _timeline(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    return timeline(sa.select().select_from(Event)).where(Event.consultation_id == consultation_id).limit(LINES)


def timeline(told: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """What readers are told of what happened, the latest first: rows for `line_of`. `told` has Event in its FROM."""
    return (
        told.add_columns(
            *(Event.name, Event.at, Event.data, Commitment.what, Commitment.number),
            (LinkedDecision.body + " " + LinkedDecision.ref).label("decision"),
            masks_column(TextKind.commitment, Commitment.id).label("what_masks"),
        )
        .outerjoin(Progress, sa.and_(Event.name == EventName.progress_added.value, Progress.id == Event.subject_id))
        .outerjoin(LinkedDecision, sa.and_(Event.name == EventName.decision_linked.value, LinkedDecision.id == Event.subject_id))
        .outerjoin(Commitment, sa.and_(Commitment.id == sa.func.coalesce(Progress.commitment_id, LinkedDecision.commitment_id), is_told()))
        .where(Event.name.in_([name.value for name in PUBLIC]), _is_standing())
        .order_by(Event.at.desc(), Event.id.desc())
    )


def _is_standing() -> sa.ColumnElement[bool]:
    """A version is told of once, and not while it is taken back."""
    published = sa.exists().where(ContentVersion.id == Event.subject_id, ContentVersion.published_at.is_not(None))
    return sa.or_(Event.name != EventName.content_version_published, sa.and_(Event.data["new"].as_boolean(), published))


def get_consultation_page(kommun: str, slug: str, at: datetime) -> ConsultationPage:
    """An announced consultation. 7 statements once its summary is published. Raises Missing."""
    head, more = get_head(kommun, slug, at, _columns)
    corrections, hearings = corrections_in(more.pop("corrections")), hearings_in(more.pop("hearings"))
    gone = withdrawn_by(corrections)
    meetings = in_brief(more.pop("meetings"))
    summary_id = more.pop("summary_id")
    following, former = more.pop("continuations"), more.pop("comes_from")
    languages = languages_in(more.pop("languages"))
    masks = masks_over({TextKind.in_short: [summary_id] if summary_id else [], TextKind.continuation: ids_in(following)})
    in_short = published(more.pop("in_short") or "", masks.get((TextKind.in_short, summary_id), ()))
    questions = db.session.execute(*_questions(head.id))
    materials = db.session.execute(*_materials(head.id))
    events = db.session.execute(*_timeline(head.id))
    return ConsultationPage(
        head=head,
        **more,
        in_short=in_short,
        check=outcome(head.id) if summary_id else None,
        continuations=continuations_in(following, masks),
        comes_from=comes_from_in(former),
        languages=languages,
        questions=tuple(_asked(row, gone) for row in questions),
        materials=tuple(Paper(*row) for row in materials),
        groups=_heard(head.id),
        timeline=tuple(line_of(row) for row in events),
        corrections=corrections,
        hearings=hearings,
        meetings=meetings,
        valid_until=head.valid_until,
    )


def line_of(row: Any) -> Line:
    """A row of `timeline`; what it says is masked."""
    return Line(
        *(row.name, row.at, _instant(row.data.get("closes_at"))),
        *(published_row(row.what, row.what_masks) if row.what else None, row.number),
        correction=_correction(row.name, row.data),
        meeting=row.data.get("meeting"),
        decision=row.decision,
        kind=ContinuationKind(row.data["kind"]) if row.name == EventName.continuation_decided else None,
        part=(row.data["part"], row.data["parts"]) if row.data.get("parts", 1) > 1 else None,
        version=_version(row.name, row.data),
    )


def _asked(row: Any, gone: dict[int, int]) -> Asked:
    withdrawn = None if row.withdrawn_at is None else gone.get(row.number, 0)
    return Asked(row.number, row.kind, row.text, row.help, row.length_hint, tuple(row.options), withdrawn)


def _version(name: str, data: dict[str, Any]) -> tuple[ContentAbout, Tongue] | None:
    if name != EventName.content_version_published:
        return None
    return ContentAbout(data["about"]), TONGUES[ContentLanguage(data["language"])]


def _correction(name: str, data: dict[str, Any]) -> int | None:
    return data.get("number") if name in (EventName.correction_announced, EventName.closing_moved) else None


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _heard(consultation_id: int) -> tuple[Heard, ...]:
    """The groups concerned with the number of answers that speak for each."""
    rows = db.session.execute(*_groups(consultation_id))
    return tuple(Heard(Named(row.name, row.name_en, row.slug), row.answers) for row in rows)


@built_once
def _groups(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, count_for(TargetGroup.id).label("answers"))
        .select_from(consultation_group)
        .join(TargetGroup, TargetGroup.id == consultation_group.c.target_group_id)
        .join(Consultation, Consultation.id == consultation_group.c.consultation_id)
        .where(Consultation.id == consultation_id)
        .order_by(order_sv(TargetGroup.name))
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """An invited organisation. Only a published, named answer is linked: whoever has not answered is never shown as late."""

    name: str
    slug: str
    listed: bool  # has a page of its own
    answer: bool


@dataclass(frozen=True, slots=True)
class InvitedPage:
    """…/inbjudna"""

    head: Head
    invited: int
    invited_answered: int
    answered: int
    declined: int  # 0 when there are too few to tell
    reasons: tuple[tuple[DeclineReason, int], ...]
    rows: tuple[Invited, ...]
    page: int
    pages: int
    valid_until: datetime


def get_invited_page(kommun: str, slug: str, page: int, at: datetime) -> InvitedPage:
    """Who was asked and why. 3 statements. Raises Missing."""
    head, more = get_head(kommun, slug, at, _answered)
    pages = page_count(more["invited"])
    page = min(page, pages)
    rows = db.session.execute(
        sa.select(Organisation.name, Organisation.slug, is_listed().label("listed"), visibility_sql(at).label("visibility"))
        .select_from(Invitation)
        .join(Consultation, Consultation.id == Invitation.consultation_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Position, sa.and_(Position.consultation_id == Consultation.id, Position.organisation_id == Organisation.id))
        .outerjoin(Published, Published.id == Position.published_id)
        .outerjoin(Current, Current.id == Position.current_id)
        .where(Invitation.consultation_id == head.id)
        .order_by(order_sv(Organisation.name), Organisation.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    declined, reasons = count_declines(head.id)
    return InvitedPage(
        head=head,
        **more,
        declined=declined,
        reasons=tuple(reasons.items()),
        rows=tuple(Invited(row.name, row.slug, row.listed, row.visibility == Visibility.named.value) for row in rows),
        page=page,
        pages=pages,
        valid_until=head.valid_until,
    )
