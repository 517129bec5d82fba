"""Numbers and references in forms that belong to another consultation or municipality: refused, and nothing changes there."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.responses.models import Commitment
from sakrad.summaries.models import Citation, Finding, Point
from tests import factories as make
from tests.factories import responses, save, summaries


@pytest.fixture
def two(app: Flask, browse: Any) -> tuple[Any, str, Any]:
    """An officer, the address of their consultation, and somebody else's that is being compiled too."""
    mine, theirs = responses.matter(Phase.compiling), responses.matter(Phase.compiling)
    of = mine.consultation
    return browse(make.user((Role.officer, of.authority))), f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}", theirs


def test_anothers_finding_theme_and_answer_are_not_touched(two: tuple[Any, str, Any]) -> None:
    officer, mine, theirs = two
    own = [number for number in db.session.scalars(sa.select(Finding.id)) if number not in {each.id for each in theirs.findings}]
    finding, org = theirs.findings[0].id, theirs.organisation.slug
    theme = summaries.theme(theirs.consultation).id
    before = db.session.scalar(sa.select(sa.func.count(Citation.finding_id)))
    for page, data in {
        "sammanstall": {"finding": str(finding), "heading": "Kapad", "body": "Kapad", "seen_version": "1"},
        f"sammanstall/citera?i={finding}": {"valda": "1"},
        "sammanstall/ta-upp": {"valda": f"{org}.1"},
        f"sammanstall/markera?enhet={org}.1": {"m-start": "0", "m-end": "3"},
        "sammanstall/lagg-at-sidan": {"valda": f"{org}.1", "reason": "Kapad"},
        "sammanstall/teman": {"theme": str(theme), "name": "Kapad"},
        "sammanstall/tema": {"valda": "1", "theme": str(theme)},
    }.items():
        assert officer.post(f"{mine}/{page}", data=data).status_code in (404, 422), page
    for verb in ("upp", "ta-bort", "ram", "citera"):
        words = {f"f{number}-heading": "Rubrik" for number in own}
        answer = officer.post(f"{mine}/sammanstallning", data={"gor": f"{verb}:{finding}:1", "seen_version": "1"} | words)
        assert answer.status_code == 404, verb
    db.session.rollback()
    stands = [db.session.get_one(type(each), sa.inspect(each).identity[0]) for each in theirs.findings]  # type: ignore[index]
    assert "Kapad" not in [stands[0].heading, stands[0].body]
    assert db.session.scalar(sa.select(sa.func.count(Citation.finding_id))) == before
    assert db.session.scalar(sa.select(sa.func.count(Point.id)).where(Point.set_aside_reason == "Kapad")) == 0


def test_anothers_mask_is_not_taken_away(two: tuple[Any, str, Any], app: Flask) -> None:
    officer, mine, theirs = two
    answer = theirs.points[0].answer_id
    mask = save(Mask(kind=TextKind.answer, text_id=answer, start=0, end=3, ground=MaskGround.secrecy, created_at=clock.now()))
    number = mask.id
    org = db.session.scalar(
        sa.select(make.Organisation.slug)
        .join(make.Position, make.Position.organisation_id == make.Organisation.id)
        .join(make.Consultation, make.Consultation.id == make.Position.consultation_id)
        .where(make.Consultation.slug == mine.rsplit("/", 1)[1])
        .limit(1)
    )
    assert officer.post(f"{mine}/svar/{org}/avmaska", data={"mask": str(number)}).status_code == 404
    db.session.rollback()
    assert db.session.get_one(Mask, number).removed_at is None


def test_nobody_is_committed_to_what_another_municipality_promises(app: Flask, browse: Any) -> None:
    of = responses.matter()
    foreign = make.function().reference
    made = responses.release(of.consultation)
    responses.response(made, finding=of.findings[0])
    officer = browse(make.user((Role.officer, of.consultation.authority)))
    address = f"/handlaggning/{of.consultation.municipality.slug}/sakrad/{of.consultation.slug}/namndens-svar/samlad/1/atagande"
    assert officer.post(address, data={"what": "Kapad", "function": foreign, "due_on": "2099-01-01"}).status_code == 422
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Commitment.id))) == 0


@pytest.mark.parametrize("path", ["/handlaggning/{}/sakrad/nytt", "/handlaggning/{}/installningar/bjud-in"])
def test_no_authority_of_another_municipality_is_chosen(app: Flask, browse: Any, path: str) -> None:
    mine, foreign = make.municipality(), make.authority()
    coordinator, other = browse(make.user((Role.coordinator, mine))), foreign.slug
    make.authority(mine)
    data = {"authority": other, "title": "Kapad", "decision_on": "2099-01-01", "email": "x@prova.example", "role": "officer"}
    mine = db.session.merge(mine)
    assert coordinator.post(path.format(mine.slug), data=data).status_code == 422
