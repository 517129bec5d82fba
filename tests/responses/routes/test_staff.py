"""Where officials write answers, take them to the authority, publish them and follow up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role, User
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.records.models import Mask
from sakrad.responses.models import Commitment, FeedbackRelease, Outcome, Progress, ProgressStatus, Response
from tests import factories
from tests.factories import again
from tests.factories import responses as make
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]
DAY = timedelta(days=1)
REASON = "Vi hinner inte det här året, men vi vet att det gör ont."


@dataclass(frozen=True)
class Desk:
    """An officer at the desk of a summarised consultation."""

    matter: make.Matter
    officer: User
    client: PolicingClient
    url: str

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(f"{self.url}{path}", data=data)


def url_of(consultation: Consultation) -> str:
    return f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}/namndens-svar"


def officer_of(consultation: Consultation, *more: Any) -> User:
    return factories.user((Role.officer, consultation.authority), *more)


@pytest.fixture
def desk(app: Flask, browse: Browse) -> Desk:
    matter = make.matter()
    officer = officer_of(matter.consultation)
    return Desk(matter, officer, browse(officer), url_of(matter.consultation))


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


ANSWER = {"outcome": "partly", "reason": REASON, "version": ""}


# ---------------------------------------------------------------- writing answers


def test_the_desk_shows_what_is_to_be_answered_and_what_remains(desk: Desk) -> None:
    page = desk.client.get(desk.url).text
    assert "Tolk saknas" in page and "Samlade synpunkter 1 och 2 har inget svar." in page
    assert "Det ligger utanför frågan." in page
    assert "Till tjänsteskrivelsen" not in page, "nothing to copy before there is an answer"


def test_before_the_summary_the_desk_says_so(browse: Browse, app: Flask) -> None:
    consultation = factories.consultation(factories.Phase.compiling)
    page = browse(officer_of(consultation)).get(url_of(consultation))
    assert page.status_code == 200 and "Sammanställningen är inte publicerad än." in page.text


def test_an_answer_is_proposed_and_recorded(desk: Desk) -> None:
    assert "Vägen in är lång" in desk.client.get(f"{desk.url}/samlad/1").text
    answer = desk.post("/samlad/1", **ANSWER)
    assert (answer.status_code, answer.location) == (303, f"{desk.url}#samlad-1")
    assert db.session.scalars(sa.select(Response)).one().reason == REASON
    event = db.session.scalars(sa.select(Event)).one()
    assert (event.name, event.actor_id) == (EventName.response_proposed, desk.officer.id)
    assert REASON in desk.client.get(desk.url).text


def test_one_goes_on_to_the_next_without_an_answer(desk: Desk) -> None:
    assert desk.post("/samlad/1", **ANSWER, next="1").location == f"{desk.url}/samlad/2"
    assert desk.post("/samlad/2", **ANSWER, next="1").location == f"{desk.url}#samlad-2"


def test_a_single_point_gets_an_answer_of_its_own(desk: Desk) -> None:
    assert desk.post("/synpunkt/3", **ANSWER).status_code == 303
    assert "Svar på synpunkt 3" in desk.client.get(desk.url).text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param({"outcome": "wont_do"}, "Skriv varför.", id="refusal without reason"),
        pytest.param({"outcome": "partly"}, "Skriv varför.", id="partly without reason"),
        pytest.param({"outcome": "study"}, "Ange till vilken dag det utreds.", id="study without date"),
        pytest.param({"outcome": "study", "study_until_on": "2020-01-01"}, "Dagen har redan passerat.", id="study that has ended"),
        pytest.param({"outcome": "not_ours"}, "Ange vems ansvar det är.", id="not ours without whose"),
        pytest.param({"outcome": "input", "basis": "Handlingsplanen"}, "Ange dokumentets datum.", id="input without date"),
        pytest.param({}, "Välj vad det blir.", id="no outcome"),
        pytest.param({"outcome": "hittepå"}, "Något behöver rättas", id="unknown outcome"),
        pytest.param({"outcome": "will_do", "reason": "a" * 5001}, "Skriv högst 5\u00a0000 tecken.", id="too long"),
    ],
)
def test_an_invalid_answer_says_why_beside_the_field_and_keeps_every_word(desk: Desk, data: dict[str, str], sentence: str) -> None:
    typed = {"whose": "", "basis": "Planen för vägen in", **data}
    answer = desk.post("/samlad/1", **typed)
    assert answer.status_code == 422 and sentence in answer.text
    assert typed["basis"] in answer.text and typed.get("reason", "") in answer.text
    assert count(Response) == 0 and count(FeedbackRelease) == 0 and names() == []


def test_two_who_save_the_same_answer_see_both_texts(desk: Desk) -> None:
    desk.post("/samlad/1", **ANSWER)
    desk.post("/samlad/1", **(ANSWER | {"version": "1", "reason": "Den andras text."}))
    lost = desk.post("/samlad/1", **(ANSWER | {"version": "1", "reason": "Min text."}))
    assert lost.status_code == 409 and "Den andras text." in lost.text and "Min text." in lost.text
    assert 'value="2"' in lost.text, "the next save is made knowing theirs"
    assert db.session.scalars(sa.select(Response)).one().reason == "Den andras text."
    assert desk.post("/samlad/1", **(ANSWER | {"version": "2", "reason": "Min text."})).status_code == 303


def test_two_who_answer_first_at_once_see_both_texts(desk: Desk) -> None:
    desk.post("/samlad/1", **ANSWER)
    lost = desk.post("/samlad/1", **(ANSWER | {"reason": "Min text."}))
    assert lost.status_code == 409 and REASON in lost.text and "Min text." in lost.text


def test_an_answer_is_withdrawn(desk: Desk) -> None:
    desk.post("/samlad/1", **ANSWER)
    assert desk.post("/samlad/1/ta-bort").status_code == 303
    assert count(Response) == 0 and names()[-1] == EventName.response_withdrawn
    assert desk.post("/samlad/1/ta-bort").status_code == 404


def test_what_is_not_there_cannot_be_answered(desk: Desk) -> None:
    assert desk.client.get(f"{desk.url}/samlad/9").status_code == 404
    assert desk.client.get(f"{desk.url}/synpunkt/9").status_code == 404
    assert desk.client.get(f"{desk.url}/annat/1").status_code == 404


# ---------------------------------------------------------------- who may


POSTS = [
    *("/samlad/1", "/synpunkt/1", "/samlad/1/ta-bort", "/samlad/1/atagande", "/atagande/1", "/atagande/1/ta-bort"),
    *("/skicka", "/beslut", "/ta-tillbaka", "/publicera", "/maska", "/beslut-som-ror"),
]


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A desk on which every address leads somewhere."""
    release = make.release(desk.matter.consultation)
    make.progress(make.commitment(make.response(release, finding=desk.matter.findings[0]), desk.matter.function))
    return desk


@pytest.mark.parametrize("path", POSTS)
def test_others_are_refused_and_change_nothing(full: Desk, browse: Browse, path: str) -> None:
    before = names()
    assert browse().post(f"{full.url}{path}", data=ANSWER).status_code == 303, "the public is sent to sign in"
    others = [
        officer_of(make.matter().consultation),
        factories.user((Role.officer, factories.authority(again(full.matter.consultation).municipality))),
        factories.user((Role.approver, again(full.matter.organisation))),
        factories.user(Role.operator),
    ]
    for client in [browse(user) for user in others]:
        assert client.post(f"{full.url}{path}", data=ANSWER).status_code == 404
    assert names() == before


@pytest.mark.parametrize("path", ["/samlad/1/ta-bort", "/atagande/1/ta-bort", "/skicka", "/beslut", "/ta-tillbaka", "/publicera"])
def test_what_only_changes_refuses_get(full: Desk, path: str) -> None:
    assert full.client.get(f"{full.url}{path}").status_code == 405


def test_the_coordinator_takes_part_where_the_consultation_says_so(full: Desk, browse: Browse) -> None:
    coordinator = browse(factories.user((Role.coordinator, again(full.matter.consultation).municipality)))
    assert coordinator.get(full.url).status_code == 200


def test_a_member_is_barred_from_answering_the_own_organisations_point(desk: Desk, browse: Browse) -> None:
    both = browse(officer_of(again(desk.matter.consultation), (Role.writer, again(desk.matter.organisation))))
    assert both.get(f"{desk.url}/synpunkt/1").status_code == 404
    assert both.post(f"{desk.url}/synpunkt/1", data=ANSWER).status_code == 404
    assert both.get(f"{desk.url}/synpunkt/2").status_code == 200
    page = both.get(desk.url).text
    assert "/synpunkt/2" in page and "/synpunkt/1" not in page


# ---------------------------------------------------------------- commitments


def promise(desk: Desk, **values: str) -> dict[str, str]:
    due = (clock.today() + DAY).isoformat()
    return {"what": "Ett nummer", "function": again(desk.matter.function).reference, "due_on": due, "how_seen": "Det syns."} | values


def test_a_commitment_is_made_changed_and_dropped(desk: Desk) -> None:
    desk.post("/samlad/1", **ANSWER)
    assert desk.client.get(f"{desk.url}/samlad/1/atagande").status_code == 200
    assert desk.post("/samlad/1/atagande", **promise(desk)).status_code == 303
    made = db.session.scalars(sa.select(Commitment)).one()
    assert (made.what, made.number, made.function_id) == ("Ett nummer", 1, again(desk.matter.function).id)
    assert desk.client.get(f"{desk.url}/atagande/1").status_code == 200
    assert desk.post("/atagande/1", **promise(desk, what="Två nummer", version="1")).status_code == 303
    lost = desk.post("/atagande/1", **promise(desk, what="Tre nummer", version="1"))
    assert lost.status_code == 409 and "Två nummer" in lost.text and "Tre nummer" in lost.text
    assert names() == [EventName.response_proposed, EventName.response_changed, EventName.response_changed]
    assert desk.post("/atagande/1/ta-bort").status_code == 303
    assert count(Commitment) == 0


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param({"what": " "}, "Skriv vad som ska göras.", id="nothing promised"),
        pytest.param({"due_on": "2020-01-01"}, "Dagen har redan passerat.", id="a day that has passed"),
        pytest.param({"due_on": "snart"}, "Senast", id="no day"),
        pytest.param({"function": ""}, "Välj vem som ansvarar.", id="nobody responsible"),
        pytest.param({"function": "hittepaxyz"}, "Ansvarig funktion", id="somebody unknown"),
    ],
)
def test_an_invalid_commitment_keeps_every_word(desk: Desk, fault: dict[str, str], sentence: str) -> None:
    desk.post("/samlad/1", **ANSWER)
    answer = desk.post("/samlad/1/atagande", **promise(desk, **fault))
    assert answer.status_code == 422 and sentence in answer.text and "Det syns." in answer.text
    assert fault.get("due_on", "") in answer.text
    assert count(Commitment) == 0


def test_only_functions_of_the_municipality_are_offered(desk: Desk) -> None:
    foreign = factories.function(title="Chef någon annanstans")
    desk.post("/samlad/1", **ANSWER)
    assert "Chef någon annanstans" not in desk.client.get(f"{desk.url}/samlad/1/atagande").text
    assert desk.post("/samlad/1/atagande", **promise(desk, function=foreign.reference)).status_code == 422


# ---------------------------------------------------------------- to the authority and out


def all_answered(desk: Desk) -> None:
    desk.post("/samlad/1", **ANSWER)
    desk.post("/samlad/2", outcome="will_do", reason="Vi bokar tolk.")
    desk.post("/samlad/2/atagande", **promise(desk))
    desk.post("/synpunkt/3", outcome="wont_do", reason="Det ligger utanför frågan.")


DECISION = {"form": "board", "decision_ref": "§ 41", "minutes_url": "https://ekhamra.example/protokoll"}


def test_nothing_is_sent_before_everything_is_answered(desk: Desk) -> None:
    assert desk.post("/skicka", meeting_on="").status_code == 404, "there is nothing to send"
    desk.post("/samlad/1", **ANSWER)
    refused = desk.post("/skicka", meeting_on="")
    assert refused.status_code == 409 and "Samlad synpunkt 2 har inget svar." in refused.text
    assert "Synpunkt 3, som inte togs upp, har inget svar." in refused.text
    assert EventName.responses_sent not in names()


def test_the_answers_go_to_the_authority_are_decided_and_published_together(desk: Desk) -> None:
    all_answered(desk)
    page = desk.client.get(desk.url).text
    assert "Till tjänsteskrivelsen" in page and "Ansvarig: Verksamhetschef" in page
    today = clock.today().isoformat()
    unread = desk.post("/skicka", meeting_on=today)
    assert unread.status_code == 422 and "3 svar är inte lästa av en kollega." in unread.text and today in unread.text
    assert desk.post("/skicka", meeting_on=today, unread="y").status_code == 303
    assert desk.post("/skicka", meeting_on=today).status_code == 409
    assert desk.post("/publicera").status_code == 409
    desk.post("/samlad/1", **(ANSWER | {"version": "1", "reason": "Nämnden ändrade."}))
    assert "Ändrat efter utskicket till nämnden" in desk.client.get(desk.url).text
    assert desk.post("/beslut", decision_on=today, **DECISION).status_code == 303
    late = desk.post("/samlad/1", **(ANSWER | {"version": "2", "reason": "För sent."}))
    assert late.status_code == 409 and "Beslutet är redan antecknat." in late.text and "För sent." in late.text
    assert "§\u00a041" in desk.client.get(desk.url).text
    assert desk.post("/publicera").status_code == 303
    assert db.session.scalars(sa.select(Consultation)).one().feedback_published_at is not None
    assert names()[-5:] == [
        EventName.responses_sent,
        EventName.response_changed,
        EventName.responses_decided,
        EventName.feedback_published,
        EventName.commitment_made,
    ]
    assert desk.client.get(desk.url).status_code == 200
    frozen = desk.post("/samlad/1", **ANSWER)
    assert frozen.status_code == 409 and "Svaret är publicerat och kan inte ändras." in frozen.text
    assert desk.post("/publicera").status_code == 409


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param({"decision_ref": ""}, "Ange paragrafen", id="the board's § is missing"),
        pytest.param({"form": "delegation", "decision_ref": ""}, "Ange delegationsbeslutets nummer.", id="the number is missing"),
        pytest.param({"decision_on": "2199-01-01"}, "Beslutets dag har inte kommit än.", id="not decided yet"),
        pytest.param({"decision_on": ""}, "Ange dagen för beslutet.", id="no day"),
        pytest.param({"form": ""}, "Välj vem som har beslutat.", id="nobody decided"),
        pytest.param({"minutes_url": "javascript:alert(1)"}, "Länken ska börja med https://", id="a link that is none"),
    ],
)
def test_an_invalid_decision_keeps_every_word(desk: Desk, fault: dict[str, str], sentence: str) -> None:
    all_answered(desk)
    desk.post("/skicka", meeting_on="", unread="y")
    typed = {"decision_on": clock.today().isoformat(), **DECISION, **fault}
    answer = desk.post("/beslut", **typed)
    assert answer.status_code == 422 and sentence in answer.text
    assert all(value in answer.text for value in typed.values())
    assert EventName.responses_decided not in names()


def test_an_invalid_meeting_day_changes_nothing(desk: Desk) -> None:
    all_answered(desk)
    answer = desk.post("/skicka", meeting_on="på tisdag")
    assert answer.status_code == 422 and "på tisdag" in answer.text
    assert EventName.responses_sent not in names()


def test_a_decision_noted_wrongly_is_taken_back(desk: Desk) -> None:
    all_answered(desk)
    desk.post("/skicka", meeting_on="", unread="y")
    assert desk.post("/ta-tillbaka").status_code == 409
    desk.post("/beslut", decision_on=clock.today().isoformat(), **DECISION)
    assert desk.post("/ta-tillbaka").status_code == 303
    assert names()[-1] == EventName.responses_reopened
    assert "§ 41" in desk.client.get(desk.url).text, "what was noted stays to be corrected"


# ---------------------------------------------------------------- following up


@pytest.fixture
def answered(app: Flask, browse: Browse) -> Desk:
    matter, _commitment = make.published()
    officer = officer_of(matter.consultation)
    municipality = matter.consultation.municipality.slug
    return Desk(matter, officer, browse(officer), f"/handlaggning/{municipality}/ataganden")


def follow_url(desk: Desk) -> str:
    return f"/{again(desk.matter.consultation).slug}/1"


TOLD = {"status": "under_way", "text": "Schemat är klart.", "due_on": "", "link": ""}


def test_progress_is_told_and_stands_in_the_list(answered: Desk) -> None:
    assert "Ett gemensamt nummer" in answered.client.get(answered.url).text
    assert answered.client.get(answered.url + follow_url(answered)).status_code == 200
    assert answered.post(follow_url(answered), **TOLD).status_code == 303
    assert names() == [EventName.progress_added]
    assert "Schemat är klart." in answered.client.get(answered.url).text


def test_a_moved_day_shows_the_former_one(answered: Desk) -> None:
    new = (clock.today() + 99 * DAY).isoformat()
    answered.post(follow_url(answered), **(TOLD | {"status": "changed", "due_on": new}))
    page = answered.client.get(answered.url + follow_url(answered)).text
    assert "<del>" in page and "flyttad" in page


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param({"text": " "}, "Skriv vad som har hänt.", id="nothing told"),
        pytest.param({"status": ""}, "Välj läget.", id="no state"),
        pytest.param({"due_on": "2199-01-01"}, "En ny dag kräver att läget är ”Ändrat”.", id="a new day is a change"),
        pytest.param({"status": "changed", "due_on": "2020-01-01"}, "Dagen har redan passerat.", id="into the past"),
        pytest.param({"link": "javascript:alert(1)"}, "Länken ska börja med https://", id="a link that is none"),
    ],
)
def test_invalid_progress_keeps_every_word(answered: Desk, fault: dict[str, str], sentence: str) -> None:
    typed = TOLD | {"link": "https://ekhamra.example/nummer"} | fault
    answer = answered.post(follow_url(answered), **typed)
    assert answer.status_code == 422 and sentence in answer.text
    assert typed["text"].strip() in answer.text and typed["link"] in answer.text and typed["due_on"] in answer.text
    assert count(Progress) == 0 and names() == []


def test_nothing_is_told_after_the_end(app: Flask, browse: Browse) -> None:
    matter, _commitment = make.published(factories.Phase.ended)
    url = f"/handlaggning/{matter.consultation.municipality.slug}/ataganden/{matter.consultation.slug}/1"
    client = browse(officer_of(matter.consultation))
    assert "Sakrådet är avslutat." in client.get(url).text
    refused = client.post(url, data=TOLD)
    assert refused.status_code == 409 and TOLD["text"] in refused.text and count(Progress) == 0


def test_others_neither_list_nor_tell(answered: Desk, browse: Browse) -> None:
    url = answered.url + follow_url(answered)
    municipality = again(answered.matter.consultation).municipality
    colleague = browse(factories.user((Role.officer, factories.authority(municipality))))
    stranger = browse(officer_of(make.matter().consultation))
    assert stranger.get(answered.url).status_code == 404
    assert stranger.post(url, data=TOLD).status_code == 404
    assert browse().post(url, data=TOLD).status_code == 303
    assert colleague.get(answered.url).status_code == 200, "what is published, colleagues may list"
    assert colleague.post(url, data=TOLD).status_code == 404
    assert count(Progress) == 0


def test_a_member_is_barred_from_following_up_the_answer_to_the_own_point(app: Flask, browse: Browse) -> None:
    matter = make.matter(factories.Phase.answered)
    release = make.release(matter.consultation, **make.decided(published_at=clock.now()))
    make.commitment(make.response(release, point=matter.points[0]), matter.function)
    both = browse(officer_of(matter.consultation, (Role.writer, matter.organisation)))
    url = f"/handlaggning/{matter.consultation.municipality.slug}/ataganden/{matter.consultation.slug}/1"
    assert both.get(url).status_code == 404 and both.post(url, data=TOLD).status_code == 404


def test_the_list_is_filtered_by_pile(answered: Desk) -> None:
    response = db.session.scalars(sa.select(Response).where(Response.outcome == Outcome.will_do)).first()
    assert response is not None
    make.commitment(response, again(answered.matter.function), what="Det som är sent", due_on=clock.today() - 3 * DAY)
    late = answered.client.get(f"{answered.url}?lage=forsenade").text
    assert "Försenat 3 dagar" in late and "Ett gemensamt nummer" not in late
    assert "Här finns inga åtaganden." in answered.client.get(f"{answered.url}?lage=klara").text


# ---------------------------------------------------------------- masking


def test_words_in_a_published_answer_are_hidden_and_shown_again(answered: Desk) -> None:
    url = f"{url_of(again(answered.matter.consultation))}/maska?text=samlad-1"
    assert answered.client.get(url).status_code == 200
    assert answered.client.post(url, data={"words": "Anna Ek", "ground": "personal_data"}).status_code == 303
    mask = db.session.scalars(sa.select(Mask)).one()
    page = answered.client.get(url).text
    assert "███████" in page and f'name="mask" value="{mask.id}"' in page
    assert answered.client.post(url, data={"mask": str(mask.id)}).status_code == 303
    assert names() == [EventName.text_masked, EventName.text_unmasked]


def test_words_in_progress_are_hidden(answered: Desk) -> None:
    commitment = db.session.scalars(sa.select(Commitment)).one()
    make.progress(commitment, text="Bo Ek har gjort schemat.", status=ProgressStatus.under_way)
    url = f"{url_of(again(answered.matter.consultation))}/maska?text=atagande-1-steg-1"
    assert answered.client.post(url, data={"start": "0", "end": "5", "words": "", "ground": "personal_data"}).status_code == 303
    assert "█████ har" in answered.client.get(url).text
    assert answered.client.get(f"{url_of(again(answered.matter.consultation))}/maska?text=atagande-1-steg-2").status_code == 404


def test_words_that_do_not_stand_there_are_refused(answered: Desk) -> None:
    url = f"{url_of(again(answered.matter.consultation))}/maska?text=samlad-1"
    answer = answered.client.post(url, data={"words": "Bertil", "ground": "personal_data"})
    assert answer.status_code == 422 and "Orden finns inte i texten." in answer.text and "Bertil" in answer.text
    assert count(Mask) == 0


def test_an_unpublished_answer_is_changed_and_not_masked(full: Desk) -> None:
    answer = full.post("/maska?text=samlad-1", words="Anna Ek", ground="personal_data")
    assert answer.status_code == 409 and "Svaret är inte publicerat." in answer.text
    assert count(Mask) == 0
