"""The questions as a PDF and as a Word form: public, the same as on the page, and readable to everybody."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from flask import Flask
from pypdf import PdfReader

from sakrad.consultations import links
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, QuestionKind
from sakrad.core.db import transaction
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient

HOSTILE = '#eval("1") <script>alert(1)</script> $x$ \\ ] "citat" & åäö 𝔘🎈'


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    of = make.consultation(questions=1, can_influence="- vad som görs **först**\n- [hur](https://x.example) stödet ser ut\n\nOch annat.")
    with transaction():
        of = desk.fresh(of)
        of.questions[0].number, of.questions[0].text = 5, "Något annat ni vill säga?"
    need = ["Ett nummer dygnet runt", "Skyddat boende", "Stöd till barn"]
    make.question(
        of, number=1, text="Vad möter de som söker hjälp?", help="Berätta om vägen in.", length_hint="En halv sida räcker.", required=True
    )
    make.question(of, number=2, kind=QuestionKind.need, text="Vad behövs mest?", options=need)
    make.question(of, number=3, kind=QuestionKind.proposal, text="En gemensam mottagning. Vad tycker ni?")
    make.question(of, number=4, kind=QuestionKind.choice, text="Var ska den ligga?", options=["Centrum", "Vid sjukhuset"])
    return of


def url(of: Consultation, ending: str) -> str:
    of = desk.fresh(of)
    return f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/fragor.{ending}"


def in_pdf(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def in_docx(content: bytes) -> str:
    return " ".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


READ = {"pdf": in_pdf, "docx": in_docx}
EXPECTED = (
    "Vad möter de som söker hjälp?",
    "Berätta om vägen in. En halv sida räcker. Behöver ett svar.",
    "Skyddat boende",
    "Rangordna med siffror",
    "Ja, tillstyrker",
    "Ja, med förbehåll",
    "Nej, avstyrker",
    "Tar inte ställning",
    "Vid sjukhuset",
    "Något annat ni vill säga?",
    "Svara senast",
    "vad som görs först",
    "hur stödet ser ut",
    "Kritik påverkar inte bidrag, avtal eller andra beslut om er organisation.",
    "allmän handling",
    "Får kommunen publicera svaret?",
    "0000-00 00 00",
)


@pytest.mark.parametrize("ending", READ)
def test_everything_that_is_asked_and_how_to_answer_stands_there(client: PolicingClient, consultation: Consultation, ending: str) -> None:
    answer = client.get(url(consultation, ending))
    text = READ[ending](answer.data)
    of = desk.fresh(consultation)
    for words in (*EXPECTED, of.title, of.purpose, of.authority.name, of.authority.mailbox, f"/sakrad/{of.slug}"):
        assert words in text or words in text.replace(" ", ""), words  # a long address goes over two lines
    assert answer.headers["Content-Disposition"].startswith("attachment") and len(answer.data) < 120_000


def test_five_questions_stand_on_two_tagged_pages(client: PolicingClient, consultation: Consultation) -> None:
    reader = PdfReader(io.BytesIO(client.get(url(consultation, "pdf")).data))
    assert len(reader.pages) == 2
    assert reader.metadata and reader.metadata.title == desk.fresh(consultation).title
    assert (
        b"pdfuaid" in (reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else b"") and reader.trailer["/Root"]["/Lang"] == "sv"
    )


def test_the_word_form_has_real_headings_swedish_and_nobodys_name(client: PolicingClient, consultation: Consultation) -> None:
    document = docx.Document(io.BytesIO(client.get(url(consultation, "docx")).data))
    headings = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style.name.startswith("Heading")]
    of = desk.fresh(consultation)
    assert headings[0] == ("Heading 1", of.title)
    assert [text[:2] for style, text in headings if style == "Heading 3"] == ["1.", "2.", "3.", "4.", "5."]
    assert len(document.tables) == 5 + 4  # a frame for each question and each fact
    about = document.core_properties
    assert (about.title, about.subject, about.author, about.last_modified_by) == (of.title, of.lead, of.authority.name, of.authority.name)
    assert about.language == "sv-SE" and about.comments == ""
    languages = {
        value for language in document.styles.element.iter("{*}lang") for key, value in language.attrib.items() if key.endswith("val")
    }
    assert languages == {"sv-SE"}


@pytest.mark.parametrize("ending", READ)
def test_hostile_words_are_only_words(client: PolicingClient, consultation: Consultation, ending: str) -> None:
    with transaction():
        of = desk.fresh(consultation)
        of.title = of.lead = of.purpose = of.can_influence = of.questions[0].text = HOSTILE
        of.questions[1].options = [HOSTILE]
    text = READ[ending](client.get(url(consultation, ending)).data)
    assert '#eval("1")' in text and "<script>" in text


@pytest.mark.parametrize("ending", READ)
@pytest.mark.parametrize("phase", list(Phase))
def test_it_is_there_once_it_is_announced(client: PolicingClient, app: Flask, phase: Phase, ending: str) -> None:
    assert client.get(url(make.consultation(phase), ending)).status_code == (404 if phase is Phase.draft else 200)
    assert client.get(f"/kommun/ingen/sakrad/inget/fragor.{ending}").status_code == 404


@pytest.mark.parametrize("ending", READ)
def test_it_is_asked_for_again_without_being_sent_again(client: PolicingClient, consultation: Consultation, ending: str) -> None:
    first = client.get(url(consultation, ending))
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate" and "Set-Cookie" not in first.headers
    assert client.get(url(consultation, ending), headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with transaction():
        desk.fresh(consultation).lead = "En annan mening."
    assert "En annan mening." in READ[ending](client.get(url(consultation, ending)).data)


@pytest.mark.parametrize("ending", READ)
def test_it_is_swedish_also_from_the_english_pages(client: PolicingClient, consultation: Consultation, ending: str) -> None:
    text = READ[ending](client.get("/en" + url(consultation, ending)).data)
    assert "Varför vi frågar" in text and "/en/kommun" not in text


def test_the_pages_lead_there(client: PolicingClient, consultation: Consultation, browse: Any) -> None:
    invited = make.organisation()
    invitation = f"/inbjudan/{links.token_of(make.invitation(desk.fresh(consultation), invited))}"
    member, of = browse(desk.member(invited)), desk.fresh(consultation)
    public = f"/kommun/{of.municipality.slug}/sakrad/{of.slug}"
    own = desk.desk_url(of, invited)
    for page in (client.get(public).text, client.get(invitation).text, member.get(own).text):
        assert url(of, "pdf") in page and url(of, "docx") in page
