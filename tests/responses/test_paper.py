"""The tjänsteskrivelse: a first wording from the sakråd, two writers without loss, and a Word file without masked words."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
import sqlalchemy as sa
from docx.shared import Pt
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock, files
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import WordTemplate
from sakrad.positions.models import PublicationWish
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.responses.models import BoardPaper, Outcome
from sakrad.responses.paper import FIELDS, PaperFacts, Promised, first_wording
from sakrad.responses.routes import staff_paper
from tests import factories as make
from tests.factories import responses, summaries

WORDS = {name: f"Ord om {name}." for name in FIELDS}


def facts(**values: Any) -> PaperFacts:
    now = clock.now()
    basic: dict[str, Any] = {
        "title": "Vägen in",
        "diary_number": "SN 2027/1",
        "authority": "Socialnämnden",
        "lead": "Vad behövs?",
        "purpose": "Få kunskap.",
        "opens_at": now,
        "closes_at": now,
        "invited": 5,
        "answered": 1,
        "summary_published_at": now,
        "in_short": "Vägen är lång.",
        "headings": ["Vägen in är lång"],
        "not_heard": ["barn", "äldre"],
        "materials": ["Kartläggning"],
        "touches_money": True,
        "outcomes": [Outcome.will_do, Outcome.partly, Outcome.wont_do],
        "promised": [Promised("Ett nummer.", "Chef, Förvaltningen", "1 mars 2028")],
    }
    return PaperFacts(**basic | values)


def test_the_first_wording_says_what_the_sakrad_holds(app: Flask) -> None:
    written = first_wording(facts())
    for field, words in (
        ("proposal", "2. ge Chef, Förvaltningen i uppdrag: Ett nummer, senast 1 mars 2028,"),
        ("matter", "5 organisationer bjöds in och en svarade."),
        ("matter", "- Vägen in är lång"),
        ("consequences", "- Ett nummer. (Chef, Förvaltningen, senast 1 mars 2028)"),
        ("civil_society", "Av 3 föreslagna svar säger 2 att det görs, helt eller delvis, 0 att det utreds och 1 att det inte görs."),
        ("civil_society", "Ingen organisation har svarat för barn och äldre."),
        ("civil_society", "statsstöd prövas särskilt"),
        ("basis", "Kartläggning"),
    ):
        assert words in str(written[field]).replace("\u00a0", " "), field

    nothing = first_wording(facts(outcomes=[], promised=[]))
    assert nothing["proposal"] == nothing["consequences"] == "", "nothing is claimed before an answer is proposed"


class Desk:
    """An officer at a summarised consultation with one proposed answer."""

    def __init__(self, browse: Any) -> None:
        self.matter = responses.matter()
        of = self.matter.consultation
        self.release = responses.release(of)
        self.response = responses.response(self.release, finding=self.matter.findings[0])
        responses.commitment(self.response, self.matter.function)
        self.path = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/tjansteskrivelse"
        self.officer = browse(make.user((Role.officer, of.authority)))
        self.stranger = browse(make.user((Role.officer, make.authority())))

    def document(self) -> str:
        response = self.officer.get(f"{self.path}.docx")
        assert response.status_code == 200
        return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(response.data)).paragraphs)


@pytest.fixture
def desk(app: Flask, browse: Any) -> Desk:
    return Desk(browse)


def test_it_is_saved_with_its_event_and_two_at_once_lose_no_word(desk: Desk) -> None:
    assert "lämna svar på synpunkterna" in desk.officer.get(desk.path).get_data(as_text=True)
    assert db.session.scalar(sa.select(BoardPaper)) is None
    assert desk.officer.post(desk.path, data=WORDS | {"version": "0"}).status_code == 303
    paper = db.session.scalars(sa.select(BoardPaper)).one()
    assert (paper.version, paper.basis) == (1, WORDS["basis"])
    assert db.session.scalars(sa.select(Event).where(Event.name == EventName.board_paper_changed)).one()
    late = desk.officer.post(desk.path, data=WORDS | {"version": "0", "matter": "MITT"})
    html = late.get_data(as_text=True)
    assert late.status_code == 409 and "MITT" in html and WORDS["matter"] in html and 'value="1"' in html
    long = desk.officer.post(desk.path, data=WORDS | {"version": "1", "matter": "x" * 20_001})
    assert long.status_code == 422 and WORDS["proposal"] in long.get_data(as_text=True)
    assert WORDS["matter"] in desk.document() and "Vägen in är lång" in desk.document()
    assert [desk.stranger.get(path).status_code for path in (desk.path, f"{desk.path}.docx")] == [404, 404]


def test_it_is_frozen_with_the_decision_and_can_still_be_taken_along(desk: Desk) -> None:
    with transaction():
        for name, value in responses.decided().items():
            setattr(desk.release, name, value)
    assert desk.officer.post(desk.path, data=WORDS | {"version": "0", "matter": "MITT"}).status_code == 409
    assert "Förslag till beslut" in desk.document()


def test_the_document_holds_answers_and_summary_and_no_masked_or_unpublished_word(desk: Desk) -> None:
    points = desk.matter.points
    with transaction():
        first, second = (db.session.merge(point.answer) for point in points[:2])
        first.text = "Anna Ek väntade. Vägen in är lång."
        points[0].end = len(first.text)
        db.session.add(
            Mask(kind=TextKind.answer, text_id=first.id, start=0, end=7, ground=MaskGround.personal_data, created_at=clock.now())
        )
        version = second.version
        version.wish = PublicationWish.municipality_only
        hidden = second.text
        version.organisation_name = unnamed = "Kulturföreningen Smedjan"
    responses.response(desk.release, point=points[1])
    summaries.finding(desk.matter.findings[0].summary, f"[citat {points[0].number}]", heading="Citerat", section="Avdelning")
    text = desk.document()
    for words in ("Förslag till svar på synpunkterna", "Gör vi.", "Ett gemensamt nummer.", "Beslutsunderlag", "Bilaga:", "███████ väntade"):
        assert words in text, words
    board = desk.officer.get(desk.path.replace("tjansteskrivelse", "namndens-svar"))
    pasted = board.get_data(as_text=True).split('id="till-tjansteskrivelsen"')[1]
    for told in (text, pasted):
        assert f"Särskilt svar på synpunkt {points[1].number}" in told and unnamed not in told, "by the name that readers are told"
    answer = desk.path.replace("tjansteskrivelse", f"namndens-svar/synpunkt/{points[1].number}")
    said = {"outcome": "will_do", "reason": "Smedjans lokaler öppnas.", "version": "1"}
    assert "Smedjan finns i namnet" in desk.officer.post(answer, data=said, follow_redirects=True).get_data(as_text=True)
    assert "publiceras inte" in desk.officer.get(answer).get_data(as_text=True)
    assert "Anna Ek väntade" not in text and hidden not in text and "Orden visas inte" in text and "[citat" not in text
    headings = docx.Document(io.BytesIO(desk.officer.get(f"{desk.path}.docx").data))
    styles = {paragraph.text: paragraph.style.name for paragraph in headings.paragraphs if paragraph.style}
    assert styles["Konsekvenser för civilsamhället"] == "Heading 2" and styles["Avdelning"] == "Heading 2"


def test_words_hidden_after_it_was_saved_are_hidden_in_the_document_and_the_writer_is_told(desk: Desk) -> None:
    finding, answer = desk.matter.findings[0], desk.matter.points[0].answer
    said = {"version": "0", "matter": f"Som det står: {finding.body[:8]}. Annars: Annas väg, Ek i Ekhamra."}
    assert desk.officer.post(desk.path, data=WORDS | said).status_code == 303
    assert "har dolts" not in desk.officer.get(desk.path).get_data(as_text=True)
    with transaction():
        text = db.session.merge(answer)
        text.text = "Anna Ek."
        for kind, number, start, end in (
            (TextKind.finding, finding.id, 0, 8),
            (TextKind.answer, text.id, 0, 4),
            (TextKind.answer, text.id, 5, 7),
        ):
            mask = Mask(kind=kind, text_id=number, start=start, end=end, ground=MaskGround.personal_data, created_at=clock.now())
            db.session.add(mask)
    assert "Som det står: ████████. Annars: ████s väg, ██ i Ekhamra." in desk.document(), "whole words only, as they were hidden"
    assert "har dolts" in desk.officer.get(desk.path).get_data(as_text=True)
    assert "Annas väg" in db.session.scalars(sa.select(BoardPaper)).one().matter, "what is written stays as it is"


def test_it_is_dressed_in_the_municipality_s_own_template(desk: Desk) -> None:
    look, out = docx.Document(), io.BytesIO()
    look.styles["Heading 2"].font.size = Pt(31)
    look.save(out)
    stored = make.save(files.put(out.getvalue(), "mall.docx", files.FileKind.docx).row(clock.now()))
    of = desk.matter.consultation
    make.save(WordTemplate(municipality_id=of.municipality_id, file_id=stored.id, name="mall.docx", uploaded_at=clock.now()))
    made = docx.Document(io.BytesIO(desk.officer.get(f"{desk.path}.docx").data))
    assert made.styles["Heading 2"].font.size == Pt(31) and "mall.docx" in desk.officer.get(desk.path).get_data(as_text=True)


def test_a_summary_that_is_too_long_for_an_appendix_comes_as_its_own_document(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_paper, "LONGEST_APPENDIX", 10)
    assert "bifogas som ett eget dokument" in desk.document() and desk.officer.get(desk.path).status_code == 200
    assert "Det ligger utanför frågan." not in desk.document()


def test_nothing_before_the_summary_is_published(app: Flask, browse: Any) -> None:
    of = make.consultation(make.Phase.compiling)
    path = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/tjansteskrivelse"
    officer = browse(make.user((Role.officer, of.authority)))
    assert officer.get(path).status_code == 200
    assert officer.post(path, data=WORDS | {"version": "0"}).status_code == 409
    assert officer.get(f"{path}.docx").status_code == 404
