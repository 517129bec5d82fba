"""The summary and the answers as documents: they say what readers may read, in volumes, and nothing once it has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock, exports, files, jobs
from sakrad.core.db import db, transaction
from sakrad.core.exports import Export, ExportFile
from sakrad.core.files import StoredFile
from sakrad.positions.models import AnchoringLevel, PublicationWish
from sakrad.positions.queries_public import Visibility, Voice
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, TextKind
from sakrad.summaries import queries_appendix
from sakrad.summaries.exporting import PUBLISHED, RECEIVED, SUMMARY
from sakrad.summaries.jobs import refresh
from sakrad.summaries.paper import anchored
from tests import factories as make
from tests.factories import documents, reading

SECRET = "HEMLIGAORDET"
PUBLIC = [SUMMARY["pdf"], SUMMARY["docx"], PUBLISHED["docx"]]  # the volumes as PDF say the same paper


def mask_all(story: reading.Story) -> None:
    """The word away from every text of the story's answer."""
    with transaction():
        for answer in reading.fresh(story).position.current.answers:
            at = answer.text.find(SECRET)
            if at >= 0:
                records.mask_words(
                    TextKind.answer,
                    [answer.id],
                    answer.text,
                    words=SECRET,
                    span=None,
                    ground=MaskGround.personal_data,
                    actor=None,
                    at=clock.now(),
                    municipality_id=story.consultation.municipality_id,
                    authority_id=story.consultation.authority_id,
                    consultation_id=story.consultation.id,
                )


def test_masked_words_are_in_no_public_document_and_what_was_made_before_is_given_to_nobody(app: Flask) -> None:
    story = reading.story()
    before = {kind: documents.made(reading.fresh(story).consultation, kind) for kind in PUBLIC}
    for kind, export in before.items():
        told = documents.words_of(export)
        assert "Hemliga föreningen" in told, kind
        assert "Vi ser" in told, kind
    mask_all(story)
    for kind, export in before.items():
        assert documents.stale(db.session.get_one(Export, export.id)), kind
    told = documents.words_of(documents.made(reading.fresh(story).consultation, SUMMARY["docx"]))  # each kind: tests/attacks
    assert SECRET not in told and "Hemliga föreningen" in told
    assert SECRET in documents.words_of(documents.made(reading.fresh(story).consultation, RECEIVED["docx"]))


def test_how_an_answer_was_decided_reads_as_on_the_page(app: Flask) -> None:
    voice = Voice(Visibility.named, "k", "k", "K", "Q", 1, 1, False, anchoring=AnchoringLevel.board, decided_on=date(2026, 8, 15))
    told = anchored(replace(voice, decision_ref="§ 18", asked=84, answered=29)).replace("\u00a0", " ")
    assert told.endswith(" 15 augusti 2026, § 18, 29 av 84 tillfrågade svarade")


def test_an_organisation_without_a_name_is_named_in_no_document(app: Flask) -> None:
    story = reading.story()
    with transaction():
        version = reading.fresh(story).position.current
        assert version is not None
        version.wish = PublicationWish.unnamed
    for kind in PUBLIC[1:]:
        told = documents.words_of(documents.made(reading.fresh(story).consultation, kind))
        assert "Vi ser" in told, kind
        assert "Hemliga föreningen" not in told, kind
        assert reading.fresh(story).position.current.receipt_number not in told, kind


def test_quotations_minorities_sections_and_what_nobody_answered_stand_in_the_document(app: Flask) -> None:
    story = reading.story()
    with transaction():
        finding = reading.fresh(story).finding
        finding.body += "\n\n[citat 1]"
        finding.section, finding.minority = "Det som skaver", True
    told = documents.words_of(documents.made(reading.fresh(story).consultation, SUMMARY["pdf"]))
    for words in (
        "Det som skaver",
        "Återger en minoritet",
        "Ställningstaganden",
        "ingen omröstning",
        "Det är en hälsning.",
        "metodrapport",
        f"{story.consultation.authority.name}: {story.consultation.title}. Sammanställning av sakråd",
    ):
        assert words in told, words
    assert "[citat" not in told and "”Vi ser" in told


def test_answers_are_shared_out_on_volumes_that_are_made_one_by_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries_appendix, "MOST", 2)
    consultation = make.consultation(Phase.compiling)
    group = make.group()
    names = [f"Förening {letter}" for letter in "ABCDE"]
    for name in names:
        reading.voice(consultation, group, name=name)
    with transaction():
        export_id = exports.ask(
            RECEIVED["docx"], consultation.id, exports.stamp_of(RECEIVED["docx"], consultation.id, clock.now()), at=clock.now()
        ).id
    jobs.run_due(clock.now())
    export = db.session.get_one(Export, export_id)
    assert (export.done, export.total, export.finished_at) == (1, 3, None), "mail is sent between two volumes"
    documents.work()
    db.session.expire_all()
    assert [volume.title for volume in export.files] == ["Svar 1–2", "Svar 3–4", "Svar 5"]
    told = documents.words_of(export)
    assert all(told.count(name) == 1 for name in names)


def test_a_killed_job_goes_on_where_it_was_and_a_part_is_kept_once(app: Flask) -> None:
    story = reading.story()
    export = documents.made(story.consultation, SUMMARY["docx"])
    exports.make_next({"export": export.id}, clock.now())
    with transaction():
        assert not exports._keep(export.id, 1, 1, None, None), "another worker was first"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ExportFile)) == 1


def test_what_changes_while_it_is_made_is_never_mixed_and_may_be_asked_for_again(app: Flask) -> None:
    story = reading.story()
    with transaction():
        asked = exports.ask(SUMMARY["docx"], story.consultation.id, "f" * 64, at=clock.now())
    documents.work()
    db.session.expire_all()
    assert asked.failed_at is not None
    assert asked.files == []
    with transaction():
        again = exports.ask(SUMMARY["docx"], asked.subject_id, "f" * 64, at=clock.now() + timedelta(minutes=1))
    assert (again.id, again.failed_at) == (asked.id, None)


def test_old_ones_are_erased_with_their_files_and_true_ones_stay(app: Flask) -> None:
    story = reading.story()
    old = documents.made(story.consultation, PUBLISHED["docx"])
    key = old.files[0].file.key
    mask_all(story)
    true = documents.made(reading.fresh(story).consultation, PUBLISHED["docx"])
    later = clock.now() + exports.KEPT + timedelta(minutes=1)
    exports.erase_old({}, later)
    assert [export.id for export in db.session.scalars(sa.select(Export))] == [true.id]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile).where(StoredFile.key == key)) == 0
    with pytest.raises(FileNotFoundError):
        files.read(key)


def test_what_has_just_changed_is_made_anew_by_itself(app: Flask) -> None:
    story = reading.story()
    refresh({}, clock.now())
    assert {export.kind for export in db.session.scalars(sa.select(Export))} == set(SUMMARY.values())
    refresh({}, clock.now())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Export)) == 2, "nothing has changed"
    assert story
