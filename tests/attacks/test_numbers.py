"""Numbers in forms that are none: other scripts' digits, five thousand of them, more than the databases hold."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import responses

ODD = ["²", "٣", "9" * 5000, "99999999999999999999", "-1", "", "NaN", "1e9", "\x00"]


@pytest.fixture
def bench(app: Flask, browse: Any) -> tuple[Any, str]:
    """An officer, and the address of a consultation that is being compiled and has findings and points."""
    of = responses.matter(Phase.compiling).consultation
    address = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}"
    return browse(make.user((Role.officer, of.authority))), address


@pytest.mark.parametrize("odd", ODD)
def test_no_number_crashes_the_workbench(bench: tuple[Any, str], odd: str) -> None:
    officer, of = bench
    for page, data in {
        "sammanstall": {"finding": odd, "body": "Ord", "seen_version": odd},
        "sammanstall/citera": {"valda": odd},
        "sammanstall/ta-upp": {"valda": f"x.{odd}"},
        "sammanstall/ta-bort": {"valda": odd},
        f"sammanstall/markera?enhet=x.{odd}": {"m-start": odd, "m-end": odd},
        "sammanstall/teman": {"theme": odd, "name": "Tema", "under": odd},
        "sammanstall/teman/ihop": {"theme": odd, "into": odd},
        f"sammanstall/teman/synpunkter?tema={odd}": {"valda": odd, "to": odd},
        "sammanstall/teman/ge": {"theme": odd, "colleague": odd},
        "sammanstall/last?allt=1": {"visade": f"x.{odd}"},
        "sammanstall/tema": {"valda": "1", "theme": odd},
        "sammanstallning": {"gor": f"citera:{odd}:{odd}"},
    }.items():
        assert officer.post(f"{of}/{page}", data=data).status_code < 500, page
    for page in ("teman/synpunkter", "teman/historik", "bredvid", "nya-versioner", ""):
        query = {"tema": odd, "sida": odd, "fraga": odd}
        assert officer.get(f"{of}/sammanstall/{page}".rstrip("/"), query_string=query, policed=False).status_code < 500, page
    for query in ({"i": odd}, {"enhet": odd}, {"svar": f"x.{odd}"}, {"stycke": odd}):
        assert officer.post(f"{of}/sammanstall/citera", query_string=query, data={"valda": "1"}).status_code < 500, query
    for verb in ("upp", "ta-bort", "ram"):
        assert officer.post(f"{of}/sammanstallning", data={"gor": f"{verb}:{odd}:x"}).status_code < 500, verb


@pytest.mark.parametrize("odd", ODD)
def test_no_number_crashes_the_review(app: Flask, browse: Any, odd: str) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    make.position(of, by)
    officer = browse(make.user((Role.officer, of.authority)))
    address = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/svar/{by.slug}"
    for more in ({"start": odd, "end": odd}, {"sentences": f"{odd}-{odd}"}, {"version": odd}):
        assert officer.post(f"{address}/maska", data={"text": "fraga-1", "ground": "personal_data"} | more).status_code < 500
    assert officer.post(f"{address}/avmaska", data={"mask": odd}).status_code in (400, 404)


@pytest.mark.parametrize("odd", ODD)
def test_no_number_crashes_the_desk_and_nothing_is_lost(app: Flask, browse: Any, odd: str) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    draft = desk.fill(desk.open_draft(of, by), "Våra ord")
    member, url = browse(desk.member(by)), desk.desk_url(of, by)
    for more in ({"q1-version": odd}, {"q1-version": "0", "sammanslagen": f"q1:{odd}"}, {"fakta-version": odd, "fakta-asked": odd}):
        assert member.post(url, data={"q1-text": "Andra ord"} | more).status_code < 500
    assert {answer.text for answer in desk.fresh(draft).answers if answer.question.number == 1} == {"Våra ord (1)"}
