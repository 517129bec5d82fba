"""Approval over HTTP: asked, read through, approved or sent back, and sent; by members only."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role, User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.positions.models import Approval, Draft, PositionVersion
from tests import factories as make
from tests.factories import approving as sign
from tests.factories import positions as desk
from tests.policing import PolicingClient
from tests.statements import counted as statements


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return sign.organisation(consultation, ApprovalRule.two)


@pytest.fixture
def draft(consultation: Consultation, organisation: Organisation) -> Draft:
    return sign.ready(consultation, organisation)


@pytest.fixture
def url(draft: Draft) -> str:
    return desk.desk_url(desk.fresh(draft).consultation, desk.fresh(draft).organisation)


@pytest.fixture
def anna(organisation: Organisation) -> User:
    return make.user((Role.administrator, desk.fresh(organisation)), name="Anna Alm")


@pytest.fixture
def bo(organisation: Organisation) -> User:
    return make.user((Role.approver, desk.fresh(organisation)), name="Bo Björk")


@pytest.fixture
def vera(organisation: Organisation) -> User:
    return make.user((Role.writer, desk.fresh(organisation)), name="Vera Vide")


def seen(draft: Draft) -> dict[str, str]:
    return {"seen": desk.seen(draft)["seen"]}


def events() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event.name).where(Event.name.startswith("draft_")).order_by(Event.id)))[1:]


def approvals() -> list[Approval]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Approval).order_by(Approval.id)))


def close(of: Consultation) -> None:
    of = desk.fresh(of)
    with transaction():
        of.closes_at = clock.now()


class TestTheWholeWay:
    def test_asked_approved_by_two_and_sent_in_two_presses(
        self, browse: Any, url: str, draft: Draft, anna: User, bo: User, vera: User
    ) -> None:
        writer, first, second = browse(vera), browse(anna), browse(bo)
        assert "2 personer ska godkänna" in writer.get(f"{url}/godkannande").text
        writer.post(f"{url}/godkannande/begar", data={"approvers": [anna.id, bo.id]})
        page = first.get(f"{url}/skicka").text
        assert "Godkänn svaret" in page and "Väntar på Anna Alm och Bo Björk" in page.replace("\xa0", " ")
        assert first.post(f"{url}/skicka", data=desk.seen(draft)).status_code == 409
        first.post(f"{url}/godkannande/godkann", data=seen(draft))
        assert "disabled" in first.get(f"{url}/skicka").text
        answer = second.post(f"{url}/godkannande/godkann", data=seen(draft), follow_redirects=True)
        assert "Nu kan det skickas in" in answer.text and "disabled" not in answer.text
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 0, "approving sends nothing"
        assert second.post(f"{url}/skicka", data=desk.seen(draft)).status_code == 303
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 1
        assert events() == ["draft_sent_for_approval", "draft_approved", "draft_approved"]

    def test_one_person_who_does_everything_meets_no_approval_in_the_way(self, browse: Any, consultation: Consultation) -> None:
        by = sign.organisation(consultation, ApprovalRule.one)
        draft = sign.ready(consultation, by)
        url, alone = desk.desk_url(consultation, by), browse(desk.member(by))
        page = alone.get(f"{url}/skicka").text
        assert "Hos er räcker det att en person skickar in" in page
        assert "disabled" not in page and "Godkänn svaret" not in page
        assert alone.post(f"{url}/skicka", data=desk.seen(draft)).status_code == 303

    def test_an_edit_after_approval_is_said_to_all_with_who_and_what(
        self, browse: Any, url: str, draft: Draft, anna: User, vera: User
    ) -> None:
        sign.approve(draft, anna)
        writer = browse(vera)
        of, answers = desk.fresh(draft).consultation, desk.fresh(draft).answers
        version = next(answer.version for answer in answers if answer.question.number == 1)
        writer.post(url, data=desk.posted(of.questions[0], "Ändrat", version=version))
        for page in (url, f"{url}/skicka", f"{url}/godkannande"):
            text = writer.get(page).text.replace("\xa0", " ")
            assert "Ändrat efter godkännandet" in text
            assert "Anna Alm godkände" in text and "Sedan ändrade Vera Vide fråga 1" in text

    def test_an_autosave_says_that_what_was_approved_must_be_approved_again(
        self, browse: Any, url: str, draft: Draft, anna: User, vera: User
    ) -> None:
        writer, first = browse(vera), desk.fresh(draft).consultation.questions[0]
        (version,) = [answer.version for answer in desk.fresh(draft).answers if answer.question.number == 1]
        words, htmx = "behöver godkännas igen", {"HX-Request": "true"}
        assert words not in writer.post(url, data=desk.posted(first, "Ändrat", version=version), headers=htmx).text
        sign.approve(draft, anna)
        assert words not in writer.post(url, data=desk.posted(first, "Ändrat", version=version + 1), headers=htmx).text
        assert words in writer.post(url, data=desk.posted(first, "Ändrat igen", version=version + 1), headers=htmx).text

    def test_what_is_returned_says_the_reason_to_every_member(
        self, browse: Any, url: str, draft: Draft, anna: User, bo: User, vera: User
    ) -> None:
        sign.ask(draft, anna, by=vera)
        browse(anna).post(f"{url}/godkannande/skicka-tillbaka", data={**seen(draft), "reason": "Siffran stämmer inte."})
        for page in (url, f"{url}/skicka", f"{url}/godkannande"):
            text = browse(vera).get(page).text
            assert "Skickat tillbaka" in text and "Siffran stämmer inte." in text

    def test_earlier_rounds_are_kept(self, browse: Any, url: str, draft: Draft, anna: User, bo: User, vera: User) -> None:
        sign.send_back(draft, anna, "För lång inledning.")
        sign.ask(draft, anna, by=vera)
        page = browse(vera).get(f"{url}/godkannande").text
        assert "Tidigare" in page and "För lång inledning." in page


class TestAsking:
    def test_is_refused_without_anybody_chosen(self, browse: Any, url: str, vera: User, anna: User, bo: User) -> None:
        answer = browse(vera).post(f"{url}/godkannande/begar", data={})
        assert answer.status_code == 422 and "Välj minst en godkännare." in answer.text
        assert approvals() == []

    @pytest.mark.parametrize("who", ["vera", "stranger", "nonsense"])
    def test_is_refused_for_somebody_who_may_not(self, browse: Any, url: str, vera: User, anna: User, bo: User, who: str) -> None:
        chosen = {"vera": vera.id, "stranger": make.user().id, "nonsense": "x"}[who]
        assert browse(vera).post(f"{url}/godkannande/begar", data={"approvers": [chosen]}).status_code == 422
        assert approvals() == []

    def test_is_refused_after_closing_with_the_reason(
        self, browse: Any, url: str, consultation: Consultation, vera: User, anna: User, bo: User
    ) -> None:
        close(consultation)
        answer = browse(vera).post(f"{url}/godkannande/begar", data={"approvers": [anna.id]})
        assert answer.status_code == 409 and "Svarstiden gick ut" in answer.text
        assert approvals() == []

    def test_says_how_to_mend_a_rule_that_cannot_be_kept(self, browse: Any, url: str, anna: User) -> None:
        page = browse(anna).get(f"{url}/godkannande").text
        assert "Bjud in en godkännare till, eller ändra regeln." in page and "/medlemmar" in page

    def test_proposes_everybody_but_oneself(self, browse: Any, url: str, anna: User, bo: User) -> None:
        page = browse(anna).get(f"{url}/godkannande").text
        assert f'value="{bo.id}" checked' in page and f'value="{anna.id}" checked' not in page

    def test_is_taken_back(self, browse: Any, url: str, draft: Draft, vera: User, anna: User, bo: User) -> None:
        sign.ask(draft, anna, by=vera)
        assert browse(vera).post(f"{url}/godkannande/ta-tillbaka").status_code == 303
        assert "Inte skickat för godkännande" in browse(vera).get(f"{url}/godkannande").text


class TestApproving:
    def test_something_that_was_changed_in_between_is_refused_and_shown_anew(self, browse: Any, url: str, draft: Draft, anna: User) -> None:
        before = seen(draft)
        desk.fill(draft, "Andra ord.")
        answer = browse(anna).post(f"{url}/godkannande/godkann", data=before)
        assert answer.status_code == 422 and "Andra ord." in answer.text and "Någon har ändrat utkastet" in answer.text
        assert approvals() == []
        assert browse(anna).post(f"{url}/godkannande/godkann", data=seen(draft)).status_code == 303

    def test_is_refused_after_closing_with_the_reason(
        self, browse: Any, url: str, draft: Draft, consultation: Consultation, anna: User
    ) -> None:
        close(consultation)
        answer = browse(anna).post(f"{url}/godkannande/godkann", data=seen(draft))
        assert answer.status_code == 409 and "Svarstiden gick ut" in answer.text
        assert approvals() == []


class TestReturning:
    def test_without_a_reason_is_refused(self, browse: Any, url: str, draft: Draft, anna: User) -> None:
        answer = browse(anna).post(f"{url}/godkannande/skicka-tillbaka", data={**seen(draft), "reason": " "})
        assert answer.status_code == 422 and "Skriv vad som behöver ändras." in answer.text
        assert approvals() == []

    def test_too_long_a_reason_keeps_every_word(self, browse: Any, url: str, draft: Draft, anna: User) -> None:
        reason = "ord " * 600 + "sist"
        answer = browse(anna).post(f"{url}/godkannande/skicka-tillbaka", data={**seen(draft), "reason": reason})
        assert answer.status_code == 422 and "sist" in answer.text
        assert approvals() == []

    def test_of_something_changed_keeps_the_reason_and_can_be_pressed_again(self, browse: Any, url: str, draft: Draft, anna: User) -> None:
        before = seen(draft)
        desk.fill(draft, "Andra ord.")
        answer = browse(anna).post(f"{url}/godkannande/skicka-tillbaka", data={**before, "reason": "Siffran stämmer inte."})
        assert answer.status_code == 422 and "Siffran stämmer inte." in answer.text
        assert answer.text.count(f'value="{seen(draft)["seen"]}"') == 3, "every button of the page is about what it now shows"

    def test_is_refused_after_closing_with_the_reason(
        self, browse: Any, url: str, draft: Draft, consultation: Consultation, anna: User
    ) -> None:
        close(consultation)
        answer = browse(anna).post(f"{url}/godkannande/skicka-tillbaka", data={**seen(draft), "reason": "För sent."})
        assert answer.status_code == 409 and "Svarstiden gick ut" in answer.text and "För sent." in answer.text
        assert approvals() == []


ROUTES = ["begar", "godkann", "skicka-tillbaka", "ta-tillbaka"]


@pytest.mark.parametrize("route", ROUTES)
class TestNobodyElse:
    def data(self, draft: Draft, anna: User) -> dict[str, Any]:
        return {**seen(draft), "reason": "Nej.", "approvers": [anna.id]}

    def test_the_public_is_sent_to_sign_in(self, client: PolicingClient, url: str, draft: Draft, anna: User, bo: User, route: str) -> None:
        answer = client.post(f"{url}/godkannande/{route}", data=self.data(draft, anna))
        assert answer.status_code == 303 and "/logga-in" in answer.location
        assert approvals() == []

    def test_another_organisation_and_staff_get_404(
        self, browse: Any, url: str, draft: Draft, consultation: Consultation, anna: User, bo: User, route: str
    ) -> None:
        of = desk.fresh(consultation)
        for user in (
            make.user((Role.administrator, make.organisation())),
            make.user((Role.officer, of.authority), (Role.coordinator, of.municipality)),
            make.user(Role.operator),
        ):
            assert browse(user).post(f"{url}/godkannande/{route}", data=self.data(draft, anna)).status_code == 404
        assert approvals() == []

    def test_it_is_no_get(self, browse: Any, url: str, anna: User, route: str) -> None:
        assert browse(anna).get(f"{url}/godkannande/{route}").status_code in (404, 405)

    def test_without_a_draft_one_is_led_to_writing(self, browse: Any, organisation: Organisation, route: str) -> None:
        other = make.consultation()
        url = desk.desk_url(other, organisation)
        answer = browse(desk.member(organisation)).post(f"{url}/godkannande/{route}", data={})
        assert answer.status_code == 303 and answer.location.endswith(url)


@pytest.mark.parametrize("route", ["godkann", "skicka-tillbaka"])
def test_a_writer_neither_approves_nor_returns(browse: Any, url: str, draft: Draft, vera: User, route: str) -> None:
    assert browse(vera).post(f"{url}/godkannande/{route}", data={**seen(draft), "reason": "Nej."}).status_code == 404
    assert approvals() == []
    page = browse(vera).get(f"{url}/skicka").text
    assert "Godkänn svaret" not in page and "En godkännare i organisationen skickar in" in page


class TestTheLink:
    @pytest.fixture
    def guest(self, client: PolicingClient, consultation: Consultation, organisation: Organisation) -> tuple[PolicingClient, str]:
        link = f"/inbjudan/{token_of(make.invitation(desk.fresh(consultation), desk.fresh(organisation)))}"
        client.post(f"{link}/oppna")
        return client, f"{link}/svar"

    def test_can_write_but_sends_nothing_unapproved_and_is_told_to_sign_in(
        self, guest: tuple[PolicingClient, str], draft: Draft, anna: User, url: str
    ) -> None:
        client, link = guest
        sign.approve(draft, anna)
        answer = client.post(f"{link}/skicka", data=desk.seen(draft))
        assert answer.status_code == 409
        assert "2 ska godkänna" in answer.text and "Logga in och godkänn" in answer.text and f"/logga-in?next={url}" in answer.text
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 0

    def test_sends_what_the_members_have_approved(self, guest: tuple[PolicingClient, str], draft: Draft, anna: User, bo: User) -> None:
        client, link = guest
        sign.approve(draft, anna)
        sign.approve(draft, bo)
        assert client.post(f"{link}/skicka", data=desk.seen(draft)).status_code == 303
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 1

    def test_sees_neither_names_nor_reasons_and_reaches_no_page_of_it(
        self, guest: tuple[PolicingClient, str], draft: Draft, anna: User
    ) -> None:
        client, link = guest
        sign.approve(draft, anna)
        sign.send_back(draft, anna, "Hemligt skäl")
        for page in (link, f"{link}/skicka"):
            text = client.get(page).text
            assert not any(secret in text for secret in ("Anna Alm", "Hemligt skäl", "Prata ihop er", "/godkannande"))
        for page in ("/godkannande", "/prata"):
            assert client.get(link + page).status_code == 404
        for route in ROUTES:
            assert client.post(f"{link}/godkannande/{route}").status_code == 404


class TestHome:
    def test_what_waits_for_me_comes_first_with_one_line_of_state(
        self, browse: Any, consultation: Consultation, organisation: Organisation, draft: Draft, anna: User, bo: User, vera: User
    ) -> None:
        sign.ask(draft, anna, bo, by=vera)
        home = f"/forening/{desk.fresh(organisation).slug}"
        page = browse(anna).get(home).text
        assert page.index("Väntar på ditt godkännande") < page.index(desk.fresh(consultation).title)
        assert "Väntar på godkännande" in page and "0 av 2 godkännanden" in page and "väntar på Anna Alm och Bo Björk" in page
        assert "Väntar på ditt godkännande" not in browse(vera).get(home).text

    def test_what_came_back_and_what_is_ready_come_before_the_rest(
        self, browse: Any, organisation: Organisation, anna: User, bo: User
    ) -> None:
        titles = {"plain": "Vanligt utkast", "ready": "Klart utkast", "back": "Återsänt utkast"}
        drafts = {name: sign.ready(make.consultation(title=title), organisation) for name, title in titles.items()}
        for user in (anna, bo):
            sign.approve(drafts["ready"], user)
        sign.send_back(drafts["back"], bo)
        page = browse(anna).get(f"/forening/{desk.fresh(organisation).slug}").text
        assert sorted(titles.values(), key=page.index) == ["Återsänt utkast", "Klart utkast", "Vanligt utkast"]

    def test_a_new_version_that_waits_is_there_too(
        self, browse: Any, organisation: Organisation, draft: Draft, anna: User, bo: User
    ) -> None:
        for user in (anna, bo):
            sign.approve(draft, user)
        desk.submit(draft)
        desk.fill(draft, "Nya ord.")
        sign.ask(draft, anna, by=bo)
        assert "Väntar på ditt godkännande" in browse(anna).get(f"/forening/{desk.fresh(organisation).slug}").text

    def test_nothing_waits_that_can_be_approved_no_more(
        self, browse: Any, consultation: Consultation, organisation: Organisation, draft: Draft, anna: User, bo: User, vera: User
    ) -> None:
        sign.ask(draft, anna, by=vera)
        close(consultation)
        assert "Väntar på ditt godkännande" not in browse(anna).get(f"/forening/{desk.fresh(organisation).slug}").text

    def test_statements_do_not_grow_with_the_rounds(self, browse: Any, organisation: Organisation, anna: User, bo: User) -> None:
        client, home = browse(anna), f"/forening/{desk.fresh(organisation).slug}"

        def more() -> None:
            draft = sign.ready(make.consultation(), organisation)
            sign.ask(draft, anna, by=bo)
            sign.approve(draft, bo)

        def count() -> int:
            with statements() as found:
                client.get(home)
            return len(found)

        more()
        count()
        few = count()
        more()
        more()
        assert count() == few


def test_an_unopened_consultation_can_be_approved_ahead(browse: Any, app: Flask) -> None:
    consultation = make.consultation(Phase.announced)
    organisation = sign.organisation(consultation, ApprovalRule.two)
    draft, anna = sign.ready(consultation, organisation), sign.approver(organisation)
    url = desk.desk_url(consultation, organisation)
    make.invitation(desk.fresh(consultation), desk.fresh(organisation))
    assert browse(anna).post(f"{url}/godkannande/godkann", data=seen(draft)).status_code == 303
    assert len(approvals()) == 1
