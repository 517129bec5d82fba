"""Both sides judge the process: who is asked and once, and what readers may see of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event
from sakrad.directory.models import Merger
from sakrad.responses.commands.evaluating import answer_evaluation, ask_due
from sakrad.responses.evaluation import FEW, NOTHING, OPEN_FOR, STATEMENTS, Principle, Tally, Told, Whose, is_over, pooled, tell
from sakrad.responses.links_evaluation import evaluation_token
from sakrad.responses.models import EvaluationReply, EvaluationRound, EvaluationSeat, EvaluationSide
from sakrad.responses.queries_evaluation import results_of
from tests import factories as make
from tests.factories import judging, together
from tests.policing import PolicingClient, content_of
from tests.statements import counted

SAID: dict[str, int | None] = {each.key: 4 for each in STATEMENTS}
CHOSEN = {each.key: "4" for each in STATEMENTS}


def told(whose: Whose, replies: int) -> Told:
    return Told(whose, replies, {each.key: Tally((0, 0, 0, 0, replies)) for each in STATEMENTS})


# -- pure


def test_each_principle_has_its_statement() -> None:
    assert {each.principle for each in STATEMENTS} == set(Principle)
    assert [each.key for each in STATEMENTS] == [f"q{n}" for n in range(1, 9)]


@given(st.integers(0, 12), st.integers(0, 12))
def test_fewer_than_five_are_never_told_and_cannot_be_worked_out(organisations: int, officials: int) -> None:
    shown = {one.whose: one for one in tell([told(Whose.organisation, organisations), told(Whose.official, officials)])}
    assert all(one.replies >= FEW for one in shown.values())
    if Whose.both in shown:
        assert set(shown) == {Whose.both}  # nothing to take away from it
        assert shown[Whose.both].replies == organisations + officials and max(organisations, officials) < FEW
    assert (Whose.organisation in shown) == (organisations >= FEW)
    assert (Whose.official in shown) == (officials >= FEW)


def test_several_results_together_add_nothing_that_one_keeps_back() -> None:
    pairs = list(product((0, 3, 5), repeat=2))
    shown = [tell([told(Whose.organisation, a), told(Whose.official, b)]) for a, b in pairs]
    results = [judging.result(each) for each in shown]
    by = {one.whose: one.replies for one in pooled(results)}
    assert by == {Whose.organisation: 15, Whose.official: 15, Whose.both: 6}


def test_a_round_is_over_when_all_have_answered_or_its_time_is_out() -> None:
    at = clock.now()
    assert is_over(at, 0, at)
    assert not is_over(at, 1, at + OPEN_FOR - timedelta(seconds=1))
    assert is_over(at, 1, at + OPEN_FOR)
    assert Tally((1, 0, 2, 3, 4), 5).agree == 7 and Tally((1, 0, 2, 3, 4), 5).said == 10 and NOTHING.said == 0


# -- asked and answered


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.answered)


def events(name: str) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.name == name).order_by(Event.id)))


def test_both_sides_are_asked_once_when_the_authority_has_answered_and_a_year_later(consultation: Consultation) -> None:
    answered, withdrawn = make.position(consultation), make.position(consultation)
    party = together.party(answered, make.organisation())
    officer = make.user((Role.officer, consultation.authority))
    coordinator = make.user((Role.coordinator, consultation.municipality))
    make.user((Role.registrar, consultation.authority))
    with transaction():
        withdrawn.withdrawn_at = clock.now()
    at = clock.now()
    for moment in (at, at + timedelta(hours=1), at + timedelta(days=365)):
        with transaction():
            ask_due(moment)
    seats = db.session.scalars(sa.select(EvaluationSeat)).all()
    for round in EvaluationRound:
        mine = [seat for seat in seats if seat.round is round]
        assert {seat.organisation_id for seat in mine} == {answered.organisation_id, party.organisation_id, None}
        assert {seat.user_id for seat in mine} == {officer.id, coordinator.id, None}
    assert len(seats) == 8 == len(events("evaluation_asked"))


def test_asking_many_takes_no_more_statements(consultation: Consultation) -> None:
    def ask(round_at: timedelta) -> int:
        with counted() as statements, transaction():
            ask_due(clock.now() + round_at)
        return len(statements)

    make.position(consultation)
    few = ask(timedelta())
    for _ in range(4):
        make.position(consultation)
    assert ask(timedelta(days=365)) <= few  # the first has more to learn of who is where


def test_an_answer_is_tied_to_nobody_and_taken_once(consultation: Consultation) -> None:
    seat = judging.seat(consultation, make.organisation())
    with transaction():
        answer_evaluation(seat, {**SAID, "q8": None}, at=clock.now())
    (event,) = events("evaluation_answered")
    assert (event.actor_id, event.organisation_id, event.subject_id, event.data) == (None, None, None, {})
    reply = db.session.scalars(sa.select(EvaluationReply)).one()
    assert (reply.side, reply.q1, reply.q8) == (EvaluationSide.organisation, 4, None)
    with pytest.raises(Blocked, match="evaluation_answered"), transaction():
        answer_evaluation(seat, SAID, at=clock.now())
    heir, before, since = (make.organisation() for _ in range(3))
    seats = [judging.seat(consultation, each) for each in (heir, before, since)]
    accepted = {"heir_id": heir.id, "at": seat.asked_at, "accepted_at": seat.asked_at, "heir_accepted_at": seat.asked_at}
    make.save(Merger(organisation_id=before.id, **accepted))
    with transaction():
        answer_evaluation(make.again(seats[1]), SAID, at=clock.now())
    make.save(Merger(organisation_id=since.id, **accepted))
    for twin in seats:
        with pytest.raises(Blocked, match="evaluation_answered"), transaction():
            answer_evaluation(make.again(twin), SAID, at=clock.now())
    assert [make.again(each).answered for each in seats] == [True, True, False]
    late = judging.seat(consultation, make.organisation(), ago=OPEN_FOR)
    with pytest.raises(Blocked, match="evaluation_over"), transaction():
        answer_evaluation(late, SAID, at=clock.now())
    another = judging.seat(consultation, make.organisation())
    with pytest.raises(ValueError, match="a step"), transaction():
        answer_evaluation(another, {**SAID, "q1": 6}, at=clock.now())


def test_the_link_the_member_and_the_official_answer_their_own(consultation: Consultation, browse) -> None:  # type: ignore[no-untyped-def]
    organisation = make.organisation()
    officer, unasked = (make.user((Role.officer, consultation.authority)) for _ in range(2))
    member = make.user((Role.approver, organisation))
    by_link = judging.seat(consultation, make.organisation())
    judging.seat(consultation, organisation)
    judging.seat(consultation, officer)
    place, slug = consultation.municipality.slug, consultation.slug
    staff = f"/handlaggning/{place}/sakrad/{slug}/utvardering"
    own = f"/forening/{organisation.slug}/utvardering/{place}/{slug}"
    link = f"/utvardering/{evaluation_token(by_link)}"
    other = make.user((Role.officer, make.authority(consultation.municipality)), (Role.approver, make.organisation()))
    todo = f"/handlaggning/{place}"
    assert staff in browse(officer).get(todo).text and staff not in browse(unasked).get(todo).text
    assert own in browse(member).get(f"/forening/{organisation.slug}").text
    for path, user in ((link, None), (own, member), (staff, officer)):
        client: PolicingClient = browse(user)
        assert "Åtta påståenden" in client.get(path).text
        wrong = client.post(path, data={**CHOSEN, "q3": ""})
        assert wrong.status_code == 422 and content_of(wrong.text).count("checked") == 7
        assert client.post(path, data=CHOSEN).status_code == 303
        assert "svarat. Tack!" in client.get(path).text
        assert client.post(path, data=CHOSEN).status_code == 409
    assert staff not in browse(officer).get(todo).text
    assert own not in browse(member).get(f"/forening/{organisation.slug}").text
    for path in (own, staff):
        assert browse(other).get(path).status_code == 404
        assert browse(other).post(path, data=CHOSEN).status_code == 404
    assert browse().get(link[:-1] + ("0" if link[-1] != "0" else "1")).status_code == 404
    assert "inte tillfrågad" in browse(unasked).get(staff).text
    assert browse(unasked).post(staff, data=CHOSEN).status_code == 404
    assert len(events("evaluation_answered")) == 3


# -- in public


def test_readers_see_counts_of_each_side_from_five_on_when_the_round_is_over(consultation: Consultation, client: PolicingClient) -> None:
    page = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/utvardering"
    assert "Ingen är tillfrågad än" in client.get(page).text
    waiting = judging.seat(consultation, make.organisation())
    judging.replies(consultation, EvaluationSide.organisation, 1, 2, 4, 5, 5, 5)
    judging.replies(consultation, EvaluationSide.official, 3, 5, 5, 5)
    assert "Resultatet visas när alla har svarat" in client.get(page).text
    with transaction():
        db.session.get_one(EvaluationSeat, waiting.id).asked_at -= OPEN_FOR
    text = client.get(page).text
    assert ">4 av 6<" in text and ">8 av 12<" in text and "Tjänstepersoner" not in text
    judging.replies(consultation, EvaluationSide.official, 5)
    text = client.get(page).text
    assert "Tjänstepersoner" in text and ">4 av 5<" in text and "Båda sidorna" not in text
    with counted() as statements:
        (result,) = results_of([consultation.id], clock.now())[consultation.id]
    assert len(statements) == 2 and result.told[0].of(Principle.dialogue).counts == (2, 2, 0, 2, 6)
