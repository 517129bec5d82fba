"""Mails about what came of organisations' words, with links that need no account, and about their verdicts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import now_of
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link, page_of
from sakrad.positions.models import Position, PositionParty, PositionVersion
from sakrad.positions.queries_views import is_view_standing
from sakrad.responses.links import Holder, thread_token
from sakrad.responses.models import Commitment, FeedbackRelease, Pledge, Verdict
from sakrad.responses.queries_verdicts import judges
from sakrad.responses.told import is_confirmed


def feedback_published(told: Told) -> Content:
    """One part per consultation; all are the same authority's."""
    consultations = [consultation_of(number) for number in dict.fromkeys(event.consultation_id for event in told.events)]
    items = [
        {
            "consultation": consultation,
            "url": page_of("responses.show", consultation),
            "own": [
                (name, link("voices_thread.link_thread", token=thread_token(what))) for name, what in _heard(consultation, told.recipient)
            ],
            "rest_on": db.session.scalar(
                sa.select(sa.func.min(FeedbackRelease.planned_on)).where(
                    FeedbackRelease.consultation_id == consultation.id, FeedbackRelease.published_at.is_(None)
                )
            ),
        }
        for consultation in consultations
    ]
    return from_authority(consultations[0], items=items)


def _heard(consultation: Consultation, recipient: str) -> list[tuple[str, Position | PositionParty]]:
    """The organisations at the address, by name, each with one of the answers that are its own or that it stands behind."""
    spoke = sa.exists().where(PositionVersion.position_id == Position.id, is_view_standing()).correlate(Position)
    own = (
        sa.select(Organisation.name, Position)
        .join(Position, Organisation.id == now_of(Position.organisation_id))
        .where(Position.consultation_id == consultation.id, Organisation.email == recipient, sa.or_(Position.stands, spoke))
        .order_by(Position.id)
    )
    joint = (
        sa.select(Organisation.name, PositionParty)
        .join(PositionParty, Organisation.id == now_of(PositionParty.organisation_id))
        .join(Position, Position.id == PositionParty.position_id)
        .where(Position.consultation_id == consultation.id, Organisation.email == recipient, PositionParty.stands)
        .order_by(PositionParty.id)
    )
    found: dict[str, Position | PositionParty] = {}
    for name, what in [*db.session.execute(own), *db.session.execute(joint)]:
        found.setdefault(name, what)
    return sorted(found.items(), key=lambda one: one[0])


def verdict_asked(told: Told) -> Content:
    """One part per commitment, with a button for each organisation at the address."""
    commitments = db.session.scalars(
        sa.select(Commitment).where(Commitment.id.in_({event.subject_id for event in told.events})).order_by(Commitment.id)
    ).all()
    items: list[dict[str, Any]] = []
    for commitment in commitments:
        consultation, who = consultation_of(commitment.consultation_id), judges().subquery()
        asked = db.session.scalars(
            sa.select(Organisation)
            .where(
                Organisation.email == told.recipient,
                sa.exists().where(who.c.commitment_id == commitment.id, now_of(who.c.organisation_id) == Organisation.id),
            )
            .order_by(Organisation.name)
        ).all()
        heard = dict(_heard(consultation, told.recipient))
        own = [(one.name, _judge_link(heard.get(one.name) or _part_of(one, commitment), commitment)) for one in asked]
        items.append({"consultation": consultation, "commitment": commitment, "own": own})
    return from_authority(items[0]["consultation"], items=items)


def _part_of(organisation: Organisation, commitment: Commitment) -> Pledge:
    """Its part, of one that takes part in a joint commitment without having answered."""
    own = sa.select(Pledge).where(Pledge.commitment_id == commitment.id, now_of(Pledge.organisation_id) == organisation.id, is_confirmed())
    return db.session.scalars(own.order_by(Pledge.id).limit(1)).one()


def _judge_link(holder: Holder, commitment: Commitment) -> str:
    return link("responses_thread.link_verdict", token=thread_token(holder), number=commitment.number)


def verdict_given(told: Told) -> Content:
    """That there is something to review, and neither whose it is nor what it says."""
    verdict = db.session.get_one(Verdict, told.event.subject_id)
    consultation = consultation_of(told.event.consultation_id)
    return from_authority(
        consultation,
        number=verdict.commitment.number,
        url=link("responses_verdicts.review", reference=verdict.reference, **consultation.address),
    )
