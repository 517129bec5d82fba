"""Members say that they will answer, or that they will not; staff learn that and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.models import Consultation, DeclineReason, Invitation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]
SAYINGS = [("/tanker-svara", {}), ("/avboj", {"reason": "no_time"})]


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    by = make.organisation(verified_in=consultation.municipality)
    make.invitation(consultation, by)
    return by


def said() -> Invitation:
    db.session.rollback()
    return db.session.scalars(sa.select(Invitation).order_by(Invitation.id)).first()  # type: ignore[return-value]


def test_the_first_page_leads_there(consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
    url = desk.desk_url(consultation, organisation, "/inbjudan")
    assert url in browse(desk.member(organisation)).get(f"/forening/{desk.fresh(organisation).slug}").get_data(as_text=True)


def test_they_will_answer(consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
    member = desk.member(organisation, Role.approver)
    browser = browse(member)
    answer = browser.post(desk.desk_url(consultation, organisation, "/tanker-svara"))
    assert answer.status_code == 303 and said().intends_at
    [event] = db.session.scalars(sa.select(Event).where(Event.name == EventName.invitation_intended.value))
    assert event.actor_id == member.id
    assert "Ni har sagt att ni tänker svara." in browser.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize("reason", [None, *DeclineReason])
def test_they_decline_with_a_reason_or_without(
    consultation: Consultation, organisation: Organisation, browse: Browse, reason: DeclineReason | None
) -> None:
    browser = browse(desk.member(organisation))
    answer = browser.post(desk.desk_url(consultation, organisation, "/avboj"), data={"reason": reason.value} if reason else {})
    assert answer.status_code == 303
    assert said().declined_at and said().decline_reason is reason
    page = browser.get(answer.location).get_data(as_text=True)
    assert "Ni har avböjt." in page and "Vi tänker svara" in page, "they may change their mind"


def test_an_unknown_reason_changes_nothing(consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
    answer = browse(desk.member(organisation)).post(desk.desk_url(consultation, organisation, "/avboj"), data={"reason": "orkar inte"})
    assert answer.status_code == 422 and said().declined_at is None


@pytest.mark.parametrize(("path", "data"), SAYINGS)
def test_not_when_the_time_is_over(
    consultation: Consultation, organisation: Organisation, browse: Browse, path: str, data: dict[str, str]
) -> None:
    with transaction():
        desk.fresh(consultation).closes_at = clock.now() - timedelta(days=1)
    answer = browse(desk.member(organisation)).post(desk.desk_url(consultation, organisation, path), data=data)
    assert answer.status_code == 409 and "Det går inte just nu" in answer.get_data(as_text=True)
    assert said().intends_at is said().declined_at is None


@pytest.mark.parametrize(("path", "data"), SAYINGS)
def test_only_those_who_speak_for_the_organisation(
    consultation: Consultation, organisation: Organisation, browse: Browse, path: str, data: dict[str, str]
) -> None:
    url = desk.desk_url(consultation, organisation, path)
    officer = make.user((Role.officer, desk.fresh(consultation).authority))
    other = desk.member(make.organisation(verified_in=desk.fresh(consultation).municipality))
    for user in (desk.member(organisation, Role.writer), officer, other):
        assert browse(user).post(url, data=data).status_code == 404
    assert browse().post(url, data=data).status_code == 303
    assert said().intends_at is said().declined_at is None


def test_whoever_was_not_invited_has_nothing_to_say(consultation: Consultation, browse: Browse) -> None:
    uninvited = make.organisation(verified_in=consultation.municipality)
    browser = browse(desk.member(uninvited))
    assert browser.get(desk.desk_url(consultation, uninvited, "/inbjudan")).status_code == 404
    for path, data in SAYINGS:
        assert browser.post(desk.desk_url(consultation, uninvited, path), data=data).status_code == 404


@pytest.mark.parametrize(("many", "shown"), [pytest.param(2, False, id="two are too few"), pytest.param(3, True, id="three are shown")])
def test_reasons_are_counts_from_three_up(app: Flask, browse: Browse, many: int, shown: bool) -> None:
    consultation = make.consultation()
    for _ in range(many):
        by = make.organisation(verified_in=desk.fresh(consultation).municipality)
        make.invitation(consultation, by)
        browse(desk.member(by)).post(desk.desk_url(consultation, by, "/avboj"), data={"reason": "no_time"})
    consultation = desk.fresh(consultation)
    officer = make.user((Role.officer, consultation.authority))
    consultation = desk.fresh(consultation)
    where = f"{consultation.municipality.slug}/sakrad/{consultation.slug}"
    for browser, path in ((browse(), f"/kommun/{where}/inbjudna"), (browse(officer), f"/handlaggning/{where}/inbjudna")):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert ("Vi hinner inte" in answer.get_data(as_text=True)) is shown, path
