"""What the mail about a corrected summary is given: which edition it became, and where the difference and the reason stand."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core.db import db
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link, page_of
from sakrad.summaries.models import Edition


def summary_corrected(told: Told) -> Content:
    """A part for each consultation, about its latest edition."""
    editions = db.session.scalars(
        sa.select(Edition)
        .where(Edition.id.in_([event.subject_id for event in told.events]))
        .options(joinedload(Edition.summary))
        .order_by(Edition.published_at, Edition.id)
    )
    latest = {edition.summary.consultation_id: edition for edition in editions}
    items: list[dict[str, Any]] = []
    for consultation_id, edition in latest.items():
        consultation = consultation_of(consultation_id)
        items.append(
            {
                "consultation": consultation,
                "number": edition.number,
                "url": link("summaries.edition", **consultation.address, number=edition.number),
                "page": page_of("summaries.show", consultation),
            }
        )
    return from_authority(items[0]["consultation"], items=items)
