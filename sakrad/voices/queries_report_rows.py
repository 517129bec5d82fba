"""The rows that a yearly report is counted from, each kind in one statement."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, consultation_group
from sakrad.consultations.models.following import Continuation, ContinuationKind
from sakrad.consultations.promised import feedback_due
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core.db import UTCDateTime, db, json_rows, order_sv
from sakrad.directory.models import Authority, Municipality, Organisation, TargetGroup
from sakrad.directory.queries_public import Named, is_listed
from sakrad.meetings.models import Meeting
from sakrad.positions.queries_coverage import count_for
from sakrad.positions.queries_public import how_many
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, published_row
from sakrad.responses.models import (
    Commitment,
    CommitmentParty,
    FeedbackRelease,
    LinkedDecision,
    Outcome,
    Progress,
    ProgressStatus,
    Response,
)
from sakrad.responses.queries_commitments import undertaken
from sakrad.responses.told import is_told
from sakrad.summaries.models import Summary, summary_not_heard
from sakrad.voices.queries_first import spoke, told_by_name
from sakrad.voices.report import (
    Asked,
    Decided,
    Heard,
    Promised,
    Spoke,
    Year,
)

# -- consultations


def list_consultations(kommun: str, year: Year) -> list[Any]:
    """The municipality's consultations of this year, of the year before, and those that still wait for something.

    One statement. A municipality without any is one row without a consultation.
    """
    c, begins, until = Consultation, year.before.begins, year.until
    first = sa.select(sa.func.min(c.announced_at)).where(c.municipality_id == Municipality.id).correlate(Municipality)
    steps = (c.opens_at, c.closes_at, c.summary_published_at, c.feedback_published_at, c.cancelled_at, c.ended_at)
    taken = [sa.and_(step >= begins, step <= until) for step in steps]
    left = sa.and_(c.feedback_published_at.is_(None), c.cancelled_at.is_(None), c.ended_at.is_(None))
    followed = [c.id.in_(sa.select(table.consultation_id).where(_is_of(table, year))) for table in (LinkedDecision, Continuation)]
    statement = (
        sa.select(
            *(Municipality.id.label("municipality_id"), Municipality.slug.label("kommun"), Municipality.name.label("place")),
            *(FULL_NAME.label("municipality"), Municipality.mailbox, first.scalar_subquery().label("first")),
            *(c.id, c.slug, c.title, Authority.name.label("authority"), *steps, c.summary_due_on),
            feedback_due().label("feedback_due_on"),
            how_many(year.at).label("answered"),
            *_columns(year),
            Summary.in_short,
            masks_column(TextKind.in_short, Summary.id).label("in_short_masks"),
        )
        .select_from(Municipality)
        .outerjoin(c, sa.and_(c.municipality_id == Municipality.id, c.announced_at < until, sa.or_(*taken, left, *followed)))
        .outerjoin(Authority, Authority.id == c.authority_id)
        .outerjoin(Summary, sa.and_(Summary.consultation_id == c.id, Summary.published_at.is_not(None)))
        .where(Municipality.slug == kommun, Municipality.active)
        .order_by(c.opens_at, c.id)
    )
    return list(db.session.execute(statement))


def _is_of(table: Any, year: Year) -> sa.ColumnElement[bool]:
    """Whether a linked decision was taken in the year, or what comes next was told in it."""
    if table is LinkedDecision:
        return sa.and_(LinkedDecision.decided_on.between(date(year.number, 1, 1), year.day), LinkedDecision.at < year.at)
    return sa.and_(table.at >= year.begins, table.at < year.until)


def _columns(year: Year) -> list[sa.ColumnElement[Any]]:
    """What hangs on a consultation, each as one column. Needs Consultation outside."""
    groups = (
        sa.select(json_rows(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, count_for(TargetGroup.id)))
        .select_from(consultation_group.join(TargetGroup.__table__, TargetGroup.id == consultation_group.c.target_group_id))
        .where(consultation_group.c.consultation_id == Consultation.id)
    )
    not_heard = (
        sa.select(json_rows(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, count_for(TargetGroup.id)))
        .select_from(summary_not_heard.join(TargetGroup.__table__, TargetGroup.id == summary_not_heard.c.target_group_id))
        .join(Summary, Summary.id == summary_not_heard.c.summary_id)
        .where(Summary.consultation_id == Consultation.id, Summary.published_at < year.until)
    )
    outcomes = (
        sa.select(json_rows(Response.outcome, _year_of(FeedbackRelease.published_at, year)))
        .join(FeedbackRelease, FeedbackRelease.id == Response.release_id)
        .where(FeedbackRelease.consultation_id == Consultation.id, Response.finding_id.is_not(None))
        .where(FeedbackRelease.published_at < year.until)
    )
    meetings = sa.select(json_rows(_year_of(Meeting.starts_at, year))).where(
        Meeting.consultation_id == Consultation.id, Meeting.cancelled_at.is_(None), Meeting.starts_at < year.until
    )
    told = (  # what is decided about a commitment is told when the commitment is
        sa.select(Commitment.id)
        .join(Response, Response.id == Commitment.response_id)
        .join(FeedbackRelease, FeedbackRelease.id == Response.release_id)
        .where(Commitment.id == LinkedDecision.commitment_id, FeedbackRelease.published_at.is_not(None), is_told())
        .correlate(LinkedDecision)
    )
    decision, masks = LinkedDecision, masks_column(TextKind.linked_decision, LinkedDecision.id)
    decisions = (
        sa.select(
            json_rows(sa.cast(decision.decided_on, sa.String), decision.body, decision.ref, decision.what, masks, decision.minutes_url)
        )
        .where(decision.consultation_id == Consultation.id, _is_of(decision, year))
        .where(sa.or_(decision.commitment_id.is_(None), told.exists()))
    )
    leads = sa.select(json_rows(Continuation.kind)).where(Continuation.consultation_id == Consultation.id, _is_of(Continuation, year))
    named = {"groups": groups, "not_heard": not_heard, "outcomes": outcomes, "meetings": meetings, "decisions": decisions, "leads": leads}
    return [statement.correlate(Consultation).scalar_subquery().label(name) for name, statement in named.items()]


def _year_of(instant: Any, year: Year) -> sa.ColumnElement[int]:
    """This year's number, or that of the year before, or 0."""
    return sa.case((instant >= year.begins, year.number), (instant >= year.before.begins, year.number - 1), else_=0)


def _heard(groups: Any, not_heard: Any) -> tuple[Heard, ...]:
    """The groups that the consultation was asked about, and those that its summary says were not heard."""
    found = {tuple(one) for one in (*(groups or ()), *(not_heard or ()))}
    return tuple(Heard(Named(*names), answers) for *names, answers in sorted(found))


def asked_of(row: Any) -> Asked:
    return Asked(
        id=row.id,
        kommun=row.kommun,
        slug=row.slug,
        title=row.title,
        authority=row.authority,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        summary_due_on=row.summary_due_on,
        summary_published_at=row.summary_published_at,
        feedback_due_on=row.feedback_due_on,
        feedback_published_at=row.feedback_published_at,
        cancelled_at=row.cancelled_at,
        ended_at=row.ended_at,
        answered=row.answered,
        groups=_heard(row.groups, row.not_heard),
        in_short=published_row(row.in_short or "", row.in_short_masks),
        outcomes=tuple((Outcome(outcome), number) for outcome, number in row.outcomes or ()),
        meetings=tuple(number for (number,) in row.meetings or ()),
        decisions=tuple(
            Decided(date.fromisoformat(day), body, ref, published_row(what, masks), url)
            for day, body, ref, what, masks, url in sorted(row.decisions or (), key=lambda told: told[:3])
        ),
        leads_to=tuple(sorted({ContinuationKind(kind) for (kind,) in row.leads or ()})),
    )


# -- organisations


def list_spoke(municipality_id: int, year: Year) -> list[Spoke]:
    """Every organisation that has answered here, or stands behind a joint answer, in a consultation closed by then. Each once:
    what has been merged is its heir. One statement.
    """
    said, heir = spoke(municipality_id, year.until, told_by_name(year.at)), Organisation
    now = said.c.closes_at > year.begins
    before = sa.and_(said.c.closes_at > year.before.begins, said.c.closes_at <= year.begins)
    told = sa.and_(now, said.c.by_name == 1)
    rows = db.session.execute(
        sa.select(
            heir.name,
            heir.slug,
            sa.case((is_listed(), 1), else_=0).label("listed"),
            *(sa.func.max(sa.case((what, 1), else_=0)).label(name) for name, what in (("told", told), ("now", now), ("before", before))),
            sa.func.min(sa.case((said.c.by_name == 1, said.c.closes_at)), type_=UTCDateTime).label("first"),
        )
        .select_from(said)
        .join(heir, heir.id == said.c.who)
        .group_by(heir.id)
        .order_by(order_sv(heir.name), heir.id)
    )
    return [
        Spoke(
            name=row.name if row.told else None,
            slug=row.slug if row.told and row.listed else None,
            answered=bool(row.now),
            answered_before=bool(row.before),
            first_closed_at=row.first,
        )
        for row in rows
    ]


# -- commitments


def list_promised(municipality_id: int, year: Year) -> tuple[list[Promised], list[Promised]]:
    """The commitments as they stood when the year ended, and when the year before did. One statement.

    Their state is read from the progress of that day: it is appended, never changed. What is the organisations' own has none of
    the municipality's: it is done when their parts are.
    """
    statement = undertaken(
        FeedbackRelease.published_at,
        *(column for one in (year, year.before) for column in _as_of(one)),
    ).where(
        Municipality.id == municipality_id,
        FeedbackRelease.published_at < year.until,
        sa.or_(Commitment.done_at.is_(None), Commitment.done_at >= year.before.begins),
    )
    rows = list(db.session.execute(statement.order_by(FeedbackRelease.published_at, Commitment.id)))
    now, before = ([_promise(row, one) for row in rows if one.saw(row.published_at)] for one in (year, year.before))
    return now, before


def _as_of(year: Year) -> list[sa.ColumnElement[Any]]:
    """The due date and the day on which it was done, by what had been told when the year ended. Needs Commitment outside."""
    own = sa.and_(Progress.commitment_id == Commitment.id, Progress.pledge_id.is_(None))
    moved = sa.select(Progress.former_due_on).where(own, Progress.former_due_on.is_not(None), Progress.at >= year.until)
    first_moved = moved.order_by(Progress.id).limit(1).correlate(Commitment).scalar_subquery()
    done = sa.select(sa.case((Progress.status == ProgressStatus.done, Progress.at))).where(own, Progress.at < year.until)
    latest = done.order_by(Progress.id.desc()).limit(1).correlate(Commitment).scalar_subquery()
    theirs, settled = Commitment.party == CommitmentParty.organisation, sa.case((Commitment.done_at < year.until, Commitment.done_at))
    return [
        sa.func.coalesce(first_moved, Commitment.due_on, type_=sa.Date).label(f"due_{year.number}"),
        sa.type_coerce(sa.case((theirs, settled), else_=latest), UTCDateTime).label(f"done_{year.number}"),
    ]


def _promise(row: Any, year: Year) -> Promised:
    return Promised(
        kommun=row.kommun,
        slug=row.slug,
        title=row.title,
        number=row.commitment,
        commitment_id=row.commitment_id,
        what=published_row(row.what, row.what_masks),
        whose=", ".join(filter(None, (row.unit, row.function))),
        party=row.party,
        published_at=row.published_at,
        due_on=getattr(row, f"due_{year.number}"),
        done_at=getattr(row, f"done_{year.number}"),
        theirs=tuple(name for _id, name, _status in sorted(row.theirs or ())),
    )
