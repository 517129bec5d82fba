"""Every write of compiling, by verb: points, themes, the text, its publication. None commits."""

from __future__ import annotations

from sakrad.records.commands import WordsMissing
from sakrad.summaries.commands.findings import (
    UnknownPoints,
    add_finding,
    cite,
    mark_framing,
    move_finding,
    remove_finding,
    save_finding,
    save_summary,
    start_summary,
    uncite,
)
from sakrad.summaries.commands.points import (
    BadSpan,
    ReasonMissing,
    add_theme,
    carry_points,
    nothing_to_take_up,
    remove_point,
    rename_theme,
    reopen_answer,
    set_aside,
    sort_point,
    take_back,
    take_up,
)
from sakrad.summaries.commands.publishing import mask_words, publish, unmask_words

__all__ = [
    "BadSpan",
    "ReasonMissing",
    "UnknownPoints",
    "WordsMissing",
    "add_finding",
    "add_theme",
    "carry_points",
    "cite",
    "mark_framing",
    "mask_words",
    "move_finding",
    "nothing_to_take_up",
    "publish",
    "remove_finding",
    "remove_point",
    "rename_theme",
    "reopen_answer",
    "save_finding",
    "save_summary",
    "set_aside",
    "sort_point",
    "start_summary",
    "take_back",
    "take_up",
    "uncite",
    "unmask_words",
]
