"""The index is what readers may see, whatever has happened, at the end of each transaction."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from sakrad.consultations.models import AnswersPublic, Consultation
from sakrad.core import clock, search
from sakrad.core.db import db, transaction
from sakrad.core.events import EventName, record
from sakrad.core.search_index import SearchEntry, SearchWord
from sakrad.core.text import MASK
from sakrad.directory import commands as directory
from sakrad.directory.models import Municipality
from sakrad.pages import search_writer
from sakrad.positions.commands import reviewing
from sakrad.positions.models import PositionVersion, PublicationWish
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from sakrad.summaries.models import Finding
from tests import conftest
from tests import factories as make
from tests.factories import reading, summaries
from tests.policing import PolicingClient
from tests.responses import test_counting as counting
from tests.statements import counted

OWN = ("mask a heading", "switch off", "switch on", "move closing", "rename")


def kept() -> tuple[Any, ...]:
    """All that the index holds, but when it was written."""
    names = [column.key for column in SearchEntry.__table__.c if column.key not in ("id", "indexed_at")]
    entries = db.session.execute(sa.select(SearchEntry.id, *(getattr(SearchEntry, name) for name in names)).order_by(SearchEntry.key)).all()
    words = search.VECTOR if db.engine.dialect.name == "postgresql" else search.FTS
    first, *_ = words.c
    if db.engine.dialect.name == "postgresql":
        columns = [sa.func.array_to_string(sa.func.tsvector_to_array(column), " ") for column in (words.c.title, words.c.words)]
    else:
        columns = [words.c.title, words.c.words]
    found = {row[0] & (1 << search.BITS) - 1: tuple(row[1:]) for row in db.session.execute(sa.select(first, *columns))}
    assert found.keys() == {row.id for row in entries}
    return [(*row[1:], found[row.id]) for row in entries], set(db.session.scalars(sa.select(SearchWord.stem)))


def anew() -> tuple[Any, ...]:
    with transaction():
        search.clear(db.session.connection())
        db.session.execute(sa.delete(SearchEntry))
        db.session.execute(sa.delete(SearchWord))
    search_writer.rebuild(at=clock.now())
    return kept()


def act(of: Consultation, deed: str, who: int) -> None:
    if deed not in OWN:
        counting.act(of, deed, who)
        return
    with transaction():
        place = db.session.get_one(Municipality, of.municipality_id)
        now: dict[str, Any] = {"actor": None, "at": clock.now()}
        if deed == "switch on":
            directory.switch_on(place, mailbox=place.mailbox, **now)
        elif deed == "switch off":
            directory.switch_off(place, **now)
        elif deed == "move closing":
            of = db.session.get_one(Consultation, of.id)
            assert of.closes_at is not None
            of.closes_at += timedelta(days=who + 1)
            of.answers_public = AnswersPublic.closing
            record(EventName.closing_moved, consultation_id=of.id, **now)
        elif deed == "rename":
            organisation = counting.positions(of)[who].organisation
            organisation.name = f"Fritt namn {who}"
            record(EventName.organisation_changed, organisation_id=organisation.id, **now)
        else:
            finding = db.session.scalars(sa.select(Finding).order_by(Finding.id)).all()[who % 2]
            whose = {"consultation_id": of.id, "ground": MaskGround.personal_data}
            records.mask_words(TextKind.finding_heading, [finding.id], finding.heading, words=finding.heading[:3], **whose, **now)  # type: ignore[arg-type]


PHASES, CHECKS = (Phase.explicit, Phase.generate), (HealthCheck.function_scoped_fixture,)


@settings(max_examples=2, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(deeds=st.lists(st.tuples(st.sampled_from((*counting.DEEDS, *OWN)), st.integers(0, 2)), min_size=3, max_size=8))
@example(deeds=[(deed, 1) for deed in (*counting.DEEDS, *OWN, "rename")])
def test_the_index_is_what_it_would_be_written_anew(app: Flask, deeds: list[tuple[str, int]]) -> None:
    conftest.empty()
    consultation = counting.world()
    search_writer.rebuild(at=clock.now())
    for deed, who in deeds:
        act(consultation, deed, who)
    assert kept() == anew()
    assert search_writer.rebuild(at=clock.now()) == 0


def entries(*where: Any) -> list[SearchEntry]:
    return list(db.session.scalars(sa.select(SearchEntry).where(*where).order_by(SearchEntry.id)))


def hits(q: str) -> list[SearchEntry]:
    return entries(SearchEntry.id.in_(search.matching(search.parse(q))))


def test_every_result_leads_to_the_place_where_its_words_stand(app: Flask, client: PolicingClient) -> None:
    story = reading.story()
    with transaction():
        story.organisation.description = "Vi samlas på torsdagar."
    make.position(
        reading.fresh(story).consultation, texts={1: "Det finns mycket att säga. " * 4_000, 2: "Det sista står på en annan sida."}
    )
    search_writer.rebuild(at=clock.now())
    found = [(one.kind, one.path, one.title, one.text) for one in entries()]
    assert {kind for kind, *_ in found} == {"consultation", "question", "finding", "response", "commitment", "organisation", "answer"}
    for kind, path, title, text in found:
        page, _, anchor = path.partition("#")
        shown = client.get(page).text
        first = re.split(rf"[\n.{MASK}]", text)[0][:40].strip()
        assert str(escape(title)) in shown and str(escape(first)) in shown, (kind, path, first)
        assert not anchor or f'id="{anchor}"' in shown, path


def test_who_wants_no_name_is_not_found_by_it(app: Flask) -> None:
    consultation = make.consultation(answers_public=AnswersPublic.closing)
    shy, bold = (make.organisation(verified_in=consultation.municipality, name=name) for name in ("Gömda huset", "Öppna huset"))
    texts = {1: "Skyddat boende saknas."}
    make.position(consultation, shy, texts=texts, wish=PublicationWish.unnamed)
    make.position(consultation, bold, texts=texts)
    make.position(consultation, texts=texts, wish=PublicationWish.municipality_only)
    make.position(consultation, texts=texts, published=False)
    make.position(make.consultation(announced_at=None), texts=texts)
    search_writer.rebuild(at=clock.now())
    unnamed, named = sorted(hits("boende"), key=lambda one: one.title)
    assert (named.title, named.organisation_id, named.visible_from) == (bold.name, bold.id, consultation.closes_at)
    assert (unnamed.title, unnamed.organisation_id, unnamed.organisation_kind) == ("", None, "")
    assert shy.slug not in unnamed.path and unnamed.at == consultation.announced_at and "unnamed" in unnamed.facts
    assert [one.kind for one in hits("gömda")] == ["organisation"]
    assert unnamed.indexed_at == named.indexed_at == consultation.closes_at, "is new when it can be read"


def test_receiving_a_first_answer_costs_no_statement_nor_does_a_draft(app: Flask) -> None:
    consultation = make.consultation()
    position = make.position(consultation, published=False)

    def asked(name: EventName, **whose: Any) -> int:
        with transaction():
            of = db.session.get_one(Consultation, whose["consultation_id"])
            with counted() as statements:
                record(name, at=clock.now(), **whose, municipality_id=of.municipality_id, authority_id=of.authority_id)
                before = len(statements)
                search_writer._write()
            return len(statements) - before

    version = position.current_id
    assert version is not None
    assert asked(EventName.position_received, subject_id=version, consultation_id=consultation.id, first=True) == 0
    assert asked(EventName.consultation_changed, consultation_id=make.consultation(announced_at=None).id) == 0


def test_indexing_takes_as_many_statements_however_much_there_is(app: Flask) -> None:
    story = reading.story()
    search_writer.rebuild(at=clock.now())

    def review() -> int:
        version = db.session.get_one(PositionVersion, story.position.current_id)
        with counted() as statements:
            make.do(
                reviewing.review_position,
                version,
                decision=ReviewDecision.withheld,
                reason="Uppgifter om enskilda.",
                ground=MaskGround.personal_data,
            )
        assert not entries(SearchEntry.part == f"position:{version.position_id}")
        with counted() as again:
            make.do(reviewing.review_position, db.session.get_one(PositionVersion, version.id), decision=ReviewDecision.publish)
        assert entries(SearchEntry.part == f"position:{version.position_id}")
        return len(statements) + len(again)

    few = review()
    for number in range(4, 9):
        question = make.question(reading.fresh(story).consultation, number=number)
        said = summaries.answer_of(story.position)
        summaries.save(type(said)(version_id=said.version_id, question_id=question.id, text=f"Nya ord {number}."))
    assert review() == few


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_operator_and_the_worker_mend_the_index(app: Flask) -> None:
    consultation = make.consultation()
    make.position(consultation)
    ran = app.test_cli_runner().invoke(args=["reindex"])
    assert ran.exit_code == 0 and f"{len(entries())} texter" in ran.output
    assert app.test_cli_runner().invoke(args=["reindex"]).output.startswith("0 ")
