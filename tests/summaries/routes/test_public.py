"""The published summary as readers see it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.positions.models import PublicationWish
from sakrad.records.models import Mask, MaskGround, Review, ReviewDecision, ReviewKind, TextKind
from sakrad.responses.models import FeedbackRelease, Outcome, Response
from sakrad.summaries.models import (
    Confirmation,
    ConfirmationReply,
    EditionFinding,
    NothingToTakeUp,
    Point,
    ReplyKind,
    Summary,
)
from tests import factories as make
from tests.factories import reading, responses, summaries
from tests.policing import PolicingClient


@pytest.fixture
def story(app: Flask) -> reading.Story:
    return reading.story()


def show(client: PolicingClient, story: reading.Story) -> str:
    response = client.get(reading.addresses(story)["summaries.show"])
    assert response.status_code == 200
    return response.get_data(as_text=True).replace("\u00a0", " ")


def test_what_a_reader_looks_for_first_stands_first(client: PolicingClient, story: reading.Story) -> None:
    """PRACTICE.md 31."""
    with transaction():
        reading.fresh(story).finding.summary.not_heard.append(reading.fresh(story).group)
    group, diary, board = story.group.name, story.consultation.diary_number, story.consultation.authority.name
    html = show(client, story)
    top = html[: html.index('class="read"')]
    assert "De flesta vill ha en väg in. Ingen säger nej." in top, "in short"
    assert "Säger nej" in top and "Hemliga föreningen" in top, "who said no, by name"
    assert board in top and diary in top and "#kontakt" in top, "authority, diary number, contact"
    assert "0 av 1 inbjudna svarade, 1 svarade utan inbjudan" in top, "asked and answered"
    assert "Inte hörda" in top and group.lower() in top, "who was not heard"
    assert "2 av 3" in top and "se varför" in top, "what is not in it"


def test_each_mark_leads_to_its_source_and_the_source_to_the_answer(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        reading.fresh(story).finding.body += "\n\nDet här är bara en ram. [ram]"
    html = show(client, story)
    assert "Det här är bara en ram." in html and "[ram]" not in html and "[1]" not in html, "no mark stands as it is written"
    marks = re.findall(r'href="#kalla-(\d+)"', html)
    assert marks == ["1", "2"]
    assert all(f'id="kalla-{number}"' in html for number in marks)
    assert "Vi ser HEMLIGAORDET varje vecka." in html
    assert "/svar/hemliga-foreningen#fraga-1" in html
    assert "talar enligt organisationen för" in html and "Beslut av styrelsen" in html


def test_a_point_cited_by_two_findings_has_a_source_beside_each(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        summary = reading.fresh(story).finding.summary
    summaries.finding(summary, "Samma ord igen.[1] Och igen.[1]", heading="Andra rubriken")
    html = show(client, story)
    assert [html.count(f'id="kalla-{number}"') for number in (1, 2, 3)] == [1, 1, 1]
    assert html.count('href="#kalla-3"') == 2


def test_the_authoritys_answer_stands_under_its_finding(client: PolicingClient, story: reading.Story) -> None:
    html = show(client, story)
    assert re.search(r"svar, \d+ \w+ \d{4} §\s41", html), "who decided, and when, is the heading"
    assert "Gör vi" in html and "Ett gemensamt nummer" in html and "12 dagar försenat" in html
    assert "Om källa 2" in html and "Det räcker inte till." in html, "a point's own answer"


def test_answers_that_are_not_published_are_not_shown(client: PolicingClient, app: Flask) -> None:
    matter = responses.matter(Phase.summarised)
    release = responses.release(matter.consultation)
    response = responses.response(release, finding=matter.findings[0], reason="Ännu inte beslutat.")
    responses.commitment(response, matter.function, what="Ett löfte som ingen gett")
    path = f"/kommun/{matter.consultation.municipality.slug}/sakrad/{matter.consultation.slug}"
    for page in ("/sammanstallning", "/aterkoppling", ""):
        html = client.get(path + page).get_data(as_text=True)
        assert "Ännu inte beslutat." not in html and "Ett löfte som ingen gett" not in html
    for page in ("/ataganden", "/"):
        assert "Ett löfte som ingen gett" not in client.get(page).get_data(as_text=True)


def test_what_is_set_aside_stands_with_its_reason(client: PolicingClient, story: reading.Story) -> None:
    html = show(client, story)
    assert "Det är en hälsning." in html and "Tack för att ni frågar om HEMLIGAORDET." in html


def test_a_point_set_aside_may_have_the_authoritys_own_answer_beside_it(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        point = db.session.scalars(sa.select(Point).where(Point.set_aside_at.is_not(None))).first()
        release = db.session.scalars(sa.select(FeedbackRelease)).one()
        assert point is not None
        db.session.add(Response(release_id=release.id, point_id=point.id, outcome=Outcome.wont_do, reason="Nämnden hälsar tillbaka."))
    assert "Nämnden hälsar tillbaka." in show(client, story)


def test_an_unpublished_summary_is_missing(client: PolicingClient, app: Flask) -> None:
    story = reading.story(Phase.compiling)
    paths = reading.addresses(story)
    with transaction():
        summary: Summary = reading.fresh(story).finding.summary
        summary.published_at = None
        reading.fresh(story).commitment.response.release.published_at = None
    for path in ("", ".csv", ".json", ".docx", ".pdf", "/dokument/docx", "/utgava/1", "/vem-tycker-vad"):
        assert client.get(paths["summaries.show"] + path).status_code == 404, path
    assert client.post(paths["summaries.show"] + "/dokument/docx").status_code == 404
    for endpoint in ("pages.consultation", "positions.show", "voices.organisation"):
        html = client.get(paths[endpoint]).get_data(as_text=True)
        assert "Vägen in är lång" not in html and "De flesta vill ha" not in html and "Det är en hälsning." not in html, endpoint


def objected(story: reading.Story, decision: ReviewDecision = ReviewDecision.publish) -> None:
    """The story's organisation was asked, and lets an objection stand beside the finding."""
    asked = make.fact_check(reading.fresh(story).consultation)
    confirmation_id = db.session.scalars(sa.select(Confirmation.id).where(Confirmation.fact_check_id == asked.id)).first()
    said = {"kind": ReplyKind.objection, "text": "Det var inte så vi sa.", "finding_id": story.finding.id, "digest": "0" * 64}
    reply = make.save(ConfirmationReply(confirmation_id=confirmation_id, received_at=clock.now(), submission_key=ids.reference(), **said))
    reason = "Namn på person." if decision is ReviewDecision.withheld else ""
    make.save(Review(kind=ReviewKind.objection, subject_id=reply.id, decision=decision, reason=reason, decided_at=clock.now()))


# -- what a summary that has been confirmed and corrected says


def written(story: reading.Story, body: str, **values: Any) -> None:
    """The story's finding with other words, which is what its first edition holds."""
    with transaction():
        finding = reading.fresh(story).finding
        finding.body = body
        for name, value in values.items():
            setattr(finding, name, value)
        kept = db.session.scalars(sa.select(EditionFinding)).one()
        kept.body, kept.section, kept.minority = finding.body, finding.section, finding.minority


def test_quotations_sections_and_minorities_read_as_such(client: PolicingClient, story: reading.Story) -> None:
    written(story, "Vägen in är lång.[1]\n\n[citat 1]\n\nEn säger nej.[2]", section="Vägen dit", minority=True)
    for endpoint in ("summaries.show", "summaries.edition"):
        html = client.get(reading.addresses(story)[endpoint]).get_data(as_text=True)
        assert html.count("HEMLIGAORDET varje vecka") == 1, "in the text, and not once more in the margin"
        assert html.count("<small>citeras i texten") == 1, "where it says so"
        assert re.search(r'<figure id="samlad-1-2" class="voice[^>]*>\s*<blockquote[^>]*>Vi ser HEMLIGAORDET', html), endpoint
        assert '<p id="samlad-1-3">En säger nej.' in html, "each paragraph has its address"
        assert html.index("Vägen dit</span></h2>") < html.index('<h3 class="as-h2"'), "the section's heading stands above"
        assert "Återger en minoritet" in html


def test_what_nobody_answered_and_what_nothing_was_taken_from_stands_with_its_reason(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        point = reading.fresh(story).aside
        answer_id = point.answer_id
        db.session.delete(point)
    make.save(NothingToTakeUp(answer_id=answer_id, reason="Svaret hälsar bara.", decided_at=clock.now()))
    make.question(reading.fresh(story).consultation, number=9, text="Vad kostar det?")
    html = show(client, story)
    assert "Svaret hälsar bara." in html and "/svar/hemliga-foreningen#fraga-3" in html
    assert "Frågor som ingen svarade på" in html and "Vad kostar det?" in html


def test_a_finding_is_found_on_whatever_page_it_stands(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        summary = reading.fresh(story).finding.summary
    for _ in range(4):
        summaries.finding(summary, "Lång text. " * 1_500 + "[1]")
    path = reading.addresses(story)["summaries.show"]
    for number in (1, 3, 5):
        html = client.get(f"{path}?samlad={number}").get_data(as_text=True)
        assert f'<section class="finding" id="samlad-{number}"' in html


def test_each_edition_stands_as_it_was_with_what_the_next_one_changed(client: PolicingClient, story: reading.Story) -> None:
    path = reading.addresses(story)["summaries.edition"]
    written(story, "En säger nej.[2] Vägen in är lång.[1]")
    assert "Det här är den utgåva som gäller" in client.get(path).get_data(as_text=True)
    with transaction():
        finding = reading.fresh(story).finding
        finding.body = "En säger nej.[2] Vägen in är kort.[1][3]"
    summaries.edition(reading.fresh(story).finding.summary, reason="Vi läste fel.")
    first, second = (client.get(path[:-1] + number).get_data(as_text=True) for number in "12")
    assert "Vägen in är lång." in first and "Vägen in är lång." not in second and "Vägen in är kort." in second
    assert re.search(r"<del>.*lång.*</del>", first) and re.search(r"<ins>.*kort.*</ins>", first)
    changed = first[first.index('id="andringar"') :]
    assert "nej.[1] Vägen" in changed and ".[2]<ins>" in changed and "(ny källa)" in changed, "the numbers of the page's sources"
    assert "Vi läste fel." in first and "Vi läste fel." in second and "Det här är en tidigare utgåva" in first
    assert re.search(rf'rel="canonical" href="http[^"]+{path}"', first)
    main = show(client, story)
    assert "Vägen in är kort." in main and "Vi läste fel." in main and re.search(rf" http\S+{path[:-1]}2</p>", main), "how to refer to it"
    for number in ("0", "3", "99999999999999999999"):
        assert client.get(path[:-1] + number).status_code == 404


def test_what_is_masked_now_is_masked_in_every_edition(client: PolicingClient, story: reading.Story) -> None:
    """In the one that holds the same text by the text's own masks, in an earlier one by its own."""
    written(story, "Anna Ek ringer.[1] En säger nej.[2]")
    path = reading.addresses(story)["summaries.edition"]
    finding_id, kept = story.finding.id, db.session.scalars(sa.select(EditionFinding.id)).one()
    mask(TextKind.finding, finding_id, 0, 7)
    html = client.get(path).get_data(as_text=True)
    assert "Anna Ek" not in html and "maskat" in html and "Begär ut handlingen" in html
    with transaction():
        reading.fresh(story).finding.body = "Ingen ringer.[1] En säger nej.[2]"
    summaries.edition(reading.fresh(story).finding.summary)
    assert "Anna Ek" in client.get(path).get_data(as_text=True), "another text, which the mask is not about"
    mask(TextKind.edition_finding, kept, 0, 7)
    assert "Anna" not in client.get(path).get_data(as_text=True)


def mask(kind: TextKind, text_id: int, start: int, end: int) -> None:
    make.save(Mask(kind=kind, text_id=text_id, start=start, end=end, ground=MaskGround.personal_data, created_at=clock.now()))


def test_a_page_that_has_been_read_tells_at_once_what_its_readers_may_no_longer_see(client: PolicingClient, story: reading.Story) -> None:
    """Its parts are drawn once of the same values (core/drawn.py): the name, the words and the masks are among them."""
    before, name = show(client, story), story.organisation.name
    answer = reading.fresh(story).position.current.answers[0]
    answer_id, words = answer.id, answer.text
    assert name in before and words[:5] in before
    mask(TextKind.answer, answer_id, 0, 5)
    assert words[:5] not in show(client, story)
    with transaction():
        reading.fresh(story).position.current.wish = PublicationWish.unnamed
    assert name not in show(client, story)
    with transaction():
        reading.fresh(story).position.withdrawn_at = clock.now()
    html = show(client, story)
    assert name not in html and words[5:] not in html and "återtog svaret" in html
    with transaction():
        reading.fresh(story).position.withdrawn_at = None
        reading.fresh(story).position.current.wish = PublicationWish.named
        db.session.execute(sa.delete(Mask))
    assert show(client, story) == before


def test_the_faktakontroll_is_told_in_words_and_an_objection_beside_the_text(client: PolicingClient, story: reading.Story) -> None:
    assert "publicerades utan faktakontroll" in show(client, story)
    objected(story)
    html = show(client, story)
    assert "0 av 1" in html and "1 har en invändning, som står intill texten." in html
    beside = html[html.index('<aside aria-label="Källor till 1"') :]
    assert "Det var inte så vi sa." in beside[: beside.index("</aside>")] and "Hemliga föreningen" in beside[: beside.index("</aside>")]
    assert "0 av 1 citerade bekräftar att de återges rätt" in client.get(story.address).get_data(as_text=True).replace("\u00a0", " ")


def test_an_objection_that_is_not_published_is_told_without_its_words(client: PolicingClient, story: reading.Story) -> None:
    objected(story, ReviewDecision.withheld)
    html = show(client, story)
    assert "Invändningen är inte publicerad." in html and "Det var inte så vi sa." not in html and "Namn på person." not in html
    assert "1 har en invändning som inte är publicerad." in html and "intill texten" not in html and "bekräftar att den" not in html
    asked = re.search(r'href="([^"]*begar-ut[^"]*invandningar)"', html)
    assert asked and "invändningarna mot sammanställningen" in client.get(asked[1]).get_data(as_text=True)
