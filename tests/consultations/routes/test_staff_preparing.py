"""The guided preparation: each step by itself, its ticks, proposed dates, and a hint that is done by pressing it."""

from __future__ import annotations

import html
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from sakrad.consultations import commands, steps
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import CheckedItem, Consultation
from sakrad.consultations.steps import BY_CODE, STEPS, StepState
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from tests import factories as make
from tests.factories.consultations import change, fresh, matter, officer_of, staff_address


def draft(**values: object) -> Consultation:
    return make.consultation(Phase.draft, **values)


def url(consultation: Consultation, step: str = "") -> str:
    return staff_address(consultation, f"forbered/{step}" if step else "forbered")


def seen(consultation: Consultation, step: str) -> str:
    return commands.stamp_of_step(fresh(consultation), BY_CODE[step])


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def ticks() -> set[str]:
    return set(db.session.scalars(sa.select(CheckedItem.code)))


# The steps, as data


def test_every_step_has_help_an_example_of_each_sort_and_a_checklist():
    for step in STEPS:
        assert all(str(words) for words in (step.title, step.help, step.good, step.bad))
        assert 2 <= len(step.items) <= 4
        assert set(step.needed) <= set(step.fields)
    codes = [code for step in STEPS for code, _words in step.items]
    assert len(codes) == len(set(codes))
    assert all(len(code) <= 40 for code in codes)


PURPOSE = BY_CODE["syfte"]
EVERY = [code for code, _words in PURPOSE.items]


@pytest.mark.parametrize(
    ("filled", "gated", "ticked", "expected"),
    [
        ((), (), (), StepState.todo),
        (("purpose",), (), (), StepState.filled),
        (("purpose",), ("purpose",), EVERY, StepState.todo),
        (("purpose",), ("lead",), EVERY[:1], StepState.filled),
        (("purpose",), (), EVERY, StepState.ready),
        ((), (), EVERY, StepState.todo),
    ],
    ids=["empty", "filled in", "a gate stands", "another step's gate", "all ticked", "ticks do not fill a field"],
)
def test_how_far_a_step_has_come(filled, gated, ticked, expected):
    assert steps.state_of(PURPOSE, filled=filled, gated=gated, ticked=ticked) is expected


# The pages


def test_every_step_is_shown_with_its_state_and_the_way_on(browse):
    consultation = draft(purpose="", need="")
    browser = browse(officer_of(consultation.authority))
    assert browser.get(url(consultation)).location.endswith("/forbered/behov")
    for step in STEPS:
        page = browser.get(url(consultation, step.code))
        assert page.status_code == 200
        assert html.escape(str(step.bad), quote=False) in page.text
        assert all(f"/forbered/{other.code}" in page.text for other in STEPS)
    assert browser.get(url(consultation, "finns-inte")).status_code == 404


def test_a_step_saves_its_fields_and_ticks_and_nothing_else(browse):
    consultation = draft(touches_money=False)
    browser = browse(officer_of(consultation.authority))
    data = {
        "purpose": "Ett nytt syfte.",
        "touches_money": "y",
        "ticked": "syfte_forankrat",
        "seen": seen(consultation, "syfte"),
        "lead": "Annat",
    }
    response = browser.post(url(consultation, "syfte"), data=data | {"onward": "1"})
    assert response.status_code == 303
    assert response.location.endswith("/forbered/paverkan")
    saved = fresh(consultation)
    assert (saved.purpose, saved.touches_money, saved.lead) == ("Ett nytt syfte.", True, consultation.lead)
    assert ticks() == {"syfte_forankrat"}
    assert events() == [EventName.consultation_changed]
    browser.post(url(consultation, "syfte"), data={"purpose": "Ett nytt syfte.", "touches_money": "y", "seen": seen(consultation, "syfte")})
    assert ticks() == set()
    browser.post(url(consultation, "syfte"), data={"purpose": "Ett nytt syfte.", "touches_money": "y", "seen": seen(consultation, "syfte")})
    assert len(events()) == 2  # the last one changed nothing


def test_questions_are_added_one_a_line(browse):
    consultation = draft(questions=1)
    data = {"questions": "Vad ser ni?\n\nVad behövs?", "seen": seen(consultation, "fragor")}
    assert browse(officer_of(consultation.authority)).post(url(consultation, "fragor"), data=data).status_code == 303
    assert [question.text for question in fresh(consultation).questions][:2] == ["Vad ser ni?", "Vad behövs?"]


def test_an_invalid_step_is_422_and_keeps_every_word(browse):
    consultation = draft()
    data = {"title": " ", "lead": "Ord som inte får försvinna", "ticked": "sak_en_mening", "seen": seen(consultation, "sak")}
    response = browse(officer_of(consultation.authority)).post(url(consultation, "sak"), data=data)
    assert response.status_code == 422
    assert "Skriv en rubrik." in response.text
    assert "Ord som inte får försvinna" in response.text
    assert ticks() == set()


def test_colleagues_work_on_different_steps_and_meet_in_the_same(browse):
    consultation = draft()
    shown = {step: seen(consultation, step) for step in ("syfte", "sak")}
    change(fresh(consultation), purpose="Kollegans syfte", version=2)
    browser = browse(officer_of(consultation.authority))
    other = {"title": "Ny rubrik", "lead": "Ny mening", "background": "Läget", "seen": shown["sak"]}
    assert browser.post(url(consultation, "sak"), data=other).status_code == 303
    response = browser.post(url(consultation, "syfte"), data={"purpose": "Mitt syfte", "seen": shown["syfte"]})
    assert response.status_code == 409
    assert "Kollegans syfte" in response.text
    assert "Mitt syfte" in response.text
    assert fresh(consultation).purpose == "Kollegans syfte"


def test_a_step_is_frozen_at_the_opening(browse):
    consultation = make.consultation(Phase.open)
    browser = browse(officer_of(consultation.authority))
    data = {"purpose": "För sent", "ticked": "syfte_forankrat", "seen": seen(consultation, "syfte")}
    response = browser.post(url(consultation, "syfte"), data=data)
    assert response.status_code == 409
    assert "För sent" in response.text
    assert ticks() == set()
    assert fresh(consultation).purpose == consultation.purpose


def test_dates_are_proposed_towards_the_meeting_without_being_saved(browse):
    consultation = draft()
    browser = browse(officer_of(consultation.authority))
    meeting = clock.today() + timedelta(days=300)
    data = {"decision_on": str(meeting), "seen": seen(consultation, "aterkoppling"), "propose": "1"}
    page = browser.post(url(consultation, "aterkoppling"), data=data)
    assert page.status_code == 200
    assert "Föreslaget, inte sparat" in page.text
    assert f'value="{meeting}"' in page.text
    assert fresh(consultation).closes_at is None
    near = browser.post(url(consultation, "aterkoppling"), data=data | {"decision_on": str(clock.today() + timedelta(days=20))})
    assert "Mötet är för nära" in near.text


def test_long_sentences_are_marked(browse):
    consultation = draft(background=f"Kort. {'Ord ' * 26}slut.")
    page = browse(officer_of(consultation.authority)).get(url(consultation, "sak"))
    assert "<mark>Ord Ord" in page.text


def test_a_hint_about_the_last_day_is_done_by_pressing_it(browse):
    saturday = clock.today() + timedelta(days=50 + (5 - (clock.today() + timedelta(days=50)).weekday()) % 7)
    consultation = draft(closes_at=clock.end_of(saturday))
    browser = browse(officer_of(consultation.authority))
    page = browser.get(url(consultation, "aterkoppling"))
    day = page.text.split('name="dag" value="')[1][:10]
    assert date.fromisoformat(day) > saturday
    assert browser.post(staff_address(consultation, "flytta-sista-dagen"), data={"dag": "2020-01-01"}).status_code == 303
    assert clock.last_day(fresh(consultation).closes_at) == saturday
    assert browser.post(staff_address(consultation, "flytta-sista-dagen"), data={"dag": day}).status_code == 303
    assert clock.last_day(fresh(consultation).closes_at) == date.fromisoformat(day)
    assert events() == [EventName.consultation_changed]


# Beginning


def test_a_draft_begins_from_a_template_with_its_texts_and_questions(browse):
    authority = make.authority()
    make.group(slug="barn", name="Barn")
    browser, create = browse(officer_of(authority)), f"/handlaggning/{authority.municipality.slug}/sakrad/nytt?mall=kort-sakrad"
    assert browser.get(create).status_code == 200
    data = matter(authority=authority.slug, closes_on="", summary_due_on="", feedback_due_on="", decision_on="", questions="En egen fråga?")
    assert browser.post(create, data=data).status_code == 303
    made = db.session.scalars(sa.select(Consultation)).one()
    assert made.questions[0].text == "En egen fråga?"
    assert (clock.last_day(made.closes_at) - clock.today()).days < 60
    assert browser.get(create.replace("kort-sakrad", "finns-inte")).status_code == 404


def test_empty_dates_are_proposed_backwards_from_the_meeting(browse):
    authority = make.authority()
    meeting = clock.today() + timedelta(days=300)
    data = matter(authority=authority.slug, closes_on="", summary_due_on="", feedback_due_on="", decision_on=str(meeting))
    browse(officer_of(authority)).post(f"/handlaggning/{authority.municipality.slug}/sakrad/nytt", data=data)
    made = db.session.scalars(sa.select(Consultation)).one()
    assert made.summary_due_on <= meeting - timedelta(days=14)
    assert 35 <= (made.summary_due_on - clock.last_day(made.closes_at)).days <= 80  # the last day is not in July
    assert made.opens_at is None
