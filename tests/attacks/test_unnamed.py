"""What readers may not know stands on no public page: not in text, not in a title, a label, a chart or a table."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sakrad.core.db import db, transaction
from sakrad.core.text import Span
from sakrad.positions.models import Position, PublicationWish
from sakrad.records.models import Mask, MaskGround, Review, ReviewDecision, TextKind
from tests import factories as make
from tests.factories import reading

HIDDEN = {
    "unnamed": "Hemliga föreningen",
    "municipality only": "HEMLIGAORDET",
    "withheld": "HEMLIGAORDET",
    "disowned": "HEMLIGAORDET",
    "unverified": "HEMLIGAORDET",
    "masked": "HEMLIGAORDET",
}


def hide(position: Position, how: str) -> None:
    version = position.current
    assert version is not None
    match how:
        case "unnamed":
            version.wish = PublicationWish.unnamed
        case "municipality only":
            version.wish = PublicationWish.municipality_only
        case "withheld":
            db.session.add(
                Review(subject_id=version.id, decision=ReviewDecision.withheld, reason="Sekretess", decided_at=version.received_at)
            )
            position.published = None
        case "disowned":
            position.disowned_at = version.disowned_at = version.received_at
            position.published = None
        case "unverified":
            for verification in db.session.scalars(db.select(make.Verification).filter_by(organisation_id=position.organisation_id)):
                db.session.delete(verification)
        case "masked":
            for answer in version.answers:
                start = answer.text.index("HEMLIGAORDET")
                span = Span(start, start + len("HEMLIGAORDET"))
                db.session.add(
                    Mask(
                        kind=TextKind.answer,
                        text_id=answer.id,
                        start=span.start,
                        end=span.end,
                        ground=MaskGround.personal_data,
                        created_at=version.received_at,
                    )
                )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the rule in SQL is tested on both by its twin
@pytest.mark.parametrize("how", HIDDEN)
def test_no_public_page_shows_it(app: Flask, client: Any, how: str) -> None:
    story = reading.story()
    slug = story.organisation.slug
    with transaction():
        hide(story.position, how)
    pages = reading.addresses(story)
    own = {pages["voices.organisation"], pages["voices.card"], pages["voices.organisations"], pages["voices.group"]}
    shown = 0
    for address in sorted({*pages.values(), *(f"/en{page}" for page in pages.values())}):
        answer = client.get(address, policed=False)
        shown += answer.status_code == 200
        if how == "unnamed" and address.removeprefix("/en") in own:
            # The organisation itself is public: that it answered here is not.
            assert pages["pages.consultation"] + "/svar" not in answer.text, address
            continue
        assert HIDDEN[how] not in answer.text, address
        if how == "unnamed":
            assert slug not in answer.text.replace(address.removeprefix("/en"), ""), address
    assert shown > 20
    if how != "masked":
        assert client.get(pages["positions.show"]).status_code == 404
