"""Receiving a matter, once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Stale
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Municipality
from sakrad.enquiries import commands
from sakrad.enquiries.models import Enquiry
from tests import factories as make


def send(to: Municipality, **values: str) -> Enquiry:
    given: dict[str, Any] = {
        "organisation": "Ekhamra \n kvinnojour",
        "email": "info@jouren.example ",
        "title": "Ett nummer",
        "text": "Vi ser\r\natt vägen in är lång.",
        "submission_key": "a" * 32,
    } | values
    with transaction():
        return commands.raise_enquiry(to, at=clock.now(), **given)


def test_a_matter_is_received_with_a_reference_and_recorded(app: Flask) -> None:
    municipality = make.municipality()
    enquiry = send(municipality)
    assert (enquiry.organisation, enquiry.email, enquiry.text) == (
        "Ekhamra kvinnojour",
        "info@jouren.example",
        "Vi ser\natt vägen in är lång.",
    )
    event = db.session.scalars(sa.select(Event)).one()
    assert (event.name, event.subject_id, event.municipality_id) == (EventName.enquiry_received, enquiry.id, municipality.id)
    assert "Vi ser" not in str(event.data) and "jouren" not in str(event.data), "an event holds no words and no addresses"


def test_the_same_key_is_received_once(app: Flask) -> None:
    municipality = make.municipality()
    assert send(municipality).id == send(municipality, organisation="Ekhamra kvinnojour").id
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 1


def test_a_key_that_has_sent_something_else_loses_nothing_and_opens_nothing(app: Flask) -> None:
    municipality, other = make.municipality(), make.municipality()
    send(municipality)
    for name in ("organisation", "email", "title", "text"):
        with pytest.raises(Stale):
            send(municipality, **{name: "annat@jouren.example"})
    with pytest.raises(Stale):
        send(other)
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 1
