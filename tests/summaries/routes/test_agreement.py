"""The pages of who agrees with whom: readers see what is published, officials what stands, and each organisation once."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core.db import db, transaction
from sakrad.positions.models import PublicationWish
from tests import factories as make
from tests.factories import reading, together
from tests.policing import PolicingClient
from tests.statements import counted


@pytest.fixture
def story(app: Flask) -> reading.Story:
    return reading.story(Phase.summarised)


def rows(html: str) -> list[str]:
    """The rows of the matrix, without tags."""
    table = html[html.index('class="table matrix"') :]
    found = re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")], re.DOTALL)[1:]
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in found]


def test_readers_see_published_answers_and_each_organisation_once(story: reading.Story, client: PolicingClient) -> None:
    of = story.consultation
    unnamed = reading.voice(of, story.group, name="Hemlig avsändare")
    make.position(of, make.organisation(verified_in=of.municipality, name="Bara till kommunen"), wish=PublicationWish.municipality_only)
    make.position(of, make.organisation(verified_in=of.municipality, name="Ogranskade"), published=False)
    agreeing = make.position(of, make.organisation(verified_in=of.municipality, name="Instämmarna"), texts={1: "Vi instämmer."})
    together.concurrence(agreeing, story.position)
    together.party(story.position, make.organisation(verified_in=of.municipality, name="Medparten"))
    with transaction():
        assert unnamed.current is not None
        unnamed.current.wish = PublicationWish.unnamed
    url = f"{story.address}/sammanstallning/vem-tycker-vad"
    html = client.get(url).get_data(as_text=True)
    assert rows(html) == [
        "Hemliga föreningen N Nej",
        "Instämmarna N Nej (instämmer)",
        "Medparten N Nej (gemensamt svar)",
        "Utan namn N Nej",
    ]
    assert "Det är ingen omröstning." in html
    detail = client.get(f"{url}?fraga=2").get_data(as_text=True)
    for page in (html, detail):
        assert not [name for name in ("Hemlig avsändare", "Bara till kommunen", "Ogranskade") if name in page]
    assert story.group.name in detail and "Övriga" in detail
    assert [client.get(f"{url}?fraga={asked}").status_code for asked in ("1", "99", "x")] == [404, 404, 404]


def test_officials_see_every_answer_that_stands(app: Flask, browse: Any) -> None:
    of = make.consultation(Phase.compiling)
    by = [make.organisation(verified_in=of.municipality, name=name) for name in ("Föreningen", "Bara till kommunen", "Återtagna")]
    positions = [make.position(of, one, published=False, wish=PublicationWish.municipality_only) for one in by]
    together.party(positions[0], make.organisation(verified_in=of.municipality, name="Medparten"))
    with transaction():
        positions[2].withdrawn_at = of.opens_at
    make.draft(of, make.organisation(verified_in=of.municipality, name="Utkastet"))
    base = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/sammanstall/vem-tycker-vad"
    officer = browse(make.user((Role.officer, of.authority)))
    html = officer.get(base).get_data(as_text=True)
    assert rows(html) == ["Bara till kommunen F Förbehåll", "Föreningen F Förbehåll", "Medparten F Förbehåll (gemensamt svar)"]
    assert officer.get(f"{base}?fraga=2").status_code == 200
    with counted() as before:
        officer.get(base)
    anew = db.session.get(Consultation, sa.inspect(of).identity)
    assert anew is not None
    for _ in range(3):
        together.party(make.position(anew))
    with counted() as after:
        officer.get(base)
    assert len(after) == len(before)
    assert browse(make.user((Role.officer, make.authority()))).get(base).status_code == 404
