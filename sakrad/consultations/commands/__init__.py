"""Every write about consultations, by verb. None commits; each records what happened."""

from __future__ import annotations

from sakrad.consultations.commands.course import announce, begin_follow_up, cancel, end, mark_answered, mark_summarised, move_closing
from sakrad.consultations.commands.drafting import CHANGEABLE, FunctionElsewhere, change_consultation, draft_consultation
from sakrad.consultations.commands.invitations import AlreadyInvited, decline, intend, invite, mark_bounced, mark_sent, uninvite
from sakrad.consultations.commands.materials import add_material, remove_material
from sakrad.consultations.commands.questions import (
    WITH_OPTIONS,
    OptionsMisplaced,
    add_question,
    change_question,
    move_question,
    remove_question,
    stamp_of,
)

__all__ = [
    "CHANGEABLE",
    "WITH_OPTIONS",
    "AlreadyInvited",
    "FunctionElsewhere",
    "OptionsMisplaced",
    "add_material",
    "add_question",
    "announce",
    "begin_follow_up",
    "cancel",
    "change_consultation",
    "change_question",
    "decline",
    "draft_consultation",
    "end",
    "intend",
    "invite",
    "mark_answered",
    "mark_bounced",
    "mark_sent",
    "mark_summarised",
    "move_closing",
    "move_question",
    "remove_material",
    "remove_question",
    "stamp_of",
    "uninvite",
]
