"""Who may write the authority's answers and tell how its commitments go."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.directory.models import Municipality
from sakrad.responses.models import Commitment
from sakrad.responses.queries import MaskableText, Target


def may_answer(user: User, target: Target) -> bool:
    """Whoever handles the consultation; for a single point, unless a member of the organisation that made it (jäv)."""
    if target.organisation is not None and accounts.is_member(user, target.organisation):
        return False
    return consultations.may_handle(user, target.consultation)


def may_send(user: User, consultation: Consultation) -> bool:
    """Whoever handles the consultation takes its answers to the authority, records the decision and publishes."""
    return consultations.may_handle(user, consultation)


def may_follow_up(user: User, commitment: Commitment) -> bool:
    """Whoever handles the consultation in which the commitment was made; not a member of the organisation that it answers."""
    point = commitment.response.point
    if point is not None and accounts.is_member(user, point.answer.version.position.organisation):
        return False
    return consultations.may_handle(user, commitment.consultation)


def may_mask(user: User, text: MaskableText) -> bool:
    """Whoever handles the consultation."""
    return consultations.may_handle(user, text.consultation)


def may_see_commitments(user: User, municipality: Municipality) -> bool:
    """Everyone who works for the municipality; what is listed are published commitments."""
    return accounts.is_staff_of(user, municipality)
