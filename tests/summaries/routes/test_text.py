"""The text: several who write, what it said before, what it leaves out, and correcting it when it is published."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role, User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.summaries import commands
from sakrad.summaries.models import Edition, Finding, Point
from tests import factories as make
from tests.factories import again
from tests.factories import summaries as made
from tests.factories.workbench import desk

ANSWER = "Vägen in är lång. 🙂 Det behövs ett nummer."
INPUT = re.compile(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"')


class Writing:
    """A summary with two findings, and Anna's browser."""

    def __init__(self, consultation: Consultation, anna: User, browse: Any) -> None:
        self.consultation, self.anna, self.browser = consultation, anna, browse(anna)
        self.base = f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}/sammanstallning"

    def open(self) -> dict[str, Any]:
        """What the form on the page holds when nothing has been typed."""
        page = self.browser.get(self.base).text
        hidden = dict(INPUT.findall(page[page.index('id="versioner"') : page.index("</div>", page.index('id="versioner"'))]))
        data: dict[str, Any] = dict(hidden) | {"in_short": "Kort."}
        for finding in db.session.query(Finding).populate_existing():
            for name in ("heading", "body", "section"):
                data[f"f{finding.id}-{name}"] = getattr(finding, name)
        return data


@pytest.fixture
def writing(app: Flask, browse: Any) -> Writing:
    consultation = make.consultation(Phase.compiling, questions=3)
    for _ in range(3):
        made.point(made.answer_of(make.position(consultation, texts={1: ANSWER})))
    summary = made.summary(consultation, in_short="Kort.")
    made.finding(summary, "Ett.[1]", heading="A")
    made.finding(summary, "Två.[1]", heading="B")
    return Writing(consultation, make.user((Role.officer, consultation.authority), name="Anna"), browse)


@pytest.fixture
def findings(writing: Writing) -> list[Finding]:
    return db.session.query(Finding).order_by(Finding.number).all()


def save_as(user: User, finding: Finding, body: str) -> None:
    with transaction():
        finding, who = again(finding), {"actor": again(user), "at": clock.now()}
        commands.take_over_finding(finding, **who)
        commands.save_finding(finding, heading=finding.heading, body=body, seen_version=finding.version, **who)


def test_whoever_writes_elsewhere_in_the_text_is_not_in_the_way(writing: Writing, findings: list[Finding]) -> None:
    a, b = findings
    data = writing.open()
    save_as(make.user(name="Berit"), a, "Berits ett.[1]")
    data |= {f"f{b.id}-body": "Annas två.[1]", f"f{b.id}-section": "Del två", f"f{b.id}-minority": "y"}
    saved = writing.browser.post(writing.base, data=data, headers={"HX-Request": "true"})
    assert saved.status_code == 200 and "Berit skriver i nummer 1." in saved.text
    assert (again(a).body, again(b).body, again(b).section, again(b).minority) == ("Berits ett.[1]", "Annas två.[1]", "Del två", True)
    data |= dict(INPUT.findall(saved.text))  # the page stays; what she then writes in the other is told to have been replaced
    refused = writing.browser.post(writing.base, data=data | {f"f{a.id}-body": "Annas ett.[1]"})
    assert refused.status_code == 422
    assert "Berits ett.[1]" in refused.text and "Annas ett.[1]" in refused.text and "Ta över och spara din text" in refused.text
    assert again(a).body == "Berits ett.[1]"


def test_what_a_colleague_writes_is_taken_over_with_a_button(writing: Writing, findings: list[Finding]) -> None:
    a, _b = findings
    save_as(make.user(name="Berit"), a, "Berits.[1]")
    page = writing.browser.get(writing.base).text
    assert "Berit skriver här just nu" in page and page.count(" readonly") == 3
    data = writing.open() | {f"f{a.id}-body": "Annas.[1]"}
    assert writing.browser.post(writing.base, data=data).status_code == 422
    for pressed in (f"ta-bort:{a.id}", f"citera:{a.id}:2"):
        assert writing.browser.post(writing.base, data=writing.open() | {"gor": pressed}).status_code == 422
    assert writing.browser.post(writing.base, data=data | {"gor": f"ta-over:{a.id}"}).status_code == 303
    assert again(a).body == "Annas.[1]" and again(a).locked_by_id == writing.anna.id


def test_many_are_set_aside_from_the_text_with_one_shared_reason(writing: Writing) -> None:
    data = writing.open() | {"gor": "lagg-at-sidan", "valda": ["2", "3"], "in_short": "Kort & nytt."}
    refused = writing.browser.post(writing.base, data=data)
    assert refused.status_code == 422 and "Skriv ett skäl" in refused.text and "Kort &amp; nytt." in refused.text
    assert len(re.findall(r'value="[23]" checked', refused.text)) == 2
    assert writing.browser.post(writing.base, data=data | {"valda": [], "reason": "x"}).status_code == 422
    assert writing.browser.post(writing.base, data=data | {"reason": "Hör till regionen."}).status_code == 303
    assert [point.set_aside_reason for point in db.session.query(Point).order_by(Point.number)] == ["", *["Hör till regionen."] * 2]


def test_words_are_quoted_and_the_preview_shows_everything(writing: Writing, findings: list[Finding]) -> None:
    a, _b = findings
    data = writing.open() | {"gor": f"citat:{a.id}:2", f"f{a.id}-section": "Del ett", f"f{a.id}-minority": "y"}
    assert writing.browser.post(writing.base, data=data).status_code == 303
    assert again(a).body == "Ett.[1]\n\n[citat 2]"
    with transaction():
        commands.set_aside([db.session.query(Point).filter_by(number=3).one()], reason="Är redan gjort.", actor=None, at=clock.now())
    page = writing.browser.get(f"{writing.base}/forhandsgranska").text
    for words in ("<blockquote", ANSWER, "Del ett", "Återger en minoritet", "Är redan gjort.", "Ingen svarade på frågan"):
        assert words in page


def test_an_earlier_wording_is_taken_back(writing: Writing, findings: list[Finding]) -> None:
    a, _b = findings
    save_as(writing.anna, a, "Nytt & annat.[1]")
    page = writing.browser.get(f"{writing.base}/lydelser?stycke={a.id}")
    assert page.status_code == 200 and "<del>" in page.text and "Anna" in page.text
    assert writing.browser.post(f"{writing.base}/lydelser?stycke={a.id}&nummer=1").status_code == 303
    assert again(a).body == "Ett.[1]"
    save_as(make.user(name="Berit"), a, "Berits.[1]")
    refused = writing.browser.post(f"{writing.base}/lydelser?stycke={a.id}&nummer=1")
    assert refused.status_code == 422 and "En kollega skriver" in refused.text
    assert writing.browser.post(f"{writing.base}/lydelser?stycke={a.id}&nummer=99").status_code == 404


def test_a_published_text_is_corrected_when_the_differences_have_been_seen(writing: Writing, findings: list[Finding]) -> None:
    a, b = findings
    address = f"{writing.base}/ratta"
    assert writing.browser.get(address).status_code == 409 and writing.browser.post(address).status_code == 409
    with transaction():
        again(writing.consultation).summary_published_at = again(a).summary.published_at = clock.now()
    assert "Rätta sammanställningen" in writing.browser.get(writing.base).text
    data = {"in_short": "Kort.", "seen_edition": "1", "reason": ""}
    data |= {f"f{a.id}-heading": "A", f"f{a.id}-body": "Inte ett.[1]", f"f{b.id}-heading": "B", f"f{b.id}-body": "Två.[1]"}
    refused = writing.browser.post(address, data=data)
    assert refused.status_code == 422 and "Skriv varför texten rättas" in refused.text and "Inte ett.[1]" in refused.text
    assert writing.browser.post(address, data=data | {f"f{a.id}-body": "Nio.[9]"}).status_code == 422
    data["reason"] = "Vi läste fel."
    page = writing.browser.post(address, data=data | {"gor": "publicera"})
    assert page.status_code == 200 and "<ins>" in page.text and db.session.query(Edition).count() == 0, "looked at first"
    seen = dict(INPUT.findall(page.text.replace("type=", "x=")))["seen"]
    assert writing.browser.post(address, data=data | {"gor": "publicera", "seen": seen}).status_code == 303
    assert (again(a).body, db.session.query(Edition).count()) == ("Inte ett.[1]", 2)
    assert [event.name for event in db.session.query(Event)] == ["summary_corrected"]
    second = writing.browser.post(address, data=data | {f"f{a.id}-body": "Tre.[1]"})
    seen = dict(INPUT.findall(second.text))["seen"]
    stale = writing.browser.post(address, data=data | {f"f{a.id}-body": "Tre.[1]", "gor": "publicera", "seen": seen})
    assert stale.status_code == 422 and "Någon annan har rättat" in stale.text and "Tre.[1]" in stale.text


def test_a_member_neither_cites_nor_uncites_the_organisations_own_points(writing: Writing, findings: list[Finding], browse: Any) -> None:
    a, _b = findings
    own = db.session.query(Point).filter_by(number=2).one().answer.version.position.organisation
    both = browse(make.user((Role.officer, again(writing.consultation).authority), (Role.writer, own)))
    body, bench = f"f{a.id}-body", writing.base.replace("sammanstallning", "sammanstall/citera?i=ny&enhet=1")

    def refused(address: str, words: str, **data: Any) -> bool:
        response = both.post(address, data=data)
        return response.status_code == 422 and "jäv" in response.text and words in response.text

    assert refused(writing.base, "Ett.[1] Vi.[2]", **writing.open() | {body: "Ett.[1] Vi.[2]"})
    assert refused(bench, "Vi.[2]", **desk(body="Vi.[2]"))
    save_as(writing.anna, a, "Ett.[1] De.[2]")
    with transaction():
        again(a).locked_at = None
    assert refused(writing.base, "Ett.[1] De.", **writing.open() | {body: "Ett.[1] De."})
    assert refused(writing.base, "De.[2]", **writing.open() | {"gor": f"ta-bort:{a.id}"})
    assert refused(f"{writing.base}/lydelser?stycke={a.id}&nummer=1", "De.")
    assert both.post(writing.base, data=writing.open() | {body: "Nytt.[1] De.[2]"}).status_code == 303
    with transaction():
        again(writing.consultation).summary_published_at = again(a).summary.published_at = clock.now()
    data = {"in_short": "Kort.", "seen_edition": "1", "reason": "Fel.", f"f{a.id}-heading": "A", body: "Nytt.[1] De."}
    assert refused(f"{writing.base}/ratta", "Nytt.[1] De.", **data | {"gor": "publicera"})
    assert again(a).body == "Nytt.[1] De.[2]"
