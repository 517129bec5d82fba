"""Who may write the authority's answers and tell how its commitments go."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.directory.models import Municipality, Organisation
from sakrad.responses.models import Commitment, FeedbackRelease, Pledge
from sakrad.responses.queries_answers import PhraseOf
from sakrad.responses.queries_evaluation import Asked
from sakrad.responses.queries_pledges import PledgeSeat, ToldStep
from sakrad.responses.queries_verdicts import JudgeSeat, ReviewedVerdict
from sakrad.responses.targets import Target
from sakrad.summaries.models import Point


def may_send(user: User, consultation: Consultation) -> bool:
    """Whoever handles the consultation takes its answers to the authority, records the decision and publishes."""
    return consultations.may_handle(user, consultation)


def may_answer(user: User, target: Target) -> bool:
    """Whoever handles the consultation; a single point, unless a member of the organisation that made it (jäv)."""
    return consultations.may_handle(user, target.consultation) and not _is_own(user, target.point)


def may_draft(user: User, target: Target) -> bool:
    """Whoever may answer, and the officers of the authority whose unit is to draft it, unless barred likewise."""
    task = target.task
    assigned = task is not None and accounts.is_officer(user, task.unit.authority)
    return may_answer(user, target) or (assigned and not _is_own(user, target.point))


def may_review(user: User, target: Target) -> bool:
    """Whoever may answer reads what a colleague has written; one's own is refused with the reason."""
    return may_answer(user, target)


def may_divide(user: User, part: FeedbackRelease) -> bool:
    """Whoever takes the answers to the authority says which part comes when."""
    return may_send(user, part.consultation)


def may_word(user: User, asked: PhraseOf) -> bool:
    """Whoever handles the consultation keeps its authority's phrases, if it is the authority's own officer or coordinator."""
    return may_send(user, asked.consultation)


def may_see_duties(user: User, municipality: Municipality) -> bool:
    """Everyone who works for the municipality: what is listed is one's own."""
    return accounts.is_staff_of(user, municipality)


def may_follow_up(user: User, commitment: Commitment) -> bool:
    """The same for a commitment that answers."""
    return consultations.may_handle(user, commitment.consultation) and not _is_own(user, commitment.response.point)


def may_mask(user: User, consultation: Consultation) -> bool:
    """Whoever handles the consultation: hiding words never has to wait for somebody else."""
    return consultations.may_handle(user, consultation)


def may_handle_pledge(user: User, pledge: Pledge) -> bool:
    """Whoever follows up the commitment, unless a member of the organisation whose part it is (jäv)."""
    return may_follow_up(user, pledge.commitment) and not accounts.is_partial(user, pledge.organisation)


def may_review_step(user: User, told: ToldStep) -> bool:
    """The same for what the organisation tells of it."""
    return may_handle_pledge(user, told.pledge)


def may_see_pledges(user: User, organisation: Organisation) -> bool:
    """The organisation's members see what it is asked for and stands for."""
    return accounts.may_write(user, organisation)


def may_see_pledge(user: User, seat: PledgeSeat) -> bool:
    """The same for one of them; its members also tell how it goes."""
    return accounts.may_write(user, seat.organisation)


def may_answer_pledge(user: User, seat: PledgeSeat) -> bool:
    """Confirms, declines or takes back for the organisation: those who may submit for it."""
    return accounts.may_approve(user, seat.organisation)


def may_see_commitments(user: User, municipality: Municipality) -> bool:
    """Everyone who works for the municipality: what is listed is published."""
    return accounts.is_staff_of(user, municipality)


def may_evaluate(user: User, asked: Asked) -> bool:
    """Answers the evaluation for the organisation: those who may submit for it."""
    return asked.organisation is not None and accounts.may_approve(user, asked.organisation)


def may_judge(user: User, seat: JudgeSeat) -> bool:
    """Says whether a commitment was kept: the organisation's members."""
    return accounts.may_write(user, seat.organisation)


def may_review_verdict(user: User, reviewed: ReviewedVerdict) -> bool:
    """Whoever handles the consultation and is no member of the organisation that said it (jäv)."""
    return consultations.may_handle(user, reviewed.consultation) and not accounts.is_partial(user, reviewed.verdict.organisation)


def _is_own(user: User, point: Point | None) -> bool:
    return point is not None and accounts.is_partial(user, point.answer.version.position.organisation)
