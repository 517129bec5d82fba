"""What the mails about the evaluation and about what comes next are given."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Continuation, ContinuationKind
from sakrad.core.db import db
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link, page_of
from sakrad.responses.evaluation import OPEN_FOR
from sakrad.responses.links_evaluation import evaluation_token
from sakrad.responses.models import EvaluationRound, EvaluationSeat


def evaluation_asked(told: Told) -> Content:
    """The link of the seat; the same words to both sides."""
    seat = db.session.get_one(EvaluationSeat, told.event.subject_id)
    return from_authority(
        consultation_of(seat.consultation_id),
        url=link("evaluation_link.show", token=evaluation_token(seat)),
        closes_at=seat.asked_at + OPEN_FOR,
        later=seat.round is EvaluationRound.year,
    )


def continuation_decided(told: Told) -> Content:
    """A part for each consultation: what kind of continuation, and where its words stand."""
    subjects = [event.subject_id for event in told.events]
    kinds: dict[int, list[ContinuationKind]] = defaultdict(list)
    for one in db.session.scalars(sa.select(Continuation).where(Continuation.id.in_(subjects)).order_by(Continuation.id)):
        kinds[one.consultation_id].append(one.kind)
    items: list[dict[str, Any]] = []
    for number, these in kinds.items():
        consultation = consultation_of(number)
        url = f"{page_of('pages.consultation', consultation)}#sen"
        items.append({"consultation": consultation, "kinds": list(dict.fromkeys(these)), "url": url})
    return from_authority(items[0]["consultation"], items=items)
