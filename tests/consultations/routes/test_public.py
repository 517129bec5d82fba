"""Material may be fetched by anybody once the consultation is announced, and by nobody else before."""

from __future__ import annotations

import pytest

from sakrad.consultations import commands
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, Material
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.files import FileKind, put
from tests import factories as make

PDF = b"%PDF-1.4 underlag"


def material(consultation: Consultation) -> Material:
    with transaction():
        upload = put(PDF, "Underlag å.pdf", FileKind.pdf)
        return commands.add_material(
            consultation, upload=upload, title="Underlag", description="Siffror för fem år.", actor=None, at=clock.now()
        )


def address(found: Material) -> str:
    consultation = found.consultation
    return f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/material/{found.reference}"


def test_material_is_a_download_that_the_browser_does_not_open(client):
    found = material(make.consultation(Phase.announced))
    response = client.get(address(found))
    assert response.status_code == 200
    assert response.data == PDF
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_material_of_a_draft_is_not_there(client):
    assert client.get(address(material(make.consultation(Phase.draft)))).status_code == 404


@pytest.mark.parametrize("part", ["reference", "slug"])
def test_material_is_found_only_at_its_own_address(client, part):
    found, other = material(make.consultation(Phase.announced)), material(make.consultation(Phase.announced))
    wrong = address(found).replace(found.reference, other.reference if part == "reference" else "xxxxxxxxxx")
    assert client.get(wrong).status_code == 404


def test_material_of_a_municipality_that_is_switched_off_is_not_there(client):
    found = material(make.consultation(Phase.announced))
    where = address(found)
    with transaction():
        found.consultation.municipality.active = False
    db.session.remove()
    assert client.get(where).status_code == 404
