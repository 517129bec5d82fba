"""The tables of the package: the matter, its preparation, whom one asks, and what is corrected after the opening; what it leads to."""

from __future__ import annotations

from sakrad.consultations.models.correcting import (
    Correction,
    CorrectionChange,
    CouncilHearing,
)
from sakrad.consultations.models.following import Continuation, ContinuationKind, RecurringDialogue, dialogue_group
from sakrad.consultations.models.inviting import (
    DeclineReason,
    Invitation,
    ParticipationRequest,
)
from sakrad.consultations.models.matter import (
    AnswersPublic,
    CommentsRule,
    Consultation,
    Material,
    ParticipationLevel,
    PolicyStage,
    Question,
    QuestionKind,
    consultation_group,
    consultation_subject,
)
from sakrad.consultations.models.preparing import (
    CheckedItem,
    ConsultationTemplate,
    Preview,
)
from sakrad.consultations.models.versions import ContentAbout, ContentLanguage, ContentVersion

__all__ = [
    "AnswersPublic",
    "CheckedItem",
    "CommentsRule",
    "Consultation",
    "ConsultationTemplate",
    "ContentAbout",
    "ContentLanguage",
    "ContentVersion",
    "Continuation",
    "ContinuationKind",
    "Correction",
    "CorrectionChange",
    "CouncilHearing",
    "DeclineReason",
    "Invitation",
    "Material",
    "ParticipationLevel",
    "ParticipationRequest",
    "PolicyStage",
    "Preview",
    "Question",
    "QuestionKind",
    "RecurringDialogue",
    "consultation_group",
    "consultation_subject",
    "dialogue_group",
]
