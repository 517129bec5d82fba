"""The desk's pages about others: over HTTP, for members and for the link's holder."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import AnswersPublic, Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.positions.models import Draft, DraftConcurrence, DraftParty, Position
from sakrad.records.models import Mask, MaskGround, TextKind
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import save, together
from tests.policing import PolicingClient


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality)


@pytest.fixture
def other(consultation: Consultation) -> Position:
    """Somebody else's published answer."""
    by = make.organisation(verified_in=consultation.municipality, name="Ekhamra kvinnojour", slug="jouren")
    return make.position(consultation, by, texts={1: "Vägen in är lång.", 3: "Tack."})


@pytest.fixture
def member(client: PolicingClient, organisation: Organisation) -> PolicingClient:
    return client.sign_in(desk.member(organisation, Role.writer))


@pytest.fixture
def base(consultation: Consultation, organisation: Organisation) -> str:
    return desk.desk_url(consultation, organisation)


def concurrences() -> list[tuple[int | None, str]]:
    db.session.rollback()
    found = db.session.scalars(sa.select(DraftConcurrence).order_by(DraftConcurrence.id))
    return [(one.question.number if one.question else None, one.reservation) for one in found]


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(DraftParty.name).order_by(DraftParty.id)))


def agreed(version: int = 1, **parts: Any) -> dict[str, str]:
    """What the form of one answer sends: `hela="förbehåll"`, `q1=""`; a part that is left out is not ticked."""
    data = {"version": str(version)}
    for part, reservation in parts.items():
        data |= {f"{part}-agree": "y", f"{part}-reservation": reservation}
    return data


class TestAgreeing:
    def test_the_list_and_the_answer_show_published_words_and_nothing_else(
        self, member: PolicingClient, base: str, other: Position, consultation: Consultation
    ) -> None:
        make.position(consultation, texts={1: "INTEGRANSKAT"}, published=False)
        (answer, *_rest) = desk.fresh(other).current.answers
        save(Mask(kind=TextKind.answer, text_id=answer.id, start=0, end=5, ground=MaskGround.personal_data, created_at=clock.now()))
        page = member.get(f"{base}/instam").text
        assert "Ekhamra kvinnojour" in page and "INTEGRANSKAT" not in page and "█████ in är lång." in page
        page = member.get(f"{base}/instam/{desk.fresh(other).reference}").text
        assert "█████ in är lång." in page and "fråga 3" in page and "fråga 2" not in page

    def test_with_the_whole_and_one_answer(self, member: PolicingClient, base: str, other: Position) -> None:
        answer = member.post(f"{base}/instam/jouren", data=agreed(hela="", q1="Men fortare."))
        assert (answer.status_code, answer.location) == (303, f"{base}/instam")
        assert concurrences() == [(None, ""), (1, "Men fortare.")]
        for page in ("", "/instam", "/skicka"):
            assert "Instämmer med hela svaret från Ekhamra kvinnojour." in member.get(base + page).text
        assert "Men fortare." in member.get(f"{base}/skicka").text

    def test_what_is_no_longer_ticked_is_taken_out(self, member: PolicingClient, base: str, other: Position) -> None:
        member.post(f"{base}/instam/jouren", data=agreed(hela="Inte allt.", q1=""))
        page = member.get(f"{base}/instam/jouren").text
        assert "Inte allt." in page
        seen = {"hela-seen": _hidden(page, "hela-seen"), "q1-seen": _hidden(page, "q1-seen")}
        member.post(f"{base}/instam/jouren", data={**agreed(q1=""), **seen})
        assert concurrences() == [(1, "")]

    def test_what_a_colleague_added_since_is_never_taken_out(self, member: PolicingClient, base: str, other: Position) -> None:
        member.get(f"{base}/instam/jouren")
        member.post(f"{base}/instam/jouren", data=agreed(hela="Kollegans ord."))
        member.post(f"{base}/instam/jouren", data=agreed(q1="Mina ord."))
        assert concurrences() == [(None, "Kollegans ord."), (1, "Mina ord.")]

    def test_two_reservations_stand_beside_one_another_when_somebody_was_faster(
        self, member: PolicingClient, base: str, other: Position
    ) -> None:
        member.post(f"{base}/instam/jouren", data=agreed(hela="Kollegans ord."))
        page = member.post(f"{base}/instam/jouren", data=agreed(hela="Mina ord."))
        assert page.status_code == 422
        assert "Kollegans ord." in page.text and "Mina ord." in page.text
        assert concurrences() == [(None, "Kollegans ord.")]
        again = {**agreed(hela="Kollegans ord. Mina ord."), "hela-seen": _hidden(page.text, "hela-seen")}
        assert member.post(f"{base}/instam/jouren", data=again).status_code == 303
        assert concurrences() == [(None, "Kollegans ord. Mina ord.")]

    def test_a_reservation_without_the_tick_is_kept_and_asked_about(self, member: PolicingClient, base: str, other: Position) -> None:
        page = member.post(f"{base}/instam/jouren", data={"version": "1", "q1-reservation": "Utan kryss."})
        assert page.status_code == 422 and "Utan kryss." in page.text and "Kryssa i" in page.text
        assert concurrences() == []

    def test_too_many_words_are_refused_and_kept(self, member: PolicingClient, base: str, other: Position) -> None:
        words = "Förbehåll " * 500
        page = member.post(f"{base}/instam/jouren", data=agreed(hela=words))
        assert page.status_code == 422 and words.strip() in page.text
        assert concurrences() == []

    def test_a_newer_version_is_read_first(self, member: PolicingClient, base: str, other: Position) -> None:
        page = member.post(f"{base}/instam/jouren", data=agreed(version=7, hela="Mina ord."))
        assert page.status_code == 422 and "nyare version" in page.text and "Mina ord." in page.text
        assert concurrences() == []

    def test_not_when_it_is_closed(self, app: Flask, client: PolicingClient) -> None:
        closed = make.consultation(Phase.compiling)
        by = make.organisation(verified_in=closed.municipality)
        position = make.position(closed)
        url = desk.desk_url(closed, by, f"/instam/{desk.fresh(position).reference}")
        page = client.sign_in(desk.member(by)).post(url, data=agreed(hela="Sent."))
        assert page.status_code == 409 and "så länge sakrådet är öppet" in page.text and "Sent." in page.text
        assert concurrences() == []

    def test_nothing_is_shown_before_the_answers_are_public(
        self, member: PolicingClient, base: str, other: Position, consultation: Consultation
    ) -> None:
        with transaction():
            desk.fresh(consultation).answers_public = AnswersPublic.closing
        assert "Ekhamra kvinnojour" not in member.get(f"{base}/instam").text
        assert member.get(f"{base}/instam/{desk.fresh(other).reference}").status_code == 404
        assert member.post(f"{base}/instam/jouren", data=agreed(hela="")).status_code == 404

    def test_the_address_of_what_may_not_be_read_is_no_address(
        self, member: PolicingClient, base: str, consultation: Consultation, organisation: Organisation
    ) -> None:
        unpublished = make.position(consultation, texts={1: "INTEGRANSKAT"}, published=False)
        own = make.position(consultation, desk.fresh(organisation))
        elsewhere = make.position(make.consultation())
        for position in (unpublished, own, elsewhere):
            url = f"{base}/instam/{desk.fresh(position).reference}"
            assert member.get(url).status_code == 404
            assert member.post(url, data=agreed(hela="")).status_code == 404
        assert concurrences() == []

    def test_one_without_name_is_never_found_by_its_name(self, member: PolicingClient, base: str, other: Position) -> None:
        with transaction():
            desk.fresh(other).published.wish = "unnamed"
        assert member.get(f"{base}/instam/jouren").status_code == 404
        page = member.get(f"{base}/instam/{desk.fresh(other).reference}").text
        assert "Ekhamra kvinnojour" not in page and "jouren" not in page

    def test_another_organisations_members_and_the_public_are_refused(
        self, client: PolicingClient, browse: Any, base: str, other: Position, consultation: Consultation
    ) -> None:
        assert client.post(f"{base}/instam/jouren", data=agreed(hela="")).status_code == 303
        stranger = browse(desk.member(make.organisation()))
        official = browse(make.user((Role.officer, desk.fresh(consultation).authority)))
        for browser in (stranger, official):
            assert browser.get(f"{base}/instam").status_code == 404
            assert browser.post(f"{base}/instam/jouren", data=agreed(hela="")).status_code == 404
        assert concurrences() == []

    def test_one_is_removed_also_when_it_is_published_no_longer(
        self, member: PolicingClient, base: str, other: Position, consultation: Consultation, organisation: Organisation
    ) -> None:
        made = together.concur(desk.fill(desk.open_draft(consultation, organisation)), other)
        with transaction():
            desk.fresh(other).disowned_at = clock.now()
        page = member.get(f"{base}/skicka").text
        assert "Ekhamra kvinnojour, som ni instämmer med, är inte publicerat längre." in page and f'href="{base}/instam"' in page
        assert member.post(f"{base}/instam", data={"instammande": desk.fresh(made).reference}).status_code == 303
        assert concurrences() == []
        assert "är inte publicerat längre" not in member.get(f"{base}/skicka").text

    def test_nobody_removes_what_is_in_another_draft(
        self, member: PolicingClient, base: str, other: Position, consultation: Consultation
    ) -> None:
        made = together.concur(desk.open_draft(consultation, make.organisation(verified_in=consultation.municipality)), other)
        assert member.post(f"{base}/instam", data={"instammande": desk.fresh(made).reference}).status_code == 404
        assert len(concurrences()) == 1


def _hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


class TestTheWayThere:
    def test_from_the_public_page_to_the_desk(self, browse: Any, organisation: Organisation, base: str, other: Position) -> None:
        shown = desk.fresh(other)
        kommun, slug = shown.consultation.municipality.slug, shown.consultation.slug
        way = f"/svara/{kommun}/{slug}?instam=jouren"
        page = browse().get(f"/kommun/{kommun}/sakrad/{slug}/svar/jouren").text
        assert f'href="{way}"' in page
        assert browse(desk.member(organisation)).get(way).location == f"{base}/instam/jouren"
        both = make.user((Role.writer, desk.fresh(organisation)), (Role.writer, make.organisation()))
        assert f'href="{base}/instam/jouren"' in browse(both).get(way).text

    def test_by_the_invitations_link(
        self, client: PolicingClient, consultation: Consultation, organisation: Organisation, other: Position
    ) -> None:
        link = f"/inbjudan/{token_of(make.invitation(consultation, organisation))}"
        client.post(f"{link}/oppna")
        assert "Ekhamra kvinnojour" in client.get(f"{link}/svar/instam").text
        assert client.post(f"{link}/svar/instam/jouren", data=agreed(hela="Ett förbehåll.")).status_code == 303
        assert concurrences() == [(None, "Ett förbehåll.")]
        assert client.post(f"{link}/svar/tillsammans", data={"name": "Grannen", "email": "info@grannen.example"}).status_code == 303
        assert names() == ["Grannen"]


class TestNaming:
    def test_a_registered_one_is_found_by_name_and_never_with_its_address(
        self, member: PolicingClient, base: str, consultation: Consultation, organisation: Organisation
    ) -> None:
        found = make.organisation(name="Föreningen Framåt", verified_in=consultation.municipality)
        hidden = make.organisation(name="Föreningen Dold")  # no public page
        page = member.get(f"{base}/tillsammans?sok=föreningen").text
        assert "Föreningen Framåt" in page and "Föreningen Dold" not in page and "@förening" not in page
        assert found.email not in page and desk.fresh(organisation).name not in page.split('id="sok-organisation"')[1]
        assert member.post(f"{base}/tillsammans/registrerad", data={"organisation": found.slug}).status_code == 303
        assert member.post(f"{base}/tillsammans/registrerad", data={"organisation": hidden.slug}).status_code == 404
        assert names() == ["Föreningen Framåt"]
        page = member.get(f"{base}/tillsammans").text
        assert "Föreningen Framåt" in page and found.email not in page
        assert "Föreningen Framåt" in member.get(f"{base}/skicka").text

    def test_one_by_name_and_address(self, member: PolicingClient, base: str) -> None:
        assert member.post(f"{base}/tillsammans", data={"name": "Grannen", "email": "Info@Grannen.example"}).status_code == 303
        again = member.post(f"{base}/tillsammans", data={"name": "Grannen igen", "email": "info@grannen.example"})
        assert again.status_code == 409 and "står redan med" in again.text and "Grannen igen" in again.text
        assert names() == ["Grannen"]

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param({"name": "Grannen", "email": "ingen adress"}, id="no address"),
            pytest.param({"name": "", "email": "info@grannen.example"}, id="no name"),
            pytest.param({"name": "G" * 161, "email": "info@grannen.example"}, id="too long a name"),
        ],
    )
    def test_an_invalid_form_changes_nothing_and_keeps_every_word(self, member: PolicingClient, base: str, data: dict[str, str]) -> None:
        page = member.post(f"{base}/tillsammans", data=data)
        assert page.status_code == 422
        assert all(value in page.text for value in data.values())
        assert names() == []
        assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 0

    def test_taking_away(self, member: PolicingClient, base: str, consultation: Consultation, organisation: Organisation) -> None:
        named = together.name(desk.open_draft(consultation, organisation), name="Grannen", email="info@grannen.example")
        reference = desk.fresh(named).reference
        elsewhere = together.name(
            desk.open_draft(consultation, make.organisation(verified_in=consultation.municipality)), name="B", email="b@b.example"
        )
        assert member.post(f"{base}/tillsammans/ta-bort", data={"part": desk.fresh(elsewhere).reference}).status_code == 404
        assert member.post(f"{base}/tillsammans/ta-bort", data={"part": reference}).status_code == 303
        assert names() == ["B"]

    def test_strangers_and_officials_are_refused(self, client: PolicingClient, browse: Any, base: str, consultation: Consultation) -> None:
        data = {"name": "Grannen", "email": "info@grannen.example"}
        assert client.post(f"{base}/tillsammans", data=data).status_code == 303
        for user in (desk.member(make.organisation()), make.user((Role.officer, desk.fresh(consultation).authority))):
            assert browse(user).get(f"{base}/tillsammans").status_code == 404
            assert browse(user).post(f"{base}/tillsammans", data=data).status_code == 404
        assert names() == []

    def test_nothing_of_it_is_told_before_it_is_sent(self, member: PolicingClient, base: str, other: Position) -> None:
        member.post(f"{base}/tillsammans", data={"name": "Grannen", "email": "info@grannen.example"})
        member.post(f"{base}/instam/jouren", data=agreed(hela=""))
        assert list(db.session.scalars(sa.select(Event.name))) == ["draft_created"]

    def test_the_sender_sees_what_they_have_said(
        self, member: PolicingClient, base: str, consultation: Consultation, organisation: Organisation
    ) -> None:
        first, second, third = (make.organisation(name=f"Förening {letter}", verified_in=consultation.municipality) for letter in "ABC")
        version = together.joint(consultation, organisation, first, second, third)
        parties = {party.name: party for party in desk.fresh(version).position.parties}
        together.confirm(parties["Förening A"], {1: "Utom det sista."})
        together.decline(parties["Förening B"])
        for page in ("/kvitto", "/tillsammans"):
            html = member.get(base + page).text
            assert "Utom det sista." in html and "Står inte bakom" in html and "Har inte svarat" in html
