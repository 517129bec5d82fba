"""A page meets its own words again: no false conflict when the answer to a save was lost, and none overlooked."""

from __future__ import annotations

from typing import Any

import pytest

from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.core.errors import Stale
from sakrad.positions import commands
from sakrad.positions.save_marks import continues, marked
from tests import factories as make
from tests.factories import positions as desk

ME, OTHER = "a1b2c3d4e5", "z9y8x7w6v5"


@pytest.mark.parametrize(
    ("kept", "version", "mark", "expected"),
    [
        (f"4:{ME}.6", 4, f"{ME}.7", True),
        (f"4:{ME}.6", 4, f"{ME}.16", True),
        (f"4:{ME}.7", 4, f"{ME}.6", False),
        (f"4:{ME}.6", 4, f"{ME}.6", False),
        (f"4:{OTHER}.6", 4, f"{ME}.7", False),
        (f"4:{ME}.6", 5, f"{ME}.7", False),
        ("", 4, f"{ME}.7", False),
        (f"4:{ME}.6", 4, "", False),
        ("4:", 4, "", False),
        (f"4:{ME}.6", 4, "x.7", False),
    ],
    ids=["own", "as_numbers", "overtaken", "twice", "anothers", "changed_since", "nothing_kept", "no_mark", "neither", "malformed"],
)
def test_only_the_same_page_goes_on_from_what_stands_there(kept: str, version: int, mark: str, expected: bool) -> None:
    assert continues(kept, version, mark) is expected


@pytest.mark.parametrize("mark", ["", "x", f"{ME}.", f"{ME}.-1", "A" * 10 + ".1", f"{ME}.1\n", "å" * 10 + ".1", "a" * 99 + ".1"])
def test_what_is_no_mark_is_not_kept(mark: str) -> None:
    assert marked(1, mark) == ""


def test_a_mark_fits_its_column() -> None:
    assert len(marked(2**31 - 1, "a" * 16 + ".999999999")) <= 40


@pytest.fixture
def draft(app: Any) -> Any:
    consultation = make.consultation()
    return desk.open_draft(consultation, make.organisation(verified_in=desk.fresh(consultation).municipality))


def save(draft: Any, text: str, seen: int, mark: str = "") -> Any:
    draft = desk.fresh(draft)
    with transaction():
        return commands.save_answer(
            draft, draft.consultation.questions[0], text=text, seen_version=seen, mark=mark, actor=None, at=clock.now()
        )


def test_typing_on_after_a_lost_answer_is_no_conflict(draft: Any) -> None:
    save(draft, "Vägen in", 0, f"{ME}.1")  # executed, but its answer never came
    assert save(draft, "Vägen in är lång.", 0, f"{ME}.2").version == 2


def test_a_save_that_was_overtaken_by_a_later_one_changes_nothing(draft: Any) -> None:
    save(draft, "Vägen in är lång.", 0, f"{ME}.2")
    with pytest.raises(Stale):
        save(draft, "Vägen in", 0, f"{ME}.1")


def test_what_somebody_else_wrote_in_between_is_a_conflict(draft: Any) -> None:
    save(draft, "Vägen in", 0, f"{ME}.1")
    save(draft, "Något helt annat", 1, f"{OTHER}.1")
    with pytest.raises(Stale):
        save(draft, "Vägen in är lång.", 0, f"{ME}.2")


def test_what_somebody_without_scripts_wrote_in_between_is_a_conflict(draft: Any) -> None:
    save(draft, "Vägen in", 0, f"{ME}.1")
    save(draft, "Något helt annat", 1)
    with pytest.raises(Stale):
        save(draft, "Vägen in är lång.", 0, f"{ME}.2")


def test_the_facts_go_on_from_their_own_too(draft: Any) -> None:
    def facts(role: str, seen: int, mark: str) -> Any:
        mine = desk.fresh(draft)
        with transaction():
            return commands.save_facts(mine, signed_role=role, groups=mine.groups, seen_version=seen, mark=mark, actor=None, at=clock.now())

    seen = desk.fresh(draft).version
    facts("Ordf", seen, f"{ME}.1")
    assert facts("Ordförande", seen, f"{ME}.2").version == seen + 2
    with pytest.raises(Stale):
        facts("Kassör", seen, f"{OTHER}.1")
