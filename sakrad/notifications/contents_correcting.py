"""What the mail about an announced correction is given: which things are changed, and where the difference stands; never the words."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.corrections import Part, told
from sakrad.consultations.models import Correction, CorrectionChange
from sakrad.core.db import db
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link


def correction_announced(gathered: Told) -> Content:
    """A part for each correction, in the order in which they were announced."""
    corrections = db.session.scalars(
        sa.select(Correction)
        .where(Correction.id.in_([event.subject_id for event in gathered.events]))
        .options(selectinload(Correction.changes).options(joinedload(CorrectionChange.question), joinedload(CorrectionChange.material)))
        .order_by(Correction.announced_at, Correction.id)
    ).all()
    items: list[dict[str, Any]] = []
    for correction in corrections:
        consultation = consultation_of(correction.consultation_id)
        where = consultation.address
        changes = [told(change) for change in correction.changes]
        items.append(
            {
                "consultation": consultation,
                "number": correction.number,
                "questions": list(dict.fromkeys(one.question for one in changes if one.question and one.part is not Part.withdrawn_at)),
                "withdrawn": [one.question for one in changes if one.question and one.part is Part.withdrawn_at],
                "parts": [one.part for one in changes if one.question is None and one.material is None and one.part is not Part.closes_at],
                "material": any(one.material for one in changes),
                "more_time": any(one.part is Part.closes_at for one in changes),
                "url": link("consultations.correction", number=correction.number, **where),
            }
        )
    return from_authority(items[0]["consultation"], items=items)
