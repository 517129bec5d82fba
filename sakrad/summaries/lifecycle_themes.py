"""What may be done to a theme: a tree of two levels, where no point is lost. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sakrad.core.errors import Blocker


def blockers_to_place(*, is_self: bool, has_parts: bool, top: bool) -> list[Blocker]:
    """Under a theme stand themes, and under those none: `top` says that the one above has none above itself."""
    if is_self:
        return [Blocker("theme_itself")]
    return [Blocker("theme_third_level")] if has_parts or not top else []


def blockers_to_merge(*, is_self: bool) -> list[Blocker]:
    """Two are made one."""
    return [Blocker("theme_itself")] if is_self else []


def blockers_to_undo(found: bool) -> list[Blocker]:
    """The latest merge, once, while both names can be told."""
    return [] if found else [Blocker("theme_not_undoable")]


def blockers_to_remove(*, points: Sequence[int], parts: int) -> list[Blocker]:
    """Only what is empty goes away: points are moved first, by somebody who says where."""
    return [Blocker("theme_not_empty", {"points": list(points), "parts": parts})] if points or parts else []
