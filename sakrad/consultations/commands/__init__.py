"""Every write about consultations, by verb. None commits; each records what happened."""

from __future__ import annotations

from sakrad.consultations.commands.correcting import Addition, announce_correction, move_closing
from sakrad.consultations.commands.course import announce, begin_follow_up, cancel, end, mark_answered, mark_summarised
from sakrad.consultations.commands.drafting import CHANGEABLE, FunctionElsewhere, change_consultation, draft_consultation
from sakrad.consultations.commands.following import (
    AuthorityElsewhere,
    NotAContinuation,
    add_dialogue,
    change_dialogue,
    decide_continuation,
    end_dialogue,
    mask_continuation,
    unmask_continuation,
)
from sakrad.consultations.commands.hearings import AlreadyHeard, add_hearing, change_hearing, remove_hearing
from sakrad.consultations.commands.invitations import AlreadyInvited, decline, intend, invite, invite_all, mark_bounced, mark_sent, uninvite
from sakrad.consultations.commands.materials import add_material, remove_material
from sakrad.consultations.commands.participation import (
    answer_request,
    ask_to_take_part,
    begin_asking,
    confirm_asking,
    forget_unconfirmed,
)
from sakrad.consultations.commands.preparing import save_step, stamp_of_step
from sakrad.consultations.commands.previews import ask_preview, decide_preview, revoke_preview
from sakrad.consultations.commands.questions import (
    OptionsMisplaced,
    add_question,
    change_question,
    move_question,
    remove_question,
    stamp_of,
)
from sakrad.consultations.commands.reaching import print_letters, remind, resend
from sakrad.consultations.commands.templates import (
    MOST_KEPT,
    AlreadyKept,
    TooManyTemplates,
    change_template,
    copy_consultation,
    draft_from,
    keep_template,
    remove_template,
    share_template,
    stamp_of_template,
    unshare_template,
)
from sakrad.consultations.commands.versions import VersionWords, mask_version, unmask_version, withdraw_version, write_version

__all__ = [
    "CHANGEABLE",
    "MOST_KEPT",
    "Addition",
    "AlreadyHeard",
    "AlreadyInvited",
    "AlreadyKept",
    "AuthorityElsewhere",
    "FunctionElsewhere",
    "NotAContinuation",
    "OptionsMisplaced",
    "TooManyTemplates",
    "VersionWords",
    "add_dialogue",
    "add_hearing",
    "add_material",
    "add_question",
    "announce",
    "announce_correction",
    "answer_request",
    "ask_preview",
    "ask_to_take_part",
    "begin_asking",
    "begin_follow_up",
    "cancel",
    "change_consultation",
    "change_dialogue",
    "change_hearing",
    "change_question",
    "change_template",
    "confirm_asking",
    "copy_consultation",
    "decide_continuation",
    "decide_preview",
    "decline",
    "draft_consultation",
    "draft_from",
    "end",
    "end_dialogue",
    "forget_unconfirmed",
    "intend",
    "invite",
    "invite_all",
    "keep_template",
    "mark_answered",
    "mark_bounced",
    "mark_sent",
    "mark_summarised",
    "mask_continuation",
    "mask_version",
    "move_closing",
    "move_question",
    "print_letters",
    "remind",
    "remove_hearing",
    "remove_material",
    "remove_question",
    "remove_template",
    "resend",
    "revoke_preview",
    "save_step",
    "share_template",
    "stamp_of",
    "stamp_of_step",
    "stamp_of_template",
    "uninvite",
    "unmask_continuation",
    "unmask_version",
    "unshare_template",
    "withdraw_version",
    "write_version",
]
