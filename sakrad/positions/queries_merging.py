"""Drafts that came with an organisation merged into another one that writes to the same consultation itself.

They stay where they were, since an organisation has one draft to each consultation, and are read and copied from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries import get_organisation
from sakrad.directory.queries_merging import accepted_into
from sakrad.positions.models import Draft, DraftAnswer


@dataclass(frozen=True, slots=True)
class Inherited:
    """A draft of the organisation that has become part of this one."""

    organisation: Organisation
    draft: Draft


def list_inherited(organisation: Organisation) -> Sequence[Draft]:
    """The drafts that came with others, the latest written first, each with its consultation."""
    return db.session.scalars(
        _drafts(organisation)
        .options(joinedload(Draft.consultation).joinedload(Consultation.municipality), joinedload(Draft.organisation))
        .order_by(Draft.updated_at.desc(), Draft.id)
    ).all()


def get_inherited(org: str, other: str, kommun: str, slug: str) -> Inherited:
    """The one that came with the organisation `other`, with its answers.

    Raises:
        Missing: the organisation has none such.
        Moved: it has itself been merged into another.
    """
    organisation = get_organisation(org)
    draft = db.session.scalar(
        _drafts(organisation)
        .join(Draft.organisation)
        .join(Draft.consultation)
        .join(Consultation.municipality)
        .where(Organisation.slug == other, Municipality.slug == kommun, Consultation.slug == slug)
        .options(
            joinedload(Draft.consultation).joinedload(Consultation.municipality),
            joinedload(Draft.organisation),
            selectinload(Draft.answers).joinedload(DraftAnswer.question),
        )
    )
    if draft is None:
        raise Missing("draft")
    return Inherited(organisation, draft)


def _drafts(organisation: Organisation) -> sa.Select[Draft]:
    return sa.select(Draft).where(Draft.organisation_id.in_(accepted_into(organisation.id)), Draft.sealed_at.is_(None))
