"""Every write about the authority's answers and its commitments, by verb. None commits; each records what happened."""

from __future__ import annotations

from sakrad.records.commands import GroundMissing, ReasonMissing, WordsMissing
from sakrad.responses.commands.answers import change_response, open_release, propose, propose_many, withdraw_response
from sakrad.responses.commands.assigning import ask_review, assign_answers, review_response, unassign_answers
from sakrad.responses.commands.commitments import add_progress, change_commitment, commit_to, drop_commitment
from sakrad.responses.commands.course import decide, publish, reopen, send
from sakrad.responses.commands.dividing import add_part, change_part, drop_part, move_responses
from sakrad.responses.commands.linking import link_decision
from sakrad.responses.commands.masking import mask_words, unmask_words
from sakrad.responses.commands.paper import save_paper
from sakrad.responses.commands.phrasing import change_phrase, keep_phrase, remove_phrase
from sakrad.responses.commands.pledging import (
    change_pledge,
    confirm_pledge,
    counter_pledge,
    decline_pledge,
    drop_pledge,
    propose_pledge,
    review_progress,
    settle_pledge,
    tell_pledge,
    withdraw_pledge,
)
from sakrad.responses.commands.verdicts import ask_verdicts, give_verdict, review_verdict

__all__ = [
    "GroundMissing",
    "ReasonMissing",
    "WordsMissing",
    "add_part",
    "add_progress",
    "ask_review",
    "ask_verdicts",
    "assign_answers",
    "change_commitment",
    "change_part",
    "change_phrase",
    "change_pledge",
    "change_response",
    "commit_to",
    "confirm_pledge",
    "counter_pledge",
    "decide",
    "decline_pledge",
    "drop_commitment",
    "drop_part",
    "drop_pledge",
    "give_verdict",
    "keep_phrase",
    "link_decision",
    "mask_words",
    "move_responses",
    "open_release",
    "propose",
    "propose_many",
    "propose_pledge",
    "publish",
    "remove_phrase",
    "reopen",
    "review_progress",
    "review_response",
    "review_verdict",
    "save_paper",
    "send",
    "settle_pledge",
    "tell_pledge",
    "unassign_answers",
    "unmask_words",
    "withdraw_pledge",
    "withdraw_response",
]
