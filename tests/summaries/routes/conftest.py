"""Where the tests of the workspace's pages begin."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.summaries.models import Finding
from tests import factories as make
from tests.factories import summaries as made
from tests.factories.workbench import TEXT, Scene


@pytest.fixture
def scene(app: Flask, browse: Any) -> Scene:
    consultation = make.consultation(Phase.compiling, questions=2)
    position = make.position(consultation, texts={1: TEXT})
    return Scene(consultation, position, browse(make.user((Role.officer, consultation.authority))))


@pytest.fixture
def finding(scene: Scene) -> Finding:
    return made.finding(made.summary(scene.consultation), "Så är det.")
