"""The method report: what was asked for and what was done, with the reasons given in public, and nothing that points anybody out."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from pypdf import PdfReader

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import CommentsRule, Preview
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.meetings.models import Attendance, Meeting
from sakrad.voices import method
from sakrad.voices.method import Kept
from sakrad.voices.queries_method import Covered, MethodReport, get_method_report
from tests import factories as make
from tests.factories import reading
from tests.factories.consultations import address, fresh
from tests.policing import PolicingClient

NOW = datetime(2027, 6, 1, 10, tzinfo=UTC)


@pytest.fixture
def report(app: Flask) -> MethodReport:
    """Everything done as the method asks."""
    closes = NOW - timedelta(days=60)
    of = make.consultation(
        Phase.following_up,
        use_of_views="Allt tas upp i planen.",
        opens_at=closes - timedelta(days=42),
        announced_at=closes - timedelta(days=42),
        closes_at=closes,
        summary_due_on=clock.day_of(closes + timedelta(days=35)),
        summary_published_at=closes + timedelta(days=30),
        feedback_due_on=clock.day_of(closes + timedelta(days=50)),
        feedback_published_at=closes + timedelta(days=50),
    )
    group = make.group(name="Äldre")
    position = reading.voice(of, group)
    with transaction():
        fresh(of).groups.append(group)
    make.invitation(of, position.organisation)
    asked = {"function": "Socialchefen", "asked_at": closes, "expires_at": closes, "stamp": "0" * 64}
    make.save(Preview(consultation_id=of.id, decided_at=closes, approved=True, **asked))
    of = fresh(of)
    with app.test_request_context():
        return get_method_report(of.municipality.slug, of.slug, NOW)


def kept(report: MethodReport) -> dict[str, Kept]:
    return {line.what: line.kept for line in method.lines(report)}


def test_all_that_the_method_asks_for_was_done(app: Flask, report: MethodReport) -> None:
    with app.test_request_context():
        assert {what for what, how in kept(report).items() if how is not Kept.yes} == set()


def test_each_thing_not_done_is_said_with_its_reason(app: Flask, report: MethodReport) -> None:
    def changed(head: dict[str, object] | None = None, **values: object) -> MethodReport:
        return dataclasses.replace(report, head=dataclasses.replace(report.head, **(head or {})), **values)  # type: ignore[arg-type]

    head, day = report.head, timedelta(days=1)
    group = report.groups[0]
    table = [
        (changed({"opens_at": head.closes_at - 10 * day, "short_time_reason": "Nämnden"}), "Svarstid", Kept.no, "Nämnden"),
        (changed({"use_of_views": ""}), "Hur synpunkterna används", Kept.no, ""),
        (changed(approved=0), "Förhandsgranskning", Kept.no, ""),
        (changed(questions=9), "Frågor", Kept.no, ""),
        (
            changed({"group_not_invited_reason": "Ingen finns"}, groups=(Covered(group.group, 0, 1),)),
            "Inbjudna för varje grupp",
            Kept.no,
            "Ingen finns",
        ),
        (changed(groups=()), "Inbjudna för varje grupp", Kept.none, ""),
        (changed(groups=(Covered(group.group, 1, 0),)), "Grupper som hördes", Kept.no, ""),
        (changed(answered=0), "Svar", Kept.no, ""),
        (changed({"closes_at": NOW + day}, answered=0), "Svar", Kept.under_way, ""),
        (changed({"opens_at": NOW + day, "closes_at": NOW + 50 * day}, answered=0), "Svar", Kept.later, ""),
        (changed({"summary_published_at": NOW}), "Sammanställning", Kept.no, ""),
        (changed({"feedback_published_at": None}), "Nämndens svar", Kept.no, ""),
        (changed({"feedback_published_at": None, "feedback_due_on": clock.day_of(NOW)}), "Nämndens svar", Kept.later, ""),
        (changed({"early_decision_reason": "Bråttom"}), "Nämndens svar", Kept.yes, "Bråttom"),
        (changed({"comments_rule": CommentsRule.open}), "Kommentarer", Kept.yes, ""),
    ]
    with app.test_request_context():
        for made, what, how, reason in table:
            (line,) = [line for line in method.lines(made) if line.what == what]
            assert (line.kept, line.reason) == (how, reason), what


def test_the_page_and_the_paper_say_the_same(client: PolicingClient, app: Flask) -> None:
    of = make.consultation(Phase.compiling, short_time_reason="Nämnden sammanträder <snart>.", diary_number="SN 2027/0042")
    protected = make.organisation(name="Hemliga jouren", protected=True, verified_in=of.municipality)
    regular = make.organisation(name="Öppna föreningen", verified_in=of.municipality)
    times = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=2), "register_until": NOW}
    meeting = make.save(Meeting(consultation_id=of.id, number=1, title="Samtal", place="Huset", created_at=NOW, **times))
    make.save(*[Attendance(meeting_id=meeting.id, organisation_id=one.id, people=2) for one in (protected, regular)])
    for by in (regular, make.organisation(verified_in=of.municipality)):
        make.position(of, by)
        make.invitation(of, by)
    earlier = make.consultation(Phase.ended, of=of.authority)
    make.position(earlier, regular)
    make.invitation(of, declined_at=NOW)
    html = client.get(f"{address(of)}/metodrapport").get_data(as_text=True).replace("\u00a0", " ")
    for words in (
        "Av 3 inbjudna svarade 2 (67 procent).",
        "1 svarade med namn för första gången.",
        "sammanträder &lt;snart&gt;",
        "4 personer från 2 organisationer.",
    ):
        assert words in html, words
    assert "Hemliga jouren" not in html and "Öppna föreningen" not in html, "who came says whose the views without a name are"
    assert "tackade nej" not in html, "fewer than three could point someone out"
    paper = client.get(f"{address(of)}/metodrapport.pdf")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages).split())
    assert paper.mimetype == "application/pdf"
    for words in ("Nämnden sammanträder <snart>.", "SN 2027/0042", "67 procent", "Metodrapport"):
        assert words in text, words


def test_a_draft_has_no_report_and_a_cancelled_one_says_why(client: PolicingClient, app: Flask) -> None:
    draft, cancelled = make.consultation(Phase.draft), make.consultation(Phase.cancelled)
    of_draft, of_cancelled = address(draft), address(cancelled)
    for ending in ("", ".pdf"):
        assert client.get(f"{of_draft}/metodrapport{ending}").status_code == 404
    html = client.get(f"{of_cancelled}/metodrapport").get_data(as_text=True)
    assert "Frågan har fallit." in html and "Nämndens svar" not in html
