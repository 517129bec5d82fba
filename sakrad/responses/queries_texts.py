"""Every published text of the authority's answers and their follow-up in which words can be hidden, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.i18n import day
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind
from sakrad.responses.models import Commitment, FeedbackRelease, LinkedDecision, Pledge, Progress, Response, Verdict
from sakrad.summaries.models import Point


def list_texts(consultation: Consultation, user: User) -> list[MaskableText]:
    """All but those of organisations that the official belongs to (jäv). The number of statements does not depend on theirs."""
    published = sa.and_(FeedbackRelease.consultation_id == consultation.id, FeedbackRelease.published_at.is_not(None))
    responses = db.session.scalars(
        sa.select(Response)
        .join(Response.release)
        .where(published)
        .options(contains_eager(Response.release), joinedload(Response.finding), joinedload(Response.point))
        .order_by(Response.id)
    )
    texts = [text for response in sorted(responses, key=_place) for text in _of_response(response)]
    own = sa.select(Commitment.id).join(Commitment.response).join(Response.release).where(published)
    steps: dict[int, list[Progress]] = {}
    for step in db.session.scalars(sa.select(Progress).where(Progress.commitment_id.in_(own)).order_by(Progress.id)):
        steps.setdefault(step.commitment_id, []).append(step)
    pledges: dict[int, list[Pledge]] = {}
    whose = joinedload(Pledge.organisation)
    for pledge in db.session.scalars(sa.select(Pledge).where(Pledge.commitment_id.in_(own)).options(whose).order_by(Pledge.id)):
        pledges.setdefault(pledge.commitment_id, []).append(pledge)
    verdicts: dict[int, list[Verdict]] = {}
    given = sa.select(Verdict).where(Verdict.commitment_id.in_(own), Verdict.text != "").options(joinedload(Verdict.organisation))
    for verdict in db.session.scalars(given.order_by(Verdict.reference)):  # not by time, which could tell whose it is
        verdicts.setdefault(verdict.commitment_id, []).append(verdict)
    for commitment in db.session.scalars(sa.select(Commitment).where(Commitment.id.in_(own)).order_by(Commitment.number)):
        parts = [one for one in pledges.get(commitment.id, []) if not accounts.is_partial(user, one.organisation)]
        theirs = {one.id for one in pledges.get(commitment.id, [])} - {one.id for one in parts}
        told = [(n, one) for n, one in enumerate(steps.get(commitment.id, []), 1) if one.pledge_id not in theirs]
        said = [one for one in verdicts.get(commitment.id, []) if not accounts.is_partial(user, one.organisation)]
        texts += _of_commitment(commitment, parts, told, said)
    decisions = sa.select(LinkedDecision).where(LinkedDecision.consultation_id == consultation.id).order_by(LinkedDecision.id)
    for n, decision in enumerate(db.session.scalars(decisions), 1):
        where = _("Beslut: %(body)s %(ref)s", body=decision.body, ref=decision.ref)
        texts.append(MaskableText(f"beslut-{n}", TextKind.linked_decision, (decision.id,), where, decision.what))
    return [text for text in texts if text.text]


def _place(response: Response) -> tuple[bool, int]:
    """Findings first, in their order."""
    return (response.finding is None, _number(response.finding or response.point))


def _number(of: object) -> int:
    return int(getattr(of, "number", 0))


def _of_response(response: Response) -> Iterator[MaskableText]:
    single: Point | None = response.point
    number = _number(response.finding or single)
    key = f"synpunkt-{number}" if single else f"samlad-{number}"
    where = _("Svar på synpunkt %(n)s", n=number) if single else _("Svar på samlad synpunkt %(n)s", n=number)
    only = (response.id,)
    yield MaskableText(key, TextKind.response, only, where, response.reason)
    yield MaskableText(f"{key}-vems", TextKind.whose, only, _("%(where)s: vems ansvar", where=where), response.whose)
    yield MaskableText(f"{key}-dokument", TextKind.basis, only, _("%(where)s: dokumentet", where=where), response.basis)


def _of_commitment(
    commitment: Commitment, pledges: list[Pledge], steps: list[tuple[int, Progress]], verdicts: list[Verdict]
) -> Iterator[MaskableText]:
    only, key = (commitment.id,), f"atagande-{commitment.number}"
    where = _("Åtagande %(n)s", n=commitment.number)
    yield MaskableText(key, TextKind.commitment, only, where, commitment.what)
    yield MaskableText(f"{key}-syns", TextKind.how_seen, only, _("%(where)s: hur det syns", where=where), commitment.how_seen)
    for pledge in pledges:
        part = _("%(where)s: %(name)s", where=where, name=pledge.organisation_name)
        yield MaskableText(f"{key}-del-{pledge.reference}", TextKind.pledge, (pledge.id,), part, pledge.part)
    for n, step in steps:
        told = _("%(where)s: berättat %(day)s", where=where, day=day(step.at, year=True))
        yield MaskableText(f"{key}-steg-{n}", TextKind.progress, (step.id,), told, step.text)
        yield MaskableText(f"{key}-steg-{n}-fil", TextKind.file_says, (step.id,), _("%(told)s, filen", told=told), step.file_says)
    for n, verdict in enumerate(verdicts, 1):
        judged = _("%(where)s: bedömning %(n)s", where=where, n=n)
        yield MaskableText(f"{key}-bedomning-{n}", TextKind.verdict, (verdict.id,), judged, verdict.text)
