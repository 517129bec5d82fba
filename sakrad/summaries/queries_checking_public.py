"""What readers are told of the faktakontroll: how many confirm, and the objections beside the text."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.statements import built_once
from sakrad.directory.queries_merging import now_of
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_public import Visibility, positions
from sakrad.records.models import ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import latest_decision, published
from sakrad.summaries.models import Citation, Confirmation, ConfirmationReply, FactCheck, Finding, Point, ReplyKind, Summary
from sakrad.summaries.queries_checking import latest_replies
from sakrad.summaries.queries_public import Masks


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How the cited organisations stand to how they are rendered. Each is counted once, by what it said last."""

    held: bool  # False: the summary was published without a faktakontroll
    confirmed: int = 0
    stale: int = 0  # confirmed an earlier wording
    corrections: int = 0  # asked for one, which was answered; they have said nothing since
    objections: int = 0
    silent: int = 0
    withheld: int = 0  # of the objections: they are not published
    whole: int = 0  # of the objections: published, and against all that rests on the organisation's words

    @property
    def beside(self) -> int:
        """The objections that stand beside a text."""
        return self.objections - self.withheld - self.whole

    @property
    def cited(self) -> int:
        return self.confirmed + self.stale + self.corrections + self.objections + self.silent


@built_once
def _replied(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    """How many of those who are cited have replied, and how."""
    cited = (
        sa.select(now_of(Position.organisation_id).label("organisation_id"))
        .select_from(Citation)
        .join(Finding, Finding.id == Citation.finding_id)
        .join(Summary, Summary.id == Finding.summary_id)
        .join(Point, Point.id == Citation.point_id)
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Summary.consultation_id == consultation_id)
        .distinct()
        .subquery()
    )
    withheld = latest_decision(ReviewKind.objection, ConfirmationReply.id) == ReviewDecision.withheld
    said = (
        sa.select(
            now_of(Confirmation.organisation_id).label("organisation_id"),
            ConfirmationReply.kind,
            ConfirmationReply.outdated_at,
            sa.case((withheld, "withheld"), (ConfirmationReply.finding_id.is_(None), "whole"), else_="beside").label("place"),
        )
        .join(Confirmation, Confirmation.id == ConfirmationReply.confirmation_id)
        .where(ConfirmationReply.id.in_(latest_replies(consultation_id)))
        .subquery()
    )
    held = sa.exists().where(FactCheck.consultation_id == consultation_id)
    outdated = said.c.outdated_at.is_not(None)
    return (
        sa.select(said.c.kind, said.c.place, outdated.label("outdated"), held.label("held"), sa.func.count().label("many"))
        .select_from(cited.outerjoin(said, said.c.organisation_id == cited.c.organisation_id))
        .group_by(said.c.kind, said.c.place, outdated)
    )


def outcome(consultation_id: int) -> CheckOutcome:
    """Of the published summary, in one statement."""
    rows = db.session.execute(*_replied(consultation_id)).all()

    def many(kind: ReplyKind | None, *, stale: bool | None = None, place: str | None = None) -> int:
        return sum(row.many for row in rows if row.kind == kind and stale in (None, bool(row.outdated)) and place in (None, row.place))

    return CheckOutcome(
        held=any(row.held for row in rows),
        confirmed=many(ReplyKind.confirmed, stale=False),
        stale=many(ReplyKind.confirmed, stale=True),
        corrections=many(ReplyKind.correction),
        objections=many(ReplyKind.objection),
        silent=many(None),
        withheld=many(ReplyKind.objection, place="withheld"),
        whole=many(ReplyKind.objection, place="whole"),
    )


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection as readers may see it: without words where they are not published, without a name where none may be told."""

    finding_id: int | None  # None: against all that rests on the organisation's words
    name: str | None
    text: str
    earlier: bool  # the text has been changed since


class Unmasked(NamedTuple):
    """Objections that still want their masks, so that a page asks once for those of all its texts."""

    ids: Collection[int]  # of the texts, TextKind.objection
    under: Callable[[Masks], dict[int | None, tuple[Objection, ...]]]  # by the id of the finding


@built_once
def _objections(consultation_id: int, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    spoken = sa.orm.aliased(PositionVersion, name="spoken_version")
    reply = ConfirmationReply
    decision = latest_decision(ReviewKind.objection, reply.id)
    return (
        positions(
            at,
            reply.id.label("reply_id"),
            reply.text,
            reply.finding_id,
            reply.outdated_at,
            Confirmation.organisation_name.label("asked_name"),
            decision.label("decision"),
            spoken=spoken,
        )
        .join(FactCheck, FactCheck.consultation_id == Position.consultation_id)
        .join(
            Confirmation,
            sa.and_(Confirmation.fact_check_id == FactCheck.id, now_of(Confirmation.organisation_id) == now_of(Position.organisation_id)),
        )
        .join(reply, reply.confirmation_id == Confirmation.id)
        .where(
            Position.consultation_id == consultation_id,
            reply.kind == ReplyKind.objection,
            reply.id.in_(latest_replies(consultation_id)),
            decision.is_not(None),
        )
        .order_by(reply.received_at, reply.id)
    )


def objections_in(consultation_id: int, at: datetime) -> Unmasked:
    """The reviewed objections of a consultation, in one statement.

    An organisation is named only where everything of its that readers see is named (positions.queries_public).
    """
    rows = db.session.execute(*_objections(consultation_id, at)).all()
    seen: dict[int, set[Visibility]] = {}
    found: dict[int, Any] = {}
    for row in rows:
        found.setdefault(row.reply_id, row)
        seen.setdefault(row.reply_id, set()).add(Visibility(row.visibility))

    def under(masks: Masks) -> dict[int | None, tuple[Objection, ...]]:
        by_finding: dict[int | None, tuple[Objection, ...]] = {}
        for reply_id, row in found.items():
            named = seen[reply_id] - {Visibility.hidden} == {Visibility.named}
            withheld = row.decision == ReviewDecision.withheld
            words = "" if withheld else published(row.text, masks.get((TextKind.objection, reply_id), ()))
            one = Objection(row.finding_id, row.asked_name if named else None, words, row.outdated_at is not None)
            by_finding[row.finding_id] = (*by_finding.get(row.finding_id, ()), one)
        return by_finding

    return Unmasked(found, under)
