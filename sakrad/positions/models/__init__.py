"""Own space (Draft and what belongs to it) and what has been received (Position). Staff never reach a draft."""

from sakrad.positions.models.own import (
    Approval,
    ApprovalOutcome,
    ChecklistItem,
    Draft,
    DraftAnswer,
    DraftAttachment,
    DraftRevision,
    Remark,
    draft_group,
    remark_mention,
)
from sakrad.positions.models.received import (
    Answer,
    Position,
    PositionAttachment,
    PositionVersion,
    Ratification,
    Transcription,
    version_group,
)
from sakrad.positions.models.shared import ANSWER_LIMIT, Anchored, AnchoringLevel, Channel, PublicationWish, Stance
from sakrad.positions.models.survey import Survey, SurveyQuestion, SurveyTicket
from sakrad.positions.models.together import Concurrence, DraftConcurrence, DraftParty, PartyApproval, PartyReservation, PositionParty

__all__ = [
    "ANSWER_LIMIT",
    "Anchored",
    "AnchoringLevel",
    "Answer",
    "Approval",
    "ApprovalOutcome",
    "Channel",
    "ChecklistItem",
    "Concurrence",
    "Draft",
    "DraftAnswer",
    "DraftAttachment",
    "DraftConcurrence",
    "DraftParty",
    "DraftRevision",
    "PartyApproval",
    "PartyReservation",
    "Position",
    "PositionAttachment",
    "PositionParty",
    "PositionVersion",
    "PublicationWish",
    "Ratification",
    "Remark",
    "Stance",
    "Survey",
    "SurveyQuestion",
    "SurveyTicket",
    "Transcription",
    "draft_group",
    "remark_mention",
    "version_group",
]
