"""Who may do what with a consultation."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.consultations.models import (
    Consultation,
    ConsultationTemplate,
    ContentVersion,
    Continuation,
    CouncilHearing,
    Invitation,
    Material,
    ParticipationRequest,
    Preview,
    Question,
    RecurringDialogue,
)
from sakrad.consultations.queries_templates import Choice
from sakrad.consultations.queries_versions import Writing
from sakrad.consultations.steps import Preparing
from sakrad.directory.models import Authority, Municipality, Organisation


def may_draft(user: User, municipality: Municipality) -> bool:
    """Officers of any of its authorities, and its coordinators."""
    return any(may_draft_for(user, authority) for authority in municipality.authorities) or policy.is_coordinator(user, municipality)


def may_draft_for(user: User, authority: Authority) -> bool:
    """The authority's own officers, and the municipality's coordinators."""
    return policy.is_officer(user, authority) or policy.is_coordinator(user, authority.municipality)


def may_handle(user: User, consultation: Consultation) -> bool:
    """Officers of its own authority, and the coordinator where the consultation says so (PRACTICE.md 1)."""
    return policy.is_officer(user, consultation.authority) or (
        consultation.coordinator_takes_part and policy.is_coordinator(user, consultation.municipality)
    )


def may_prepare(user: User, preparing: Preparing) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, preparing.consultation)


def may_register(user: User, consultation: Consultation) -> bool:
    """The authority's registrars, and those who handle it."""
    return policy.is_registrar(user, consultation.authority) or may_handle(user, consultation)


def may_handle_question(user: User, question: Question) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, question.consultation)


def may_handle_material(user: User, material: Material) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, material.consultation)


def may_handle_invitation(user: User, invitation: Invitation) -> bool:
    """Whoever handles its consultation and is no member of the organisation (jäv)."""
    return may_invite(user, invitation.consultation, invitation.organisation)


def may_invite(user: User, consultation: Consultation, organisation: Organisation) -> bool:
    """Whoever handles the consultation and is no member of the organisation (jäv)."""
    return may_handle(user, consultation) and not policy.is_partial(user, organisation)


def may_answer_request(user: User, request: ParticipationRequest) -> bool:
    """Whoever handles the consultation and is no member of the organisation that asks (jäv)."""
    return request.organisation is not None and may_invite(user, request.consultation, request.organisation)


def may_handle_hearing(user: User, hearing: CouncilHearing) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, hearing.consultation)


def may_choose_template(user: User, choice: Choice) -> bool:
    """Whoever may begin a consultation of the municipality."""
    return may_draft(user, choice.municipality)


def may_manage_template(user: User, template: ConsultationTemplate) -> bool:
    """Whoever may begin a consultation of the municipality that keeps it."""
    return may_draft(user, template.municipality)


def may_handle_preview(user: User, preview: Preview) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, preview.consultation)


def may_handle_continuation(user: User, continuation: Continuation) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, continuation.consultation)


def may_keep_dialogues(user: User, municipality: Municipality) -> bool:
    """The municipality's coordinator."""
    return policy.is_coordinator(user, municipality)


def may_keep_dialogue(user: User, dialogue: RecurringDialogue) -> bool:
    """The same for one of them."""
    return may_keep_dialogues(user, dialogue.municipality)


def may_write_version(user: User, writing: Writing) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, writing.consultation)


def may_handle_version(user: User, version: ContentVersion) -> bool:
    """Whoever handles its consultation."""
    return may_handle(user, version.consultation)
