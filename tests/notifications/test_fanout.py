"""From event to notification to mail: once each, whatever happens in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Delivery, Event, EventName
from sakrad.notifications import fanout, recipients
from sakrad.notifications.models import Mail, Notification
from tests import factories as make


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def answered(organisations: int = 3) -> dict[str, int]:
    """A consultation that so many organisations have answered, as the event's values."""
    consultation = make.consultation()
    for _ in range(organisations):
        make.position(consultation)
    return {"consultation_id": consultation.id, "authority_id": consultation.authority_id}


def test_each_recipient_is_told_of_an_event_once(app: Flask, happen: Callable[..., int]) -> None:
    event_id = happen(EventName.summary_published, **answered(3))
    assert fanout.fan_out(clock.now()) == 1
    assert count(Notification) == 3 and count(Delivery) == 0
    with transaction():
        db.session.add(Delivery(event_id=event_id))  # as if its taking away had been lost
    fanout.fan_out(clock.now())
    assert count(Notification) == 3


def test_two_organisations_at_one_address_are_told_once(app: Flask, happen: Callable[..., int]) -> None:
    consultation = make.consultation()
    for _ in range(2):
        make.position(consultation, make.organisation(email="styrelsen@samma.example"))
    happen(EventName.summary_published, consultation_id=consultation.id)
    fanout.fan_out(clock.now())
    assert count(Notification) == 1


def test_an_address_with_two_parts_in_an_event_loses_neither(app: Flask, happen: Callable[..., int]) -> None:
    municipality = make.municipality(mailbox="kommun@prova.example")
    enquiry = make_enquiry(municipality.id, "kommun@prova.example")
    happen(EventName.enquiry_received, subject_id=enquiry, municipality_id=municipality.id)
    fanout.fan_out(clock.now())
    kinds = db.session.scalars(sa.select(Notification.kind).order_by(Notification.kind)).all()
    assert list(kinds) == ["enquiry_for_mailbox", "enquiry_receipt"]


def make_enquiry(municipality_id: int, email: str) -> int:
    from sakrad.enquiries.models import Enquiry

    row = Enquiry(
        reference="ref",
        municipality_id=municipality_id,
        organisation="Förening",
        email=email,
        title="En fråga",
        text="Ord",
        submission_key="k",
        received_at=clock.now(),
    )
    return make.save(row).id


def test_events_that_tell_nobody_are_put_away(app: Flask, happen: Callable[..., int]) -> None:
    happen(EventName.consultation_drafted)
    happen(EventName.invitation_declined)
    assert fanout.fan_out(clock.now()) == 0
    assert count(Delivery) == 0 and count(Notification) == 0 and count(Event) == 2


def test_workers_at_the_same_time_tell_each_recipient_once(app: Flask, happen: Callable[..., int]) -> None:
    for _ in range(4):
        happen(EventName.summary_published, **answered(3))
    db.session.remove()
    together = threading.Barrier(3)
    faults: list[BaseException] = []

    def worker() -> None:
        with app.app_context():
            try:
                together.wait()
                fanout.fan_out(clock.now())
                fanout.gather(clock.now())
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fanout.gather(clock.now())
    assert not faults
    assert count(Notification) == 12 and count(Mail) == 12 and count(Delivery) == 0
    assert not db.session.scalar(sa.select(sa.func.count()).where(Notification.mail_id.is_(None)))


class Killed(BaseException):
    """The worker's process ends here."""


def test_killed_while_fanning_out_nothing_is_lost(app: Flask, happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    happen(EventName.summary_published, **answered(2))

    def die(_event: Event) -> list[str]:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setitem(recipients.RECIPIENTS[EventName.summary_published], "summary_published", die)
        with pytest.raises(Killed):
            fanout.fan_out(clock.now())
    assert count(Notification) == 0 and count(Delivery) == 1
    assert fanout.fan_out(clock.now()) == 1, "what the dead worker had begun is undone, and free at once"
    assert count(Notification) == 2 and count(Delivery) == 0


def test_an_event_that_fails_waits_and_does_not_stop_the_others(
    app: Flask, happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(EventName.user_registered, subject_id=make.user().id)
    happen(EventName.summary_published, **answered(1))
    monkeypatch.setitem(recipients.RECIPIENTS[EventName.user_registered], "confirm_address", lambda event: 1 / 0)
    assert fanout.fan_out(clock.now()) == 1
    delivery = db.session.scalars(sa.select(Delivery)).one()
    assert delivery.attempts == 1 and delivery.claimed_until is not None and delivery.claimed_until > clock.now()
    assert count(Notification) == 1


def test_killed_while_gathering_nothing_is_lost(app: Flask, happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    happen(EventName.summary_published, **answered(2))
    fanout.fan_out(clock.now())
    calls = []

    def die_at_second(recipient: str, numbers: list[int]) -> str:
        calls.append(recipient)
        if len(calls) == 2:
            raise Killed
        return fanout_message_id(recipient, numbers)

    fanout_message_id = fanout.message_id_for
    with monkeypatch.context() as patched:
        patched.setattr(fanout, "message_id_for", die_at_second)
        with pytest.raises(Killed):
            fanout.gather(clock.now())
    assert count(Mail) == 0
    assert fanout.gather(clock.now()) == 2
    assert fanout.gather(clock.now()) == 0


def test_public_news_of_one_authority_comes_in_one_mail(app: Flask, happen: Callable[..., int]) -> None:
    authority, organisation = make.authority(), make.organisation()
    for _ in range(2):
        consultation = make.consultation(of=authority)
        make.position(consultation, organisation)
        happen(EventName.summary_published, consultation_id=consultation.id, authority_id=authority.id)
    other = make.consultation()
    make.position(other, organisation)
    happen(EventName.summary_published, consultation_id=other.id)  # another authority, another mailbox to answer to
    fanout.fan_out(clock.now())
    assert fanout.gather(clock.now()) == 2
    sizes = db.session.scalars(sa.select(sa.func.count(Notification.id)).group_by(Notification.mail_id)).all()
    assert sorted(sizes) == [1, 2]


def test_what_is_personal_comes_one_each(app: Flask, happen: Callable[..., int]) -> None:
    user = make.user()
    for _ in range(2):
        happen(EventName.password_reset_requested, subject_id=user.id)
    fanout.fan_out(clock.now())
    assert fanout.gather(clock.now()) == 2


def test_more_than_a_batch_is_gathered(app: Flask, happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "BATCH", 2)
    happen(EventName.summary_published, **answered(5))
    fanout.fan_out(clock.now())
    assert fanout.gather(clock.now()) == 5


def test_the_message_id_depends_on_recipient_and_content_only(app: Flask) -> None:
    one = fanout.message_id_for("a@b.example", [3, 1])
    assert one == fanout.message_id_for("a@b.example", [1, 3])
    assert len({one, fanout.message_id_for("c@b.example", [1, 3]), fanout.message_id_for("a@b.example", [1])}) == 3
    assert one.endswith("@127.0.0.1>")


@pytest.mark.parametrize("name", sorted(recipients.RECIPIENTS), ids=str)
def test_an_event_about_nothing_tells_nobody(app: Flask, happen: Callable[..., int], name: EventName) -> None:
    happen(name)
    fanout.fan_out(clock.now() + timedelta(seconds=1))
    assert count(Notification) == 0 and count(Delivery) == 0
