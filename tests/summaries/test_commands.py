"""Writing, citing, publishing, masking."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event
from sakrad.core.text import Span
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.records.queries import masks_of
from sakrad.summaries import commands, queries
from sakrad.summaries.models import Finding, Point, Summary
from tests import factories as make
from tests.factories import do
from tests.factories import summaries as made

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.compiling, questions=1)


@pytest.fixture
def points(consultation: Consultation) -> list[Point]:
    return [made.point(made.answer_of(make.position(consultation))) for _ in range(3)]


@pytest.fixture
def summary(consultation: Consultation) -> Summary:
    return made.summary(consultation)


def cited(finding: Finding) -> list[int]:
    return [citation.point.number for citation in finding.citations]


def test_a_summary_is_begun_once(consultation: Consultation) -> None:
    assert do(commands.start_summary, consultation).id == do(commands.start_summary, consultation).id


def test_saving_a_finding_cites_what_its_markers_say_in_their_order(summary: Summary, points: list[Point]) -> None:
    finding = do(commands.add_finding, summary, heading="Vägen  in", body="Två.[2] Ett.[1]")
    assert (finding.heading, cited(finding)) == ("Vägen in", [2, 1])
    do(commands.save_finding, finding, heading="Vägen in", body="Ett.[1] Tre.[3]", seen_version=1)
    assert (cited(finding), finding.version) == ([1, 3], 2)


def test_a_marker_that_leads_nowhere_is_refused(summary: Summary, points: list[Point]) -> None:
    finding = made.finding(summary, "Ett.[1]")
    with pytest.raises(commands.UnknownPoints) as unknown:
        do(commands.save_finding, finding, heading="x", body="Ett.[1] Nio.[9]", seen_version=1)
    assert unknown.value.numbers == [9]
    db.session.expire_all()
    assert finding.body == "Ett.[1]"


def test_citing_appends_the_mark_once_and_takes_back_what_was_set_aside(summary: Summary, points: list[Point]) -> None:
    finding = made.finding(summary, "Så är det.")
    do(commands.set_aside, [points[0]], reason="Nej.")
    do(commands.cite, finding, points[0])
    do(commands.cite, finding, points[0])
    assert (finding.body, finding.version, cited(finding)) == ("Så är det.[1]", 2, [1])
    assert points[0].set_aside_at is None
    do(commands.uncite, finding, points[0])
    assert (finding.body, cited(finding)) == ("Så är det.", [])


def test_two_who_save_the_same_finding_lose_no_words(summary: Summary) -> None:
    finding = made.finding(summary, "Först.")
    do(commands.save_finding, finding, heading="Vägen in är lång", body="Hennes.", seen_version=1)
    with pytest.raises(Stale) as stale:
        do(commands.save_finding, finding, heading="Vägen in är lång", body="Hans.", seen_version=1)
    assert stale.value.theirs.body == "Hennes."
    do(commands.save_finding, finding, heading="Vägen in är lång", body="Hennes.", seen_version=1)


def test_two_who_save_the_same_summary_lose_no_words(summary: Summary) -> None:
    group = make.group()
    do(commands.save_summary, summary, in_short="Hennes.", not_heard=[group], seen_version=1)
    with pytest.raises(Stale):
        do(commands.save_summary, summary, in_short="Hans.", not_heard=[], seen_version=1)
    assert (summary.in_short, summary.not_heard, summary.version) == ("Hennes.", [group], 2)


def test_findings_change_places_and_close_the_gap(summary: Summary) -> None:
    a, b, c = (do(commands.add_finding, summary, heading=name) for name in "abc")
    do(commands.move_finding, c, up=True)
    assert [finding.heading for finding in summary.findings] == ["a", "c", "b"]
    do(commands.move_finding, a, up=True)
    do(commands.remove_finding, a)
    assert [(finding.number, finding.heading) for finding in summary.findings] == [(1, "c"), (2, "b")]
    do(commands.move_finding, b, up=False)
    assert b.number == 2


def test_a_paragraph_is_marked_as_framing(summary: Summary) -> None:
    finding = made.finding(summary, "Det prövas för sig.")
    assert len(queries.orphan_paragraphs(finding)) == 1
    do(commands.mark_framing, finding, "Det prövas för sig.")
    assert queries.orphan_paragraphs(finding) == []


def complete(summary: Summary, points: list[Point]) -> None:
    made.finding(summary, "Alla.[1][2]\n\nMer om det. [ram]", section="Del ett", minority=True)
    do(commands.set_aside, [points[2]], reason="Hör till regionen.")
    make.fact_check(summary.consultation)


def test_a_finished_summary_is_published_and_told(consultation: Consultation, summary: Summary, points: list[Point]) -> None:
    complete(summary, points)
    officer = make.user()
    at = clock.now()
    do(commands.publish, summary, actor=officer, at=at)
    assert (summary.published_at, summary.published_by_id, consultation.summary_published_at) == (at, officer.id, at)
    event = db.session.query(Event).one()
    assert (event.name, event.subject_id, event.consultation_id, event.actor_id, event.data) == (
        "summary_published", summary.id, consultation.id, officer.id, {},
    )  # fmt: skip
    (edition,) = summary.editions
    assert (edition.number, edition.reason, edition.in_short) == (1, "", summary.in_short)
    assert [(one.section, one.minority, one.body) for one in edition.findings] == [("Del ett", True, summary.findings[0].body)]


def test_publishing_is_refused_with_everything_that_is_left(consultation: Consultation, points: list[Point]) -> None:
    unreviewed = make.position(consultation, published=False)
    summary = made.summary(consultation, in_short="")
    made.finding(summary, "Ett.[1]\n\nUtan källa.", heading="")
    with pytest.raises(Blocked) as blocked:
        do(commands.publish, summary)
    left = {blocker.code: blocker.args for blocker in blocked.value.blockers}
    assert list(left) == [
        "summary_unreviewed",
        "summary_orphan_answers",
        "summary_orphan_points",
        "summary_finding_headless",
        "summary_orphan_paragraphs",
        "summary_without_in_short",
        "check_missing",
    ]
    assert left["summary_orphan_answers"]["answers"][0].slug == unreviewed.organisation.slug
    assert [point.number for point in left["summary_orphan_points"]["points"]] == [2, 3]
    assert summary.published_at is None and db.session.query(Event).count() == 0


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_answer_without_words_is_no_orphan(consultation: Consultation, text: str) -> None:
    make.position(consultation, texts={1: text})
    assert queries.publish_facts(consultation, None).answers_left == ()


def test_a_disowned_position_does_not_count(consultation: Consultation) -> None:
    position = make.position(consultation)
    with transaction():
        position.disowned_at = clock.now()
    facts = queries.publish_facts(consultation, None)
    assert (facts.answers_left, facts.unreviewed) == ((), ())


def test_a_cited_point_of_a_disowned_position_stands_in_the_way(consultation: Consultation, summary: Summary, points: list[Point]) -> None:
    complete(summary, points)
    with transaction():
        points[0].answer.version.position.disowned_at = clock.now()
    with pytest.raises(Blocked, match="summary_outdated_points"):
        do(commands.publish, summary)


def test_a_published_summary_is_frozen(consultation: Consultation, summary: Summary, points: list[Point]) -> None:
    complete(summary, points)
    do(commands.publish, summary)
    finding = summary.findings[0]
    for command, things, values in [
        (commands.save_finding, (finding,), {"heading": "x", "body": "y", "seen_version": 1}),
        (commands.save_summary, (summary,), {"in_short": "x", "not_heard": [], "seen_version": 1}),
        (commands.add_finding, (summary,), {}),
        (commands.remove_finding, (finding,), {}),
        (commands.take_back, (points[2],), {}),
        (commands.publish, (summary,), {}),
    ]:
        with pytest.raises(Blocked, match="summary_frozen"):
            do(command, *things, **values)


def test_groups_that_nobody_speaks_for_are_suggested(consultation: Consultation) -> None:
    heard, unheard = make.group(name="Äldre"), make.group(name="Män")
    position = make.position(consultation)
    with transaction():
        consultation.groups = [heard, unheard]
        position.current.groups = [heard]  # type: ignore[union-attr]
    assert queries.list_groups_not_heard(consultation) == [unheard]


def mask(consultation: Consultation, finding: Finding, **values: Any) -> list[Mask]:
    values = {"source": finding.body, "words": "", "span": None, "ground": MaskGround.personal_data} | values
    return do(commands.mask_words, consultation, TextKind.finding, [finding.id], **values)


def test_words_are_masked_wherever_they_stand_and_shown_again(app: Flask) -> None:
    consultation = make.consultation(Phase.summarised)
    finding = made.finding(made.summary(consultation, published_at=clock.now()), "Anna 🙂 och Anna.")
    first, _ = mask(consultation, finding, words="Anna")
    assert masks_of(TextKind.finding, [finding.id])[finding.id] == [Span(0, 4), Span(11, 15)]
    assert finding.body == "Anna 🙂 och Anna.", "the original is kept"
    assert [event.name for event in db.session.query(Event)] == ["text_masked"] * 2
    do(commands.unmask_words, consultation, [first], source=finding.body)
    assert masks_of(TextKind.finding, [finding.id])[finding.id] == [Span(11, 15)]
    assert db.session.query(Event).order_by(Event.id.desc()).first().name == "text_unmasked"


def test_older_editions_lose_the_same_words_and_get_them_back(app: Flask) -> None:
    consultation = make.consultation(Phase.summarised)
    summary = made.summary(consultation, published_at=clock.now())
    finding = made.finding(summary, "Då sa Anna det.", section="Annas fråga")
    older = made.edition(summary).findings[0].id
    with transaction():
        db.session.get_one(Finding, finding.id).body = "Anna sa det. Anna går."
    finding = db.session.get_one(Finding, finding.id)
    first, second = mask(consultation, finding, words="Anna")
    assert masks_of(TextKind.edition_finding, [older]) == {older: [Span(6, 10)]}
    assert masks_of(TextKind.edition_section, [older]) == {}, "another text is another mask"
    do(commands.unmask_words, consultation, [first], source=finding.body)
    assert masks_of(TextKind.edition_finding, [older]) == {older: [Span(6, 10)]}, "hidden elsewhere in the text that stands"
    do(commands.unmask_words, consultation, [second], source=finding.body)
    assert masks_of(TextKind.edition_finding, [older]) == {}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"words": ""}, id="no words"),
        pytest.param({"words": "Bertil"}, id="words that are not there"),
        pytest.param({"span": Span(0, 99)}, id="a span outside the text"),
    ],
)
def test_a_mask_needs_words_of_the_text(app: Flask, values: dict[str, Any]) -> None:
    consultation = make.consultation(Phase.summarised)
    finding = made.finding(made.summary(consultation), "Anna.")
    with pytest.raises(commands.WordsMissing):
        mask(consultation, finding, **values)


def test_nothing_is_masked_before_publication(consultation: Consultation, summary: Summary) -> None:
    with pytest.raises(Blocked, match="summary_not_published"):
        mask(consultation, made.finding(summary, "Anna."), words="Anna")
