"""What the machine proposes, from asking to deciding: a person's press does it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock, jobs
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.core.text import Span
from sakrad.positions.models import Answer
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_of
from sakrad.summaries.models import Point, Suggestion, SuggestionKind, SuggestionRun
from tests import factories as make
from tests.factories import summaries as made

CAMPAIGN = "Vi kräver att simhallen hålls öppen på kvällarna även under sommaren."
NAMED = "Ring Anna Andersson om ni undrar."
BUSES = ["Bussen till byn går för sällan på kvällen.", "Sista bussen är alltid inställd hos oss.", "Busskortet är för dyrt för unga."]
HALLS = ["Simhallen stänger för tidigt på dagen.", "Hyran för hallen är alldeles för hög.", "Badtiderna räcker inte till alla barn."]


class World:
    """Two organisations with a text in common, ten whose answers an official has coded, one more about buses."""

    def __init__(self) -> None:
        self.consultation: Consultation = make.consultation(Phase.compiling, questions=1)
        buses, halls = made.theme(self.consultation, name="Bussar"), made.theme(self.consultation, name="Hallar", order=2)
        for n in range(12):
            said, theme = (BUSES[n % 3], buses) if n % 2 else (HALLS[n % 3], halls)
            answer = made.answer_of(make.position(self.consultation, texts={1: f"{said} {said.upper()[:n]}"}))
            made.point(answer, theme_id=theme.id, set_aside_at=clock.now(), set_aside_reason="Utanför.")
            made.point(answer, theme_id=theme.id, end=len(said), set_aside_at=clock.now(), set_aside_reason="Utanför.")
        self.similar = [made.answer_of(make.position(self.consultation, texts={1: text})) for text in (CAMPAIGN, f"{CAMPAIGN} {NAMED}")]
        self.new = made.answer_of(make.position(self.consultation, texts={1: "Bussen går för sällan till oss."}))
        self.officer = make.user((Role.officer, self.consultation.authority))
        self.url = f"/handlaggning/{self.consultation.municipality.slug}/sakrad/{self.consultation.slug}/sammanstall/maskinforslag"

    def waiting(self, kind: SuggestionKind) -> list[Suggestion]:
        statement = sa.select(Suggestion).where(Suggestion.kind == kind, Suggestion.decided_at.is_(None))
        return list(db.session.scalars(statement.order_by(Suggestion.id)))

    def computed(self, browser: Any) -> None:
        assert browser.post(self.url).status_code == 303
        jobs.run_due(clock.now())


def points_of(answer: Answer) -> list[tuple[str, str]]:
    rows = db.session.scalars(sa.select(Point).where(Point.answer_id == answer.id))
    return [(point.quotation, point.theme.name if point.theme else "") for point in rows]


def test_proposals_wait_until_a_person_decides_and_the_same_is_never_proposed_again(app: Flask, browse: Any) -> None:
    world = World()
    officer = browse(world.officer)
    assert "Räkna ut förslag" in officer.get(world.url).text
    before = db.session.scalar(sa.select(sa.func.count(Point.id)))
    world.computed(officer)
    assert db.session.scalar(sa.select(sa.func.count(Point.id))) == before  # nothing is applied by itself
    alike = world.waiting(SuggestionKind.similar)
    assert {one.answer_id for one in alike if one.answer.text.startswith(CAMPAIGN)} == {answer.id for answer in world.similar}
    page = officer.get(f"{world.url}?slag=similar")
    assert "Maskinförslag" in page.text
    assert "simhallen" in page.text

    campaign = next(one for one in alike if one.answer_id == world.similar[0].id)
    officer.post(f"{world.url}/{campaign.id}/anta?slag=similar")
    assert [points_of(answer) for answer in world.similar] == [[(CAMPAIGN, "")], [(CAMPAIGN, "")]]

    bus = next(one for one in world.waiting(SuggestionKind.point) if one.answer_id == world.new.id)
    assert any(word.startswith("buss") for word in bus.words)
    officer.post(f"{world.url}/{bus.id}/anta?slag=point")
    assert points_of(world.new) == [("Bussen går för sällan till oss.", "Bussar")]

    name = next(one for one in world.waiting(SuggestionKind.sensitive) if one.words == ["Anna", "Andersson"])
    officer.post(f"{world.url}/{name.id}/anta?slag=sensitive")
    start = world.similar[1].text.index("Anna")
    assert masks_of(TextKind.answer, [world.similar[1].id])[world.similar[1].id] == [Span(start, start + len("Anna Andersson"))]

    for one in [one for kind in SuggestionKind for one in world.waiting(kind)]:
        officer.post(f"{world.url}/{one.id}/avfarda?slag={one.kind.value}")
    world.computed(officer)
    assert [one.words for kind in SuggestionKind for one in world.waiting(kind)] == []
    assert "har antagits" in officer.get(f"{world.url}?slag=sensitive").text
    decided = db.session.scalars(sa.select(Event).where(Event.name == EventName.suggestion_decided)).all()
    assert {event.actor_id for event in decided} == {world.officer.id}
    assert not any("Anna" in str(event.data) for event in decided)


def test_proposals_are_the_officials_own_and_none_may_decide_about_their_association(app: Flask, browse: Any) -> None:
    world = World()
    run = make.save(SuggestionRun(consultation=world.consultation, asked_at=clock.now(), finished_at=clock.now(), facts={"answers": 14}))
    kinds = {"kind": SuggestionKind.similar, "start": 0, "end": len(CAMPAIGN), "cluster": 1, "score": 1.0, "words": ["simhallen"]}
    rows = [make.save(Suggestion(run_id=run.id, answer_id=answer.id, **kinds)) for answer in world.similar]
    member = make.user((Role.officer, world.consultation.authority), (Role.writer, world.similar[0].version.position.organisation))
    address = f"{world.url}/{rows[0].id}/anta"
    assert browse(make.user((Role.officer, make.authority()))).get(world.url).status_code == 404
    assert browse(make.user((Role.officer, make.authority()))).post(address).status_code == 404
    assert browse().post(address).status_code in (302, 303, 401, 404)
    partial = browse(member)
    assert partial.post(address).status_code == 404
    assert "En kollega får bestämma" in partial.get(f"{world.url}?slag=similar").text
    partial.post(f"{world.url}/{rows[1].id}/anta")  # the other's words only
    assert [points_of(answer) for answer in world.similar] == [[], [(CAMPAIGN, "")]]


@pytest.mark.parametrize("phase", [Phase.announced, Phase.summarised])
def test_nothing_is_computed_but_while_one_compiles(app: Flask, browse: Any, phase: Phase) -> None:
    consultation = make.consultation(phase)
    officer = browse(make.user((Role.officer, consultation.authority)))
    url = f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}/sammanstall/maskinforslag"
    assert officer.post(url).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(SuggestionRun.id))) == 0
