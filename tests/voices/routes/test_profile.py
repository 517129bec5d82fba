"""A voice profile: the organisation's own words and computed facts, its card on other sites, and what was said for a group."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.core.security import CSP
from sakrad.directory import commands as directory
from sakrad.directory.models import Organisation
from sakrad.positions.models import PositionVersion, PublicationWish
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from sakrad.records.queries import list_masks
from sakrad.records.queries_profiles import list_texts
from tests import factories as make
from tests.factories import notes, reading, summaries, together, verdicts
from tests.policing import PolicingClient


def text(client: PolicingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True).replace("\u00a0", " ")


def came_to_a_meeting(story: reading.Story, by: Organisation) -> None:
    notes.published(notes.held(reading.fresh(story).consultation, by, number=7, title="Samtal om vägen in"))


def test_a_profile_tells_years_outcomes_meetings_and_who_stands_beside(client: PolicingClient, app: Flask) -> None:
    story = reading.story()
    reading.joined(story)
    by = reading.fresh(story).organisation
    old = make.consultation(Phase.ended, of=reading.fresh(story).consultation.authority, title="Den gamla frågan")
    make.position(old, by, received_at=clock.now() - timedelta(days=800))
    together.party(make.position(make.consultation(Phase.open), published=True), by)  # of another municipality, where nobody knows it
    joint = make.position(make.consultation(Phase.open, of=old.authority, title="Den gemensamma"), received_at=clock.now())
    together.party(joint, by)
    came_to_a_meeting(story, by)
    path = reading.addresses(story)["voices.organisation"]
    html = text(client, path)
    assert "Av 3 synpunkter: Gör vi 1Gör vi inte 1Inte besvarat 1" in " ".join(re.sub(r"<[^>]+>", "", html).split())
    assert "Instämmer med" in html and "Gemensamt svar. Bakom det står också" in html
    assert "Den gemensamma" in html and html.count("svar från Förening") == 1
    assert "Samtal om vägen in" in html
    year = clock.day_of(clock.now() - timedelta(days=800)).year
    older = text(client, f"{path}?ar={year}")
    assert "Den gamla frågan" in older and f"{year} (1)" in older and "Vägen in är lång" not in older


def test_a_verdict_is_told_only_by_name_and_after_review_and_stays(client: PolicingClient, app: Flask) -> None:
    story = reading.story()
    path = reading.addresses(story)["voices.organisation"]
    told = "Organisationens bedömning: inte gjort"

    def say(**values: Any) -> str:
        fresh = reading.fresh(story)
        verdicts.verdict(fresh.commitment, fresh.organisation, **values)
        return text(client, path)

    assert told not in say()
    assert told not in say(by_name=True)
    assert told not in say(by_name=True, reviewed=ReviewDecision.withheld)
    assert told in say(by_name=True, reviewed=ReviewDecision.publish)
    assert told in say(), "or the name's going would tell that its mind was changed"


def test_a_protected_organisation_tells_no_meeting(client: PolicingClient, app: Flask) -> None:
    story = reading.story()
    by = make.organisation(verified_in=story.consultation.municipality, protected=True)
    came_to_a_meeting(story, by)
    assert "Samtal om vägen in" not in text(client, f"/organisationer/{by.slug}")


def test_only_the_card_may_be_framed_and_it_keeps_nothing(client: PolicingClient, app: Flask) -> None:
    story = reading.story()
    with transaction():
        reading.fresh(story).organisation.name = 'Å & "Ö" <script>'
    path = reading.addresses(story)["voices.organisation"]
    for prefix, lang in (("", "sv"), ("/en", "en")):
        card = client.get(f"{prefix}{path}/kort")
        rules = card.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in rules and "script-src" not in rules and "default-src 'none'" in rules
        assert "X-Frame-Options" not in card.headers and "Set-Cookie" not in card.headers
        assert len(card.data) < 15_000 and f'<html lang="{lang}">' in card.text and "<script" not in card.text
        assert card.text.count("<a ") == card.text.count('target="_blank" rel="noopener"')
        image = client.get(f"{prefix}{path}/kort.svg")
        drawn = ElementTree.fromstring(image.data)  # noqa: S314 - our own
        assert image.mimetype == "image/svg+xml" and drawn[0].text == 'Å & "Ö" <script>'
    assert client.get(path).headers["Content-Security-Policy"] == CSP
    assert client.get("/organisationer/finns-inte/kort").headers["Content-Security-Policy"] == CSP


def test_the_page_to_copy_from_is_the_organisations_own(app: Flask, browse: Any) -> None:
    by = make.organisation(verified_in=make.municipality(), name='Bygd & "Bildning"')
    unknown = make.organisation()
    page = browse(make.user((Role.writer, by), (Role.writer, unknown)))
    html = page.get(f"/forening/{by.slug}/badda-in").text
    assert "&lt;iframe src=" in html and f"/en/organisationer/{by.slug}/kort" in html and "Bygd &amp;amp; &amp;#34;" in html
    assert "när en kommun har bekräftat" in page.get(f"/forening/{unknown.slug}/badda-in").text
    assert browse(make.user()).get(f"/forening/{by.slug}/badda-in").status_code == 404


def described(**words: str) -> dict[str, Any]:
    """What the profile's form sends, besides these words."""
    values = {"name": "Jouren", "kind": "association", "org_number": None, "email": "a@b.example", "municipality": None, "groups": ()}
    more = {"voice_bearer": True, "provider": False, "protected": False, "subjects": (), "area": "", "postal_address": ""}
    return values | more | {"description": "", "added_value": ""} | words


def test_hidden_words_of_a_profile_stay_hidden_when_the_organisation_writes_on(app: Flask, client: PolicingClient, browse: Any) -> None:
    place = make.municipality()
    by = make.organisation(verified_in=place)
    slug, kommun = by.slug, place.slug
    change = directory.change_organisation
    make.do(change, by, **described(description="Ring Anna Ek. Anna Ek svarar.", added_value="Vi finns kvar."))
    here = f"/handlaggning/{kommun}/organisationer/{slug}/maska"
    coordinator = browse(make.user((Role.coordinator, place)))
    wrong = coordinator.post(f"{here}?text=description", data={"words": "Finns inte", "ground": "personal_data"})
    assert wrong.status_code == 422 and "Finns inte" in wrong.text
    assert coordinator.post(f"{here}?text=description", data={"words": "Anna Ek", "ground": "personal_data"}).status_code == 303
    assert "Anna Ek" not in text(client, f"/organisationer/{slug}") and "Vi finns kvar." in text(client, f"/organisationer/{slug}")
    make.do(change, make.again(by), **described(description="Vi svarar dygnet runt.", added_value="Anna Ek leder oss."))
    html = text(client, f"/organisationer/{slug}")
    assert "dygnet runt" in html and "Anna Ek" not in html and "leder oss" in html
    hidden = list_texts(make.again(by))[1]
    (mask,) = list_masks(TextKind.added_value, hidden.ids)
    assert coordinator.post(f"{here}/visa-igen?text=added_value", data={"mask": str(mask.id)}).status_code == 303
    assert "Anna Ek leder oss." in text(client, f"/organisationer/{slug}")
    assert sorted(set(db.session.scalars(sa.select(Event.name).where(Event.name.like("text%"))))) == ["text_masked", "text_unmasked"]
    operator = browse(make.user(Role.operator))
    assert (
        operator.post(f"/drift/organisationer/{slug}/maska?text=added_value", data={"words": "Anna", "ground": "secrecy"}).status_code
        == 303
    )
    member = browse(make.user((Role.coordinator, place), (Role.writer, by)))
    for stranger in (browse(make.user((Role.coordinator, make.municipality()))), member, browse(make.user((Role.administrator, by)))):
        assert stranger.get(here).status_code == 404


@pytest.mark.parametrize("how", ["named", "unnamed", "municipality_only", "masked"])
def test_what_was_said_for_a_group_is_told_as_far_as_its_voice_allows(app: Flask, client: PolicingClient, how: str) -> None:
    story = reading.story()
    version_id = reading.fresh(story).position.current_id
    with transaction():
        version = db.session.get_one(PositionVersion, version_id)
        if how == "masked":
            answer = summaries.answer_of(version.position, 1)
            hide = {"words": "HEMLIGAORDET", "span": None, "ground": MaskGround.personal_data, "actor": None, "at": clock.now()}
            records.mask_words(TextKind.answer, [answer.id], answer.text, **hide)  # type: ignore[arg-type]
        else:
            version.wish = PublicationWish(how)
    html = text(client, reading.addresses(story)["voices.group_said"])
    assert ("Hemliga föreningen" in html) is (how in ("named", "masked"))
    assert ("varje vecka" in html) is (how in ("named", "masked"))
    if how == "masked":
        assert "ser HEMLIGAORDET" not in html
    if how == "named":
        assert "Gör vi inte" in html and "Togs inte med:" in html and "Vägen in" in text(client, reading.addresses(story)["voices.group"])
