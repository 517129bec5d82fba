"""The tables of the package: the matter, its preparation, whom one asks, and what is corrected after the opening."""

from __future__ import annotations

from sakrad.consultations.models.correcting import (
    Correction,
    CorrectionChange,
    CouncilHearing,
)
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

__all__ = [
    "AnswersPublic",
    "CheckedItem",
    "CommentsRule",
    "Consultation",
    "ConsultationTemplate",
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
    "consultation_group",
    "consultation_subject",
]
