"""The handover pack: complete, for members only, without a draft's words, and as quick for much as for little."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation
from sakrad.positions.models import AnchoringLevel, Answer, Draft, DraftAnswer, Position, PositionVersion
from sakrad.responses.models import Commitment, FeedbackRelease, Outcome, Response
from sakrad.summaries.models import Citation, Finding, Point, Summary
from tests import factories as make
from tests.factories import positions as desk
from tests.statements import counted

WORDS = "Ordsomingenfårläsaiöverlämningen"


def promise(consultation: Consultation, position: Position, what: str, *, published: bool = True) -> None:
    """A commitment that rests on the position through a finding."""
    now = clock.now()
    version = db.session.get_one(PositionVersion, position.current_id)
    answer = make.save(Answer(version_id=version.id, question_id=consultation.questions[0].id, text="Vägen in är lång."))
    point = make.save(Point(consultation_id=consultation.id, number=1, answer_id=answer.id, start=0, end=5, created_at=now))
    summary = make.save(Summary(consultation_id=consultation.id, in_short="Kort.", published_at=now))
    finding = make.save(Finding(summary_id=summary.id, number=1, heading="Vägen in", body="Lång [1]"))
    make.save(Citation(finding_id=finding.id, point_id=point.id, order=1))
    decided = {"sent_at": now, "decided_at": now, "decision_form": "board", "decision_on": clock.today(), "published_at": now}
    release = make.save(FeedbackRelease(consultation_id=consultation.id, **(decided if published else {})))
    response = make.save(Response(release_id=release.id, finding_id=finding.id, outcome=Outcome.will_do))
    commitment = Commitment(
        consultation_id=consultation.id,
        number=1,
        response_id=response.id,
        what=what,
        function_id=consultation.function_id,
        due_on=clock.today() + timedelta(days=30),
        created_at=now,
    )
    make.save(commitment)


class Pack:
    """An organisation with one of everything."""

    def __init__(self, **values: Any) -> None:
        self.municipality = make.municipality(name="Ekhamra")
        self.authority = make.authority(self.municipality, name="Socialnämnden", mailbox="namnd@ekhamra.example")
        self.organisation: Organisation = make.organisation(name="Jouren", verified_in=self.municipality, **values)
        self.fill()

    def fill(self) -> None:
        of, by = self.authority, self.organisation
        asked, writing = make.consultation(of=of, title="Inbjudna till"), make.consultation(of=of, title="Skriver på")
        make.invitation(asked, by)
        make.invitation(make.consultation(of=of, title="Har avböjt"), by, declined_at=clock.now())
        draft = make.draft(writing, by)
        make.save(DraftAnswer(draft_id=draft.id, question_id=writing.questions[0].id, text=WORDS, version=1, updated_at=clock.now()))
        sent = make.consultation(Phase.compiling, of=of, title="Preliminärt svar")
        make.position(sent, by, anchoring=AnchoringLevel.not_yet, confirm_by_on=clock.today() + timedelta(days=9))
        followed = make.consultation(Phase.following_up, of=of, title="Följs upp")
        promise(followed, make.position(followed, by, texts={}), f"Öppna ett nummer {followed.id}")
        undecided = make.consultation(Phase.summarised, of=of, title="Inte beslutat")
        promise(undecided, make.position(undecided, by, texts={}), "Ännu hemligt löfte", published=False)


@pytest.fixture
def pack(app: Flask) -> Pack:
    return Pack()


def url(pack: Pack, end: str = "") -> str:
    return f"/forening/{desk.fresh(pack.organisation).slug}/overlamning{end}"


def text_of(response: Any) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages).split())


def test_the_page_and_the_pdf_hold_everything_but_words(pack: Pack, browse: Any) -> None:
    browser = browse(make.user((Role.writer, pack.organisation), name="Skrolle Skribent"))
    page, paper = browser.get(url(pack)), browser.get(url(pack, ".pdf"))
    assert paper.mimetype == "application/pdf" and paper.headers["Cache-Control"] == "no-store"
    receipt = db.session.query(PositionVersion.receipt_number).order_by(PositionVersion.id).first()[0]  # type: ignore[index]
    for text in (page.text, text_of(paper)):
        for words in (
            "Inbjudna till",
            "Skriver på",
            "Preliminärt svar",
            receipt,
            "bekräfta senast",
            "Öppna ett nummer",
            "namnd@ekhamra.example",
            "chef@prova.example",
            "Verksamhetschef",
            "Ekhamra kommun",
            "Skrolle Skribent",
            "Så godkänner ni svar",
            "Byt lösenord till organisationens e-postlåda",
        ):
            assert words in text, words
        for secret in (WORDS, "Har avböjt", "Ännu hemligt löfte"):
            assert secret not in text


def test_a_protected_organisations_pack_tells_no_place(app: Flask, browse: Any) -> None:
    pack = Pack(protected=True)
    browser = browse(make.user((Role.writer, pack.organisation)))
    page, paper = browser.get(url(pack)).text, text_of(browser.get(url(pack, ".pdf")))
    for text in (page, paper):
        for place in ("Ekhamra", "ekhamra.example", "chef@prova.example", "0000-00 00 00"):
            assert place not in text
        assert "Organisationen är skyddad" in text and "Skriver på" in text


@pytest.mark.parametrize("end", ["", ".pdf"])
def test_it_is_for_the_members_only(pack: Pack, browse: Any, end: str) -> None:
    strangers = (
        make.user((Role.administrator, make.organisation())),
        make.user((Role.officer, pack.authority)),
        make.user((Role.coordinator, pack.municipality)),
        make.user(Role.operator),
    )
    for person in strangers:
        assert browse(person).get(url(pack, end)).status_code == 404
    assert "/logga-in" in browse().get(url(pack, end)).location
    for role in (Role.writer, Role.approver, Role.administrator):
        assert browse(make.user((role, pack.organisation))).get(url(pack, end)).status_code == 200


def test_a_sealed_draft_is_not_told_of(pack: Pack, browse: Any) -> None:
    with transaction():
        db.session.query(Draft).update({"sealed_at": clock.now()})
    assert "Skriver på" not in browse(make.user((Role.writer, pack.organisation))).get(url(pack)).text


def test_it_takes_as_many_statements_for_much_as_for_little(pack: Pack, browse: Any) -> None:
    browser, page = browse(make.user((Role.writer, pack.organisation))), url(pack)
    numbers = []
    for _time in range(3):  # the first warms up what the application asks once
        db.session.remove()
        with counted() as statements:
            browser.get(page)
        numbers.append(len(statements))
        pack.organisation, pack.authority = desk.fresh(pack.organisation), desk.fresh(pack.authority)
        pack.fill()
    assert numbers[1] == numbers[2] <= 10


def test_an_empty_pack_says_so(app: Flask, browse: Any) -> None:
    organisation = make.organisation()
    page = browse(make.user((Role.administrator, organisation))).get(f"/forening/{organisation.slug}/overlamning").text
    for words in ("Ingen just nu.", "Inget utkast väntar.", "Inget svar är inskickat.", "En enda person håller i organisationen"):
        assert words in page
