"""What comes after a consultation, and the dialogues that come back every year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Dates, Phase
from sakrad.consultations.lifecycle_following import blockers_to_continue, faults_of_continuation, needs_notice
from sakrad.consultations.models import Consultation, Continuation, ContinuationKind, RecurringDialogue
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.pages.queries_wheel import CENTRE, OUTER, sector
from tests import factories as make
from tests.factories.consultations import address, change, staff_address
from tests.policing import PolicingClient
from tests.statements import counted

Browse = Callable[..., PolicingClient]
NEXT = {"kind": "consultation", "text": "Vi frågar Anna Ek och andra igen i höst."}


# -- pure


def test_it_is_told_when_the_summary_is_out_and_never_of_what_was_cancelled() -> None:
    at = clock.now()
    assert [one.code for one in blockers_to_continue(Dates(), at)] == ["continuation_too_early"]
    assert blockers_to_continue(Dates(summary_published_at=at, ended_at=at), at) == []
    assert [one.code for one in blockers_to_continue(Dates(summary_published_at=at, cancelled_at=at), at)] == ["consultation_cancelled"]
    assert [one.field for one in faults_of_continuation("", is_linked_already=True)] == ["text", "next"]
    assert not faults_of_continuation("å" * 500, is_linked_already=False) and faults_of_continuation("å" * 501, is_linked_already=False)
    assert {kind for kind in ContinuationKind if needs_notice(kind)} == {ContinuationKind.agreement, ContinuationKind.partnership}


def test_january_begins_at_the_top_and_the_months_meet() -> None:
    assert sector(1, 60, OUTER).startswith(f"M{CENTRE}.0 {CENTRE - OUTER}.0A")
    ends = [sector(month, 60, OUTER).split(" 0 0 1 ")[1].split("L")[0] for month in range(1, 13)]
    starts = [sector(month, 60, OUTER)[1:].split("A")[0] for month in range(1, 13)]
    assert ends[:-1] == starts[1:] and ends[-1] == starts[0]


# -- what comes next


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.answered)


def test_a_continuation_shows_on_both_pages_once_the_next_is_announced(consultation: Consultation, browse: Browse) -> None:
    draft = make.consultation(Phase.draft, of=consultation.authority, title="Nästa fråga")
    officer = browse(make.user((Role.officer, consultation.authority)))
    page, other, following = address(consultation), address(draft), staff_address(consultation, "sen")
    assert officer.post(following, data={**NEXT, "next": draft.slug}).status_code == 303
    (event,) = db.session.scalars(sa.select(Event).where(Event.name == "continuation_decided"))
    assert event.data == {"kind": "consultation"} and event.consultation_id == consultation.id
    text = browse().get(page).text
    assert "Vi frågar Anna Ek" in text and "Besked om vad som händer sen" in text and "Nästa fråga" not in text
    assert "Nästa fråga" in officer.get(following).text
    again = officer.post(following, data={**NEXT, "next": draft.slug})
    assert again.status_code == 422 and "Vi frågar Anna Ek" in again.text
    opens = {"announced_at": clock.now(), "opens_at": clock.now(), "closes_at": clock.now() + timedelta(days=40)}
    change(db.session.get_one(Consultation, draft.id), **opens, feedback_due_on=clock.today())
    assert f'/sakrad/{draft.slug}"' in browse().get(page).text
    assert "Det här sakrådet kommer ur" in browse().get(other).text


def test_words_of_it_are_hidden_everywhere_and_shown_again(consultation: Consultation, browse: Browse) -> None:
    officer = browse(make.user((Role.officer, consultation.authority)))
    officer.post(staff_address(consultation, "sen"), data=NEXT)
    mask = staff_address(consultation, "sen/1/maska")
    assert officer.post(mask, data={"words": "Bo", "ground": "personal_data"}).status_code == 422
    assert officer.post(mask, data={"words": "Anna Ek", "ground": "personal_data"}).status_code == 303
    assert "Anna Ek" not in browse().get(address(consultation)).text
    number = db.session.scalar(sa.text("SELECT max(id) FROM mask"))
    assert officer.post(mask, data={"mask": str(number)}).status_code == 303
    assert "Anna Ek" in browse().get(address(consultation)).text
    assert officer.get(staff_address(consultation, "sen/2/maska")).status_code == 404


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"kind": "agreement"}, 303),
        ({"kind": "partnership", "next": "nasta"}, 422),  # a link that does not go with the kind
        ({"kind": "", "next": ""}, 422),
        ({"text": ""}, 422),
        ({"text": "å" * 501}, 422),
        ({"next": "annan-kommuns"}, 422),
        ({"next": "annan-namnds-utkast"}, 422),
        ({"dialogue": "okand"}, 422),
    ],
)
def test_what_is_wrong_is_told_and_every_word_stays(
    consultation: Consultation, browse: Browse, values: dict[str, str], status: int
) -> None:
    make.consultation(Phase.open, of=consultation.authority, slug="nasta")
    make.consultation(Phase.open, slug="annan-kommuns")
    make.consultation(Phase.draft, of=make.authority(consultation.municipality), slug="annan-namnds-utkast")
    officer = browse(make.user((Role.officer, consultation.authority)))
    answer = officer.post(staff_address(consultation, "sen"), data={**NEXT, **values})
    assert answer.status_code == status
    assert len(db.session.scalars(sa.select(Continuation)).all()) == (status == 303)
    if status == 303:
        assert "Upphandling, valfrihet och statsstöd prövas för sig" in browse().get(address(consultation)).text
    elif values.get("text") is None:
        assert NEXT["text"] in answer.text


def test_it_waits_for_the_summary_and_is_for_those_who_handle_it(app: Flask, browse: Browse) -> None:
    early = make.consultation(Phase.compiling)
    officer = make.user((Role.officer, early.authority))
    answer = browse(officer).post(staff_address(early, "sen"), data=NEXT)
    assert answer.status_code == 409 and "när sammanställningen är publicerad" in answer.text and NEXT["text"] in answer.text
    for stranger in (make.user((Role.officer, make.authority(early.municipality))), make.user(Role.operator)):
        assert browse(stranger).post(staff_address(early, "sen"), data=NEXT).status_code == 404
    assert browse().post(staff_address(early, "sen"), data=NEXT).status_code == 303  # to sign in
    assert not db.session.scalars(sa.select(Continuation)).all()


# -- the year wheel


def filled(of: Any, **values: Any) -> dict[str, Any]:
    return {"title": "Pensionärernas vårmöte", "authority": of.slug, "months": ["3", "10"], "about": "Om vården."} | values


def test_the_coordinator_keeps_the_dialogues_and_readers_see_the_wheel(app: Flask, browse: Browse) -> None:
    consultation = make.consultation(Phase.open, title="Den öppna frågan")
    authority, municipality, group = consultation.authority, consultation.municipality, make.group()
    coordinator = browse(make.user((Role.coordinator, municipality)))
    kept, wheel = f"/handlaggning/{municipality.slug}/arshjul", f"/kommun/{municipality.slug}/arshjul"
    assert coordinator.get(kept).status_code == 200
    elsewhere = make.authority().slug
    for wrong in ({"months": []}, {"months": ["13"]}, {"title": ""}, {"authority": elsewhere}):
        answer = coordinator.post(kept, data=filled(authority, **wrong))
        assert answer.status_code == 422 and "Om vården." in answer.text
    assert coordinator.post(kept, data=filled(authority, groups=[group.slug])).status_code == 303
    dialogue = db.session.scalars(sa.select(RecurringDialogue)).one()
    assert (dialogue.months, dialogue.version) == ([3, 10], 1)
    with counted() as statements:
        text = browse().get(wheel).text
    assert len(statements) <= 5 and text.count("Pensionärernas vårmöte") == 3 and "Den öppna frågan" in text
    officer = browse(make.user((Role.officer, authority)))
    one = f"{kept}/{dialogue.reference}"
    for path in (kept, one, f"{one}/avsluta"):
        assert officer.post(path, data=filled(authority)).status_code == 404
    assert coordinator.post(one, data=filled(authority, title="Vårmötet", version="1")).status_code == 303
    stale = coordinator.post(one, data=filled(authority, title="Mitt namn", version="1"))
    assert stale.status_code == 409 and "Mitt namn" in stale.text
    assert coordinator.post(f"{one}/avsluta").status_code == 303
    assert coordinator.post(one, data=filled(authority, version="2")).status_code == 409
    names = db.session.scalars(sa.select(Event.name).where(Event.name.like("dialogue%")).order_by(Event.id)).all()
    assert names == ["dialogue_changed", "dialogue_changed", "dialogue_ended"]
    assert "Vårmötet" in browse().get(wheel).text  # in the year when it ended
    assert "Vårmötet" not in browse().get(f"{wheel}?ar={clock.today().year + 1}").text
    assert browse().get(f"{wheel}?ar=99999").status_code == 200 and browse().get("/kommun/finns-inte/arshjul").status_code == 404
