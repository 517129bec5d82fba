"""Eget utrymme: nobody else reaches a draft by any route, and nothing of it shows on any page of the municipality."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.notifications.models import Mail, MailKind, MailState, Notification
from sakrad.positions.models import Draft, PositionVersion
from tests import factories as make
from tests.factories import approving as sign
from tests.factories import positions as desk

NUMBER = re.compile(r"\d+")
CHANGING = re.compile(r'<input[^>]*name="(csrf_token|submission_key)"[^>]*>')  # new for every look


def own_space(app: Flask, org: str, kommun: str, slug: str) -> list[tuple[str, str]]:
    """Every route of the own space, from the map: a new one cannot be forgotten."""
    values = {
        "org": org,
        "kommun": kommun,
        "slug": slug,
        "number": 1,
        "revision": 1,
        "key": "nyckel",
        "other": "annan",
        "reference": "nummer",
    }
    adapter = app.url_map.bind("127.0.0.1:5000")
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("positions_organisation."):
            path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, force_external=False)
            found += [(method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    assert len(found) >= 13
    return found


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    organisation = make.organisation(verified_in=consultation.municipality, municipality_id=consultation.municipality_id)
    make.invitation(consultation, organisation)
    desk.sent(consultation, organisation, "Hemligt utkast")
    return organisation


def outsider(kind: str, consultation: Consultation) -> Any:
    of = desk.fresh(consultation)
    match kind:
        case "officer":
            return make.user((Role.officer, of.authority))
        case "registrar":
            return make.user((Role.registrar, of.authority))
        case "coordinator":
            return make.user((Role.coordinator, of.municipality))
        case "operator":
            return make.user(Role.operator)
        case "another organisation":
            return make.user((Role.administrator, make.organisation()))
    return make.user()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
@pytest.mark.parametrize("kind", ["officer", "registrar", "coordinator", "operator", "another organisation", "nobody in particular"])
def test_every_route_is_404_for_everyone_else(
    app: Flask, consultation: Consultation, organisation: Organisation, browse: Any, kind: str
) -> None:
    client = browse(outsider(kind, consultation))
    before = (db.session.scalar(sa.select(Draft.updated_at)), db.session.scalar(sa.select(sa.func.count(PositionVersion.id))))
    of, by = desk.fresh(consultation), desk.fresh(organisation)
    for method, path in own_space(app, by.slug, of.municipality.slug, of.slug):
        answer = client.open(path, method=method, data={"q1-version": "1", "q1-text": "Inte ni"} if method == "POST" else None)
        assert answer.status_code == 404, f"{method} {path}"
        assert "Hemligt utkast" not in answer.text
    db.session.rollback()
    assert before == (db.session.scalar(sa.select(Draft.updated_at)), db.session.scalar(sa.select(sa.func.count(PositionVersion.id))))


def test_every_route_sends_the_public_to_sign_in(app: Flask, consultation: Consultation, organisation: Organisation, client: Any) -> None:
    of, by = desk.fresh(consultation), desk.fresh(organisation)
    for method, path in own_space(app, by.slug, of.municipality.slug, of.slug):
        answer = client.open(path, method=method)
        assert answer.status_code == 303, f"{method} {path}"
        assert "/logga-in" in answer.headers["Location"]


def staff_pages(app: Flask, consultation: Consultation) -> list[str]:
    """Every page of the municipality whose address these parts can fill in."""
    of = desk.fresh(consultation)
    values = {"kommun": of.municipality.slug, "slug": of.slug, "namnd": of.authority.slug}
    adapter = app.url_map.bind("127.0.0.1:5000")
    return [
        adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, force_external=False)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.rule.startswith(("/handlaggning", "/drift")) and rule.arguments <= values.keys()
    ]


def look(staff: Any, pages: list[str]) -> dict[str, str]:
    """What each page that is shown says, but for its form's token; a refusal carries a number of its own."""
    answers = {page: staff.get(page) for page in pages}
    shown = {page: CHANGING.sub("", answer.text) for page, answer in answers.items() if answer.status_code == 200}
    return {page: shown.get(page, str(answer.status_code)) for page, answer in answers.items()}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
def test_a_draft_changes_nothing_on_any_page_of_the_municipality(app: Flask, consultation: Consultation, browse: Any) -> None:
    of = desk.fresh(consultation)
    by = make.organisation(verified_in=of.municipality, municipality_id=of.municipality_id)
    make.invitation(desk.fresh(consultation), by)
    of = desk.fresh(consultation)
    staff = browse(
        make.user((Role.officer, of.authority), (Role.registrar, of.authority), (Role.coordinator, of.municipality), Role.operator)
    )
    pages = staff_pages(app, consultation)
    assert len(pages) >= 5

    look(staff, pages)  # the first look also warms what is cached
    before = look(staff, pages)
    member = browse(desk.member(by))
    url = desk.desk_url(consultation, by)
    member.post(f"{url}/borja")
    member.post(url, data={"q1-version": "0", "q1-text": "Hemliga ord", "fakta-version": "1", "fakta-anchoring": "board"})
    after = look(staff, pages)
    assert [page for page in pages if before[page] != after[page]] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
def test_neither_does_what_colleagues_say_to_each_other_about_it(app: Flask, consultation: Consultation, browse: Any) -> None:
    """Remarks, mentions, requests, approvals and returns send mails, which the operator counts and does not know the sort of."""
    of = desk.fresh(consultation)
    by = sign.organisation(of, name="Hemliga jouren")
    make.invitation(desk.fresh(consultation), by)
    draft = sign.ready(consultation, by)
    anna, bo, vera = sign.approver(by, Role.administrator), sign.approver(by), desk.member(by, Role.writer)
    of = desk.fresh(consultation)
    staff = browse(
        make.user((Role.officer, of.authority), (Role.registrar, of.authority), (Role.coordinator, of.municipality), Role.operator)
    )
    pages = staff_pages(app, consultation)
    look(staff, pages)
    before = look(staff, pages)
    url, writer, approver = desk.desk_url(consultation, by), browse(vera), browse(anna)
    seen = {"seen": desk.seen(draft)["seen"]}
    for client, path, data in (
        (writer, "/prata", {"about": "1", "text": "Hemliga ord", "mentioned": [anna.id]}),
        (writer, "/checklista/vanliga", {}),
        (writer, "/godkannande/begar", {"approvers": [anna.id, bo.id]}),
        (approver, "/godkannande/godkann", seen),
        (approver, "/godkannande/skicka-tillbaka", {**seen, "reason": "Hemligt skäl"}),
        (writer, "/godkannande/ta-tillbaka", {}),
    ):
        assert client.post(url + path, data=data).status_code == 303, path
    after = look(staff, pages)
    drift = [page for page in pages if page.startswith("/drift")]
    assert [page for page in pages if before[page] != after[page] and page not in drift] == []
    assert [page for page in drift if NUMBER.sub("#", before[page]) != NUMBER.sub("#", after[page])] == []


@pytest.mark.parametrize("kind", [MailKind.draft_mention, MailKind.draft_to_approve, MailKind.draft_decided], ids=str)
def test_a_mail_from_the_own_space_that_did_not_leave_is_of_no_sort(
    app: Flask, consultation: Consultation, browse: Any, kind: MailKind
) -> None:
    by = sign.organisation(desk.fresh(consultation), name="Hemliga jouren")
    event = {MailKind.draft_mention: "draft_remarked", MailKind.draft_to_approve: "draft_sent_for_approval"}.get(kind, "draft_approved")
    at = clock.now()
    made = make.save(Event(name=event, at=at, organisation_id=by.id, data={}))
    mail = make.save(Mail(message_id="<hemlig@x>", recipient="anna@jouren.example", state=MailState.dead, next_at=at, created_at=at))
    make.save(Notification(event_id=made.id, recipient=mail.recipient, kind=kind.value, created_at=at, mail_id=mail.id))
    page = browse(make.user(Role.operator)).get("/drift/post").text
    assert "Eget utrymme" in page
    assert not any(word in page.casefold() for word in ("godkänn", "utkast ", "nämn", "hemliga jouren", "anna@"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is decided before any SQL
def test_neither_does_opening_the_invitations_link(app: Flask, consultation: Consultation, browse: Any) -> None:
    of = desk.fresh(consultation)
    invitation = make.invitation(of, make.organisation(verified_in=of.municipality))
    token = token_of(invitation)
    of = desk.fresh(consultation)
    staff, guest = browse(make.user((Role.officer, of.authority), (Role.coordinator, of.municipality))), browse()
    pages = staff_pages(app, consultation)
    look(staff, pages)
    before = look(staff, pages)
    guest.get(f"/inbjudan/{token}")
    guest.post(f"/inbjudan/{token}/oppna")
    guest.post(f"/inbjudan/{token}/svar", data={"q1-version": "0", "q1-text": "Hemliga ord"})
    after = look(staff, pages)
    assert [page for page in pages if before[page] != after[page]] == []
