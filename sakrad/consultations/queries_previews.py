"""Reads about previews: what is shown to whoever was asked to look, its stamp, and what they have said."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from sakrad.consultations import beside, lifecycle, links
from sakrad.consultations.lifecycle_previews import PreviewFacts, PreviewState, state
from sakrad.consultations.models import Consultation, Invitation, Material, Preview, Question
from sakrad.consultations.queries import WITH_PARTS
from sakrad.consultations.queries_correcting import ShownHearing, shown_hearings
from sakrad.consultations.queries_public import COLUMNS, Head
from sakrad.core import clock, ids
from sakrad.core.db import db, locked, order_sv
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation

FIRST = 50  # of the invited are shown by name
# What an approval binds: every word and choice that a reader sees, but for the reasons that are given at the announcement itself.
_BOUND = (
    *("title", "lead", "need", "purpose", "background", "background_easy", "can_influence", "already_decided", "use_of_views"),
    *("inviting_function", "diary_number", "touches_money", "selection_rationale", "open_invitation", "answers_public", "comments_rule"),
    *("closes_at", "summary_due_on", "decision_on", "feedback_due_on", "follow_up_on", "authority_id", "unit_id", "function_id"),
)


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One that was asked, as the officers see it."""

    reference: str
    token: str
    function: str
    email: str
    state: PreviewState
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    comment: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The consultation as readers will see it, and the stamp of exactly that."""

    head: Head
    use_of_views: str
    questions: list[Question]
    materials: list[Material]
    groups: list[str]
    invited: list[str]  # the first of them, by name
    invitations: int
    meetings: Sequence[Any]  # meetings.queries_public.PublicMeeting
    hearings: tuple[ShownHearing, ...]
    stamp: str


def get_preview(token: str) -> Preview:
    """What the link opens, whether or not it still may; preview and consultation locked when writing.

    Raises:
        Missing: the token is false.
    """
    statement: sa.Select[Any] = (
        sa.select(Preview)
        .join(Preview.consultation)
        .join(Consultation.municipality)
        .where(Preview.reference == ids.reference_in(token), Municipality.active)
        .options(contains_eager(Preview.consultation).options(*WITH_PARTS, selectinload(Consultation.questions)))
    )
    preview: Preview | None = db.session.scalar(locked(statement, Preview, Consultation))
    if preview is None or not links.is_preview_token(token, preview):
        raise Missing("preview")
    return preview


def get_asked_preview(kommun: str, slug: str, reference: str) -> Preview:
    """One that the consultation's officers have asked; locked when writing.

    Raises:
        Missing: there is none.
    """
    statement: sa.Select[Any] = (
        sa.select(Preview)
        .join(Preview.consultation)
        .join(Consultation.municipality)
        .where(Municipality.slug == kommun, Municipality.active, Consultation.slug == slug, Preview.reference == reference)
        .options(contains_eager(Preview.consultation).options(*WITH_PARTS))
    )
    preview: Preview | None = db.session.scalar(locked(statement, Preview, Consultation))
    if preview is None:
        raise Missing("preview")
    return preview


def facts_of_preview(preview: Preview) -> PreviewFacts:
    """What its state is judged by."""
    return PreviewFacts(**{field.name: getattr(preview, field.name) for field in dataclasses.fields(PreviewFacts)})


def list_previews(consultation: Consultation, at: datetime) -> list[PreviewRow]:
    """All that were asked, the latest first."""
    rows = db.session.scalars(
        sa.select(Preview).where(Preview.consultation_id == consultation.id).order_by(Preview.asked_at.desc(), Preview.id.desc())
    ).all()
    stamp = stamp_of(consultation) if rows else ""
    return [
        PreviewRow(
            reference=row.reference,
            token=links.preview_token(row),
            function=row.function,
            email=row.email,
            state=state(facts_of_preview(row), stamp, at),
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            decided_at=row.decided_at,
            comment=row.comment,
        )
        for row in rows
    ]


def list_changes_wanted(consultation: Consultation, at: datetime) -> list[PreviewRow]:
    """Those who want to see a change, the latest first; not where the same function has approved the text since."""
    rows = list_previews(consultation, at)
    content = {row.function for row in rows if row.state is PreviewState.approved}
    return [row for row in rows if row.state in (PreviewState.change_wanted, PreviewState.changed_since) and row.function not in content]


def is_approved(consultation: Consultation) -> bool:
    """Whether somebody has approved it as it stands now. 1 statement where nobody has approved anything, else 6."""
    approvals = sa.select(Preview.stamp).where(
        Preview.consultation_id == consultation.id, Preview.approved.is_(True), Preview.revoked_at.is_(None)
    )
    stamps = set(db.session.scalars(approvals))
    return bool(stamps) and stamp_of(consultation) in stamps


def stamp_of(consultation: Consultation) -> str:
    """What readers will see, as a digest: another word, date, question, file, organisation, meeting or hearing makes another."""
    invited = sa.select(Invitation.organisation_id).where(Invitation.consultation_id == consultation.id)
    shown = [
        {name: _plain(getattr(consultation, name)) for name in _BOUND},
        _opening(consultation),
        sorted(group.slug for group in consultation.groups),
        [[q.number, q.kind, q.text, q.help, q.length_hint, q.required, q.options, _plain(q.withdrawn_at)] for q in consultation.questions],
        [[m.reference, m.title, m.description, _plain(m.withdrawn_at)] for m in consultation.materials],
        sorted(db.session.scalars(invited)),
        [meeting.bound for meeting in beside.meetings_of(consultation.id)],
        [[h.council, h.heard_on, h.paragraph, h.minutes_url] for h in shown_hearings(consultation)],
    ]
    return ids.digest(json.dumps(shown, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _opening(consultation: Consultation) -> str | None:
    """The day it opens; None where it opens with the announcement, so that announcing does not outdate what was approved."""
    opens_at, announced_at = consultation.opens_at, consultation.announced_at
    if opens_at is None or (announced_at is not None and clock.day_of(opens_at) == clock.day_of(announced_at)):
        return None
    return clock.day_of(opens_at).isoformat()


def get_shown(consultation: Consultation, at: datetime) -> Shown:
    """What the link shows."""
    invited = (
        sa.select(Organisation.name)
        .join(Invitation, Invitation.organisation_id == Organisation.id)
        .where(Invitation.consultation_id == consultation.id)
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(invited.subquery())) or 0
    return Shown(
        head=_as_if_announced(consultation, at),
        use_of_views=consultation.use_of_views,
        questions=list(consultation.questions),
        materials=[material for material in consultation.materials if material.withdrawn_at is None],
        groups=[group.name for group in consultation.groups],
        invited=list(db.session.scalars(invited.order_by(order_sv(Organisation.name)).limit(FIRST))),
        invitations=total,
        meetings=beside.meetings_of(consultation.id),
        hearings=shown_hearings(consultation),
        stamp=stamp_of(consultation),
    )


def _as_if_announced(consultation: Consultation, at: datetime) -> Head:
    """The head of the public page, as it would be if the consultation were announced at the instant."""
    municipality, authority, function = consultation.municipality, consultation.authority, consultation.contact
    values = {name: getattr(consultation, name) for name in COLUMNS}
    opens_at = max(consultation.opens_at or at, at)
    values |= {
        "announced_at": at,
        "opens_at": opens_at,
        "closes_at": consultation.closes_at or lifecycle.proposed_closing(at, opens_at),
        "kommun": municipality.slug,
        "place": municipality.name,
        "municipality": municipality.full_name,
        "authority": authority.name,
        "mailbox": authority.mailbox,
        "unit": function.unit.name if function else None,
        "function": function.title if function else None,
        "holder": function.holder if function else None,
        "email": function.email if function else None,
        "phone": function.phone if function else None,
    }
    return Head(**values, at=at)


def find_preview_material(preview: Preview, reference: str) -> Material | None:
    """A file of what the link shows."""
    return db.session.scalar(
        sa.select(Material).where(
            Material.consultation_id == preview.consultation_id, Material.reference == reference, Material.withdrawn_at.is_(None)
        )
    )
