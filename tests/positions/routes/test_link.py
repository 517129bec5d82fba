"""Answer from the mail: what the invitation's link opens, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation, DeclineReason, Invitation
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.positions.models import Draft, PositionVersion
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def invitation(consultation: Consultation) -> Invitation:
    return make.invitation(consultation)


@pytest.fixture
def link(invitation: Invitation) -> str:
    return f"/inbjudan/{token_of(invitation)}"


def events() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


class TestLanding:
    def test_shows_who_asks_what_and_until_when_and_writes_nothing(
        self, client: PolicingClient, link: str, consultation: Consultation
    ) -> None:
        page = client.get(link).text
        for words in (
            consultation.title,
            "Nämndens ordförande bjuder in.",
            *[question.text for question in desk.fresh(consultation).questions],
            "minuter",
            "Svara på frågorna",
            "Vi tänker svara",
            "Vi hinner inte",
            "0000-00 00 00",
        ):
            assert words in page
        assert events() == []
        assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 0

    @pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.draft], ids=str)
    def test_opens_in_every_phase(self, client: PolicingClient, phase: Phase, app: Flask) -> None:
        invitation = make.invitation(make.consultation(phase))
        assert client.get(f"/inbjudan/{token_of(invitation)}").status_code == 200

    @pytest.mark.parametrize("damage", [lambda link: link[:-1] + "x", lambda link: link.split(".")[0], lambda _link: "/inbjudan/påhittad"])
    def test_a_false_token_opens_nothing(self, client: PolicingClient, link: str, damage: Any) -> None:
        assert client.get(damage(link)).status_code == 404
        assert client.post(damage(link) + "/oppna").status_code == 404

    def test_opening_writes_nothing_that_anyone_could_see(self, client: PolicingClient, link: str) -> None:
        assert client.post(f"{link}/oppna").headers["Location"].endswith("/svar")
        assert events() == []

    def test_it_signs_nobody_in(self, client: PolicingClient, link: str, invitation: Invitation) -> None:
        client.post(f"{link}/oppna")
        organisation = desk.fresh(invitation).organisation
        assert "/logga-in" in client.get(f"/forening/{organisation.slug}").headers["Location"]
        other = make.invitation(make.consultation(), desk.fresh(organisation))
        answer = client.get(f"/inbjudan/{token_of(other)}/svar")
        assert (answer.status_code, answer.headers["Location"].endswith("/svar")) == (303, False)


class TestSayingSo:
    def test_we_intend_to_answer(self, client: PolicingClient, link: str, invitation: Invitation) -> None:
        assert client.post(f"{link}/tanker-svara").status_code == 303
        assert desk.fresh(invitation).intends_at is not None
        assert events() == [EventName.invitation_intended]

    def test_we_decline_with_a_reason(self, client: PolicingClient, link: str, invitation: Invitation) -> None:
        assert client.post(f"{link}/avboj", data={"reason": "no_time"}).status_code == 303
        assert desk.fresh(invitation).decline_reason is DeclineReason.no_time
        assert events() == [EventName.invitation_declined]

    def test_an_unknown_reason_is_refused(self, client: PolicingClient, link: str, invitation: Invitation) -> None:
        assert client.post(f"{link}/avboj", data={"reason": "annat"}).status_code == 422
        assert desk.fresh(invitation).declined_at is None

    @pytest.mark.parametrize("page", ["tanker-svara", "avboj"])
    def test_not_after_closing(self, client: PolicingClient, page: str, app: Flask) -> None:
        invitation = make.invitation(make.consultation(Phase.compiling))
        assert client.post(f"/inbjudan/{token_of(invitation)}/{page}").status_code == 409
        assert events() == []


class TestTheDesk:
    PAGES = ("", "/fraga/1", "/forankring", "/skicka", "/kvitto", "/kvitto/1", "/kvitto/1.pdf")
    POSTS = ("", "/borja", "/fraga/1", "/forankring", "/skicka")

    @pytest.mark.parametrize("page", PAGES)
    def test_is_closed_until_the_button_is_pressed(self, client: PolicingClient, link: str, page: str) -> None:
        answer = client.get(f"{link}/svar{page}")
        assert (answer.status_code, answer.headers["Location"]) == (303, link)

    @pytest.mark.parametrize("page", POSTS)
    def test_takes_nothing_until_the_button_is_pressed(self, client: PolicingClient, link: str, page: str) -> None:
        answer = client.post(f"{link}/svar{page}", data={"q1-version": "0", "q1-text": "Hej"})
        assert (answer.status_code, answer.headers["Location"]) == (303, link)
        assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 0

    def test_the_whole_job_without_an_account(self, client: PolicingClient, link: str, consultation: Consultation) -> None:
        client.post(f"{link}/oppna")
        first, proposal, _last = desk.fresh(consultation).questions
        data = {
            **desk.posted(first, "Vi ser att vägen in är lång."),
            **desk.posted(proposal, "Om det blir flerårigt.", stance="supports_with_reservations"),
            "fakta-version": "1",
            "fakta-signed_role": "Ordförande",
            "fakta-anchoring": "board",
            "fakta-wish": "named",
            "sedan": "skicka",
        }
        assert client.post(f"{link}/svar", data=data).headers["Location"] == f"{link}/svar/skicka"
        assert "Vi ser att vägen in är lång." in client.get(f"{link}/svar/skicka").text
        draft = db.session.scalars(sa.select(Draft)).one()
        answer = client.post(f"{link}/svar/skicka", data=desk.seen(draft))
        assert answer.headers["Location"] == f"{link}/svar/kvitto"
        version = db.session.scalars(sa.select(PositionVersion)).one()
        assert version.submitted_by_id is None
        assert version.receipt_number in client.get(f"{link}/svar/kvitto").text
        assert client.get(f"{link}/svar/kvitto/1.pdf").data.startswith(b"%PDF")

    def test_a_member_meets_the_same_draft(self, client: PolicingClient, link: str, invitation: Invitation, browse: Any) -> None:
        client.post(f"{link}/oppna")
        client.post(f"{link}/svar", data={"q1-version": "0", "q1-text": "Från mejlet"})
        invitation = desk.fresh(invitation)
        url = desk.desk_url(invitation.consultation, invitation.organisation)
        assert "Från mejlet" in browse(desk.member(desk.fresh(invitation).organisation)).get(url).text
