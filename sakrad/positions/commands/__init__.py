"""Every write of positions, one module per verb: writing in own space, sending, and what the municipality does with it."""

from sakrad.positions.commands.attaching import add_attachment, remove_attachment
from sakrad.positions.commands.joining import ask_for_account
from sakrad.positions.commands.ratifying import NotDecided, ratify_position
from sakrad.positions.commands.reaching import print_letters, remind_invited, resend_invitation
from sakrad.positions.commands.reviewing import (
    GroundMissing,
    OutsideText,
    ReasonMissing,
    mask_text,
    mask_words,
    review_position,
    tick_registered,
    unmask_words,
)
from sakrad.positions.commands.reviewing_files import publish_attachment, replace_copy, unpublish_attachment, withhold_attachment
from sakrad.positions.commands.sending import decline_invitation, disown, disown_view, intend_to_answer, submit
from sakrad.positions.commands.standing import MembersOnly, approve_party, confirm_party, decline_party, leave_party, pass_party
from sakrad.positions.commands.together import (
    add_party,
    change_reservation,
    concur,
    remove_concurrence,
    remove_party,
    reservation_seen,
)
from sakrad.positions.commands.transcribing import (
    STATED,
    Said,
    Stated,
    confirm_transcription,
    correct_transcription,
    enter_views,
    register_sender,
    send_read_back,
    transcribe,
)
from sakrad.positions.commands.withdrawing import withdraw_position
from sakrad.positions.commands.writing import TooLong, WrongAnswer, keep_answer, open_draft, save_answer, save_facts

__all__ = [
    "STATED",
    "GroundMissing",
    "MembersOnly",
    "NotDecided",
    "OutsideText",
    "ReasonMissing",
    "Said",
    "Stated",
    "TooLong",
    "WrongAnswer",
    "add_attachment",
    "add_party",
    "approve_party",
    "ask_for_account",
    "change_reservation",
    "concur",
    "confirm_party",
    "confirm_transcription",
    "correct_transcription",
    "decline_invitation",
    "decline_party",
    "disown",
    "disown_view",
    "enter_views",
    "intend_to_answer",
    "keep_answer",
    "leave_party",
    "mask_text",
    "mask_words",
    "open_draft",
    "pass_party",
    "print_letters",
    "publish_attachment",
    "ratify_position",
    "register_sender",
    "remind_invited",
    "remove_attachment",
    "remove_concurrence",
    "remove_party",
    "replace_copy",
    "resend_invitation",
    "reservation_seen",
    "review_position",
    "save_answer",
    "save_facts",
    "send_read_back",
    "submit",
    "tick_registered",
    "transcribe",
    "unmask_words",
    "unpublish_attachment",
    "withdraw_position",
    "withhold_attachment",
]
