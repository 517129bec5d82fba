"""The pages of the faktakontroll: the officials', and the organisation's by link and by account."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from sakrad import create_app
from sakrad.accounts.models import Role
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.records.models import ReviewDecision
from sakrad.summaries import links, queries_checking
from sakrad.summaries.models import Confirmation, ConfirmationReply, FactCheck, Finding, ReplyKind
from tests import factories as make
from tests.factories import summaries
from tests.policing import PolicingClient
from tests.statements import counted
from tests.summaries.test_checking import Scene

HIDDEN = re.compile(r'name="(seen|key)"[^>]*value="([^"]*)"')


class Pages(Scene):
    """The same, with an official and the organisations' browsers."""

    def __init__(self, browse: Any) -> None:
        super().__init__()
        of = self.of
        self.browse = browse
        self.officer = browse(make.user((Role.officer, of.authority)))
        self.base = f"/handlaggning/{self.where['kommun']}/sakrad/{self.where['slug']}/faktakontroll"
        self.day = (clock.today() + timedelta(days=21)).isoformat()

    def link(self, slug: str) -> str:
        return f"/faktakontroll/{links.check_token(db.session.query(Confirmation).join(Organisation).filter_by(slug=slug).one())}"

    def member(self, slug: str) -> tuple[PolicingClient, str]:
        user = make.user((Role.writer, db.session.query(Organisation).filter_by(slug=slug).one()))
        return self.browse(user), f"/forening/{slug}/faktakontroll/{self.where['kommun']}/{self.where['slug']}"


@pytest.fixture
def pages(app: Flask, browse: Any) -> Pages:
    return Pages(browse)


def form(page: str, **values: str) -> dict[str, str]:
    """What the page's form holds, and what is typed."""
    return {**dict(HIDDEN.findall(page)), "finding": "", "text": "", **values}


def events() -> list[str]:
    return [event.name for event in db.session.query(Event).order_by(Event.id)]


def test_a_round_is_opened_moved_and_ended(pages: Pages) -> None:
    opening = pages.officer.get(pages.base).text
    assert "Skicka till organisationerna" in opening and "Texten är inte klar" not in opening
    summary = db.session.get_one(Finding, pages.finding).summary
    with transaction():
        summary.in_short, kept = "", summary.in_short
    half = pages.officer.post(f"{pages.base}/oppna", data={"until": pages.day})
    assert half.status_code == 422 and "kryssa för att du vill fråga ändå" in half.text and "Förhandsgranska" in half.text
    assert pages.officer.post(f"{pages.base}/oppna", data={"until": clock.today().isoformat(), "knowing": "y"}).status_code == 422
    with transaction():
        db.session.get_one(Finding, pages.finding).summary.in_short = kept
    assert pages.officer.post(f"{pages.base}/oppna", data={"until": "snart"}).status_code == 422
    short = pages.officer.post(f"{pages.base}/oppna", data={"until": clock.today().isoformat()})
    assert short.status_code == 422 and "minst 5 arbetsdagar" in short.text and clock.today().isoformat() in short.text
    assert pages.officer.post(f"{pages.base}/oppna", data={"until": pages.day}).status_code == 303
    assert "Har inte svarat" in pages.officer.get(pages.base).text
    assert pages.officer.post(f"{pages.base}/oppna", data={"until": pages.day}).status_code == 409
    assert pages.officer.post(f"{pages.base}/flytta", data={"until": pages.day}).status_code == 422
    later = (clock.today() + timedelta(days=30)).isoformat()
    assert pages.officer.post(f"{pages.base}/flytta", data={"until": later}).status_code == 303
    assert pages.officer.post(f"{pages.base}/avsluta").status_code == 409
    pages.reply(pages.first), pages.reply(pages.second)
    assert pages.officer.post(f"{pages.base}/avsluta").status_code == 303
    assert events()[:4] == ["fact_check_opened", "confirmation_asked", "confirmation_asked", "fact_check_moved"]
    assert events()[-1] == "fact_check_ended"
    write = f"/handlaggning/{pages.where['kommun']}/sakrad/{pages.where['slug']}/sammanstallning"
    assert "Allt är klart" in pages.officer.get(write).text and "tidigare lydelse" not in pages.officer.get(write).text
    pages.rewrite("Vägen in är mycket lång.[1] Det behövs ett nummer.[2]")
    page = pages.officer.get(write).text
    assert "2 bekräftelser gäller en tidigare lydelse" in page and "Publicera sammanställningen" in page


@pytest.mark.parametrize("by", ["link", "account"])
def test_an_organisation_reads_its_own_passages_and_replies_in_three_ways(pages: Pages, by: str) -> None:
    pages.rewrite("Vägen in är lång.[1]\n\nAndras stycke.[2]")
    pages.open()
    client, address = (pages.browse(), pages.link(pages.first)) if by == "link" else pages.member(pages.first)
    if by == "link":
        before = len(events())
        assert "Vägen in är lång" not in client.get(address).text and len(events()) == before
        assert client.post(f"{address}/oppna").status_code == 303
    page = client.get(address).text
    assert "Arbetsmaterial för faktakontroll" in page and "Vägen in är lång" in page and "Andras stycke" not in page
    assert pages.of.authority.mailbox in page and "Läs hela ert svar" not in page, "the words are the whole answer"
    assert "allmän handling" in page and client.get(f"{address}/svar").status_code == 404
    empty = client.post(address, data=form(page, kind="objection"))
    assert empty.status_code == 422 and "Skriv några ord" in empty.text
    long = client.post(address, data=form(page, kind="objection", text="å" * 501))
    assert long.status_code == 422 and "å" * 501 in long.text
    for kind, text in (("correction", "Det var tio."), ("objection", "Så sa vi inte."), ("confirmed", "")):
        page = client.get(address).text
        answer = client.post(
            address,
            data=form(
                page,
                kind=kind,
                text=text,
            ),
        )
        assert answer.status_code == 303 and answer.location.endswith("/svar")
    receipt = client.get(f"{address}/svar").text
    assert "Bekräftar att det återges rätt" in receipt and "Så sa vi inte." in receipt and "Vägen in är lång" in receipt
    kinds = [(reply.kind, reply.finding_id) for reply in db.session.query(ConfirmationReply).order_by(ConfirmationReply.id)]
    about = pages.finding  # the only one of theirs, which they need not choose
    assert kinds == [(ReplyKind.correction, about), (ReplyKind.objection, about), (ReplyKind.confirmed, None)]
    stale = form(client.get(address).text, kind="correction", text="Mina ord står kvar.")
    pages.rewrite("Vägen in är mycket lång.[1]")
    refused = client.post(address, data=stale)
    assert refused.status_code == 409 and "Mina ord står kvar." in refused.text and "mycket lång" in refused.text
    assert client.post(address, data=form(refused.text, kind="correction", text="Mina ord står kvar.")).status_code == 303
    pages.close()
    over = client.get(address).text
    assert "Faktakontrollen är över" in over and "Skicka svaret" not in over
    assert client.post(address, data={**stale, "key": "ny"}).status_code == 409
    with transaction():
        pages.of.summary_published_at = clock.now()
    for told in (client.get(address), client.get(f"{address}/svar"), client.post(address, data={}), client.post(address, data=stale)):
        assert "Vägen in är" not in told.text, "words may be masked from now on: what is published is read where they are"
    assert "/sammanstallning" in client.get(address).text and "/sammanstallning" in client.get(f"{address}/svar").text
    with transaction():
        db.session.get_one(Finding, pages.finding).summary.published_at = pages.of.summary_published_at = clock.now()
    late = client.post(address, data={**stale, "key": "ny"})
    assert late.status_code == 409 and "Mina ord står kvar." in late.text
    published = client.get(address).text
    assert "Sammanställningen är publicerad" in published and "Arbetsmaterial" not in published and "Det går inte" not in published


def test_the_link_opens_with_its_own_secret_only(pages: Pages) -> None:
    pages.open()
    first, second = pages.link(pages.first), pages.link(pages.second)
    mixed = first.partition(".")[0] + "." + second.partition(".")[2]
    client = pages.browse()
    assert client.post(f"{first}/oppna").status_code == 303
    for address in (mixed, first[:-1], first.partition(".")[0], "/faktakontroll/å.ö"):
        assert client.get(address).status_code == client.post(address).status_code == client.post(f"{address}/oppna").status_code == 404
    assert "Läs era stycken" in client.get(second).text, "one opened link opens no other"
    assert client.post(second, data={"kind": "confirmed"}).status_code == 303 and db.session.query(ConfirmationReply).count() == 0


def test_a_link_takes_twenty_replies_an_hour(app: Flask, pages: Pages) -> None:
    pages.open()
    link = pages.link(pages.first)
    counting = create_app(dataclasses.replace(app.config["SETTINGS"], rate_limits=True), testing=True)
    counting.test_client_class = PolicingClient
    with counting.app_context():
        client = counting.test_client()
        assert [client.post(link).status_code for _press in range(21)] == [303] * 20 + [429]


def test_a_correction_is_answered_with_every_word_kept(pages: Pages) -> None:
    pages.open()
    said = pages.reply(pages.first, ReplyKind.correction, "Det var tio.", finding_id=pages.finding)
    url, p = f"{pages.base}/{pages.first}/svara", pages.first
    assert "Det var tio." in pages.officer.get(pages.base).text
    todo = pages.officer.get(f"/handlaggning/{pages.where['kommun']}").text
    assert "Svar i faktakontrollen" in todo
    refused = pages.officer.post(url, data={f"{p}-seen": str(said.id), f"{p}-accepted": "nej", f"{p}-answer": ""})
    assert refused.status_code == 422 and "Skriv varför" in refused.text
    stale = pages.officer.post(url, data={f"{p}-seen": "0", f"{p}-accepted": "nej", f"{p}-answer": "Det står nio."})
    assert stale.status_code == 409 and "Det står nio." in stale.text
    assert pages.officer.post(url, data={f"{p}-seen": str(said.id), f"{p}-accepted": "ja", f"{p}-answer": ""}).status_code == 303
    assert "Texten rättas" in pages.officer.get(pages.base).text and "Svar i faktakontrollen" not in pages.officer.get(todo_of(pages)).text
    assert pages.left() == ["check_still_open", "check_promised"]
    pages.rewrite("Vägen in är mycket lång.[1]")
    assert "check_promised" not in pages.left()
    page = pages.officer.get(pages.base).text
    assert "gäller en tidigare lydelse" in page and "<ins>" in page
    assert pages.officer.post(f"{pages.base}/{pages.first}/fraga").status_code == 303
    assert events()[-1] == "confirmation_asked"


def todo_of(pages: Pages) -> str:
    return f"/handlaggning/{pages.where['kommun']}"


def test_an_objection_is_reviewed_before_it_is_published(pages: Pages) -> None:
    pages.open()
    pages.reply(pages.second, ReplyKind.objection, "Nej.")
    pages.close()
    pages.rewrite("Vägen in är lång.[1] Det behövs två nummer.[2]")
    pages.open()
    said = pages.reply(pages.second, ReplyKind.objection, "Anna Ek sa aldrig så.")
    queue = pages.officer.get(f"/handlaggning/{pages.where['kommun']}/granskning?slag=invandning").text
    assert queue.count('<th scope="row">') == 1, "what an organisation said last counts, over all rounds"
    url, p = f"{pages.base}/{pages.second}/granska", pages.second
    data = {f"{p}-seen": str(said.id), f"{p}-decision": "masked", f"{p}-words": "Kalle", f"{p}-ground": "personal_data", f"{p}-reason": ""}
    for change in ({}, {f"{p}-ground": "", f"{p}-words": "Anna Ek"}, {f"{p}-decision": "withheld"}, {f"{p}-decision": "x"}):
        answer = pages.officer.post(url, data={**data, **change})
        assert answer.status_code == 422 and {**data, **change}[f"{p}-words"] in answer.text
    assert pages.officer.post(url, data={**data, f"{p}-words": "Anna Ek"}).status_code == 303
    assert "███████ sa aldrig så." in pages.officer.get(pages.base).text
    assert queries_checking.get_asked_of(**pages.where, org=p).asked.review.decision is ReviewDecision.masked  # type: ignore[union-attr]


def test_an_official_who_is_a_member_is_barred_from_that_organisations_replies(pages: Pages, browse: Any) -> None:
    pages.open()
    said = pages.reply(pages.first, ReplyKind.correction, "Hemligt.")
    both = browse(make.user((Role.officer, pages.of.authority), (Role.writer, pages.asked(pages.first).asked.organisation)))
    page = both.get(pages.base).text
    assert "Jäv" in page and "Hemligt." not in page
    p = pages.first
    assert both.post(f"{pages.base}/{p}/svara", data={f"{p}-seen": str(said.id), f"{p}-accepted": "ja"}).status_code == 404
    pages.reply(pages.first, ReplyKind.objection, "Anna Ek sa aldrig så.")
    with transaction():
        pages.of.summary_published_at = clock.now()
    masking = pages.base.replace("faktakontroll", "sammanstallning/maska")
    assert "Invändning från" in pages.officer.get(masking).text and "Invändning från" not in both.get(masking).text
    words = {"words": "Anna Ek", "ground": "personal_data", "mask": "1"}
    assert both.get(f"{masking}?text=invandning-1").status_code == 404
    assert both.post(f"{masking}?text=invandning-1", data=words).status_code == 404
    assert pages.officer.post(f"{masking}?text=invandning-1", data=words).status_code == 303
    assert both.post(f"{masking}/visa-igen?text=invandning-1", data=words).status_code == 404


def test_what_waits_stands_on_the_organisations_first_page(pages: Pages) -> None:
    pages.open()
    client, address = pages.member(pages.first)
    assert address in client.get(f"/forening/{pages.first}").text
    pages.close()
    assert address not in client.get(f"/forening/{pages.first}").text


def test_the_page_takes_no_more_statements_with_more_organisations(pages: Pages) -> None:
    pages.open()
    pages.reply(pages.first, ReplyKind.correction, "Fel.")
    db.session.remove()  # the client would refresh what the test holds
    with counted() as few:
        pages.officer.get(pages.base)
    summary = db.session.get_one(Finding, pages.finding).summary
    points = [summaries.point(summaries.answer_of(make.position(pages.of))) for _ in range(4)]
    summaries.finding(summary, " ".join(f"Så.[{point.number}]" for point in points))
    check = db.session.query(FactCheck).one()
    for point in points:
        by = point.answer.version.position.organisation
        make.save(Confirmation(fact_check_id=check.id, organisation_id=by.id, organisation_name=by.name, asked_at=clock.now()))
        pages.reply(by.slug, ReplyKind.objection, "Nej.")
    db.session.remove()
    with counted() as many:
        assert pages.officer.get(pages.base).text.count("invändning") > 4
    assert len(many) <= len(few) + 2  # the reviews and the masks of objections
