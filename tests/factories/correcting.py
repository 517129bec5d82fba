"""Corrections and councils' hearings that are there already; and what the officers' forms for them hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.consultations import commands
from sakrad.consultations.corrections import Part, Wanted
from sakrad.consultations.models import Consultation, Correction, CorrectionChange, CouncilHearing
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.directory.models import Council
from tests import factories as make


def correction(of: Consultation, *, text: str, number: int = 1, **values: Any) -> Correction:
    """One that changed the words of the first question, whatever the phase: announced a day after the opening unless told otherwise."""
    assert of.opens_at is not None
    values = {"reason": "Frågan gick att missförstå.", "announced_at": of.opens_at + timedelta(days=1)} | values
    question = of.questions[0]
    made: Correction = make.save(Correction(consultation_id=of.id, number=number, **values))
    with transaction():
        before, question.text, question.version = question.text, text, question.version + 1
        made.changes.append(
            CorrectionChange(field=Part.text.value, question_id=question.id, question_version=question.version, before=before, after=text)
        )
    return made


def announced(of: Consultation, *, reason: str = "Frågan gick att missförstå.", at: Any = None, **wanted: Any) -> Correction:
    """One that is announced in the real way; `wanted` as `corrections.Wanted` takes it."""
    with transaction():
        return commands.announce_correction(of, Wanted(**wanted), reason=reason, actor=None, at=at or clock.now())


def words(text: str) -> dict[Part, str]:
    return {Part.text: text}


def council(of: Consultation, name: str = "Pensionärsrådet") -> Council:
    return make.save(Council(municipality_id=of.municipality_id, name=name))


def hearing(of: Consultation, **values: Any) -> CouncilHearing:
    values = {"heard_on": clock.today(), "paragraph": "§ 12", "minutes_url": "https://prova.example/protokoll"} | values
    return make.save(CouncilHearing(consultation_id=of.id, council_id=values.pop("council", None) or council(of).id, **values))
