"""Vary by file name: each phase, event, blocker and mail has its file, and every page says what it is given."""

from __future__ import annotations

import enum
import importlib.util
import re
from pathlib import Path

import pytest

from sakrad import PACKAGES
from sakrad.config import ROOT
from sakrad.consultations.lifecycle import Phase
from sakrad.core.events import PUBLIC, EventName

TEMPLATES = ROOT / "templates"
BLOCKER = re.compile(r'Blocker\(\s*(?:code=)?"([a-z_]+)"')


def codes() -> list[str]:
    return sorted({code for path in (ROOT / "sakrad").rglob("*.py") for code in BLOCKER.findall(path.read_text())})


def test_each_blocker_has_its_sentence() -> None:
    missing = [code for code in codes() if not (TEMPLATES / "blockers" / f"{code}.html").is_file()]
    assert not missing, f"Write templates/blockers/<code>.html, one Swedish sentence each: {missing}"


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.draft])
def test_each_public_phase_has_its_panel(phase: Phase) -> None:
    assert (TEMPLATES / "pages" / "status" / f"{phase}.html").is_file()


@pytest.mark.parametrize("phase", list(Phase))
def test_each_phase_has_its_box_for_officers(phase: Phase) -> None:
    assert (TEMPLATES / "consultations" / "staff" / "status" / f"{phase}.html").is_file()


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_each_public_event_has_its_line(name: EventName) -> None:
    assert (TEMPLATES / "events" / f"{name}.html").is_file(), f"Write templates/events/{name}.html: one line of the timeline."


def test_no_line_without_its_event() -> None:
    known = {name.value for name in EventName}
    assert {path.stem for path in (TEMPLATES / "events").glob("*.html")} <= known


def mails() -> list[str]:
    from sakrad.notifications.recipients import RECIPIENTS

    return sorted({kind for rules in RECIPIENTS.values() for kind in rules})


@pytest.mark.parametrize("part", ["subject.txt", "body.txt", "body.html"])
def test_each_mail_has_its_three_files(part: str) -> None:
    missing = [kind for kind in mails() if not (TEMPLATES / "email" / kind / part).is_file()]
    assert not missing, f"Write templates/email/<kind>/{part} for {missing}"


def test_no_mail_folder_without_its_mail() -> None:
    folders = {path.name for path in (TEMPLATES / "email").iterdir() if path.is_dir()}
    assert folders == set(mails())


def test_no_template_has_inline_style_or_script() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=", text) or "email" in path.parts, f"{path}: inline style."
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), f"{path}: inline script."
        assert "|safe" not in text.replace(" ", ""), f"{path}: |safe. Return Markup from core.text instead."


def page_templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*.html") if not {"blockers", "events", "email", "status"} & set(path.parts))


def test_each_template_says_first_what_it_is_given() -> None:
    silent = [str(path.relative_to(ROOT)) for path in page_templates() if not path.read_text().lstrip().startswith("{#")]
    assert not silent, f"Begin with a comment that says what it is given: {silent}"


def test_every_word_that_an_enum_shows_is_named() -> None:
    for package in PACKAGES:
        if importlib.util.find_spec(f"sakrad.{package}.labels"):
            importlib.import_module(f"sakrad.{package}.labels")
    from sakrad.core import i18n
    from sakrad.positions.models import Stance
    from sakrad.responses.models import DecisionForm, Outcome

    for kind in (Phase, Stance, Outcome, DecisionForm):
        assert issubclass(kind, enum.StrEnum)
        assert all((kind, member.value) in i18n._labels for member in kind), f"{kind.__name__} lacks words: add them in labels.py."
