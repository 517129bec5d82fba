"""Reads about templates: the product's own are files, the municipalities' are rows, and both are the same to whoever begins from one."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from sakrad.consultations import template_file
from sakrad.consultations.models import Consultation, ConsultationTemplate, Invitation
from sakrad.consultations.template_file import TemplateContent, TemplateQuestion
from sakrad.core.db import db, locked, order_sv
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory import queries as directory
from sakrad.directory.models import Municipality, Organisation, Subject, TargetGroup

FILES = Path(__file__).parent / "data" / "mallar"
# In the order in which they are offered: what most begin with first, the empty one last.
BUILT_IN = (
    "kort-sakrad",
    "plan-eller-styrdokument",
    "foreningsbidrag",
    "partnerskap",
    "lokal-overenskommelse",
    "nationella-minoriteter",
    "barn-och-unga",
    "tom",
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A template that one may begin from. `code`: what stands in its address."""

    code: str
    content: TemplateContent
    municipality: str = ""  # whose it is, in full; empty for the product's own
    shared_at: datetime | None = None
    own_id: int | None = None  # of the municipality that keeps it

    @property
    def claimed_origin(self) -> str:
        """Where it came from according to its file, which anybody may have written; empty where that is whose it is."""
        return self.content.origin if self.content.origin != self.municipality else ""

    @property
    def open_to_all(self) -> bool:
        """Whether it stands in the public gallery."""
        return self.own_id is None or self.shared_at is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """A template that the officers of a municipality look at."""

    municipality: Municipality
    offered: Offered


@lru_cache(maxsize=1)
def built_in() -> dict[str, TemplateContent]:
    """The product's own templates, by code."""
    return {code: template_file.from_toml(FILES / f"{code}.toml") for code in BUILT_IN}


def list_built_in() -> list[Offered]:
    """The same as they are offered."""
    return [Offered(code, content) for code, content in built_in().items()]


def find_template(code: str, municipality: Municipality) -> TemplateContent | None:
    """What a new consultation of the municipality may begin from: a built-in template, one of its own, or a shared one."""
    offered = find_offered(code, municipality)
    return offered.content if offered else None


def find_offered(code: str, municipality: Municipality | None = None) -> Offered | None:
    """The template with the code, when the municipality may see it; without a municipality, when everybody may."""
    if code in built_in():
        return Offered(code, built_in()[code])
    visible = _SHARED if municipality is None else sa.or_(_SHARED, ConsultationTemplate.municipality_id == municipality.id)
    row = db.session.scalar(_WITH_PLACE.where(ConsultationTemplate.reference == code, visible))
    return _offered(row) if row else None


def get_public_template(code: str) -> Offered:
    """A built-in or shared template.

    Raises:
        Missing: there is none, or it is not shared.
    """
    offered = find_offered(code)
    if offered is None:
        raise Missing("template")
    return offered


def get_choice(kommun: str, code: str) -> Choice:
    """A template that the municipality may begin from.

    Raises:
        Missing: there is none.
    """
    municipality = directory.get_municipality(kommun)
    offered = find_offered(code, municipality)
    if offered is None:
        raise Missing("template")
    return Choice(municipality, offered)


def get_template(kommun: str, reference: str) -> ConsultationTemplate:
    """One of the municipality's own, shared or not; locked when writing.

    Raises:
        Missing: there is none.
    """
    statement = _WITH_PLACE.where(Municipality.slug == kommun, Municipality.active, ConsultationTemplate.reference == reference)
    found = db.session.scalar(
        locked(
            statement.options(contains_eager(ConsultationTemplate.municipality).selectinload(Municipality.authorities)),
            ConsultationTemplate,
        )
    )
    if found is None:
        raise Missing("template")
    return found


def list_own(municipality: Municipality) -> list[Offered]:
    """The municipality's own, by name; there are at most as many as one may keep."""
    own = _WITH_PLACE.where(ConsultationTemplate.municipality_id == municipality.id)
    return [_offered(row) for row in db.session.scalars(own.order_by(order_sv(ConsultationTemplate.name), ConsultationTemplate.id))]


def find_same(municipality: Municipality, content: TemplateContent) -> Offered | None:
    """The municipality's own template with the very same words, wherever either came from."""
    wanted = dataclasses.replace(content, origin="")
    return next((own for own in list_own(municipality) if dataclasses.replace(own.content, origin="") == wanted), None)


def count_own(municipality: Municipality) -> int:
    """How many it keeps."""
    counted = sa.select(sa.func.count(ConsultationTemplate.id)).where(ConsultationTemplate.municipality_id == municipality.id)
    return db.session.scalar(counted) or 0


def list_shared(page: int, *, but: Municipality | None = None) -> tuple[list[Offered], int]:
    """One page of the shared ones, the newest first, and how many pages there are. `but`: not this municipality's."""
    rule = _SHARED if but is None else sa.and_(_SHARED, ConsultationTemplate.municipality_id != but.id)
    counted = sa.select(sa.func.count(ConsultationTemplate.id)).join(ConsultationTemplate.municipality).where(rule)
    pages = page_count(db.session.scalar(counted) or 0)
    page = min(page, pages)
    rows = _WITH_PLACE.where(rule).order_by(ConsultationTemplate.shared_at.desc(), ConsultationTemplate.id.desc())
    return [_offered(row) for row in db.session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE))], pages


_SHARED = sa.and_(ConsultationTemplate.shared_at.is_not(None), Municipality.active)
_WITH_PLACE = (
    sa.select(ConsultationTemplate).join(ConsultationTemplate.municipality).options(contains_eager(ConsultationTemplate.municipality))
)


def _offered(row: ConsultationTemplate) -> Offered:
    return Offered(row.reference, content_of(row), row.municipality.full_name, row.shared_at, row.municipality_id)


def content_of(row: ConsultationTemplate) -> TemplateContent:
    """What a kept template holds."""
    return template_file.checked(row.content)


def names_of(content: TemplateContent) -> tuple[list[TargetGroup], list[Subject]]:
    """The groups and subjects that the template names and that are known here, by name."""
    groups = sa.select(TargetGroup).where(TargetGroup.slug.in_(content.groups)).order_by(order_sv(TargetGroup.name))
    subjects = sa.select(Subject).where(Subject.slug.in_(content.subjects)).order_by(order_sv(Subject.name))
    return (
        list(db.session.scalars(groups)) if content.groups else [],
        list(db.session.scalars(subjects)) if content.subjects else [],
    )


def content_from(consultation: Consultation, *, name: str, description: str = "") -> TemplateContent:
    """A consultation's texts and questions as a template: without its dates, number, people and invitations.

    Raises:
        RefusedTemplate: it holds more than a template may.
    """
    content = TemplateContent(
        name=name,
        description=description,
        **{field: getattr(consultation, field) for field in _TAKEN},
        groups=tuple(group.slug for group in consultation.groups),
        subjects=tuple(subject.slug for subject in consultation.subjects),
        questions=tuple(
            TemplateQuestion(
                kind=question.kind,
                text=question.text,
                help=question.help,
                length_hint=question.length_hint,
                required=question.required,
                options=tuple(question.options),
            )
            for question in consultation.questions
            if question.withdrawn_at is None
        ),
    )
    return template_file.checked(template_file.as_dict(content))


_TAKEN = (
    *("title", "lead", "need", "purpose", "background", "background_easy", "can_influence", "already_decided", "use_of_views"),
    *("selection_rationale", "inviting_function", "policy_stage", "participation_level", "answers_public", "comments_rule"),
    *("open_invitation", "touches_money"),
)


def list_invited_organisations(consultation: Consultation) -> list[Organisation]:
    """Whom it invites, by name; those merged into another left out."""
    invited = sa.select(Invitation.organisation_id).where(Invitation.consultation_id == consultation.id)
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .where(Organisation.id.in_(invited), Organisation.merged_at.is_(None))
            .order_by(order_sv(Organisation.name), Organisation.id)
        )
    )
