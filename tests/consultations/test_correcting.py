"""Announced corrections, and what councils say: what the commands write, and what they refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from sakrad.consultations import commands, queries_correcting
from sakrad.consultations.commands.correcting import ReasonMissing
from sakrad.consultations.commands.hearings import CouncilElsewhere
from sakrad.consultations.corrections import Part, Wanted, changes_of, stamp_of
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Correction, CorrectionChange, Material
from sakrad.core import clock, files, ids
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from tests import factories as make
from tests.factories import correcting
from tests.factories.consultations import fresh


def events() -> list[tuple[str, dict]]:
    return [(row.name, row.data) for row in db.session.execute(sa.select(Event.name, Event.data).order_by(Event.id))]


def test_a_changed_question_gets_a_new_version_and_keeps_what_stood_there(app):
    consultation = make.consultation(Phase.open)
    before = consultation.questions[0].text
    correction = correcting.announced(
        consultation, questions={1: {Part.text: "Vad ser ni nu?", Part.help: "I höst."}}, texts={Part.lead: "En annan mening."}
    )
    question = fresh(consultation).questions[0]
    assert (question.text, question.help, question.version) == ("Vad ser ni nu?", "I höst.", 2)
    assert fresh(consultation).lead == "En annan mening."
    changes = [(one.field, one.question_version, one.before, one.after) for one in fresh(correction).changes]
    assert changes == [
        ("text", 2, before, "Vad ser ni nu?"),
        ("help", 2, "", "I höst."),
        ("lead", None, "Vad behöver den som söker hjälp?", "En annan mening."),
    ]
    assert events() == [(EventName.correction_announced, {"number": 1})]


def test_corrections_are_numbered_and_each_is_a_version(app):
    consultation = make.consultation(Phase.open)
    for text in ("Andra?", "Tredje?"):
        correcting.announced(fresh(consultation), questions={1: {Part.text: text}})
    assert db.session.scalars(sa.select(Correction.number).order_by(Correction.number)).all() == [1, 2]
    history = queries_correcting.histories_of(fresh(consultation))[fresh(consultation).questions[0].id]
    assert (history.before(1), history.before(2), history.before(3)) == (1, 2, None)
    assert history.text_at(2, "Tredje?") == "Andra?"
    assert history.version_at(clock.now() - timedelta(days=1)) == 1
    assert history.version_at(clock.now()) == 3


def test_more_time_is_a_correction_and_one_mail(app):
    consultation = make.consultation(Phase.open)
    later = consultation.closes_at + timedelta(days=7)
    correcting.announced(consultation, dates={Part.closes_at: later})
    assert events() == [(EventName.closing_moved, {"closes_at": later.isoformat(), "number": 1, "told": False})]
    correcting.announced(fresh(consultation), dates={Part.closes_at: later + timedelta(days=1)}, texts={Part.lead: "Ny."})
    assert [(name, data.get("told")) for name, data in events()[1:]] == [
        (EventName.closing_moved, True),
        (EventName.correction_announced, None),
    ]
    fields = sa.select(CorrectionChange.field).order_by(CorrectionChange.id)
    assert list(db.session.scalars(fields)) == ["closes_at", "lead", "closes_at"]


def test_a_withdrawn_question_and_material_stay(app):
    consultation = make.consultation(Phase.open)
    stored = make.save(files.put(b"%PDF-", "a.pdf", files.FileKind.pdf).row(clock.now()))
    material = make.save(
        Material(reference=ids.reference(), consultation_id=consultation.id, file_id=stored.id, title="Karta", description="Vad som finns")
    )
    correcting.announced(consultation, withdrawn=frozenset({2}), outdated=frozenset({material.reference}))
    consultation = fresh(consultation)
    assert [question.withdrawn_at is not None for question in consultation.questions] == [False, True, False]
    assert fresh(material).withdrawn_at is not None
    with pytest.raises(Blocked, match="question_missing"), transaction():
        commands.announce_correction(consultation, Wanted(withdrawn=frozenset({1})), reason="Alla.", actor=None, at=clock.now())


def test_material_is_added_by_a_correction(app):
    consultation = make.consultation(Phase.open)
    addition = commands.Addition(files.put(b"%PDF-", "a.pdf", files.FileKind.pdf), "Karta", "Vad som finns.")
    with transaction():
        commands.announce_correction(consultation, reason="Den kom nu.", addition=addition, actor=None, at=clock.now())
    assert [paper.title for paper in fresh(consultation).materials] == ["Karta"]
    assert db.session.execute(sa.select(CorrectionChange.field, CorrectionChange.after)).all() == [("material", "Karta")]


def test_nothing_is_written_when_it_is_refused(app):
    consultation = make.consultation(Phase.open)
    wanted = Wanted(questions={1: {Part.text: "Ny?"}}, texts={Part.purpose: ""})
    for reason, seen, error in (("", None, ReasonMissing), ("Fel.", "annan", Stale), ("Fel.", None, Blocked)):
        with pytest.raises(error), transaction():
            commands.announce_correction(fresh(consultation), wanted, reason=reason, seen=seen, actor=None, at=clock.now())
    assert db.session.scalar(sa.select(sa.func.count(Correction.id))) == 0
    assert fresh(consultation).questions[0].version == 1
    assert events() == []
    seen = stamp_of(changes_of(fresh(consultation), Wanted(texts={Part.lead: "Ny."})))
    with transaction():
        commands.announce_correction(consultation, Wanted(texts={Part.lead: "Ny."}), reason="Fel.", seen=seen, actor=None, at=clock.now())


def test_a_council_is_noted_changed_and_removed_and_never_another_municipalitys(app):
    consultation, at = make.consultation(Phase.open), clock.now()
    council, other = correcting.council(consultation), correcting.council(make.consultation(Phase.open))
    with transaction():
        hearing = commands.add_hearing(consultation, council, heard_on=clock.today(), actor=None, at=at)
    for wrong, error in ((other, CouncilElsewhere), (council, commands.AlreadyHeard)):
        with pytest.raises(error), transaction():
            commands.add_hearing(fresh(consultation), fresh(wrong), heard_on=clock.today(), actor=None, at=at)
    with transaction():
        commands.change_hearing(fresh(hearing), fresh(council), heard_on=clock.today(), paragraph="§ 3", actor=None, at=at)
    assert fresh(hearing).paragraph == "§ 3"
    with transaction():
        commands.remove_hearing(fresh(hearing), actor=None, at=at)
    assert [name for name, _data in events()] == [
        EventName.council_hearing_added,
        EventName.council_hearing_changed,
        EventName.council_hearing_removed,
    ]
