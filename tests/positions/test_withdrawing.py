"""Taken back: off the web at once, counted no more, marked and never erased; a new version lifts it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event, EventName
from sakrad.core.text import Span
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.notifications import recipients
from sakrad.positions import commands
from sakrad.positions.models import PositionVersion, PublicationWish
from sakrad.records.models import MaskGround, ReviewDecision
from sakrad.summaries import commands as summary_commands
from sakrad.summaries import lifecycle as summary_lifecycle
from sakrad.summaries import queries as summary_queries
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import reading
from tests.policing import PolicingClient

WORDS = "Vägen in är för lång."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality, name="Prova kvinnojour", slug="prova-kvinnojour")


def published(version: PositionVersion) -> PositionVersion:
    version = desk.fresh(version)
    with transaction():
        commands.review_position(version, decision=ReviewDecision.publish, actor=None, at=clock.now())
    return version


def withdraw(version: PositionVersion, actor: Any = None) -> PositionVersion:
    version = desk.fresh(version)
    with transaction():
        commands.withdraw_position(version.position, actor=actor, at=clock.now())
    return version


def address(consultation: Consultation, more: str = "") -> str:
    consultation = desk.fresh(consultation)
    return f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar{more}"


def test_its_words_leave_the_web_at_once_and_that_it_was_taken_back_is_told(
    client: PolicingClient, consultation: Consultation, organisation: Organisation
) -> None:
    version = published(desk.sent(consultation, organisation, WORDS))
    assert WORDS in client.get(address(consultation, "/prova-kvinnojour")).get_data(as_text=True)
    withdraw(version)
    for page in ("", "/prova-kvinnojour"):
        html = client.get(address(consultation, page)).get_data(as_text=True)
        assert WORDS not in html
        assert "Prova kvinnojour återtog svaret" in html
        assert "Begär ut handlingen" in html
    assert "0 organisationer har svarat" in client.get(address(consultation)).get_data(as_text=True)


@pytest.mark.parametrize(
    "wish",
    [pytest.param(PublicationWish.unnamed, id="utan namn"), pytest.param(PublicationWish.municipality_only, id="bara till kommunen")],
)
def test_without_a_wish_to_be_named_it_is_told_without_name(
    client: PolicingClient, consultation: Consultation, organisation: Organisation, wish: PublicationWish
) -> None:
    version = desk.sent(consultation, organisation, WORDS, wish=wish)
    if wish is PublicationWish.unnamed:
        published(version)
    withdraw(version)
    html = client.get(address(consultation)).get_data(as_text=True)
    assert "Organisationen återtog svaret" in html
    assert "kvinnojour" not in html
    assert client.get(address(consultation, "/prova-kvinnojour")).status_code == 404


def test_what_was_never_let_through_is_told_without_name(
    client: PolicingClient, consultation: Consultation, organisation: Organisation
) -> None:
    withdraw(desk.sent(consultation, organisation, WORDS))
    html = client.get(address(consultation)).get_data(as_text=True)
    assert "Organisationen återtog svaret" in html and "kvinnojour" not in html


def test_it_is_marked_and_nothing_is_erased(consultation: Consultation, organisation: Organisation) -> None:
    version = withdraw(desk.sent(consultation, organisation, WORDS))
    version = desk.fresh(version)
    assert version.withdrawn_at and version.position.withdrawn_at and version.position.published is None
    assert [answer.text for answer in version.answers]
    event = db.session.scalar(sa.select(Event).where(Event.name == EventName.position_withdrawn.value))
    assert event is not None
    assert (event.subject_id, event.organisation_id, event.data) == (
        version.position_id,
        version.position.organisation_id,
        {"version": version.id},
    )
    told = dict(recipients.recipients_of(event))
    assert set(told) == {"position_withdrawn"}
    assert {address for _kind, address in recipients.recipients_of(event)} == {
        version.position.organisation.email,
        version.position.consultation.authority.mailbox,
    }


def test_twice_is_refused_and_so_is_what_was_disowned(consultation: Consultation, organisation: Organisation) -> None:
    version = withdraw(desk.sent(consultation, organisation))
    with pytest.raises(Blocked, match="position_withdrawn"):
        withdraw(version)
    other = desk.sent(consultation, make.organisation(verified_in=consultation.municipality))
    with transaction():
        commands.disown(desk.fresh(other).position, at=clock.now())
    with pytest.raises(Blocked, match="position_disowned"):
        withdraw(other)


def test_the_link_alone_takes_nothing_back_where_the_rule_wants_an_approver(consultation: Consultation, organisation: Organisation) -> None:
    version = desk.sent(consultation, organisation)
    with transaction():
        found = desk.fresh(organisation)
        found.approval_rule, found.approvals_needed = ApprovalRule.two, 2
    with pytest.raises(Blocked, match="approver_missing"):
        withdraw(version)
    withdraw(version, actor=desk.member(organisation, Role.approver))
    assert desk.fresh(version).withdrawn_at


def test_a_new_version_lifts_it_but_never_brings_the_old_words_back(
    client: PolicingClient, consultation: Consultation, organisation: Organisation
) -> None:
    first = withdraw(published(desk.sent(consultation, organisation, WORDS)))
    draft = desk.fill(desk.open_draft(consultation, organisation), "Nya ord.")
    second = desk.submit(draft)
    position = desk.fresh(second).position
    assert position.stands and position.withdrawn_at is None and position.published is None
    assert WORDS not in client.get(address(consultation)).get_data(as_text=True)
    with transaction():
        commands.review_position(
            desk.fresh(second), decision=ReviewDecision.withheld, ground=MaskGround.sensitive, reason="skäl", actor=None, at=clock.now()
        )
    assert desk.fresh(second).position.published is None, "withholding the new one does not bring back the old one"
    with pytest.raises(Blocked, match="position_withdrawn"), transaction():
        commands.review_position(desk.fresh(first), decision=ReviewDecision.publish, actor=None, at=clock.now())


def test_it_cannot_be_published_while_it_is_taken_back(consultation: Consultation, organisation: Organisation) -> None:
    version = withdraw(desk.sent(consultation, organisation))
    with pytest.raises(Blocked, match="position_withdrawn"), transaction():
        commands.review_position(desk.fresh(version), decision=ReviewDecision.publish, actor=None, at=clock.now())


def test_its_points_are_neither_taken_up_nor_published(consultation: Consultation, organisation: Organisation) -> None:
    version = published(desk.sent(consultation, organisation, WORDS))
    with transaction():
        answer = desk.fresh(version).answers[0]
        point = summary_commands.take_up(answer, spans=[Span(0, 5)], actor=None, at=clock.now())[0]
        number = point.number
    withdraw(version)
    consultation = desk.fresh(consultation)
    assert [one.number for one in summary_queries.list_left_behind(consultation)] == [number]
    with pytest.raises(Blocked, match="answer_outdated"), transaction():
        summary_commands.take_up(desk.fresh(version).answers[0], spans=None, actor=None, at=clock.now())
    facts = summary_queries.publish_facts(desk.fresh(consultation), None)
    assert facts.answers_left == () and facts.unreviewed == ()


def test_a_summary_that_cites_it_is_not_published(app: Flask) -> None:
    story = reading.story(Phase.compiling)
    with transaction():
        commands.withdraw_position(reading.fresh(story).position, actor=None, at=clock.now())
    consultation = reading.fresh(story).consultation
    facts = summary_queries.publish_facts(consultation, summary_queries.find_summary(consultation))
    assert facts.outdated
    codes = [blocker.code for blocker in summary_lifecycle.blockers_to_publish(facts, clock.now())]
    assert "summary_outdated_points" in codes


def test_a_published_citation_says_that_it_was_taken_back(client: PolicingClient, app: Flask) -> None:
    story = reading.story()
    path = reading.addresses(story)["summaries.show"]
    with transaction():
        commands.withdraw_position(reading.fresh(story).position, actor=None, at=clock.now() - timedelta(days=1))
    html = client.get(path).get_data(as_text=True)
    assert "HEMLIGAORDET" not in html
    assert "Hemliga föreningen återtog svaret" in html
    assert "1 svar har återtagits av organisationen." in html
