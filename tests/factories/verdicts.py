"""What organisations say of commitments, made without the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.directory.models import Organisation
from sakrad.records.models import MaskGround, Review, ReviewDecision, ReviewKind
from sakrad.responses.models import Commitment, Verdict, VerdictValue
from sakrad.summaries.models import Point
from tests import factories as make
from tests.factories import meetings, responses, save, summaries


def verdict(of: Commitment, by: Organisation, *, reviewed: ReviewDecision | None = None, **values: Any) -> Verdict:
    """Not done, without name and words, a month ago (counted), unless told otherwise; `reviewed`: what was decided about it."""
    values = {"value": VerdictValue.not_done, "organisation_name": by.name, "at": clock.now() - timedelta(days=32)} | values
    made: Verdict = save(Verdict(commitment_id=of.id, organisation_id=by.id, **values))
    if reviewed is not None:
        decided = {"decision": reviewed, "decided_at": clock.now()}
        if reviewed is ReviewDecision.withheld:
            decided |= {"reason": "Någon annans namn.", "ground": MaskGround.personal_data}
        save(Review(kind=ReviewKind.verdict, subject_id=made.id, **decided))
    return made


def judged(organisations: int = 4) -> tuple[Commitment, list[Organisation]]:
    """A published commitment whose finding cites so many organisations, which may all judge it."""
    matter, commitment = responses.published()
    of = matter.consultation
    voices = [make.organisation(verified_in=of.municipality) for _ in range(organisations)]
    for by in voices:
        said = summaries.point(summaries.answer_of(make.position(of, by)))
        summaries.cite(matter.findings[0], said)
    return make.again(commitment), [make.again(by) for by in voices]


def spoken(of: Consultation, by: Organisation, text: str) -> Point:
    """What an organisation that has written nothing said at a meeting, taken up."""
    position = make.position(of, by, texts={1: text}, meeting_id=meetings.meeting(of, days=-80).id)
    said = summaries.point(summaries.answer_of(position))
    with transaction():
        fresh = make.again(position)
        fresh.current_id = fresh.published_id = None
    return said
