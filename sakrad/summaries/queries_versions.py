"""The Swedish words of a published summary, to be written in other languages."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from sakrad.consultations.models import Consultation
from sakrad.consultations.originals import Original
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries import citations
from sakrad.summaries.models import Summary
from sakrad.summaries.queries_public import findings_column, findings_in


def original_of(consultation_id: int) -> Original:
    """What the published summary says, under its masks and without its marks. 2 statements. Raises Missing."""
    row = db.session.execute(
        sa.select(Consultation.title, Summary.id, Summary.in_short, findings_column().label("findings"))
        .join(Summary, Summary.consultation_id == Consultation.id)
        .where(Consultation.id == consultation_id, Summary.published_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise Missing("summary")
    texts = findings_in(row.findings)
    ids = [text.id for text in texts]
    masks = masks_over({TextKind.in_short: [row.id], TextKind.finding: ids, TextKind.finding_heading: ids})
    findings = (
        (
            published(text.heading, masks.get((TextKind.finding_heading, text.id), ())),
            citations.MARKER.sub("", citations.published(text.body, masks.get((TextKind.finding, text.id), ()))).strip(),
        )
        for text in texts
    )
    in_short = published(row.in_short, masks.get((TextKind.in_short, row.id), ()))
    numbered = tuple((f"{number}. {name}", body) for number, (name, body) in enumerate(findings, 1))
    return Original(row.title, parts=((_("I korthet"), in_short), *numbered))
