"""Reads for the tjänsteskrivelse: what is saved, and what its first wording and its document are made of.

The document becomes public: everything in it is as readers may see it, masked, and without the words of answers that
are not published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation, Invitation
from sakrad.core.db import db
from sakrad.core.i18n import day
from sakrad.positions.models import Position
from sakrad.positions.queries_public import is_counted, voice
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.responses import queries_desk
from sakrad.responses.models import BoardPaper, Commitment, CommitmentParty, Outcome, Response
from sakrad.responses.paper import PaperFacts, Promised
from sakrad.summaries.models import Citation, Finding, Point
from sakrad.summaries.queries import find_summary
from sakrad.summaries.queries_hidden import list_hidden_words, places_of
from sakrad.summaries.queries_public import Masks, list_points, words_of


@dataclass(frozen=True, slots=True)
class ProposedPromise:
    """What the municipality is to promise, as it will be read."""

    what: str
    function: str
    unit: str
    due_on: date
    how_seen: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed answer: what it is about, and its words as they will be read."""

    heading: str  # the finding's, or which point it is and whose, where readers are told
    quoted: str  # the words of a single point; empty where it is about a finding, or they may not be read
    outcome: Outcome
    reason: str
    study_until_on: date | None
    whose: str
    basis: str
    basis_on: date | None
    promises: tuple[ProposedPromise, ...]


def find_paper(consultation: Consultation) -> BoardPaper | None:
    """What has been saved, or None."""
    return db.session.get(BoardPaper, consultation.id, populate_existing=True)


def concealed(consultation: Consultation, written: Mapping[str, str | int]) -> dict[str, str | int]:
    """The texts of a tjänsteskrivelse without the words that have been hidden, for the document."""
    hidden = list_hidden_words(consultation)
    return {name: published(text, places_of(text, hidden)) if isinstance(text, str) else text for name, text in written.items()}


def appendix_length(consultation: Consultation) -> int:
    """How many code points of people's words the summary holds, about."""
    told = sa.or_(Point.set_aside_at.is_not(None), sa.exists().where(Citation.point_id == Point.id))
    return _count(sa.select(sa.func.sum(Point.end - Point.start)).where(Point.consultation_id == consultation.id, told))


def paper_facts(consultation: Consultation) -> PaperFacts:
    """What the first wording is made of."""
    summary = find_summary(consultation)
    desk = queries_desk.get_desk(consultation)
    ids = [finding.id for finding in summary.findings] if summary else []
    masks = masks_over({TextKind.finding_heading: ids, TextKind.in_short: [summary.id] if summary else []})
    commitments = [one for target in desk.proposed if target.response for one in own_commitments(target.response)]
    hidden = masks_over({TextKind.commitment: [one.id for one in commitments]})
    return PaperFacts(
        title=consultation.title,
        diary_number=consultation.diary_number,
        authority=consultation.authority.name,
        lead=consultation.lead,
        purpose=consultation.purpose,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        invited=_count(sa.select(sa.func.count(Invitation.id)).where(Invitation.consultation_id == consultation.id)),
        answered=_count(
            sa.select(sa.func.count(Position.id))
            .join(Position.consultation)
            .where(Position.consultation_id == consultation.id, is_counted())
        ),
        summary_published_at=consultation.summary_published_at,
        in_short=published(summary.in_short, masks.get((TextKind.in_short, summary.id), ())) if summary else "",
        headings=[_heading(finding, masks) for finding in summary.findings] if summary else [],
        not_heard=[group.name for group in summary.not_heard] if summary else [],
        materials=[material.title for material in consultation.materials if material.withdrawn_at is None],
        touches_money=consultation.touches_money,
        outcomes=[target.response.outcome for target in desk.proposed if target.response],
        promised=[
            Promised(
                published(one.what, hidden.get((TextKind.commitment, one.id), ())),
                f"{one.function.present.title}, {one.function.present.unit.name}",
                day(one.due_on, year=True),
            )
            for one in commitments
        ],
    )


def _count(statement: sa.Select[int]) -> int:
    return db.session.scalar(statement) or 0


def _heading(finding: Finding, masks: Masks) -> str:
    return published(finding.heading, masks.get((TextKind.finding_heading, finding.id), ()))


def list_proposed(desk: queries_desk.Desk, at: datetime) -> list[Proposed]:
    """The proposed answers as they will be read. The number of statements does not depend on their number."""
    answered = [target for target in desk.proposed if target.response]
    single = {target.point.id for target in answered if target.point}
    rows = {row.point_id: row for row in list_points(at, Point.id.in_(single))} if single else {}
    responses = [target.response for target in answered if target.response]
    ids, promised = [one.id for one in responses], [promise.id for one in responses for promise in own_commitments(one)]
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in rows.values()},
            **dict.fromkeys((TextKind.response, TextKind.whose, TextKind.basis), ids),
            **dict.fromkeys((TextKind.commitment, TextKind.how_seen), promised),
            TextKind.finding_heading: [target.finding.id for target in answered if target.finding],
        }
    )
    proposed = []
    for target in answered:
        response = target.response
        assert response is not None
        row = rows.get(target.point.id) if target.point else None
        proposed.append(
            Proposed(
                heading=f"{target.number}. {_heading(target.finding, masks)}" if target.finding else _single(target.number, row),
                quoted=words_of(row, masks) if row else "",
                outcome=response.outcome,
                reason=published(response.reason, masks.get((TextKind.response, response.id), ())),
                study_until_on=response.study_until_on,
                whose=published(response.whose, masks.get((TextKind.whose, response.id), ())),
                basis=published(response.basis, masks.get((TextKind.basis, response.id), ())),
                basis_on=response.basis_on,
                promises=tuple(_promise(one, masks) for one in own_commitments(response)),
            )
        )
    return proposed


def _single(number: int, row: Any) -> str:
    """What an answer to one point is called, by the name that readers are told."""
    name = voice(row).name if row else None
    if name is None:
        return str(_("Särskilt svar på synpunkt %(number)s", number=number))
    return str(_("Särskilt svar till %(name)s, synpunkt %(number)s", name=name, number=number))


def own_commitments(response: Response) -> list[Commitment]:
    """What the municipality promises: what organisations do is theirs to confirm, and not before the authority has decided."""
    return [one for one in response.commitments if one.party is not CommitmentParty.organisation]


def _promise(one: Commitment, masks: Masks) -> ProposedPromise:
    whose = one.function.present
    return ProposedPromise(
        what=published(one.what, masks.get((TextKind.commitment, one.id), ())),
        function=whose.title,
        unit=whose.unit.name,
        due_on=one.due_on,
        how_seen=published(one.how_seen, masks.get((TextKind.how_seen, one.id), ())),
    )
