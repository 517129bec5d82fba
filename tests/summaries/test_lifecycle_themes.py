"""What may be done to themes, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from sakrad.summaries import lifecycle_themes as rules


@pytest.mark.parametrize(
    ("rule", "facts", "codes"),
    [
        (rules.blockers_to_place, {"is_self": False, "has_parts": False, "top": True}, []),
        (rules.blockers_to_place, {"is_self": True, "has_parts": False, "top": True}, ["theme_itself"]),
        (rules.blockers_to_place, {"is_self": False, "has_parts": True, "top": True}, ["theme_third_level"]),
        (rules.blockers_to_place, {"is_self": False, "has_parts": False, "top": False}, ["theme_third_level"]),
        (rules.blockers_to_merge, {"is_self": False}, []),
        (rules.blockers_to_merge, {"is_self": True}, ["theme_itself"]),
        (rules.blockers_to_undo, {"found": True}, []),
        (rules.blockers_to_undo, {"found": False}, ["theme_not_undoable"]),
        (rules.blockers_to_remove, {"points": [], "parts": 0}, []),
        (rules.blockers_to_remove, {"points": [3], "parts": 0}, ["theme_not_empty"]),
        (rules.blockers_to_remove, {"points": [], "parts": 1}, ["theme_not_empty"]),
    ],
)
def test_each_rule_says_what_is_in_the_way(rule: Any, facts: dict[str, Any], codes: list[str]) -> None:
    assert [blocker.code for blocker in rule(**facts)] == codes
