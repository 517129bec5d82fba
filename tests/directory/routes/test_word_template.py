"""The municipality's Word template: its coordinator sets it, only what is clean is kept, and documents wear it."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import files
from sakrad.core.db import db
from sakrad.directory.models import WordTemplate
from sakrad.directory.routes.staff_template import LARGEST
from sakrad.summaries.exporting import SUMMARY
from tests import factories as make
from tests.core.test_word import broken, template
from tests.factories import documents, reading


def upload(content: bytes, name: str = "mall.dotx") -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(content), name)}, "content_type": "multipart/form-data"}


def test_documents_wear_the_template_until_it_is_taken_away(app: Flask, browse: Any) -> None:
    story = reading.story()
    place = story.consultation.municipality
    coordinator = browse(make.user((Role.coordinator, place)))
    page = f"/handlaggning/{place.slug}/mall-for-word"
    plain = documents.made(story.consultation, SUMMARY["docx"])
    assert coordinator.post(page, **upload(template(hostile=True))).status_code == 303
    assert "formatmallar hittades" in coordinator.get(page).get_data(as_text=True)
    kept = db.session.scalars(db.select(WordTemplate)).one()
    assert b"Hemlig" not in files.read(kept.file.key)
    assert documents.stale(plain), "the look is a part of it"
    dressed = documents.made(reading.fresh(story).consultation, SUMMARY["docx"])
    opened = docx.Document(io.BytesIO(files.read(dressed.files[0].file.key)))
    assert opened.sections[0].header.paragraphs[0].text == "Exempel kommun"
    assert opened.styles["Heading 1"].font.name == "Kommunens typsnitt"
    key = kept.file.key
    assert coordinator.post(f"{page}/ta-bort").status_code == 303
    assert coordinator.post(f"{page}/ta-bort").status_code == 303, "twice is no fault"
    documents.work()
    with pytest.raises(FileNotFoundError):
        files.read(key)
    assert not documents.stale(plain)


def test_what_cannot_be_cleaned_is_refused_with_the_reason_and_others_may_not(app: Flask, browse: Any) -> None:
    authority = make.authority()
    page = f"/handlaggning/{authority.municipality.slug}/mall-for-word"
    material = f"/handlaggning/{authority.municipality.slug}/sakrad/{make.consultation(of=authority).slug}/material"
    officer, others_officer = browse(make.user((Role.officer, authority))), browse(make.user((Role.officer, make.authority())))
    coordinator = browse(make.user((Role.coordinator, authority.municipality)))
    stored = set(files.list_keys())
    for content, said in ((b"%PDF-1.4", "ingen Word-mall"), (b"", "tom"), (b"x" * (LARGEST + 1), "5 MB"), (broken(), "går inte att läsa")):
        answer = coordinator.post(page, **upload(content))
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    assert coordinator.post(page).status_code == 422
    for other in (officer, browse(make.user((Role.coordinator, make.authority().municipality)))):
        assert other.post(page, **upload(template())).status_code == 404
    assert others_officer.post(material, **upload(template())).status_code == 404
    assert officer.post(material, **upload(template())).status_code == 422, "a title is missing"
    assert set(files.list_keys()) == stored, "nothing stays in the store of what strangers send and of what is refused"
    assert db.session.scalars(db.select(WordTemplate)).all() == []
