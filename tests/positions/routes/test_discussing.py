"""Prata ihop er: what members say beside a draft, whom they tell, and the checklist; for members only."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role, User
from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.positions.commands import remarks as commands
from sakrad.positions.models import ITEM_LIMIT, REMARK_LIMIT, ChecklistItem, Draft, Remark, remark_mention
from tests import factories as make
from tests.factories import approving as sign
from tests.factories import positions as desk
from tests.policing import PolicingClient


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return sign.organisation(consultation)


@pytest.fixture
def url(consultation: Consultation, organisation: Organisation) -> str:
    return desk.desk_url(consultation, organisation)


@pytest.fixture
def anna(organisation: Organisation) -> User:
    return make.user((Role.administrator, desk.fresh(organisation)), name="Anna Alm")


@pytest.fixture
def vera(organisation: Organisation) -> User:
    return make.user((Role.writer, desk.fresh(organisation)), name="Vera Vide")


@pytest.fixture
def writer(browse: Any, vera: User) -> PolicingClient:
    return browse(vera)


def all_of(model: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(model).order_by(model.id)))


def mentioned() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(remark_mention.c.user_id)))


class TestRemarks:
    def test_stands_beside_the_answer_and_on_the_page_with_who_and_to_whom(
        self, writer: PolicingClient, browse: Any, url: str, anna: User
    ) -> None:
        answer = writer.post(f"{url}/prata", data={"about": "2", "text": "Ska vi nämna vräkningar?", "mentioned": [anna.id]})
        (remark,) = all_of(Remark)
        assert answer.location.endswith(f"/prata#kommentar-{remark.reference}")
        assert mentioned() == {anna.id}
        page = browse(anna).get(f"{url}/prata").text.replace("\xa0", " ")
        assert "Ska vi nämna vräkningar?" in page and "Vera Vide" in page and "till Anna Alm" in page and 'id="fraga-2"' in page
        beside = browse(anna).get(url).text
        assert "Ska vi nämna vräkningar?" in beside and "1 kommentar" in beside

    def test_may_be_about_the_whole_and_come_before_anything_is_written(self, writer: PolicingClient, url: str) -> None:
        assert writer.get(f"{url}/prata").status_code == 200
        assert all_of(Draft) == []
        writer.post(f"{url}/prata", data={"about": "0", "text": "Vem gör ett första utkast?"})
        (remark,) = all_of(Remark)
        assert remark.question_id is None and len(all_of(Draft)) == 1

    def test_records_its_event_without_words_or_municipality(self, writer: PolicingClient, url: str, organisation: Organisation) -> None:
        writer.post(f"{url}/prata", data={"about": "0", "text": "Hemligt"})
        (remark,) = all_of(Remark)
        event = db.session.scalars(sa.select(Event).where(Event.name == EventName.draft_remarked)).one()
        assert (event.subject_id, event.organisation_id) == (remark.id, organisation.id)
        assert (event.municipality_id, event.consultation_id, event.data) == (None, None, {})

    def test_is_resolved_and_taken_up_again_by_any_member(self, writer: PolicingClient, browse: Any, url: str, anna: User) -> None:
        writer.post(f"{url}/prata", data={"about": "1", "text": "Kolla siffran"})
        (remark,) = all_of(Remark)
        assert browse(anna).post(f"{url}/prata/klar", data={"kommentar": remark.reference}).status_code == 303
        page = writer.get(f"{url}/prata").text.replace("\xa0", " ")
        assert "Klara kommentarer" in page and "Klar, Anna Alm" in page
        assert "Kolla siffran" not in writer.get(url).text, "only what is open stands beside the answer"
        writer.post(f"{url}/prata/oppna", data={"kommentar": remark.reference})
        assert all_of(Remark)[0].resolved_at is None

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            pytest.param({"about": "1", "text": "  "}, "Skriv något först.", id="without words"),
            pytest.param({"about": "1", "text": "x" * REMARK_LIMIT + "sist"}, "4 tecken för lång", id="too long"),
            pytest.param({"about": "99", "text": "Hej sist"}, "Välj ett av alternativen.", id="on a question that is not there"),
            pytest.param({"about": "1", "text": "Hej sist", "mentioned": ["0"]}, "inte medlem längre", id="to somebody who is no member"),
        ],
    )
    def test_an_invalid_one_changes_nothing_and_keeps_every_word(
        self, writer: PolicingClient, url: str, anna: User, data: dict[str, Any], words: str
    ) -> None:
        answer = writer.post(f"{url}/prata", data=data)
        assert answer.status_code == 422 and words in answer.text
        assert data["text"].strip()[-4:] in answer.text
        assert all_of(Remark) == [] and all_of(Draft) == []

    def test_the_link_beside_a_question_begins_a_comment_on_it(self, writer: PolicingClient, url: str) -> None:
        assert '<option selected value="2">' in writer.get(f"{url}/prata?fraga=2").text
        assert writer.get(f"{url}/prata?fraga=77").status_code == 200

    def test_it_is_not_part_of_what_is_sent(self, writer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        url = desk.desk_url(consultation, organisation)
        draft = sign.ready(consultation, organisation)
        before = desk.seen(draft)
        writer.post(f"{url}/prata", data={"about": "1", "text": "Internt"})
        writer.post(f"{url}/checklista/vanliga")
        assert desk.seen(draft) == before
        assert "Internt" not in writer.get(f"{url}/skicka").text


class TestChecklist:
    def test_is_added_to_ticked_unticked_and_removed_from(self, writer: PolicingClient, url: str) -> None:
        writer.post(f"{url}/checklista", data={"item": "Ringa kassören"})
        (item,) = all_of(ChecklistItem)
        writer.post(f"{url}/checklista/bocka", data={"punkt": item.reference})
        page = writer.get(f"{url}/prata").text.replace("\xa0", " ")
        assert "Klart, Vera Vide" in page
        assert "checklistan: 1 av 1" in writer.get(url).text
        writer.post(f"{url}/checklista/bocka-av", data={"punkt": item.reference})
        assert all_of(ChecklistItem)[0].done_at is None
        writer.post(f"{url}/checklista/ta-bort", data={"punkt": item.reference})
        assert all_of(ChecklistItem) == []

    def test_the_usual_three_come_once(self, writer: PolicingClient, url: str) -> None:
        for _twice in range(2):
            writer.post(f"{url}/checklista/vanliga")
        assert [item.text for item in all_of(ChecklistItem)] == list(commands.USUAL)
        assert "Lägg till de vanliga" not in writer.get(f"{url}/prata").text

    @pytest.mark.parametrize("text", ["", "  ", "x" * (ITEM_LIMIT + 1)], ids=["none", "blanks", "too long"])
    def test_an_invalid_line_changes_nothing(self, writer: PolicingClient, url: str, text: str) -> None:
        answer = writer.post(f"{url}/checklista", data={"item": text})
        assert answer.status_code == 422 and text.strip() in answer.text
        assert all_of(ChecklistItem) == []

    def test_a_full_list_says_so(self, writer: PolicingClient, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(commands, "ITEMS", 1)
        writer.post(f"{url}/checklista", data={"item": "Ett"})
        answer = writer.post(f"{url}/checklista", data={"item": "Två"})
        assert answer.status_code == 422 and "Listan är full" in answer.text and "Två" in answer.text
        writer.post(f"{url}/checklista/vanliga")
        assert len(all_of(ChecklistItem)) == 1


ROUTES = [
    "prata",
    "prata/klar",
    "prata/oppna",
    "checklista",
    "checklista/vanliga",
    "checklista/bocka",
    "checklista/bocka-av",
    "checklista/ta-bort",
]


@pytest.mark.parametrize("route", ROUTES)
class TestNobodyElse:
    @pytest.fixture
    def data(self, writer: PolicingClient, url: str) -> dict[str, str]:
        writer.post(f"{url}/prata", data={"about": "1", "text": "Hemligt"})
        writer.post(f"{url}/checklista", data={"item": "Hemlig punkt"})
        return {
            "about": "1",
            "text": "Utifrån",
            "item": "Utifrån",
            "kommentar": all_of(Remark)[0].reference,
            "punkt": all_of(ChecklistItem)[0].reference,
        }

    def untouched(self) -> bool:
        (remark,), (item,) = all_of(Remark), all_of(ChecklistItem)
        return (remark.resolved_at, item.done_at, item.text) == (None, None, "Hemlig punkt")

    def test_the_public_is_sent_to_sign_in(self, client: PolicingClient, url: str, data: dict[str, str], route: str) -> None:
        answer = client.post(f"{url}/{route}", data=data)
        assert answer.status_code == 303 and "/logga-in" in answer.location
        assert self.untouched()

    def test_another_organisation_and_staff_get_404(
        self, browse: Any, consultation: Consultation, url: str, data: dict[str, str], route: str
    ) -> None:
        of = desk.fresh(consultation)
        for user in (
            make.user((Role.administrator, make.organisation())),
            make.user((Role.officer, of.authority), (Role.coordinator, of.municipality)),
            make.user(Role.operator),
        ):
            assert browse(user).post(f"{url}/{route}", data=data).status_code == 404
        assert self.untouched()

    def test_another_organisation_does_not_reach_it_from_its_own_desk(
        self, browse: Any, consultation: Consultation, url: str, data: dict[str, str], route: str
    ) -> None:
        other = sign.organisation(desk.fresh(consultation))
        desk.open_draft(consultation, other)
        stranger, elsewhere = browse(desk.member(other)), desk.desk_url(consultation, other)
        if route in ("prata", "checklista", "checklista/vanliga"):
            stranger.post(f"{elsewhere}/{route}", data=data)
            assert "Hemlig" not in stranger.get(f"{elsewhere}/prata").text
        else:
            assert stranger.post(f"{elsewhere}/{route}", data=data).status_code == 404
            assert self.untouched()


class TestCommands:
    @pytest.mark.parametrize("wrong", ["empty", "too long", "another's question", "no member"])
    def test_a_wrong_remark_is_refused(self, consultation: Consultation, organisation: Organisation, vera: User, wrong: str) -> None:
        draft = desk.open_draft(consultation, organisation)
        question = make.consultation().questions[0] if wrong == "another's question" else None
        text = {"empty": " ", "too long": "x" * (REMARK_LIMIT + 1)}.get(wrong, "Hej")
        to = [make.user()] if wrong == "no member" else []
        with pytest.raises(commands.WrongRemark):
            commands.add_remark(desk.fresh(draft), question=question, text=text, mentioned=to, actor=vera, at=draft.created_at)
