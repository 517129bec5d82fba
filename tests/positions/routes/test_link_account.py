"""From one to many: an account for the organisation, asked for by whoever holds the mailed link."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad import create_app
from sakrad.accounts import links as account_links
from sakrad.accounts.models import JoinInvitation, Role
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.positions.models import Draft
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient

REGISTERED = "info@jouren.example"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def invitation(consultation: Consultation) -> Invitation:
    return make.invitation(consultation, make.organisation(email=REGISTERED, verified_in=consultation.municipality))


@pytest.fixture
def link(invitation: Invitation) -> str:
    return f"/inbjudan/{token_of(invitation)}"


def events() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def test_the_page_writes_nothing_and_names_no_address(client: PolicingClient, link: str) -> None:
    page = client.get(f"{link}/konto").text
    assert "Skapa konto för föreningen" in page and REGISTERED not in page
    assert events() == []


def test_the_press_invites_the_registered_address_and_nobody_else(client: PolicingClient, link: str) -> None:
    assert client.post(f"{link}/konto").location == f"{link}/konto"
    page = client.get(f"{link}/konto").text
    assert "Titta i er e-post" in page and "Skicka mejlet igen" in page and REGISTERED not in page
    made = db.session.scalars(sa.select(JoinInvitation)).one()
    assert (made.email, made.role) == (REGISTERED, Role.administrator)
    assert account_links.join_token(made) not in page, "the link goes by mail only: who presses is not known"
    assert events() == ["member_invited"]


def test_where_somebody_acts_already_one_is_asked_to_sign_in_without_a_name(
    client: PolicingClient, link: str, invitation: Invitation
) -> None:
    make.user((Role.administrator, desk.fresh(invitation).organisation), name="Hemliga Namnet", email="hemlig@person.example")
    for answer, status in ((client.get(f"{link}/konto"), 200), (client.post(f"{link}/konto"), 409)):
        assert answer.status_code == status and "har redan konton" in answer.text
        assert "Hemliga Namnet" not in answer.text and "hemlig@" not in answer.text
    assert events() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_false_link_is_refused(client: PolicingClient, link: str, method: str) -> None:
    assert getattr(client, method)(f"{link[:-1]}x/konto").status_code == 404
    assert events() == []


def test_a_passed_on_link_fills_nobodys_mailbox(app: Flask, link: str) -> None:
    counting = create_app(dataclasses.replace(app.config["SETTINGS"], rate_limits=True), testing=True)
    counting.test_client_class = PolicingClient
    with counting.app_context():
        client = counting.test_client()
        assert [client.post(f"{link}/konto").status_code for _press in range(6)] == [303] * 5 + [429]


def test_the_receipt_offers_it_to_the_links_holder_and_not_to_members(
    client: PolicingClient, browse: Any, consultation: Consultation, invitation: Invitation, link: str
) -> None:
    organisation = desk.fresh(invitation).organisation
    desk.sent(consultation, organisation)
    client.post(f"{link}/oppna")
    assert f'action="{link}/konto"' in client.get(f"{link}/svar/kvitto").text
    member = browse(desk.member(organisation))
    assert "/konto" not in member.get(desk.desk_url(consultation, organisation, "/kvitto")).text.replace('href="/konto"', "")


def test_what_was_written_by_link_waits_in_the_organisations_own_space(
    client: PolicingClient, consultation: Consultation, invitation: Invitation, link: str
) -> None:
    """The whole way: write by link, ask for an account, choose a password, continue signed in, in the same draft."""
    consultation = desk.fresh(consultation)
    organisation, first = desk.fresh(invitation).organisation, consultation.questions[0]
    client.post(f"{link}/oppna")
    client.post(f"{link}/svar", data=desk.posted(first, "Skrivet från länken."))
    draft = db.session.scalars(sa.select(Draft)).one()
    client.post(f"{link}/konto")
    made = db.session.scalars(sa.select(JoinInvitation)).one()
    joined = client.post(f"/konto/anslut/{account_links.join_token(made)}", data={"name": "Karin", "password": "ett gott lösenord"})
    assert joined.location == f"/forening/{organisation.slug}"
    assert consultation.title in client.get(joined.location).text
    own = desk.desk_url(consultation, organisation)
    assert "Skrivet från länken." in client.get(own).text
    version = next(answer.version for answer in desk.fresh(draft).answers)
    saved = client.post(own, data=desk.posted(desk.fresh(first), "Fortsatt som inloggad.", version=version))
    assert saved.status_code == 303
    (answer,) = desk.fresh(draft).answers
    assert answer.text == "Fortsatt som inloggad." and answer.updated_by_id is not None
    assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 1
    client.post(f"{link}/oppna")
    assert "Fortsatt som inloggad." in client.get(f"{link}/svar").text, "and the mailed link still opens it"
