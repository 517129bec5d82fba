"""A small world for the yearly report, counted by hand: two years of one municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.models.following import Continuation, ContinuationKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Municipality, Organisation, TargetGroup
from sakrad.positions.models import Position, PublicationWish
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.responses.models import (
    Commitment,
    CommitmentParty,
    EvaluationReply,
    EvaluationRound,
    EvaluationSeat,
    EvaluationSide,
    LinkedDecision,
    Outcome,
    ProgressStatus,
    UptakeCell,
    VerdictValue,
)
from sakrad.summaries.models import Summary
from tests import factories as make
from tests.factories import ledger, meetings, responses, summaries, verdicts

NEW_YEAR = clock.start_of(date(2026, 1, 1))
NEXT = clock.start_of(date(2027, 1, 1))
LATER = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class World:
    """`first` closed in 2025 and was answered in 2026, two days late; `second` had its last day on New Year's Eve 2026."""

    municipality: Municipality
    first: Consultation
    second: Consultation
    regular: Organisation  # answered both
    new: Organisation  # answered the second, without a name
    late: Commitment
    heard: TargetGroup
    unheard: TargetGroup


def answered(of: Consultation, by: Organisation, **values: object) -> Position:
    return make.position(of, by, received_at=of.opens_at, **values)


def world() -> World:
    authority = make.authority(name="Socialnämnden")
    place = authority.municipality
    times = {"announced_at": NEW_YEAR - 100 * DAY, "opens_at": NEW_YEAR - 90 * DAY, "closes_at": NEW_YEAR - 40 * DAY}
    first = make.consultation(
        Phase.answered,
        of=authority,
        title="Det första",
        **times,
        summary_due_on=date(2025, 12, 20),
        summary_published_at=NEW_YEAR - 15 * DAY,
        feedback_due_on=date(2026, 2, 1),
        feedback_published_at=datetime(2026, 2, 3, 10, tzinfo=UTC),
    )
    second = make.consultation(
        Phase.compiling,
        of=authority,
        title="Det andra",
        announced_at=NEXT - 60 * DAY,
        opens_at=NEXT - 50 * DAY,
        closes_at=NEXT,
        summary_due_on=date(2027, 2, 1),
        feedback_due_on=date(2027, 4, 1),
    )
    heard, unheard = make.group(name="Anhöriga"), make.group(name="Barn")
    regular = make.organisation(name="Öppna föreningen", verified_in=place)
    new = make.organisation(name="Hemliga jouren", protected=True, verified_in=place)
    positions = [answered(first, regular), answered(second, regular), answered(second, new, wish=PublicationWish.unnamed)]
    with transaction():
        second.groups += [heard, unheard]
        for position in positions:
            assert position.current is not None
            position.current.groups.append(heard)
    meetings.meeting(second, starts_at=NEXT - 20 * DAY, ends_at=NEXT - 20 * DAY + DAY / 24, register_until=NEXT - 21 * DAY)
    summary: Summary = summaries.summary(first, published_at=first.summary_published_at, in_short="Anna Ek vill ha en väg in.")
    make.save(Mask(kind=TextKind.in_short, text_id=summary.id, start=0, end=7, ground=MaskGround.personal_data, created_at=LATER))
    point = summaries.point(summaries.answer_of(positions[0]))
    finding = summaries.finding(summary, f"Vägen in är lång.[{point.number}]")
    summary.not_heard = [make.group(name="Asylsökande")]
    other = summaries.finding(summary, f"Tolk saknas.[{point.number}]", heading="Tolk")
    published = first.feedback_published_at
    assert published is not None and first.function is not None
    release = responses.release(first, **responses.decided(published_at=published, decided_at=published, sent_at=published - DAY))
    reply = responses.response(release, finding=finding)
    responses.response(release, finding=other, outcome=Outcome.wont_do)
    late = responses.commitment(reply, first.function, what="Ett nummer dygnet runt", due_on=date(2027, 12, 1), created_at=published)
    moved = {"status": ProgressStatus.changed, "former_due_on": date(2026, 12, 1), "due_on": date(2027, 12, 1)}
    responses.progress(late, at=NEXT + 10 * DAY, text="Det dröjer.", **moved)
    shared = {"party": CommitmentParty.joint, "due_on": date(2026, 5, 1), "done_at": NEXT - 100 * DAY}
    done = responses.commitment(reply, first.function, what="En skylt", **shared)
    responses.progress(done, at=NEXT - 100 * DAY, status=ProgressStatus.done)
    own = {
        "party": CommitmentParty.organisation,
        "due_on": date(2026, 5, 1),
        "done_at": NEXT - 90 * DAY,
    }
    ledger.pledge(responses.commitment(reply, first.function, what="En kväll för alla", **own), regular)
    for value in (VerdictValue.not_done, VerdictValue.not_done, VerdictValue.partly):
        by = make.organisation(verified_in=place)
        ledger.pledge(done, by, confirmed_at=NEXT - 95 * DAY)
        verdicts.verdict(done, by, value=value, at=NEXT - 50 * DAY)
    asked = {"consultation_id": first.id, "round": EvaluationRound.feedback}
    make.save(EvaluationSeat(**asked, organisation_id=regular.id, asked_at=published, answered=True))
    for agree in (5, 4, 4, 2, None):
        make.save(EvaluationReply(**asked, side=EvaluationSide.organisation, q1=agree))
    make.save(Continuation(consultation_id=first.id, kind=ContinuationKind.partnership, text="Vi ser på det.", at=NEXT - 30 * DAY))
    cell = {"consultation_id": first.id, "municipality_id": place.id, "kind": regular.kind, "group_id": heard.id, "year": 2026}
    make.save(UptakeCell(**cell, outcome=Outcome.wont_do, points=3, contributors=1, voices=1))
    about = {"consultation_id": first.id, "body": "Kommunfullmäktige", "at": NEXT - 90 * DAY}
    make.save(LinkedDecision(**about, decided_on=date(2026, 9, 1), ref="§ 12", what="Antog planen."))
    return World(*(db.session.merge(one) for one in (place, first, second, regular, new, late, heard, unheard)))
