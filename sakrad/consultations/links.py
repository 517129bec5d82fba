"""The secret in a personal link: derived from the invitation's reference, so that it stands in no table (DESIGN.md §8)."""

from __future__ import annotations

from sakrad.consultations.models import Invitation, ParticipationRequest, Preview
from sakrad.core import ids


def token_of(invitation: Invitation) -> str:
    """What stands in /inbjudan/<token>: the reference, a dot, and the secret."""
    return ids.link_token("invitation", invitation.reference)


def is_true(token: str, invitation: Invitation) -> bool:
    """Whether the token is the invitation's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "invitation", invitation.reference)


def letter_code(invitation: Invitation) -> str:
    """What stands on the printed letter, to be typed at /brev: 59 bits. Printed again it is the same."""
    return ids.typed("letter", invitation.reference)


def digest_of(code: str) -> str:
    """What an invitation keeps of its letter's code, and what a typed code is found by, however it is spaced."""
    return ids.digest(ids.untyped(code))


def request_token(request: ParticipationRequest) -> str:
    """What stands in /be-om-att-delta/<token>, the endpoint participation.show: confirms a request, and tells how it was answered."""
    return ids.link_token("participation", request.reference)


def is_request_token(token: str, request: ParticipationRequest) -> bool:
    """Whether the token is the request's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "participation", request.reference)


def preview_token(preview: Preview) -> str:
    """What stands in /forhandsvisning/<token>: shows one draft to whoever was asked to look at it."""
    return ids.link_token("preview", preview.reference)


def is_preview_token(token: str, preview: Preview) -> bool:
    """Whether the token is the preview's own; takes the same time however much of it is right."""
    return ids.is_link_token(token, "preview", preview.reference)
