"""Every write of positions, one module per verb: writing in own space, sending, and what the municipality does with it."""

from sakrad.positions.commands.reviewing import (
    OutsideText,
    ReasonMissing,
    mask_text,
    review_position,
    tick_registered,
    unmask_text,
)
from sakrad.positions.commands.sending import decline_invitation, disown, intend_to_answer, submit
from sakrad.positions.commands.writing import FACTS, TooLong, WrongAnswer, open_draft, save_answer, save_facts

__all__ = [
    "FACTS",
    "OutsideText",
    "ReasonMissing",
    "TooLong",
    "WrongAnswer",
    "decline_invitation",
    "disown",
    "intend_to_answer",
    "mask_text",
    "open_draft",
    "review_position",
    "save_answer",
    "save_facts",
    "submit",
    "tick_registered",
    "unmask_text",
]
