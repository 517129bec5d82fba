"""What organisations have raised, for the coordinator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock
from sakrad.enquiries.models import Enquiry
from tests import factories as make
from tests.policing import PolicingClient


@pytest.fixture
def raised(app: Flask) -> Enquiry:
    enquiry: Enquiry = make.save(
        Enquiry(
            reference="abc234defg",
            municipality_id=make.municipality().id,
            organisation="Ekhamra kvinnojour",
            email="info@jouren.example",
            title="Ett nummer",
            text="Vi ser att vägen in är lång.",
            submission_key="c" * 32,
            received_at=clock.now(),
        )
    )
    return enquiry


def test_the_coordinator_lists_and_reads(raised: Enquiry, browse: Callable[..., PolicingClient]) -> None:
    url = f"/handlaggning/{raised.municipality.slug}/vag-in"
    coordinator = browse(make.user((Role.coordinator, raised.municipality)))
    assert "Ett nummer" in coordinator.get(url).text
    page = coordinator.get(f"{url}/abc234defg").text
    assert "Vi ser att vägen in är lång." in page and "info@jouren.example" in page


def test_an_empty_list_says_so(app: Flask, browse: Callable[..., PolicingClient]) -> None:
    municipality = make.municipality()
    url = f"/handlaggning/{municipality.slug}/vag-in"
    assert "Ingen har väckt en fråga än." in browse(make.user((Role.coordinator, municipality))).get(url).text


def test_others_are_refused(raised: Enquiry, browse: Callable[..., PolicingClient]) -> None:
    municipality = raised.municipality
    url = f"/handlaggning/{municipality.slug}/vag-in"
    other = make.municipality()
    strangers = [
        browse(user)
        for user in (
            make.user((Role.coordinator, other)),
            make.user((Role.officer, make.authority(municipality))),
            make.user(Role.operator),
            make.user((Role.administrator, make.organisation())),
        )
    ]
    theirs = browse(make.user((Role.coordinator, other)))
    for client in strangers:
        assert client.get(url).status_code == 404 and client.get(f"{url}/abc234defg").status_code == 404
    assert browse().get(url).status_code == 303
    assert theirs.get(f"/handlaggning/{other.slug}/vag-in/abc234defg").status_code == 404
