"""The municipality's workspace: what waits, whose it is, and nothing from drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, DeclineReason
from sakrad.consultations.queries import count_declines
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.pages import queries_staff as queries
from sakrad.positions.models import DraftAnswer
from sakrad.responses.models import Commitment, DecisionForm, FeedbackRelease, Outcome, Response
from sakrad.summaries.models import Finding, NothingToTakeUp, Point, Summary
from tests import factories as make
from tests.factories.consultations import change, fresh, officer_of, staff_address
from tests.factories.responses import decided


def home(consultation: Consultation) -> str:
    return f"/handlaggning/{consultation.municipality.slug}"


def todo(consultation: Consultation, *roles: Role) -> queries.Todo:
    """What waits for somebody with the roles at the consultation's authority."""
    user = make.user(*((role, consultation.authority) for role in roles or (Role.officer,)))
    return queries.get_todo(user, consultation.municipality, clock.now())


def finding(consultation: Consultation) -> Finding:
    summary = make.save(Summary(consultation_id=consultation.id, in_short="Kort."))
    return make.save(Finding(summary_id=summary.id, number=1, heading="Vägen in"))


def release(consultation: Consultation, **values: Any) -> FeedbackRelease:
    return make.save(FeedbackRelease(consultation_id=consultation.id, **values))


# What waits


def test_nothing_waits_at_first(browse):
    authority = make.authority()
    page = browse(officer_of(authority)).get(f"/handlaggning/{authority.municipality.slug}")
    assert page.status_code == 200
    assert "Inget väntar på er just nu." in page.text


def test_received_answers_wait_for_registration_and_review(app):
    consultation = make.consultation(Phase.open)
    make.position(consultation, published=False)
    make.position(consultation)
    found = todo(consultation)
    assert [(count.slug, count.number) for count in found.to_register] == [(consultation.slug, 2)]
    assert [(case.slug, case.to_review) for case in found.to_review] == [(consultation.slug, 1)]


def test_a_disowned_answer_is_registered_but_not_reviewed(app):
    consultation = make.consultation(Phase.open)
    position = make.position(consultation, published=False)
    change(position, disowned_at=clock.now())
    found = todo(consultation)
    assert found.to_register[0].number == 1
    assert found.to_review == []


def test_what_is_left_to_compile_is_counted(app):
    consultation = make.consultation(Phase.compiling)
    answers = make.position(consultation, texts={1: "Vägen in är lång.", 2: "Ja.", 3: "   "}).current.answers
    assert [(case.answers_left, case.points_left) for case in todo(consultation).to_compile] == [(2, 0)]
    make.save(NothingToTakeUp(answer_id=answers[1].id, reason="Ett tack.", decided_at=clock.now()))
    make.save(Point(consultation_id=consultation.id, number=1, answer_id=answers[0].id, start=0, end=5, created_at=clock.now()))
    assert [(case.answers_left, case.points_left) for case in todo(consultation).to_compile] == [(0, 1)]


def test_the_answer_is_written_then_waits_for_the_authority_then_is_published(app):
    consultation = make.consultation(Phase.summarised)
    one = finding(consultation)
    assert [case.unanswered for case in todo(consultation).to_answer] == [1]
    answers = release(consultation)
    make.save(Response(release_id=answers.id, finding_id=one.id, outcome=Outcome.will_do))
    assert [case.unanswered for case in todo(consultation).to_answer] == [0]
    change(answers, sent_at=clock.now(), meeting_on=clock.today() + timedelta(days=9))
    found = todo(consultation)
    assert found.to_answer == []
    assert [case.meeting_on for case in found.waiting] == [answers.meeting_on]
    change(answers, decided_at=clock.now(), decision_form=DecisionForm.board, decision_on=clock.today())
    found = todo(consultation)
    assert found.waiting == []
    assert [case.slug for case in found.to_publish] == [consultation.slug]


@pytest.mark.parametrize(
    ("phase", "values", "late"),
    [
        (Phase.compiling, {"summary_due_on": -1}, True),
        (Phase.compiling, {"summary_due_on": 0}, False),
        (Phase.summarised, {"feedback_due_on": -1}, True),
        (Phase.summarised, {"feedback_due_on": 0}, False),
        (Phase.answered, {"feedback_due_on": -1}, False),
        (Phase.cancelled, {"feedback_due_on": -1}, False),
    ],
    ids=["summary a day late", "summary due today", "answer a day late", "answer due today", "answered", "cancelled"],
)
def test_what_is_late_comes_first(app, phase, values, late):
    today = clock.today()
    consultation = make.consultation(phase, **{name: today + timedelta(days=days) for name, days in values.items()})
    assert bool(todo(consultation).overdue) is late


def test_overdue_commitments_are_counted(app):
    consultation = make.consultation(Phase.answered)
    answers = release(consultation, **decided(published_at=clock.now()))
    response = make.save(Response(release_id=answers.id, finding_id=finding(consultation).id, outcome=Outcome.will_do))
    for number, (days, done) in enumerate([(-3, None), (-3, clock.now()), (3, None)], start=1):
        make.save(
            Commitment(
                consultation_id=consultation.id,
                number=number,
                response_id=response.id,
                what="Ett nummer in",
                function_id=consultation.function_id,
                due_on=clock.today() + timedelta(days=days),
                created_at=clock.now(),
                done_at=done,
            )
        )
    assert [(count.number, count.since) for count in todo(consultation).commitments] == [(1, clock.today() - timedelta(days=3))]


def test_a_page_with_everything_on_it(browse):
    authority = make.authority()
    for phase in Phase:
        consultation = make.consultation(phase, of=authority, title=f"Om {phase.value}")
        if phase in (Phase.open, Phase.compiling):
            make.position(consultation, published=False)
    consultation = make.consultation(Phase.summarised, of=authority, title="Hos nämnden")
    release(consultation, sent_at=clock.now(), meeting_on=clock.today())
    text = browse(officer_of(authority)).get(home(consultation)).text
    for heading in ("Att registrera", "Att granska för publicering", "Att sammanställa", "Att besvara", "Utkast", "Väntar på andra"):
        assert heading in text
    assert "Nämnden, möte" in text


# Whose it is


def test_each_sees_only_what_their_authority_owns(browse):
    consultation = make.consultation(Phase.open, title="Bara för den egna nämnden")
    make.position(consultation, published=False)
    owner, other = browse(officer_of(consultation.authority)), browse(officer_of(make.authority(consultation.municipality)))
    for url in (home(consultation), home(consultation) + "/sakrad"):
        assert "Bara för den egna nämnden" in owner.get(url).text
        assert "Bara för den egna nämnden" not in other.get(url).text


def test_the_coordinator_sees_what_they_are_told(app):
    told = make.consultation(Phase.draft)
    make.consultation(Phase.draft, of=told.authority, coordinator_takes_part=False)
    user = make.user((Role.coordinator, told.municipality))
    assert [case.slug for case in queries.get_todo(user, told.municipality, clock.now()).drafts] == [told.slug]
    assert [row.slug for row in queries.list_consultations(user, told.municipality, clock.now(), page=1).rows] == [told.slug]


def test_the_registrar_sees_what_to_register_and_opens_nothing_else(browse):
    consultation = make.consultation(Phase.open)
    make.position(consultation, published=False)
    found = todo(consultation, Role.registrar)
    assert [count.number for count in found.to_register] == [1]
    assert (found.to_review, found.waiting) == ([], [])
    title, link = consultation.title, f'href="{staff_address(consultation)}"'
    text = browse(make.user((Role.registrar, consultation.authority))).get(home(consultation) + "/sakrad").text
    assert title in text
    assert link not in text


@pytest.mark.parametrize("path", ["", "/sakrad", "/sakrad/{slug}/inbjudna"])
def test_nobody_else_reaches_the_workspace(browse, client, path):
    consultation = make.consultation(Phase.open)
    url = home(consultation) + path.format(slug=consultation.slug)
    for user in (
        make.user((Role.officer, make.authority())),
        make.user((Role.coordinator, make.municipality())),
        make.user((Role.administrator, make.organisation())),
        make.user(Role.operator),
    ):
        assert browse(user).get(url).status_code == 404
    assert "/logga-in" in client.get(url).location


# Lists


def test_consultations_stand_by_phase_in_order(browse):
    authority = make.authority()
    for phase in reversed(Phase):
        consultation = make.consultation(phase, of=authority)
    text = browse(officer_of(authority)).get(home(consultation) + "/sakrad").text
    headings = ["Utkast", "Annonserat", "Öppet", "Sammanställs", "Sammanställt", "Besvarat", "Följs upp", "Avslutat", "Avbrutet"]
    places = [text.index(f"<h2>{heading}</h2>") for heading in headings]
    assert places == sorted(places)


def test_the_list_is_paged(app, monkeypatch):
    authority = make.authority()
    for _ in range(3):
        make.consultation(Phase.open, of=authority)
    monkeypatch.setattr(queries, "PAGE", 2)
    user = officer_of(authority)
    pages = [queries.list_consultations(user, authority.municipality, clock.now(), page=number) for number in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [2, 1, 0]
    assert {page.pages for page in pages} == {2}


def test_invited_shows_one_word_for_each(browse):
    consultation = make.consultation(Phase.open)
    now = clock.now()
    known = {
        "Skickad": {},
        "Studsade": {"bounced_at": now},
        "Avböjt": {"declined_at": now},
        "Tänker svara": {"intends_at": now},
        "Svarat": {"declined_at": now},
    }
    for word, values in known.items():
        invitation = make.invitation(consultation, sent_at=now, **values)
        if word == "Svarat":
            make.position(consultation, invitation.organisation, published=False)
    text = browse(officer_of(consultation.authority)).get(staff_address(consultation, "inbjudna")).text
    assert {word: text.count(f">{word}<") for word in known} == dict.fromkeys(known, 1)


def test_the_invited_page_names_the_groups_with_nobody_invited(browse):
    consultation = make.consultation(Phase.open)
    heard, unheard = make.group(name="Hörda"), make.group(name="Ohörda")
    change(consultation, groups=[heard, unheard])
    make.invitation(consultation, make.organisation(groups=[heard]))
    text = browse(officer_of(consultation.authority)).get(staff_address(consultation, "inbjudna")).text
    assert text.index("Ohörda") < text.index("Ingen inbjuden")
    assert text.count("Ingen inbjuden") == 1


def test_reasons_for_declining_are_counts_from_three_up(app):
    consultation = make.consultation(Phase.open)
    for reason in [DeclineReason.no_time] * 3 + [DeclineReason.not_our_matter] * 2:
        make.invitation(consultation, declined_at=clock.now(), decline_reason=reason)
    assert count_declines(consultation.id) == (5, {DeclineReason.no_time: 3})


# Nothing from drafts


def test_a_draft_of_an_answer_changes_nothing_on_any_page(browse):
    consultation = make.consultation(Phase.open)
    invitation = make.invitation(consultation, sent_at=clock.now())
    browser = browse(officer_of(consultation.authority))
    paths = [home(consultation), home(consultation) + "/sakrad", *(staff_address(consultation, path) for path in ("", "inbjudna"))]
    before = [without_tokens(browser.get(path).text) for path in paths]
    consultation = fresh(consultation)
    draft = make.draft(consultation, fresh(invitation).organisation)
    make.save(DraftAnswer(draft_id=draft.id, question_id=consultation.questions[0].id, text="Hemligt utkast", updated_at=clock.now()))
    assert [without_tokens(browser.get(path).text) for path in paths] == before


def without_tokens(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if "csrf_token" not in line)


# Statements


def test_statements_do_not_grow_with_the_rows(browse):
    authority = make.authority()
    opened = make.consultation(Phase.open, of=authority)
    browser = browse(officer_of(authority))
    paths = [home(opened), home(opened) + "/sakrad", staff_address(opened, "inbjudna")]

    def more() -> None:
        for phase in Phase:
            make.position(make.consultation(phase, of=fresh(authority)), published=False)
        make.invitation(fresh(opened))

    more()
    for path in paths:
        browser.get(path)  # what is asked once only is asked now
    before = [statements(browser, path) for path in paths]
    more()
    assert [statements(browser, path) for path in paths] == before


def statements(browser: Any, path: str) -> int:
    seen = []

    def record(*arguments: Any) -> None:
        seen.append(arguments[2])

    sa.event.listen(db.engine, "before_cursor_execute", record)
    try:
        assert browser.get(path).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", record)
    return len(seen)
