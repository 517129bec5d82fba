"""Every write about the authority's answers and its commitments, by verb. None commits; each records what happened."""

from __future__ import annotations

from sakrad.records.commands import WordsMissing
from sakrad.responses.commands.answers import change_response, open_release, propose, withdraw_response
from sakrad.responses.commands.commitments import add_progress, change_commitment, commit_to, drop_commitment
from sakrad.responses.commands.course import decide, publish, reopen, send
from sakrad.responses.commands.masking import mask_words, unmask_words
from sakrad.responses.commands.paper import save_paper

__all__ = [
    "WordsMissing",
    "add_progress",
    "change_commitment",
    "change_response",
    "commit_to",
    "decide",
    "drop_commitment",
    "mask_words",
    "open_release",
    "propose",
    "publish",
    "reopen",
    "save_paper",
    "send",
    "unmask_words",
    "withdraw_response",
]
