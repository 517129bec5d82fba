"""Every write of compiling, by verb: points, themes, the text, its publication. None commits."""

from __future__ import annotations

from sakrad.records.commands import GroundMissing, ReasonMissing, WordsMissing
from sakrad.summaries.commands.carrying import carry_points
from sakrad.summaries.commands.checking import (
    answer_correction,
    ask_organisation,
    end_check,
    move_check,
    note_outdated,
    open_check,
    remind_silent,
    reply,
    review_objection,
)
from sakrad.summaries.commands.correcting import correct_summary, propose_correction
from sakrad.summaries.commands.exporting import ask_document
from sakrad.summaries.commands.findings import (
    Locked,
    UnknownPoints,
    add_finding,
    cite,
    mark_framing,
    move_finding,
    quote,
    remove_finding,
    restore_version,
    save_finding,
    save_summary,
    start_summary,
    take_over_finding,
    uncite,
)
from sakrad.summaries.commands.masking import mask_words, unmask_words
from sakrad.summaries.commands.points import (
    nothing_to_take_up,
    remove_point,
    reopen_answer,
    set_aside,
    sort_point,
    take_back,
    take_up,
)
from sakrad.summaries.commands.publishing import publish
from sakrad.summaries.commands.reshaping import Apart, change_words, merge_points, split_point
from sakrad.summaries.commands.sharing import assign, mark_read, unassign
from sakrad.summaries.commands.suggesting import accept_suggestion, ask_suggestions, refuse_suggestion
from sakrad.summaries.commands.themes import (
    add_theme,
    describe_theme,
    merge_themes,
    order_theme,
    place_theme,
    remove_theme,
    rename_theme,
    split_theme,
    undo_merge,
)
from sakrad.summaries.marking import BadSpan

__all__ = [
    "Apart",
    "BadSpan",
    "GroundMissing",
    "Locked",
    "ReasonMissing",
    "UnknownPoints",
    "WordsMissing",
    "accept_suggestion",
    "add_finding",
    "add_theme",
    "answer_correction",
    "ask_document",
    "ask_organisation",
    "ask_suggestions",
    "assign",
    "carry_points",
    "change_words",
    "cite",
    "correct_summary",
    "describe_theme",
    "end_check",
    "mark_framing",
    "mark_read",
    "mask_words",
    "merge_points",
    "merge_themes",
    "move_check",
    "move_finding",
    "note_outdated",
    "nothing_to_take_up",
    "open_check",
    "order_theme",
    "place_theme",
    "propose_correction",
    "publish",
    "quote",
    "refuse_suggestion",
    "remind_silent",
    "remove_finding",
    "remove_point",
    "remove_theme",
    "rename_theme",
    "reopen_answer",
    "reply",
    "restore_version",
    "review_objection",
    "save_finding",
    "save_summary",
    "set_aside",
    "sort_point",
    "split_point",
    "split_theme",
    "start_summary",
    "take_back",
    "take_over_finding",
    "take_up",
    "unassign",
    "uncite",
    "undo_merge",
    "unmask_words",
]
