"""Reads of the faktakontroll: how it stands for officials, and what one organisation is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries_merging import find_heir_in_force, get_present, now_of
from sakrad.records.models import Review, ReviewKind
from sakrad.records.queries import is_reviewed, latest_reviews
from sakrad.summaries import links
from sakrad.summaries.lifecycle_checking import CheckFacts, OrganisationRef
from sakrad.summaries.models import Confirmation, ConfirmationReply, FactCheck, ReplyKind, Summary
from sakrad.summaries.renderings import Rendering, renderings


@dataclass(frozen=True, slots=True)
class Asked:
    """How one cited organisation stands in the faktakontroll; or one that has been asked and is no longer cited."""

    organisation: Organisation
    rendering: Rendering | None  # None: no longer cited
    confirmation: Confirmation | None  # the latest time that it was asked; None: never
    replies: tuple[ConfirmationReply, ...]  # of all rounds, the latest last
    review: Review | None  # of its objection, where that is what it said last

    @property
    def ref(self) -> OrganisationRef:
        return OrganisationRef(self.organisation.name, self.organisation.slug)

    @property
    def reply(self) -> ConfirmationReply | None:
        """What counts."""
        return self.replies[-1] if self.replies else None

    @property
    def stale(self) -> bool:
        """What it said is about another wording than the present one."""
        return self.reply is not None and (self.rendering is None or self.reply.digest != self.rendering.digest)

    @property
    def to_answer(self) -> bool:
        """It asks for a correction, and waits for the answer."""
        return self.reply is not None and self.reply.kind is ReplyKind.correction and self.reply.answered_at is None

    @property
    def promised(self) -> bool:
        """The correction that it asks for is accepted, and what is said of it is still the same."""
        return self.reply is not None and bool(self.reply.accepted) and not self.stale

    @property
    def to_review(self) -> bool:
        """Its objection is neither published nor withheld."""
        return self.reply is not None and self.reply.kind is ReplyKind.objection and self.review is None


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole faktakontroll of a consultation."""

    rounds: tuple[FactCheck, ...]  # the latest last
    organisations: tuple[Asked, ...]  # by name

    @property
    def latest(self) -> FactCheck | None:
        return self.rounds[-1] if self.rounds else None

    def facts(self, consultation: Consultation) -> CheckFacts:
        """What the lifecycle judges by."""
        latest = self.latest
        silent = [
            one.ref
            for one in self.organisations
            if one.rendering
            and latest
            and one.confirmation in latest.confirmations
            and not any(reply.confirmation is one.confirmation for reply in one.replies)
        ]
        return CheckFacts(
            answers_close_at=consultation.closes_at,
            opened_at=latest.opened_at if latest else None,
            closes_at=latest.closes_at if latest else None,
            ended_at=latest.ended_at if latest else None,
            cited=tuple(one.ref for one in self.organisations if one.rendering),
            unasked=tuple(one.ref for one in self.organisations if one.rendering and one.confirmation is None),
            to_ask=tuple(one.ref for one in self.organisations if one.rendering and (one.reply is None or one.stale)),
            silent=tuple(silent),
            unanswered=tuple(one.ref for one in self.organisations if one.to_answer),
            unreviewed=tuple(one.ref for one in self.organisations if one.to_review),
            promised=tuple(one.ref for one in self.organisations if one.promised),
            outdated=tuple(
                one.ref for one in self.organisations if one.rendering and one.stale and one.reply and one.reply.kind is ReplyKind.confirmed
            ),
        )


def get_standing(consultation: Consultation, summary: Summary | None) -> Standing:
    """How the faktakontroll stands; `summary` has its findings loaded. At most six statements, however many are asked."""
    rendered = renderings(summary) if summary else {}
    rounds = db.session.scalars(
        sa.select(FactCheck)
        .where(FactCheck.consultation_id == consultation.id)
        .options(selectinload(FactCheck.confirmations).selectinload(Confirmation.replies))
        .order_by(FactCheck.number)
        .execution_options(populate_existing=True)
    ).all()
    asked: dict[int, list[Confirmation]] = {}
    confirmations = [one for each in rounds for one in each.confirmations]
    now = _heirs_of({one.organisation_id for one in confirmations})
    for one in confirmations:
        asked.setdefault(now[one.organisation_id], []).append(one)
    wanted = {*rendered, *asked}
    found = (
        db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.name, Organisation.id)).all()
        if wanted
        else ()
    )
    replies = {id: _in_order(reply for one in ones for reply in one.replies) for id, ones in asked.items()}
    objections = [said[-1].id for said in replies.values() if said and said[-1].kind is ReplyKind.objection]
    reviews = latest_reviews(ReviewKind.objection, objections)
    organisations = []
    for organisation in found:
        said = replies.get(organisation.id, ())
        confirmation = asked[organisation.id][-1] if organisation.id in asked else None
        review = reviews.get(said[-1].id) if said else None
        organisations.append(Asked(organisation, rendered.get(organisation.id), confirmation, said, review))
    return Standing(tuple(rounds), tuple(organisations))


def _in_order(replies: Iterable[ConfirmationReply]) -> tuple[ConfirmationReply, ...]:
    return tuple(sorted(replies, key=lambda reply: reply.id))


def _heirs_of(organisation_ids: set[int]) -> dict[int, int]:
    """Whose what each of the organisations has said is now."""
    if not organisation_ids:
        return {}
    statement = sa.select(Organisation.id, now_of(Organisation.id).label("heir")).where(Organisation.id.in_(organisation_ids))
    return {row.id: row.heir for row in db.session.execute(statement)}


def check_facts(consultation: Consultation, summary: Summary | None) -> CheckFacts:
    """What the lifecycle judges by."""
    return get_standing(consultation, summary).facts(consultation)


@dataclass(frozen=True, slots=True)
class AskedOf:
    """One of the organisations, with the consultation that it is about."""

    consultation: Consultation
    asked: Asked

    @property
    def slug(self) -> str:
        return self.asked.organisation.slug

    @property
    def prefix(self) -> str:
        """Of its form's fields, among the others' on the page."""
        return f"{self.slug}-"


def get_asked_of(kommun: str, slug: str, org: str) -> AskedOf:
    """The organisation with the slug `org`; the consultation is locked when writing.

    Raises:
        Missing: it is neither cited nor asked.
    """
    consultation = get_consultation(kommun, slug)
    return AskedOf(consultation, get_asked(get_standing(consultation, find_written(consultation)), org))


def find_written(consultation: Consultation) -> Summary | None:
    """The consultation's summary with its findings, or None before it is begun."""
    statement = sa.select(Summary).where(Summary.consultation_id == consultation.id).options(selectinload(Summary.findings))
    return db.session.scalar(statement.execution_options(populate_existing=True))


def get_asked(standing: Standing, slug: str) -> Asked:
    """One of them, by the organisation's slug.

    Raises:
        Missing: it is neither cited nor asked.
    """
    for one in standing.organisations:
        if one.organisation.slug == slug:
            return one
    raise Missing("asked")


# --- one organisation ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckSeat:
    """What one organisation is asked, reached by a member or by the holder of the mailed link."""

    organisation: Organisation
    confirmation: Confirmation  # of the latest round that it was asked in
    replies: tuple[ConfirmationReply, ...]  # its own, the latest last
    rendering: Rendering  # empty once the summary is published: its words may be masked, and are read where it stands
    token: str | None = None  # None: reached by a member

    @property
    def consultation(self) -> Consultation:
        return self.confirmation.fact_check.consultation

    @property
    def reply(self) -> ConfirmationReply | None:
        """What counts."""
        return self.replies[-1] if self.replies else None

    @property
    def facts(self) -> CheckFacts:
        """What a reply is judged by. An organisation that was asked in an earlier round only replies no more."""
        latest = self.confirmation.fact_check
        return CheckFacts(opened_at=latest.opened_at, closes_at=latest.closes_at, ended_at=latest.ended_at)


def get_seat(org: str, kommun: str, slug: str) -> CheckSeat:
    """What a member's organisation is asked; the consultation is locked when writing.

    Raises:
        Missing: it has not been asked.
        Moved: it has been merged into another.
    """
    return _seat(get_present(org), get_consultation(kommun, slug), None)


def get_link_seat(token: str) -> CheckSeat:
    """What the mailed link opens; the consultation is locked when writing. A link of an earlier round leads to the latest.

    Raises:
        Missing: the token is false.
    """
    statement = (
        sa.select(Confirmation)
        .join(Confirmation.fact_check)
        .join(FactCheck.consultation)
        .join(Consultation.municipality)
        .where(Confirmation.reference == ids.reference_in(token), Municipality.active)
        .options(
            contains_eager(Confirmation.fact_check).contains_eager(FactCheck.consultation).contains_eager(Consultation.municipality),
            joinedload(Confirmation.organisation),
        )
    )
    confirmation = db.session.scalar(statement)
    if confirmation is None or not links.is_check_token(token, confirmation):
        raise Missing("token")
    consultation = confirmation.fact_check.consultation
    consultation = get_consultation(consultation.municipality.slug, consultation.slug)
    return _seat(find_heir_in_force(confirmation.organisation) or confirmation.organisation, consultation, token)


def _seat(organisation: Organisation, consultation: Consultation, token: str | None) -> CheckSeat:
    found = db.session.scalars(
        sa.select(Confirmation)
        .join(Confirmation.fact_check)
        .where(FactCheck.consultation_id == consultation.id, now_of(Confirmation.organisation_id) == organisation.id)
        .options(contains_eager(Confirmation.fact_check), selectinload(Confirmation.replies))
        .order_by(FactCheck.number, Confirmation.id)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        raise Missing("confirmation")
    summary = find_written(consultation) if consultation.summary_published_at is None else None
    rendering = renderings(summary, organisation).get(organisation.id) if summary else None
    replies = _in_order(reply for one in found for reply in one.replies)
    return CheckSeat(organisation, found[-1], replies, rendering or Rendering(()), token)


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A faktakontroll that waits for the organisation."""

    consultation: Consultation
    closes_at: datetime
    replied: bool


def list_to_check(organisation: Organisation, at: datetime) -> list[ToCheck]:
    """What the organisation is asked to check now, by the last day, in one statement."""
    replied = sa.exists().where(ConfirmationReply.confirmation_id == Confirmation.id)
    statement = (
        sa.select(Consultation, FactCheck.closes_at, replied)
        .join(FactCheck, FactCheck.consultation_id == Consultation.id)
        .join(Confirmation, Confirmation.fact_check_id == FactCheck.id)
        .join(Consultation.municipality)
        .where(
            now_of(Confirmation.organisation_id) == organisation.id,
            is_open_sql(at),
            Municipality.active,
        )
        .options(contains_eager(Consultation.municipality), joinedload(Consultation.authority))
        .order_by(FactCheck.closes_at, Consultation.id)
    )
    return [ToCheck(consultation, closes_at, bool(has)) for consultation, closes_at, has in db.session.execute(statement)]


def is_open_sql(at: datetime) -> sa.ColumnElement[bool]:
    """The twin of `lifecycle_checking.is_open`, of a consultation whose summary is not published. Needs FactCheck and Consultation."""
    return sa.and_(
        FactCheck.ended_at.is_(None),
        FactCheck.closes_at > at,
        Consultation.summary_published_at.is_(None),
        Consultation.cancelled_at.is_(None),
        Consultation.ended_at.is_(None),
    )


def latest_replies(consultation_id: Any) -> sa.Select[int]:
    """The ids of what counts: what each organisation replied last, over all rounds."""
    return (
        sa.select(sa.func.max(ConfirmationReply.id))
        .join(Confirmation, Confirmation.id == ConfirmationReply.confirmation_id)
        .join(FactCheck, FactCheck.id == Confirmation.fact_check_id)
        .where(FactCheck.consultation_id == consultation_id)
        .group_by(now_of(Confirmation.organisation_id))
    )


def count_to_answer() -> sa.ScalarSelect[int]:
    """Corrections that wait for their answer and objections that wait for their review. Needs Consultation outside."""
    waits = sa.or_(
        sa.and_(ConfirmationReply.kind == ReplyKind.correction, ConfirmationReply.answered_at.is_(None)),
        sa.and_(ConfirmationReply.kind == ReplyKind.objection, ~is_reviewed(ReviewKind.objection, ConfirmationReply.id)),
    )
    counted = sa.select(sa.func.count(ConfirmationReply.id)).where(
        Consultation.summary_published_at.is_(None),
        ConfirmationReply.id.in_(latest_replies(Consultation.id).correlate(Consultation)),
        waits,
    )
    return counted.correlate(Consultation).scalar_subquery()


def list_to_remind(at: datetime) -> Sequence[FactCheck]:
    """The open rounds whose silent organisations have not been reminded."""
    statement = sa.select(FactCheck).join(FactCheck.consultation).where(is_open_sql(at), FactCheck.reminded_at.is_(None))
    return db.session.scalars(statement.options(contains_eager(FactCheck.consultation)).order_by(FactCheck.id)).all()
