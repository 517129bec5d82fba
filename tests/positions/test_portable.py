"""The portable file: what is taken along can be brought in elsewhere with its receipts, and whatever else is in a file is refused."""

from __future__ import annotations

import copy
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.positions import portable, receipts
from sakrad.positions.models import ImportedPosition, Position, PositionVersion
from tests import factories as make

AT = datetime(2028, 1, 1, tzinfo=UTC)
HERE = "https://har.example"
RECEIVED = {
    "receipt_number": "SN-2027-0042-9901",
    "received_at": "2027-10-14T17:42:00.000000+00:00",
    "organisation": "Kvinnojouren",
    "version": 1,
    "channel": "web",
    "content": {
        "signed_role": "Ordförande",
        "anchoring": "board",
        "decided_on": "2027-10-01",
        "decision_ref": "§ 7",
        "asked": None,
        "answered": None,
        "dissent": "",
        "wish": "named",
        "reuse": True,
        "groups": ["kvinnor"],
        "answers": [{"question": 1, "text": "Vägen in är lång. 🙂", "stance": None, "options": [], "own_interest": False}],
    },
}
ENTRY = {
    "consultation": {
        "title": "Våld",
        "municipality": "Ekhamra kommun",
        "authority": "Socialnämnden",
        "address": f"{HERE}/kommun/a/sakrad/b",
    },
    "questions": [{"number": 1, "kind": "experience", "text": "Vad ser ni?"}],
    "received": RECEIVED,
    "nonce": "ab" * 10,
    "digest": receipts.digest_over(RECEIVED, "ab" * 10),
    "withdrawn": False,
    "outcomes": [{"words": "Vägen", "finding": 1, "heading": "Vägen in", "set_aside": "", "outcome": "will_do"}],
}
FILE: dict[str, Any] = {
    "format": "sakrad-svar",
    "version": 1,
    "source": "https://dar.example",
    "made_at": "2027-12-01T08:00:00+00:00",
    "organisation": {"name": "Kvinnojouren"},
    "answers": [ENTRY],
}


def read(data: object) -> portable.Portable:
    return portable.from_json(json.dumps(data).encode(), here=HERE, at=AT)


def changed(value: Any, *way: str | int) -> dict[str, Any]:
    """The file with another value at the end of the way."""
    data: Any = copy.deepcopy(FILE)
    inner = data
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = value
    return data  # type: ignore[no-any-return]


def test_a_whole_file_is_read_and_its_digest_tried() -> None:
    (one,) = read(FILE).answers
    assert (one.title, one.municipality, one.receipt_number, one.digest_holds) == ("Våld", "Ekhamra kommun", "SN-2027-0042-9901", True)
    (other,) = read(changed("Vägen in är kort.", "answers", 0, "received", "content", "answers", 0, "text")).answers
    assert not other.digest_holds


ANSWER = ("answers", 0, "received", "content", "answers", 0)
CROOKED: list[tuple[Any, tuple[str | int, ...]]] = [
    ("sakrad-mall", ("format",)),
    (2, ("version",)),
    (True, ("version",)),
    ("http://dar.example", ("source",)),
    ("https://dar.example/under", ("source",)),
    ("https://a@dar.example", ("source",)),
    ("javascript:alert(1)", ("source",)),
    ("https://localhost", ("source",)),
    ("https://[::1]", ("source",)),
    ("https://10.0.0.1", ("source",)),
    ("https://a..b", ("source",)),
    ('https://a"b.example', ("source",)),
    (HERE, ("source",)),
    ("nytt", ("okänd",)),
    ([ENTRY] * (portable.MOST + 1), ("answers",)),
    ("x" * 300, ("answers", 0, "consultation", "title")),
    (" ", ("answers", 0, "consultation", "title")),
    ("../../konto", ("answers", 0, "received", "receipt_number")),
    ("SN-1 ", ("answers", 0, "received", "receipt_number")),
    ("", ("answers", 0, "received", "receipt_number")),
    ("2027-10-14", ("answers", 0, "received", "received_at")),
    ("2099-10-14T17:42:00.000000+00:00", ("answers", 0, "received", "received_at")),
    ("0001-01-01T00:00:00.000000+00:00", ("answers", 0, "received", "received_at")),
    ("fax till kungen", ("answers", 0, "received", "channel")),
    (-1, ("answers", 0, "received", "version")),
    (10**30, ("answers", 0, "received", "version")),
    ("x" * 500_000, (*ANSWER, "text")),
    ("nul \x00", (*ANSWER, "text")),
    ("half \ud800", (*ANSWER, "text")),
    (["a"], (*ANSWER, "text")),
    ("kanske", (*ANSWER, "stance")),
    (1, (*ANSWER, "own_interest")),
    ([[[[[[[[[[1]]]]]]]]]], ("answers", 0, "received", "content", "member_counts")),
    ("XYZ", ("answers", 0, "nonce")),
    ("", ("answers", 0, "digest")),
]


@pytest.mark.parametrize(("value", "way"), CROOKED, ids=lambda part: str(part)[:30])
def test_what_has_another_shape_is_refused_in_words(value: Any, way: tuple[str | int, ...]) -> None:
    with pytest.raises(portable.RefusedFile) as refused:
        read(changed(value, *way))
    assert refused.value.sentence.endswith(".")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
WAYS = [way for _value, way in CROOKED] + [("answers",), ("answers", 0), ("answers", 0, "received"), ("answers", 0, "outcomes"), ANSWER]


@given(value=ANYTHING, way=st.sampled_from(WAYS), raw=st.binary(max_size=60))
def test_no_file_does_anything_but_fit_or_be_refused(value: Any, way: tuple[str | int, ...], raw: bytes) -> None:
    for content in (json.dumps(changed(value, *way)).encode(), raw, b'{"format": "sakrad-svar", ' + raw):
        try:
            portable.from_json(content, here=HERE, at=AT)
        except portable.RefusedFile:
            continue


def bring(client: Any, slug: str, content: bytes) -> Any:
    return client.post(f"/forening/{slug}/flytta", data={"file": (io.BytesIO(content), "svar.json")})


def test_what_is_taken_along_comes_in_elsewhere_with_its_receipts(app: Flask, browse: Any) -> None:
    """Round trip, then review, reading, removal and once more."""
    of = make.consultation(Phase.following_up)
    away = make.organisation(verified_in=of.municipality)
    positions = [make.position(of, away, texts={1: "Vägen in är lång. 👩‍👩‍👧", 3: "Tack!"})]
    positions.append(make.position(make.consultation(Phase.open, of=of.authority), away))
    with transaction():
        for position in positions:
            version = db.session.get_one(PositionVersion, position.current_id)
            version.digest = receipts.digest_of(version, receipts.nonce_of(version))
    there, kommun, title = make.organisation(verified_in=of.municipality), of.municipality.slug, of.title
    member, administrator = browse(make.user((Role.writer, away))), browse(make.user((Role.administrator, there)))
    coordinator = browse(make.user((Role.coordinator, of.municipality)))
    taken = member.post(f"/forening/{away.slug}/flytta/ta-med")
    assert taken.status_code == 200 and "attachment" in taken.headers["Content-Disposition"]
    assert bring(administrator, there.slug, taken.data).status_code == 422  # what is here already need not be brought
    file = json.loads(taken.data) | {"source": "https://annan.example"}
    assert bring(administrator, there.slug, json.dumps(file).encode()).status_code == 303
    brought = db.session.scalars(sa.select(ImportedPosition)).all()
    assert len(brought) == 2 and all(one.digest_holds for one in brought)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Position)) == 2, "nothing became an answer here"
    assert bring(administrator, there.slug, json.dumps(file).encode()).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ImportedPosition)) == 2, "the same comes in once"
    references = {one.title: one.reference for one in brought}
    assert "👩‍👩‍👧" in administrator.get(f"/forening/{there.slug}/flytta/{references[title]}").text

    profile, review = f"/organisationer/{there.slug}", f"/handlaggning/{kommun}/organisationer/{there.slug}/medforda"
    assert title not in browse().get(profile).text, "readers are told after a review"
    assert review in coordinator.get(f"/handlaggning/{kommun}/organisationer").text
    assert coordinator.post(review, data={"chosen": [references[title]], "decision": "withheld", "ground": ""}).status_code == 422
    assert coordinator.post(review, data={"chosen": [references[title]], "decision": "publish", "ground": ""}).status_code == 303
    page = browse().get(profile).text
    assert title in page and "annan.example/kvitto/" in page and "nofollow" in page and "Vägen in" not in page

    assert administrator.post(f"/forening/{there.slug}/flytta/{references[title]}/ta-bort").status_code == 303
    assert title not in browse().get(profile).text
    assert bring(administrator, there.slug, json.dumps(file).encode()).status_code == 303
    assert title not in browse().get(profile).text, "what comes back is reviewed anew"
    names = db.session.scalars(sa.select(Event.name).where(Event.name.like("position%")).order_by(Event.id)).all()
    assert names == [
        *("positions_taken_along", "position_imported", "position_imported"),
        *("position_import_reviewed", "position_import_removed", "position_imported"),
    ]


def test_only_the_organisations_administrator_and_its_municipality_may(app: Flask, browse: Any) -> None:
    of = make.consultation(Phase.open)
    by = make.organisation(verified_in=of.municipality)
    review = f"/handlaggning/{of.municipality.slug}/organisationer/{by.slug}/medforda"
    barred = [
        *(make.user((Role.coordinator, make.municipality())), make.user((Role.coordinator, of.municipality), (Role.writer, by))),
        make.user((Role.officer, of.authority)),
    ]
    writer, slug = browse(make.user((Role.writer, by))), by.slug
    assert bring(writer, slug, json.dumps(FILE).encode()).status_code == 404
    assert writer.get(f"/forening/{slug}/flytta").status_code == 200
    for user in barred:
        assert browse(user).get(review).status_code == 404


def test_a_version_disowned_by_the_organisation_does_not_come_along(app: Flask, browse: Any) -> None:
    of = make.consultation(Phase.open)
    position = make.position(of)
    member = browse(make.user((Role.writer, position.organisation)))
    with transaction():
        version = db.session.get_one(PositionVersion, position.current_id)
        version.disowned_at = version.position.disowned_at = clock.now() - timedelta(minutes=1)
    file = json.loads(member.post(f"/forening/{position.organisation.slug}/flytta/ta-med").data)
    assert file["answers"] == []
