"""Who may write the authority's answers and tell how its commitments go."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.directory.models import Municipality
from sakrad.responses.models import Commitment
from sakrad.responses.targets import Target, Told
from sakrad.summaries.models import Point


def may_send(user: User, consultation: Consultation) -> bool:
    """Whoever handles the consultation takes its answers to the authority, records the decision and publishes."""
    return consultations.may_handle(user, consultation)


def may_answer(user: User, target: Target) -> bool:
    """Whoever handles the consultation; a single point, unless a member of the organisation that made it (jäv)."""
    return consultations.may_handle(user, target.consultation) and not _is_own(user, target.point)


def may_follow_up(user: User, commitment: Commitment) -> bool:
    """The same for a commitment that answers."""
    return consultations.may_handle(user, commitment.consultation) and not _is_own(user, commitment.response.point)


def may_mask(user: User, told: Told) -> bool:
    """Whoever handles the consultation: hiding words never has to wait for somebody else."""
    return consultations.may_handle(user, told.consultation)


def may_see_commitments(user: User, municipality: Municipality) -> bool:
    """Everyone who works for the municipality: what is listed is published."""
    return accounts.is_staff_of(user, municipality)


def _is_own(user: User, point: Point | None) -> bool:
    return point is not None and accounts.is_partial(user, point.answer.version.position.organisation)
