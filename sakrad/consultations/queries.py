"""Reads about consultations."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from sakrad.accounts.models import Role, User
from sakrad.consultations import lifecycle, links
from sakrad.consultations.lifecycle import Dates, Facts, Phase, phase
from sakrad.consultations.models import (
    AnswersPublic,
    Consultation,
    DeclineReason,
    Invitation,
    Material,
    Question,
    QuestionKind,
    consultation_group,
)
from sakrad.consultations.queries_load import list_asked_elsewhere
from sakrad.core import ids
from sakrad.core.db import db, locked, writing
from sakrad.core.errors import Missing
from sakrad.core.statements import built_once, day_of
from sakrad.directory.models import Municipality, Organisation, TargetGroup, Verification, organisation_group
from sakrad.directory.queries import registered_at

FEW = 3  # counts below this could point someone out (PRACTICE.md 26)
WITH_UNIT = (joinedload(Consultation.unit), joinedload(Consultation.function))
WITH_PARTS = (joinedload(Consultation.municipality), joinedload(Consultation.authority), *WITH_UNIT)


def dates_of(consultation: Consultation) -> Dates:
    """The facts that the lifecycle judges by."""
    return Dates(**{field.name: getattr(consultation, field.name) for field in dataclasses.fields(Dates)})


def phase_of(consultation: Consultation, at: datetime) -> Phase:
    """The consultation's phase at the instant."""
    return phase(dates_of(consultation), at)


def phase_sql(at: datetime) -> sa.ColumnElement[str]:
    """The twin of `lifecycle.phase` in SQL, tested against it on every border."""
    c = Consultation
    return sa.case(
        (c.cancelled_at.is_not(None), Phase.cancelled.value),
        (sa.or_(c.announced_at.is_(None), c.opens_at.is_(None), c.closes_at.is_(None)), Phase.draft.value),
        (c.ended_at.is_not(None), Phase.ended.value),
        (
            c.feedback_published_at.is_not(None),
            sa.case(
                (sa.or_(c.follow_up_began_at.is_not(None), c.follow_up_on <= day_of(at)), Phase.following_up.value),
                else_=Phase.answered.value,
            ),
        ),
        (c.summary_published_at.is_not(None), Phase.summarised.value),
        (c.opens_at > at, Phase.announced.value),
        (c.closes_at > at, Phase.open.value),
        else_=Phase.compiling.value,
    )


def is_open_sql(at: datetime) -> sa.ColumnElement[bool]:
    """`phase_sql(at) == open` in the columns of ix_consultation_phase; first what most are not."""
    c = Consultation
    done = (c.cancelled_at, c.ended_at, c.feedback_published_at, c.summary_published_at)
    return sa.and_(c.closes_at > at, c.opens_at <= at, c.announced_at.is_not(None), *(column.is_(None) for column in done))


def answers_visible(consultation: Consultation, at: datetime) -> bool:
    """Whether answers that have been reviewed for publication may be read at the instant (PRACTICE.md 5)."""
    return lifecycle.answers_visible(consultation.answers_public, consultation.closes_at, at)


def answers_visible_sql(at: datetime) -> sa.ColumnElement[bool]:
    """The same in SQL."""
    return sa.or_(Consultation.answers_public == AnswersPublic.review, Consultation.closes_at <= at)


def handled_by(user: User) -> sa.ColumnElement[bool]:
    """The twin of `policy.may_handle` in SQL."""
    officer = [held.authority_id for held in user.memberships if held.role is Role.officer]
    coordinator = [held.municipality_id for held in user.memberships if held.role is Role.coordinator]
    return sa.or_(
        Consultation.authority_id.in_(officer),
        sa.and_(Consultation.coordinator_takes_part, Consultation.municipality_id.in_(coordinator)),
    )


def registered_by(user: User) -> sa.ColumnElement[bool]:
    """The twin of `policy.may_register` in SQL."""
    registrar = [held.authority_id for held in user.memberships if held.role is Role.registrar]
    return sa.or_(Consultation.authority_id.in_(registrar), handled_by(user))


def facts_of(consultation: Consultation) -> Facts:
    """The facts that the gates judge by."""
    return Facts(
        dates=dates_of(consultation),
        has_unit=consultation.unit_id is not None,
        has_function=consultation.function_id is not None,
        questions=sum(question.kind is not QuestionKind.open and question.withdrawn_at is None for question in consultation.questions),
        groups=len(consultation.groups),
        groups_not_invited=tuple(group.name for group in list_groups_not_invited(consultation)),
        invitations=count_invitations(consultation),
        asked_elsewhere=tuple(list_asked_elsewhere(consultation)) if consultation.announced_at is None else (),
        **{name: getattr(consultation, name) for name in _SAME_NAME},
    )


_SAME_NAME = (
    "lead",
    "purpose",
    "background",
    "can_influence",
    "already_decided",
    "selection_rationale",
    "summary_due_on",
    "decision_on",
    "feedback_due_on",
    "short_time_reason",
    "group_not_invited_reason",
    "early_decision_reason",
)


def list_groups_not_invited(consultation: Consultation) -> list[TargetGroup]:
    """Groups concerned for which no invited organisation says that it speaks."""
    invited = (
        sa.select(Invitation.id)
        .join(organisation_group, organisation_group.c.organisation_id == Invitation.organisation_id)
        .where(Invitation.consultation_id == consultation.id, organisation_group.c.target_group_id == TargetGroup.id)
    )
    return list(
        db.session.scalars(
            sa.select(TargetGroup)
            .join(consultation_group, consultation_group.c.target_group_id == TargetGroup.id)
            .where(consultation_group.c.consultation_id == consultation.id, ~invited.exists())
            .order_by(TargetGroup.name)
        )
    )


def count_invitations(consultation: Consultation) -> int:
    """How many organisations are invited."""
    return db.session.scalar(sa.select(sa.func.count(Invitation.id)).where(Invitation.consultation_id == consultation.id)) or 0


def count_declines(consultation_id: int) -> tuple[int, Counter[DeclineReason]]:
    """How many of the invited have declined, and their reasons; each count only where it is large enough to point nobody out."""
    declined = sa.select(Invitation.decline_reason).where(
        Invitation.consultation_id == consultation_id, Invitation.declined_at.is_not(None)
    )
    found = Counter(db.session.scalars(declined))
    reasons = Counter({reason: found[reason] for reason in DeclineReason if found[reason] >= FEW})
    return (found.total() if found.total() >= FEW else 0), reasons


def is_slug_taken(municipality_id: int, slug: str) -> bool:
    """Whether a consultation of the municipality has the slug."""
    return bool(db.session.scalar(sa.select(sa.exists().where(Consultation.municipality_id == municipality_id, Consultation.slug == slug))))


def get_consultation(kommun: str, slug: str) -> Consultation:
    """The consultation at the address, whatever its phase, locked when writing: for staff routes.

    Raises:
        Missing: there is none in an active municipality.
    """
    return _one(sa.select(Consultation).where(Municipality.slug == kommun, Consultation.slug == slug))


def get_public_consultation(kommun: str, slug: str) -> Consultation:
    """The same, once it has been announced.

    Raises:
        Missing: there is none, or it is still a draft.
    """
    return _one(
        sa.select(Consultation).where(Municipality.slug == kommun, Consultation.slug == slug, Consultation.announced_at.is_not(None))
    )


def _one(statement: sa.Select[Any]) -> Consultation:
    statement = (
        statement.join(Consultation.municipality).where(Municipality.active).options(*WITH_PARTS, selectinload(Consultation.questions))
    )
    consultation: Consultation | None = db.session.scalar(locked(statement, Consultation))
    if consultation is None:
        raise Missing("consultation")
    return consultation


def get_question(kommun: str, slug: str, number: int) -> Question:
    """A question by its number, for staff routes; its consultation is locked when writing.

    Raises:
        Missing: there is no such consultation or question.
    """
    for question in get_consultation(kommun, slug).questions:
        if question.number == number:
            return question
    raise Missing("question")


def get_public_material(kommun: str, slug: str, reference: str) -> Material:
    """Material of an announced consultation.

    Raises:
        Missing: there is none, or the consultation is still a draft.
    """
    return _material(get_public_consultation(kommun, slug), reference)


def get_material(kommun: str, slug: str, reference: str) -> Material:
    """Material whatever the phase, for staff routes.

    Raises:
        Missing: there is none.
    """
    return _material(get_consultation(kommun, slug), reference)


def _material(consultation: Consultation, reference: str) -> Material:
    material = db.session.scalar(sa.select(Material).where(Material.consultation_id == consultation.id, Material.reference == reference))
    if material is None:
        raise Missing("material")
    return material


def get_invited(kommun: str, slug: str, org: str) -> Invitation:
    """The invitation of the organisation with the slug, for staff routes; the consultation is locked when writing.

    Raises:
        Missing: it is not invited.
    """
    consultation = get_consultation(kommun, slug)
    statement = sa.select(Invitation).join(Invitation.organisation).options(joinedload(Invitation.organisation))
    invitation = db.session.scalar(statement.where(Invitation.consultation_id == consultation.id, Organisation.slug == org))
    if invitation is None:
        raise Missing("invitation")
    return invitation


def find_invited(consultation: Consultation, slug: str) -> Organisation | None:
    """The invited organisation with the slug, if there is one."""
    there = sa.select(Organisation).join(Invitation, Invitation.organisation_id == Organisation.id)
    return db.session.scalar(there.where(Invitation.consultation_id == consultation.id, Organisation.slug == slug))


def find_invitation(consultation_id: int, organisation_id: int) -> Invitation | None:
    """The organisation's invitation to the consultation, if it has one."""
    return db.session.scalar(
        sa.select(Invitation).where(Invitation.consultation_id == consultation_id, Invitation.organisation_id == organisation_id)
    )


def find_one_of(consultation: Consultation, references: Sequence[str]) -> Invitation | None:
    """The first of the invitations with these references that is to the consultation, in their order."""
    there = Invitation.consultation_id == consultation.id
    found = db.session.scalars(sa.select(Invitation).where(there, Invitation.reference.in_(references)))
    return min(found, key=lambda invitation: references.index(invitation.reference), default=None)


def list_matching(consultation: Consultation) -> list[Organisation]:
    """Organisations of the municipality that say they speak for a group concerned and are not invited yet."""
    speaks = sa.select(organisation_group.c.organisation_id).where(
        organisation_group.c.target_group_id.in_([group.id for group in consultation.groups])
    )
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .where(
                Organisation.id.in_(speaks),
                is_at_home(consultation.municipality_id),
                ~is_invited(consultation),
                Organisation.merged_at.is_(None),
            )
            .order_by(Organisation.name)
        )
    )


def list_named(slugs: list[str]) -> list[Organisation]:
    """The organisations with these slugs, by name; unknown ones, and those merged into another, left out."""
    found = sa.select(Organisation).where(Organisation.slug.in_(slugs), Organisation.merged_at.is_(None))
    return list(db.session.scalars(found.order_by(Organisation.name)))


@dataclasses.dataclass(frozen=True, slots=True)
class Choosable:
    """A page of organisations that may be invited, and how many there are in all."""

    organisations: list[Organisation]
    total: int


def list_choosable(
    consultation: Consultation, *, text: str, group: str, everywhere: bool, barred: Collection[int], limit: int, offset: int
) -> Choosable:
    """Organisations in the register that are not invited yet, by name.

    Args:
        text: part of the name; empty for all.
        group: slug of a target group; empty for all.
        everywhere: also those of other municipalities.
        barred: ids of organisations that the reader is a member of (jäv).
    """
    statement = sa.select(Organisation).where(~is_invited(consultation), Organisation.merged_at.is_(None), Organisation.id.not_in(barred))
    if text:
        words = [Organisation.name.icontains(text, autoescape=True)]
        if any(character.isalnum() for character in text):
            words.append(Organisation.slug.contains(ids.slugify(text), autoescape=True))  # finds å, ä, ö in any case on SQLite too
        statement = statement.where(sa.or_(*words))
    if group:
        statement = statement.where(Organisation.groups.any(TargetGroup.slug == group))
    if not everywhere:
        statement = statement.where(is_at_home(consultation.municipality_id))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0
    page = statement.options(selectinload(Organisation.groups)).order_by(Organisation.name, Organisation.id).limit(limit).offset(offset)
    return Choosable(list(db.session.scalars(page)), total)


def is_invited(consultation: Consultation) -> sa.ColumnElement[bool]:
    """The organisation is invited. Needs Organisation outside."""
    return sa.exists().where(Invitation.consultation_id == consultation.id, Invitation.organisation_id == Organisation.id)


def is_at_home(municipality_id: int) -> sa.ColumnElement[bool]:
    """The organisation is of the municipality, or has been verified, or as a protected one imported, by it. Needs Organisation outside."""
    verified = sa.exists().where(Verification.organisation_id == Organisation.id, Verification.municipality_id == municipality_id)
    return sa.or_(Organisation.municipality_id == municipality_id, verified, registered_at(municipality_id))


@built_once
def _invitation(reference: str, *, writing: bool) -> sa.Select[Any]:
    parts = (contains_eager(Consultation.municipality), contains_eager(Consultation.authority))
    found = (
        sa.select(Invitation)
        .join(Invitation.organisation)
        .join(Invitation.consultation)
        .join(Consultation.municipality)
        .join(Consultation.authority)
        .where(Invitation.reference == reference, Consultation.announced_at.is_not(None), Municipality.active)
        .options(
            contains_eager(Invitation.organisation),
            contains_eager(Invitation.consultation).options(*parts, *(() if writing else WITH_UNIT)),
        )
    )
    if not writing:
        return found
    return found.with_for_update(of=(Organisation, Invitation), key_share=True).execution_options(populate_existing=True)


def get_invitation(token: str) -> Invitation:
    """The invitation that a personal link opens, with its consultation and organisation.

    When writing, the organisation and then the invitation are locked, in the order in which members hold them; the consultation is
    not. FOR NO KEY UPDATE, so that rows that refer to them need not wait.

    Raises:
        Missing: the token is false, or the consultation is not announced yet.
    """
    invitation: Invitation | None = db.session.scalar(*_invitation(ids.reference_in(token), writing=writing()))
    if invitation is None or not links.is_true(token, invitation):
        raise Missing("invitation")
    consultation = invitation.consultation
    set_committed_value(consultation, "questions", db.session.scalars(*_questions(consultation.id)).all())
    return invitation


@built_once
def _questions(consultation_id: int) -> sa.Select[Question]:
    return sa.select(Question).where(Question.consultation_id == consultation_id).order_by(Question.number)
