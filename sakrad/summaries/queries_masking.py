"""The texts of a published summary in which words can be hidden, and what older editions hold of them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.positions.models import Answer
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind
from sakrad.summaries.models import (
    Confirmation,
    ConfirmationReply,
    Edition,
    EditionFinding,
    FactCheck,
    Finding,
    NothingToTakeUp,
    Point,
    ReplyKind,
    Summary,
)

IN_EDITIONS = {
    TextKind.finding: (TextKind.edition_finding, EditionFinding.body),
    TextKind.finding_heading: (TextKind.edition_heading, EditionFinding.heading),
    TextKind.finding_section: (TextKind.edition_section, EditionFinding.section),
}


def list_texts(consultation: Consultation) -> list[MaskableText]:
    """Every text that stands in the published summary, in the order of the page; older editions' own texts last."""
    summary = db.session.scalar(sa.select(Summary).where(Summary.consultation_id == consultation.id))
    if summary is None:
        return []
    texts = [MaskableText("kort", TextKind.in_short, (summary.id,), _("Kort om sakrådet"), summary.in_short)]
    for finding in db.session.scalars(sa.select(Finding).where(Finding.summary_id == summary.id).order_by(Finding.number)):
        n, only = finding.number, (finding.id,)
        section = _("Avsnittet som börjar med %(n)s", n=n)
        texts.append(MaskableText(f"avsnitt-{n}", TextKind.finding_section, only, section, finding.section))
        texts.append(MaskableText(f"rubrik-{n}", TextKind.finding_heading, only, _("Rubrik %(n)s", n=n), finding.heading))
        texts.append(MaskableText(f"text-{n}", TextKind.finding, only, _("Samlad synpunkt %(n)s", n=n), finding.body))
    texts += [*_list_objections(consultation), *_list_set_aside(consultation), *_list_nothing(consultation), *_list_older(summary)]
    return [text for text in texts if text.text]


def _list_objections(consultation: Consultation) -> list[MaskableText]:
    statement = (
        sa.select(ConfirmationReply.id, ConfirmationReply.text, Confirmation.organisation_name)
        .join(Confirmation, Confirmation.id == ConfirmationReply.confirmation_id)
        .join(FactCheck, FactCheck.id == Confirmation.fact_check_id)
        .where(FactCheck.consultation_id == consultation.id, ConfirmationReply.kind == ReplyKind.objection)
        .order_by(ConfirmationReply.id)
    )
    return [
        MaskableText(f"invandning-{place}", TextKind.objection, (number,), _("Invändning från %(name)s", name=name), text)
        for place, (number, text, name) in enumerate(db.session.execute(statement), start=1)
    ]


def objecting(consultation: Consultation) -> dict[int, Organisation]:
    """Who has objected, by the id of the reply."""
    statement = (
        sa.select(ConfirmationReply.id, Organisation)
        .join(Confirmation, Confirmation.id == ConfirmationReply.confirmation_id)
        .join(Confirmation.organisation)
        .join(FactCheck, FactCheck.id == Confirmation.fact_check_id)
        .where(FactCheck.consultation_id == consultation.id, ConfirmationReply.kind == ReplyKind.objection)
    )
    return {row.id: row.Organisation for row in db.session.execute(statement)}


def _list_set_aside(consultation: Consultation) -> list[MaskableText]:
    """A reason that many points share is one text."""
    statement = sa.select(Point.number, Point.id, Point.set_aside_reason).where(Point.consultation_id == consultation.id)
    reasons: dict[str, list[tuple[int, int]]] = {}
    for number, point_id, reason in db.session.execute(statement.where(Point.set_aside_at.is_not(None)).order_by(Point.number)):
        reasons.setdefault(reason, []).append((number, point_id))
    texts = []
    for reason, points in reasons.items():
        where = _("Skäl att lägga åt sidan (%(n)s)", n=", ".join(f"[{number}]" for number, _id in points))
        ids = tuple(point_id for _number, point_id in points)
        texts.append(MaskableText(f"skal-{points[0][0]}", TextKind.set_aside, ids, where, reason))
    return texts


def _list_nothing(consultation: Consultation) -> list[MaskableText]:
    statement = (
        sa.select(NothingToTakeUp.answer_id, NothingToTakeUp.reason, Question.number)
        .join(Answer, Answer.id == NothingToTakeUp.answer_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Question.consultation_id == consultation.id)
        .order_by(Question.number, NothingToTakeUp.answer_id)
    )
    reasons: dict[str, list[tuple[int, int]]] = {}
    for answer_id, reason, number in db.session.execute(statement):
        reasons.setdefault(reason, []).append((number, answer_id))
    return [
        MaskableText(
            f"inget-{place}",
            TextKind.nothing,
            tuple(answer_id for _number, answer_id in answers),
            _("Skäl att inte ta upp något (fråga %(n)s)", n=", ".join(str(n) for n in sorted({number for number, _id in answers}))),
            reason,
        )
        for place, (reason, answers) in enumerate(reasons.items(), start=1)
    ]


def _list_older(summary: Summary) -> list[MaskableText]:
    """What editions say that the summary does not say now, and why it was corrected."""
    texts: list[MaskableText] = []
    for edition in db.session.scalars(sa.select(Edition).where(Edition.summary_id == summary.id).order_by(Edition.number)):
        e, only = edition.number, (edition.id,)
        texts.append(MaskableText(f"utgava-{e}-skal", TextKind.edition_reason, only, _("Skäl till utgåva %(e)s", e=e), edition.reason))
        if edition.in_short != summary.in_short:
            texts.append(MaskableText(f"utgava-{e}-kort", TextKind.edition_in_short, only, _("Utgåva %(e)s: kort", e=e), edition.in_short))
    live = {finding.id: finding for finding in db.session.scalars(sa.select(Finding).where(Finding.summary_id == summary.id))}
    rows = db.session.execute(
        sa.select(EditionFinding, Edition.number)
        .join(Edition, Edition.id == EditionFinding.edition_id)
        .where(Edition.summary_id == summary.id)
        .order_by(Edition.number, EditionFinding.number)
    )
    for old, e in rows:
        now = live.get(old.finding_id)
        for kind, (older, column) in IN_EDITIONS.items():
            said = getattr(old, column.key)
            if now is None or said != getattr(now, column.key):
                where = _("Utgåva %(e)s, samlad synpunkt %(n)s", e=e, n=old.number)
                texts.append(MaskableText(f"utgava-{e}-{kind.value}-{old.number}", older, (old.id,), where, said))
    return texts


def list_edition_texts(kind: TextKind, text_ids: Collection[int]) -> list[MaskableText]:
    """The texts of all editions that a live text has, or had: what a mask over it has to cover too."""
    if kind is TextKind.in_short:
        found = sa.select(Edition.id, Edition.in_short).where(Edition.summary_id.in_(text_ids))
        return [MaskableText("", TextKind.edition_in_short, (number,), "", text) for number, text in db.session.execute(found)]
    if kind not in IN_EDITIONS:
        return []
    older, column = IN_EDITIONS[kind]
    found = sa.select(EditionFinding.id, column).where(EditionFinding.finding_id.in_(text_ids))
    return [MaskableText("", older, (number,), "", text) for number, text in db.session.execute(found)]
