"""The operator's pages: counts, states and codes; never what a mail says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName, record
from sakrad.notifications import fanout
from sakrad.notifications.models import Mail, MailState
from sakrad.operations import queries
from tests import factories as make
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]


def dead_mail(**values: object) -> Mail:
    """A mail about a new password that its server refused."""
    user = make.user(email=f"hemlig{db.session.scalar(sa.select(sa.func.count(Mail.id)))}@jouren.example")
    with transaction():
        record(EventName.password_reset_requested, at=clock.now(), subject_id=user.id)
    fanout.fan_out(clock.now())
    fanout.gather(clock.now())
    with transaction():
        mail = db.session.scalars(sa.select(Mail).order_by(Mail.id.desc()).limit(1)).one()
        mail.state, mail.last_code, mail.last_error, mail.attempts = MailState.dead, 550, "SMTPRecipientsRefused", 1
        for name, value in values.items():
            setattr(mail, name, value)
    return mail


def now(mail: Mail) -> Mail:
    """The mail as it stands in the database."""
    return db.session.get_one(Mail, mail.id, populate_existing=True)


@pytest.fixture
def operator(app: Flask) -> User:
    return make.user(Role.operator)


def test_home_shows_the_queues_and_that_the_worker_stands_still(operator: User, browse: Browse) -> None:
    dead_mail()
    page = browse(operator).get("/drift")
    assert page.status_code == 200
    assert "1 mejl att se till" in page.text and "Arbetaren går inte" in page.text


def test_home_of_a_platform_that_is_well(operator: User, browse: Browse) -> None:
    from sakrad.notifications import worker

    worker.beat(clock.now())
    page = browse(operator).get("/drift").text
    assert "Arbetaren går inte" not in page and "Arbetaren gick senast" in page


def test_dead_letters_show_state_and_code_and_neither_words_nor_address(operator: User, browse: Browse) -> None:
    dead_mail()
    page = browse(operator).get("/drift/post").text
    assert "550" in page and "SMTPRecipientsRefused" in page and "jouren.example" in page and "Nytt lösenord" in page
    assert "hemlig0" not in page and "/konto/nytt-losenord/" not in page


def test_dead_letters_are_paged_in_as_many_statements(operator: User, browse: Browse) -> None:
    for _ in range(21):
        dead_mail()
    first, second = browse(operator).get("/drift/post").text, browse(operator).get("/drift/post?sida=2").text
    assert first.count("jouren.example") == 20 and second.count("jouren.example") == 1
    assert browse(operator).get("/drift/post?sida=99").status_code == 200


def test_an_empty_list_says_so(operator: User, browse: Browse) -> None:
    assert "Alla mejl har gått fram" in browse(operator).get("/drift/post").text


def test_a_retry_puts_the_mail_back_and_records_who_did_it(operator: User, browse: Browse) -> None:
    mail = dead_mail()
    answer = browse(operator).post(f"/drift/post/{queries.reference_of(mail.message_id)}")
    assert answer.status_code == 303 and answer.location.endswith("/drift/post")
    assert (now(mail).state, now(mail).attempts) == (MailState.waiting, 0) and now(mail).next_at <= clock.now()
    event = db.session.scalars(sa.select(Event).where(Event.name == EventName.mail_retried)).one()
    assert (event.actor_id, event.subject_id, event.data) == (operator.id, mail.id, {})


def test_a_mail_that_is_not_dead_is_left_as_it_is(operator: User, browse: Browse) -> None:
    later = clock.now() + timedelta(hours=1)
    mail = dead_mail(state=MailState.waiting, next_at=later)
    answer = browse(operator).post(f"/drift/post/{queries.reference_of(mail.message_id)}", follow_redirects=True)
    assert "väntade inte" in answer.text
    assert now(mail).next_at == later
    assert not db.session.scalars(sa.select(Event).where(Event.name == EventName.mail_retried)).all()


def test_all_dead_mails_are_tried_again_at_once(operator: User, browse: Browse) -> None:
    mails = [dead_mail(), dead_mail(), dead_mail(state=MailState.sent)]
    answer = browse(operator).post("/drift/post", follow_redirects=True)
    assert "2 mejl är på väg igen" in answer.text
    assert [now(mail).state for mail in mails] == [MailState.waiting, MailState.waiting, MailState.sent]


ADDRESSES = ["/drift", "/drift/post"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_public_is_asked_to_sign_in(client: PolicingClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 303 and "/logga-in" in answer.location


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_but_the_operator_reaches_it(app: Flask, browse: Browse, address: str, method: str) -> None:
    coordinator = make.user((Role.coordinator, make.municipality()), (Role.administrator, make.organisation()))
    if (address, method) == ("/drift", "POST"):
        address = "/drift/post/" + queries.reference_of(dead_mail().message_id)
    assert browse(coordinator).open(address, method=method).status_code == 404
    assert not db.session.scalars(sa.select(Event).where(Event.name == EventName.mail_retried)).all()


def test_an_unknown_mail_is_404(operator: User, browse: Browse) -> None:
    dead_mail()
    for reference in ("finnsinte", "%", "_"):
        assert browse(operator).post(f"/drift/post/{reference}").status_code == 404
