"""What readers may see of what organisations have sent. The one home of the rule of visibility.

Every public page and every public count asks here: `visibility` is the rule, `visibility_sql` its twin in SQL (tested
against it), `voice` takes away whatever names an organisation that does not want to be named.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import AnswersPublic, Consultation
from sakrad.core import clock
from sakrad.core.statements import among, shared_alias
from sakrad.core.text import Span
from sakrad.directory.models import Organisation, Verification
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.meetings.models import Meeting
from sakrad.positions.entered import Entered, entered
from sakrad.positions.models import (
    AnchoringLevel,
    Answer,
    Position,
    PositionVersion,
    PublicationWish,
    Ratification,
    Transcription,
    version_group,
)
from sakrad.records.models import ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import latest_decision, published

PUBLISHING = (ReviewDecision.publish, ReviewDecision.masked)
Published = shared_alias(PositionVersion, "published_version")
Current = shared_alias(PositionVersion, "current_version")
Shown = shared_alias(PositionVersion, "shown_version")  # the published version, or else the latest, of which only the fact is told

WORDED = sa.func.trim(Answer.text, " \n\t") != ""
SAYS_ANYTHING = sa.or_(WORDED, Answer.stance.is_not(None), sa.not_(among(sa.cast(Answer.options, sa.Text), ("[]", "null"))))


class Visibility(enum.StrEnum):
    """What a reader learns of a position: its words and sender, its words, that it exists, or nothing."""

    named = "named"
    unnamed = "unnamed"
    withheld = "withheld"  # the authority does not publish it
    municipality_only = "municipality_only"  # the organisation does not want it published
    withdrawn = "withdrawn"  # the organisation has taken it back: that and when, never the words
    hidden = "hidden"


READABLE = (Visibility.named, Visibility.unnamed)
LISTED = (*READABLE, Visibility.withheld, Visibility.municipality_only, Visibility.withdrawn)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the visibility of a position depends on."""

    received: bool  # and not disowned, from an organisation that the municipality has verified
    open_to_readers: bool  # each at its review, or all at closing
    wishes: tuple[PublicationWish | None, PublicationWish | None]  # of the published version and of the latest
    published: bool  # there is a published version, and its latest review says so
    withheld: bool  # there is none, and the latest version's latest review says that there shall be none
    withdrawn: bool = False  # taken back by the organisation
    placed: bool = False  # said at a meeting, which ties its sender to a place and a day, by one whose place is protected


def visibility(facts: Facts) -> Visibility:
    """The rule. A newer version that asks for less than the published one is obeyed before it has been reviewed."""
    if not (facts.received and facts.open_to_readers):
        return Visibility.hidden
    if facts.withdrawn:
        return Visibility.withdrawn
    if any(wish not in (PublicationWish.named, PublicationWish.unnamed) for wish in facts.wishes):
        return Visibility.municipality_only
    if not facts.published:
        return Visibility.withheld if facts.withheld else Visibility.hidden
    by_name = all(wish is PublicationWish.named for wish in facts.wishes) and not facts.placed
    return Visibility.named if by_name else Visibility.unnamed


def latest_review(version_id: Any) -> sa.ScalarSelect[ReviewDecision]:
    """The decision that counts about a version."""
    return latest_decision(ReviewKind.position, version_id)


def is_counted() -> sa.ColumnElement[bool]:
    """A position that counts as an answer, whether or not readers may see it. Needs Position and Consultation in the FROM."""
    return sa.and_(Position.stands, _is_verified())


def _is_verified() -> sa.ColumnElement[bool]:
    verified = sa.select(Verification.id).where(
        Verification.organisation_id == Position.organisation_id, Verification.municipality_id == Consultation.municipality_id
    )
    return verified.correlate_except(Verification).exists()


def _is_placed() -> sa.ColumnElement[bool]:
    """Whether the name would say where a protected organisation was, and when: a view from a meeting. Needs Position and Current."""
    sender = aliased(Organisation)
    protected = sa.select(sender.id).where(sender.id == Position.organisation_id, sender.protected)
    return sa.and_(Current.meeting_id.is_not(None), protected.correlate_except(sender).exists())


def is_told_by_name() -> sa.ColumnElement[bool]:
    """Whether a withdrawn position is told with its name: wished so, and let through so before it was withdrawn."""
    before = aliased(PositionVersion)
    let_through = sa.select(before.id).where(
        before.position_id == Position.id, before.wish == PublicationWish.named, is_quotable(before.id)
    )
    return sa.and_(
        Position.withdrawn_at.is_not(None),
        Current.wish == PublicationWish.named,
        sa.not_(_is_placed()),
        let_through.correlate_except(before).exists(),
    )


def visibility_sql(at: datetime) -> sa.ColumnElement[str]:
    """The twin of `visibility`. Needs the FROM of `positions`."""
    open_to_readers = sa.or_(Consultation.answers_public == AnswersPublic.review, Consultation.closes_at <= at)
    publishable = (PublicationWish.named, PublicationWish.unnamed)
    wish = sa.case((Published.id.is_(None), Current.wish), else_=Published.wish)  # without a published version only the latest speaks
    may = sa.func.coalesce(sa.and_(among(wish, publishable), among(Current.wish, publishable)), sa.false())
    written = Current.meeting_id.is_(None)  # a view from a meeting stands or falls by itself
    disowned_at = sa.case((written, Position.disowned_at), else_=Current.disowned_at)
    withdrawn_at = sa.case((written, Position.withdrawn_at), else_=Current.withdrawn_at)
    received = sa.and_(Current.id.is_not(None), disowned_at.is_(None), _is_verified())
    return sa.case(
        (sa.not_(sa.and_(received, open_to_readers)), Visibility.hidden.value),
        (withdrawn_at.is_not(None), Visibility.withdrawn.value),
        (sa.not_(may), Visibility.municipality_only.value),
        (
            sa.not_(is_quotable(Published.id)),
            sa.case((latest_review(Current.id) == ReviewDecision.withheld, Visibility.withheld.value), else_=Visibility.hidden.value),
        ),
        (sa.and_(wish == PublicationWish.named, Current.wish == PublicationWish.named, sa.not_(_is_placed())), Visibility.named.value),
        else_=Visibility.unnamed.value,
    )


def positions(at: datetime, *columns: Any, spoken: Any = None) -> sa.Select[*tuple[Any, ...]]:
    """Positions with what `voice` needs and `columns`, as rows; narrow it with where and order_by.

    Args:
        spoken: an alias of PositionVersion: a row per version of each position. Versions of the written answer are then
            shown as that answer is, and each view from a meeting by itself, also where nothing was written.
    """
    published: Any = Position.published_id
    current: Any = Position.current_id
    source = sa.join(Position, Consultation, Consultation.id == Position.consultation_id)
    if spoken is not None:
        source = source.join(spoken, spoken.position_id == Position.id)
        published = sa.case((spoken.meeting_id.is_(None), published), else_=spoken.id)
        current = sa.case((spoken.meeting_id.is_(None), current), else_=spoken.id)
    return (
        sa.select(
            Position.id.label("position_id"),
            Position.reference,
            visibility_sql(at).label("visibility"),
            Position.withdrawn_at,
            is_told_by_name().label("told_by_name"),
            Organisation.slug.label("organisation_slug"),
            Shown.id.label("version_id"),
            Shown.number.label("version"),
            Shown.organisation_name,
            Shown.receipt_number,
            Shown.received_at,
            Shown.signed_role,
            Shown.anchoring,
            Shown.decided_on,
            Shown.decision_ref,
            Shown.asked,
            Shown.answered,
            Shown.dissent,
            Shown.confirm_by_on,
            Ratification.anchoring.label("ratified_by"),
            Ratification.decided_on.label("ratified_on"),
            Ratification.decision_ref.label("ratified_ref"),
            Ratification.asked.label("ratified_asked"),
            Ratification.answered.label("ratified_answered"),
            Current.number.label("latest"),
            Current.wish.label("latest_wish"),
            Shown.channel,
            Transcription.entered_at,
            Transcription.whole.label("entered_whole"),
            Transcription.confirmed_at.label("entered_confirmed_at"),
            Transcription.corrects_id,
            groups_of(version_group, version_group.c.version_id, Shown.id).label("groups"),
            Meeting.number.label("meeting"),
            Meeting.starts_at.label("said_at"),
            *columns,
        )
        .select_from(source)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .outerjoin(Published, Published.id == published)
        .join(Current, Current.id == current)
        .join(Shown, Shown.id == sa.func.coalesce(published, current))  # of one table: PostgreSQL looks it up by its key
        .outerjoin(Meeting, Meeting.id == Shown.meeting_id)
        .outerjoin(Ratification, Ratification.version_id == Shown.id)
        .outerjoin(Transcription, Transcription.version_id == Shown.id)
    )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """That a preliminary answer has been confirmed; the day and what could give the sender away only where it has a name."""

    by: AnchoringLevel
    on: date | None = None
    ref: str = ""
    asked: int | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A position as readers may see it. `slug`, `name` and whatever could give the name away are None when it has none."""

    visibility: Visibility
    key: str  # in its address: the organisation's slug, or the position's reference
    slug: str | None
    name: str | None
    receipt_number: str
    version_id: int
    version: int
    newer: bool  # a newer version waits for its review
    received_at: datetime | None = None
    groups: tuple[Named, ...] = ()
    signed_role: str = ""
    anchoring: AnchoringLevel | None = None
    decided_on: date | None = None
    decision_ref: str = ""
    asked: int | None = None
    answered: int | None = None
    dissent: str = ""
    confirm_by_on: date | None = None  # preliminary: the day that the organisation has set itself
    confirmed: Confirmed | None = None
    withdrawn_on: date | None = None
    entered: Entered | None = None  # written down by the authority
    wish_unknown: bool = False  # municipality_only because nobody has asked yet
    meeting: int | None = None  # the number of the meeting at which it was said; None: written
    said_on: date | None = None

    @property
    def readable(self) -> bool:
        return self.visibility in READABLE

    @property
    def preliminary(self) -> bool:
        """Sent before anybody had decided it, and not confirmed since. A day that has passed shames nobody."""
        return self.anchoring is AnchoringLevel.not_yet and self.confirmed is None


def voice(row: Any) -> Voice:
    """The row of `positions` without what readers may not see. Role and dissent still want their masks (`masked_voice`)."""
    seen = Visibility(row.visibility)
    named, readable, withdrawn = seen is Visibility.named, seen in READABLE, seen is Visibility.withdrawn
    told = named or (withdrawn and row.told_by_name)
    return Voice(
        visibility=seen,
        key=row.organisation_slug if told else row.reference,
        slug=row.organisation_slug if told else None,
        name=row.organisation_name if told else None,
        receipt_number=row.receipt_number if seen is not Visibility.hidden else "",
        version_id=row.version_id,
        version=row.version,
        newer=readable and row.latest > row.version,
        received_at=row.received_at if named else None,
        groups=unpacked(row.groups) if readable else (),
        signed_role=row.signed_role if named else "",
        anchoring=row.anchoring if readable else None,
        decided_on=row.decided_on if named else None,
        decision_ref=row.decision_ref if named else "",
        asked=row.asked if named else None,
        answered=row.answered if named else None,
        dissent=row.dissent if readable else "",
        confirm_by_on=row.confirm_by_on if named else None,
        confirmed=_confirmed(row, named) if readable and row.ratified_by else None,
        withdrawn_on=clock.day_of(row.withdrawn_at) if withdrawn else None,
        entered=entered(row, named=named) if readable else None,
        meeting=row.meeting,
        said_on=clock.day_of(row.said_at) if row.said_at and named else None,
        wish_unknown=seen is Visibility.municipality_only and row.latest_wish is None,
    )


def _confirmed(row: Any, named: bool) -> Confirmed:
    if not named:
        return Confirmed(row.ratified_by)
    return Confirmed(row.ratified_by, row.ratified_on, row.ratified_ref, row.ratified_asked, row.ratified_answered)


def slice_of(answer: Any, start: Any, end: Any) -> sa.ColumnElement[str]:
    """The words of a range of code points of an answer's text, cut out by the database."""
    return sa.func.substr(answer.text, start + 1, end - start)


def masked_slice(words: str, start: int, end: int, masks: list[Span]) -> str:
    """A public quotation: the slice [start, end) of a text under its masks, given the slice itself."""
    return published(
        words, [Span(max(mask.start, start) - start, min(mask.end, end) - start) for mask in masks if mask.start < end and mask.end > start]
    )


def is_quotable(version_id: Any) -> sa.ColumnElement[bool]:
    """Whether the version's own words were reviewed for publication: a point may come from an earlier version than the shown one."""
    return sa.func.coalesce(among(latest_review(version_id), PUBLISHING), sa.false())


def how_many(at: datetime, which: tuple[Visibility, ...] | None = None) -> sa.ScalarSelect[int]:
    """How many positions a consultation has: all that count as answers, or those that are seen so. Needs Consultation outside."""
    found = sa.select(sa.func.count()).select_from(Position).where(Position.consultation_id == Consultation.id)
    if which is None:
        found = found.where(is_counted())
    else:
        found = found.outerjoin(Published, Published.id == Position.published_id).join(Current, Current.id == Position.current_id)
        found = found.where(among(visibility_sql(at), which))
    return found.correlate(Consultation).scalar_subquery()


def masked_voice(seen: Voice, masks: Mapping[tuple[TextKind, int], list[Span]]) -> Voice:
    """The voice with its own masks applied; `masks` as records.queries.masks_over gives them for role and dissent."""
    return dataclasses.replace(
        seen,
        signed_role=published(seen.signed_role, masks.get((TextKind.role, seen.version_id), ())),
        dissent=published(seen.dissent, masks.get((TextKind.dissent, seen.version_id), ())),
    )
