"""Where officials share the answers: many at once, units, colleagues, parts and phrases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Unit
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.responses.models import AnswerTask, FeedbackRelease, Phrase, Response
from tests import factories
from tests.factories import again, summaries
from tests.factories import responses as make
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]
DAY = timedelta(days=1)
REASON = "Vi hinner inte det här året, men vi vet att det gör ont."
ANSWER = {"outcome": "partly", "reason": REASON, "version": ""}


@dataclass(frozen=True)
class Desk:
    """Two officers at the desk of a summarised consultation, where two points were set aside for the same reason."""

    matter: make.Matter
    officer: User
    colleague: User
    client: PolicingClient
    url: str

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(f"{self.url}{path}", data=data)


@pytest.fixture
def desk(app: Flask, browse: Browse) -> Desk:
    matter = make.matter()
    of = matter.consultation
    summaries.point(matter.points[2].answer, set_aside_at=clock.now(), set_aside_reason="Det ligger utanför frågan.")
    officer, colleague = (factories.user((Role.officer, of.authority)) for _ in range(2))
    return Desk(matter, officer, colleague, browse(officer), f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/namndens-svar")


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def day(days: int) -> str:
    return (clock.today() + days * DAY).isoformat()


def test_points_that_share_a_reason_are_answered_together_and_the_reason_is_proposed(desk: Desk) -> None:
    assert "Svara på alla 2" in desk.client.get(desk.url).text
    page = desk.client.get(f"{desk.url}/synpunkt/4/samma-skal").text
    assert "Svara på 2 synpunkter som inte togs upp" in page and "Det ligger utanför frågan.</textarea>" in page
    empty = desk.post("/synpunkt/4/samma-skal", reason="Mina ord.")
    assert empty.status_code == 422 and "Mina ord." in empty.text and "Välj vad det blir." in empty.text
    assert desk.post("/synpunkt/4/samma-skal", outcome="wont_do", reason="Det ligger utanför frågan.").status_code == 303
    assert sorted(one.point.number for one in db.session.scalars(sa.select(Response)) if one.point) == [3, 4]
    assert names() == [EventName.response_proposed] * 2
    assert desk.post("/synpunkt/4/samma-skal", outcome="wont_do", reason="Igen.").status_code == 303, "nothing is left to answer"
    assert names() == [EventName.response_proposed] * 2


def test_a_unit_of_another_authority_drafts_and_sees_no_more_than_readers(desk: Desk, browse: Browse) -> None:
    of = again(desk.matter.consultation)
    home = f"/handlaggning/{of.municipality.slug}"
    other = factories.authority(of.municipality, name="Skolnämnden")
    unit = db.session.get_one(Unit, factories.function(other).unit_id)
    drafter = browse(factories.user((Role.officer, other)))
    hidden = again(desk.matter.points[1]).answer
    ground = {"ground": MaskGround.personal_data, "created_at": clock.now()}
    factories.save(Mask(kind=TextKind.answer, text_id=hidden.id, start=0, end=7, **ground))
    assert drafter.get(f"{desk.url}/samlad/1").status_code == 404
    given = {"targets": ["samlad-1", "synpunkt-3"], "unit": unit.reference, "due_on": day(5), "note": "Kort, tack"}
    unknown = desk.post("/uppdrag", **(given | {"unit": "nej"}))
    assert unknown.status_code == 422 and "Kort, tack" in unknown.text
    late = desk.post("/uppdrag", **(given | {"due_on": "2020-01-01"}))
    assert late.status_code == 422 and "Dagen har redan passerat." in late.text
    assert desk.post("/uppdrag", **given).status_code == 303
    assert names() == [EventName.answer_assigned]
    assert "Svar att skriva utkast till" in drafter.get(home).text
    assert "Kort, tack" in drafter.get(f"{home}/uppdrag").text
    page = drafter.get(f"{desk.url}/samlad/1").text
    assert "█" in page and again(hidden).text[:12] not in page, "what is masked for readers is masked for another authority"
    assert drafter.post(f"{desk.url}/samlad/1", data=ANSWER).location.endswith("/uppdrag")
    assert drafter.get(desk.url).status_code == 404, "the desk is the authority's own"
    for path in ("/skicka", "/samlad/1/ta-bort", "/samlad/1/granska", "/uppdrag"):
        assert drafter.post(f"{desk.url}{path}", data=given).status_code == 404
    with transaction():
        db.session.scalars(sa.select(FeedbackRelease)).one().sent_at = clock.now()
    frozen = drafter.post(f"{desk.url}/samlad/1", data=ANSWER | {"version": "1", "reason": "För sent."})
    assert frozen.status_code == 409 and "För sent." in frozen.text
    assert desk.post("/uppdrag", targets=["samlad-1"], remove="1").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(AnswerTask.id))) == 1


def test_a_colleague_reads_and_finds_it_good_or_asks_for_a_change(desk: Desk, browse: Browse) -> None:
    desk.post("/samlad/1", **ANSWER)
    reader = browse(desk.colleague)
    alone = desk.post("/granska", reviewer=str(desk.officer.id))
    assert alone.status_code == 422, "nobody is asked to read one's own"
    assert desk.post("/granska", reviewer=str(desk.colleague.id)).status_code == 303
    municipality = again(desk.matter.consultation).municipality.slug
    assert "En kollega ber dig läsa" in reader.get(f"/handlaggning/{municipality}").text
    url = f"{desk.url}/samlad/1/granska"
    assert REASON in reader.get(url).text
    own = desk.post("/samlad/1/granska", verdict="good", version="1")
    assert own.status_code == 409 and "Du har själv skrivit svaret." in own.text
    wordless = reader.post(url, data={"verdict": "change", "version": "1"})
    assert wordless.status_code == 422 and "Skriv vad som behöver ändras." in wordless.text
    stale = reader.post(url, data={"verdict": "change", "version": "7", "note": "Säg när"})
    assert stale.status_code == 409 and "Säg när" in stale.text
    assert reader.post(url, data={"verdict": "change", "version": "1", "note": "Säg när"}).status_code == 303
    assert "Säg när" in desk.client.get(desk.url).text
    desk.post("/samlad/1", **(ANSWER | {"version": "1", "reason": "I maj."}))
    assert reader.post(url, data={"verdict": "good", "version": "2"}).status_code == 303
    assert "Läst av en kollega" in desk.client.get(desk.url).text
    assert names()[1:] == ["response_review_asked", "response_reviewed", "response_changed", "response_reviewed"]
    versions = desk.client.get(f"{desk.url}/samlad/1/versioner").text
    assert "Version 2" in versions and "Version 1" in versions and "I maj" in versions


def test_the_answers_are_divided_into_parts(desk: Desk) -> None:
    desk.post("/samlad/1", **ANSWER)
    desk.post("/samlad/2", **ANSWER)
    assert "Skriv vad delen handlar om." in desk.post("/delar", title="", planned_on=day(9)).text
    late = desk.post("/delar", title="Det som rör tolk", planned_on="2020-01-01")
    assert late.status_code == 422 and "Det som rör tolk" in late.text
    assert desk.post("/delar", title="Det som rör tolk", planned_on=day(9)).status_code == 303
    second = db.session.scalars(sa.select(Response)).all()[1]
    assert "2. Tolk saknas" in desk.client.get(f"{desk.url}/delar/2").text
    assert desk.post("/delar/2", move="1").status_code == 422
    assert desk.post("/delar/2", move="1", responses=[str(second.id)]).status_code == 303
    assert again(second).release.number == 2
    assert desk.post("/delar/2/ta-bort").status_code == 409
    assert desk.post("/delar/2", title="Tolk", planned_on=day(12)).status_code == 303
    assert "Del 1 av 2" in desk.client.get(desk.url).text and "Tolk" in desk.client.get(f"{desk.url}/delar").text
    assert desk.client.get(f"{desk.url}/delar/3").status_code == 404
    assert names()[2:] == [EventName.feedback_divided] * 3
    desk.post("/delar", title="Ingenting", planned_on="")
    assert desk.post("/delar/3/ta-bort").status_code == 303


def test_a_phrase_is_kept_from_an_answer_and_begins_another_without_losing_a_word(desk: Desk) -> None:
    desk.post("/samlad/1", **ANSWER)
    assert REASON in desk.client.get(f"{desk.url}/fraser?fran=samlad-1").text
    nameless = desk.post("/fraser", title="", text="Mina ord")
    assert nameless.status_code == 422 and "Mina ord" in nameless.text
    assert desk.post("/fraser", title="Vi prövar", text="Vi prövar det i budgeten.", outcome="study").status_code == 303
    phrase = db.session.scalars(sa.select(Phrase)).one()
    page = desk.post("/samlad/2", reason="Tack för orden.", phrase=phrase.reference, insert="1")
    assert page.status_code == 200 and "Tack för orden.\n\nVi prövar det i budgeten." in page.text.replace("\r\n", "\n")
    assert 'value="study" checked' in page.text and db.session.scalar(sa.select(sa.func.count(Response.id))) == 1
    url = f"/fraser/{phrase.reference}"
    assert desk.post(url, title="Vi prövar", text="Nya ord.", outcome="").status_code == 303
    assert (again(phrase).text, again(phrase).outcome) == ("Nya ord.", None)
    assert desk.post(f"{url}/ta-bort").status_code == 303
    assert desk.client.get(f"{desk.url}{url}").status_code == 404
    assert names()[1:] == [EventName.phrase_kept, EventName.phrase_kept, EventName.phrase_removed]


POSTS = ["/uppdrag", "/granska", "/delar", "/delar/1", "/delar/1/ta-bort", "/fraser", "/samlad/1/granska", "/synpunkt/3/samma-skal"]


def test_others_are_refused_and_change_nothing(desk: Desk, browse: Browse) -> None:
    desk.post("/samlad/1", **ANSWER)
    before = names()
    elsewhere = browse(factories.user((Role.officer, factories.authority(again(desk.matter.consultation).municipality))))
    abroad = browse(factories.user((Role.officer, factories.authority())))
    member = browse(factories.user((Role.approver, again(desk.matter.organisation))))
    public = browse()
    for path in [*POSTS, "/samlad/1/versioner"]:
        assert public.post(f"{desk.url}{path}", data=ANSWER).status_code in (303, 405)
        for client in (elsewhere, abroad, member):
            assert client.post(f"{desk.url}{path}", data=ANSWER).status_code in (404, 405)
            assert client.get(f"{desk.url}{path}").status_code in (404, 405)
    assert names() == before
