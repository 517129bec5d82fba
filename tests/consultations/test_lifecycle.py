"""The phases at every border, in Python and in SQL; the gates; who may still do what when."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from sakrad.consultations import lifecycle, queries
from sakrad.consultations.lifecycle import Dates, Facts, InvitationStatus, Phase
from sakrad.consultations.models import AnswersPublic, Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Blocker
from tests import factories as make

TICK = timedelta(microseconds=1)
OPENS = clock.start_of(date(2027, 10, 4))
CLOSES = clock.end_of(date(2027, 11, 14))  # over the change to winter time
EARLIER = datetime(2027, 9, 20, 9, 30, tzinfo=UTC)
LATER = datetime(2028, 1, 10, 8, 0, tzinfo=UTC)
LATEST = datetime(2028, 4, 10, 8, 0, tzinfo=UTC)
ANNOUNCED = Dates(announced_at=EARLIER, opens_at=OPENS, closes_at=CLOSES)
SUMMARISED = dataclasses.replace(ANNOUNCED, summary_published_at=LATER)
ANSWERED = dataclasses.replace(SUMMARISED, feedback_published_at=LATEST, follow_up_on=date(2028, 10, 2))
SPRING = Dates(announced_at=EARLIER, opens_at=clock.start_of(date(2027, 3, 28)), closes_at=clock.end_of(date(2027, 3, 28)))
AUTUMN = Dates(announced_at=EARLIER, opens_at=clock.start_of(date(2027, 10, 31)), closes_at=clock.end_of(date(2027, 10, 31)))
LEAP = Dates(announced_at=EARLIER, opens_at=clock.start_of(date(2028, 2, 29)), closes_at=clock.end_of(date(2028, 2, 29)))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


# rule, dates, instant, phase
BORDERS = [
    ("nothing decided is a draft", Dates(), OPENS, Phase.draft),
    ("dates without an announcement are a draft", dataclasses.replace(ANNOUNCED, announced_at=None), OPENS, Phase.draft),
    ("a draft stays one after its closing day", dataclasses.replace(ANNOUNCED, announced_at=None), CLOSES, Phase.draft),
    ("cancelled before announcing", Dates(cancelled_at=EARLIER), OPENS, Phase.cancelled),
    ("at the announcement", ANNOUNCED, EARLIER, Phase.announced),
    ("the tick before the opening", ANNOUNCED, OPENS - TICK, Phase.announced),
    ("at the opening", ANNOUNCED, OPENS, Phase.open),
    ("the tick after the opening", ANNOUNCED, OPENS + TICK, Phase.open),
    ("the tick before the closing", ANNOUNCED, CLOSES - TICK, Phase.open),
    ("at the closing: exclusive, without grace", ANNOUNCED, CLOSES, Phase.compiling),
    ("a second after the closing", ANNOUNCED, CLOSES + timedelta(seconds=1), Phase.compiling),
    ("opened when announced", Dates(announced_at=EARLIER, opens_at=EARLIER, closes_at=CLOSES), EARLIER, Phase.open),
    ("summer time begins: opens at 23 UTC the day before", SPRING, utc(2027, 3, 27, 22, 59, 59), Phase.announced),
    ("summer time begins: open", SPRING, utc(2027, 3, 27, 23), Phase.open),
    ("summer time begins: the day has 23 hours", SPRING, utc(2027, 3, 28, 21, 59, 59), Phase.open),
    ("summer time begins: closed after 23 hours", SPRING, utc(2027, 3, 28, 22), Phase.compiling),
    ("summer time ends: opens at 22 UTC the day before", AUTUMN, utc(2027, 10, 30, 21, 59, 59), Phase.announced),
    ("summer time ends: open", AUTUMN, utc(2027, 10, 30, 22), Phase.open),
    ("summer time ends: the day has 25 hours", AUTUMN, utc(2027, 10, 31, 22, 59, 59), Phase.open),
    ("summer time ends: closed after 25 hours", AUTUMN, utc(2027, 10, 31, 23), Phase.compiling),
    ("leap day: not yet", LEAP, utc(2028, 2, 28, 22, 59, 59), Phase.announced),
    ("leap day: open", LEAP, utc(2028, 2, 28, 23), Phase.open),
    ("leap day: open to its end", LEAP, utc(2028, 2, 29, 22, 59, 59), Phase.open),
    ("leap day: closed on 1 March", LEAP, utc(2028, 2, 29, 23), Phase.compiling),
    ("at the published summary", SUMMARISED, LATER, Phase.summarised),
    ("long after the summary", SUMMARISED, LATEST, Phase.summarised),
    ("at the published answer", ANSWERED, LATEST, Phase.answered),
    ("the tick before the day of follow-up", ANSWERED, clock.start_of(date(2028, 10, 2)) - TICK, Phase.answered),
    ("the day of follow-up", ANSWERED, clock.start_of(date(2028, 10, 2)), Phase.following_up),
    ("followed up before its day", dataclasses.replace(ANSWERED, follow_up_began_at=LATEST), LATEST, Phase.following_up),
    ("no day of follow-up", dataclasses.replace(ANSWERED, follow_up_on=None), LATEST + timedelta(days=900), Phase.answered),
    ("a day of follow-up does not answer", dataclasses.replace(SUMMARISED, follow_up_on=date(2027, 1, 1)), LATEST, Phase.summarised),
    ("ended", dataclasses.replace(ANSWERED, ended_at=LATEST), LATEST, Phase.ended),
    ("cancelled while open", dataclasses.replace(ANNOUNCED, cancelled_at=OPENS + TICK), OPENS + 2 * TICK, Phase.cancelled),
    ("cancelled goes before ended", dataclasses.replace(ANSWERED, ended_at=LATEST, cancelled_at=LATEST), LATEST, Phase.cancelled),
]
IDS = [row[0] for row in BORDERS]


@pytest.mark.parametrize(("rule", "dates", "at", "expected"), BORDERS, ids=IDS)
def test_phase_at_every_border(rule, dates, at, expected):
    assert lifecycle.phase(dates, at) is expected


def test_the_phase_in_sql_agrees_on_every_border(app):
    of = make.authority()
    wrong = []
    for rule, dates, at, _expected in BORDERS:
        values = dataclasses.asdict(dates) | {"feedback_due_on": date(2028, 5, 1), "cancel_reason": "Frågan har fallit."}
        consultation = make.consultation(Phase.draft, of=of, questions=1, **values)
        columns = (queries.phase_sql(at), queries.is_open_sql(at))
        stored, is_open = db.session.execute(sa.select(*columns).where(Consultation.id == consultation.id)).one()
        assert bool(is_open) == (stored == "open")
        if stored != queries.phase_of(consultation, at) or stored != lifecycle.phase(dates, at):
            wrong.append((rule, stored))
    assert not wrong


@pytest.mark.parametrize(
    ("rule", "at", "expected"),
    [
        (AnswersPublic.review, OPENS, True),
        (AnswersPublic.closing, CLOSES - TICK, False),
        (AnswersPublic.closing, CLOSES, True),
    ],
    ids=["each at its review", "not before closing", "all at closing"],
)
def test_when_answers_may_be_read(app, rule, at, expected):
    consultation = make.consultation(Phase.open, closes_at=CLOSES, opens_at=OPENS, answers_public=rule)
    in_sql = db.session.scalar(sa.select(queries.answers_visible_sql(at)).where(Consultation.id == consultation.id))
    assert queries.answers_visible(consultation, at) is expected
    assert bool(in_sql) is expected


READY = Facts(
    dates=Dates(opens_at=OPENS, closes_at=CLOSES, follow_up_on=date(2028, 12, 1)),
    lead="Vad behöver den som söker hjälp?",
    purpose="Nämnden ska besluta om en plan.",
    background="I fjol fick 143 personer stöd.",
    can_influence="- vägen in",
    already_decided="- budgeten",
    selection_rationale="De möter dem som söker hjälp.",
    has_unit=True,
    has_function=True,
    questions=3,
    groups=2,
    invitations=4,
    summary_due_on=date(2027, 12, 19),
    decision_on=date(2028, 1, 20),
    feedback_due_on=date(2028, 2, 3),
)
AT = EARLIER


def with_dates(**values: object) -> Facts:
    own = {name: values.pop(name) for name in list(values) if name in {field.name for field in dataclasses.fields(Dates)}}
    return dataclasses.replace(READY, dates=dataclasses.replace(READY.dates, **own), **values)  # type: ignore[arg-type]


def codes(blockers: list[Blocker]) -> list[str]:
    return [blocker.code for blocker in blockers]


GATES = [
    ("nothing in the way", READY, []),
    ("a delimited matter", with_dates(lead=" "), ["lead_missing"]),
    ("a purpose", with_dates(purpose=""), ["purpose_missing"]),
    ("what can be influenced", with_dates(can_influence=""), ["influence_missing"]),
    ("what cannot", with_dates(already_decided=""), ["decided_missing"]),
    ("a unit", with_dates(has_unit=False), ["function_missing"]),
    ("a function", with_dates(has_function=False), ["function_missing"]),
    ("a question besides the open one", with_dates(questions=0), ["question_missing"]),
    ("a background as text", with_dates(background=""), ["background_missing"]),
    ("why these organisations", with_dates(selection_rationale=" "), ["rationale_missing"]),
    ("a feedback date", with_dates(feedback_due_on=None, follow_up_on=None), ["feedback_date_missing"]),
    ("a last day", with_dates(closes_at=None), ["closing_missing"]),
    ("an opening that has not been", with_dates(opens_at=clock.start_of(date(2027, 9, 19))), ["opening_passed"]),
    ("an opening today", with_dates(opens_at=clock.start_of(date(2027, 9, 20))), []),
    ("an opening when announced", with_dates(opens_at=None), []),
    ("closing after opening", with_dates(closes_at=OPENS), ["closing_before_opening"]),
    ("summary after closing", with_dates(summary_due_on=date(2027, 11, 14)), ["summary_due_before_closing"]),
    ("summary before the meeting", with_dates(summary_due_on=date(2028, 1, 21)), ["decision_before_summary"]),
    ("meeting after closing", with_dates(decision_on=date(2027, 11, 14), summary_due_on=None), ["decision_before_closing"]),
    ("feedback after the meeting", with_dates(feedback_due_on=date(2028, 1, 19)), ["feedback_too_early"]),
    ("follow-up after feedback", with_dates(follow_up_on=date(2028, 2, 3)), ["follow_up_too_early"]),
    ("21 days, the first and last counted", with_dates(closes_at=clock.end_of(date(2027, 10, 24))), []),
    ("20 days need a reason", with_dates(closes_at=clock.end_of(date(2027, 10, 23))), ["short_time"]),
    ("20 days with a reason", with_dates(closes_at=clock.end_of(date(2027, 10, 23)), short_time_reason="Lagen ändras."), []),
    ("a group with nobody invited", with_dates(groups_not_invited=("Äldre",)), ["group_not_invited"]),
    ("the same with a reason", with_dates(groups_not_invited=("Äldre",), group_not_invited_reason="Rådet hörs."), []),
    ("a meeting 21 days after closing", with_dates(decision_on=date(2027, 12, 5), summary_due_on=None), []),
    ("a meeting 20 days after closing", with_dates(decision_on=date(2027, 12, 4), summary_due_on=None), ["early_decision"]),
    ("cancelled", with_dates(cancelled_at=AT), ["consultation_cancelled"]),
    ("announced already", with_dates(announced_at=AT), ["already_announced"]),
]


@pytest.mark.parametrize(("rule", "facts", "expected"), GATES, ids=[row[0] for row in GATES])
def test_every_gate(rule, facts, expected):
    assert codes(lifecycle.blockers_to_announce(facts, AT)) == expected


def test_all_gates_are_listed_at_once():
    found = codes(lifecycle.blockers_to_announce(Facts(), AT))
    assert len(found) == 10
    assert {"purpose_missing", "question_missing", "closing_missing", "feedback_date_missing"} <= set(found)


def test_soft_gates_say_so_and_name_the_field_of_their_reason():
    facts = with_dates(closes_at=clock.end_of(date(2027, 10, 23)), groups_not_invited=("Äldre",))
    gates = lifecycle.blockers_to_announce(facts, AT)
    assert all(gate.args["soft"] for gate in gates)
    assert [gate.field for gate in gates] == ["short_time_reason", "group_not_invited_reason"]


def test_time_to_answer_counts_from_now_when_it_opens_at_the_announcement():
    facts = with_dates(opens_at=None, closes_at=clock.end_of(clock.day_of(AT) + timedelta(days=19)), summary_due_on=None, decision_on=None)
    assert codes(lifecycle.blockers_to_announce(facts, AT)) == ["short_time"]


def test_an_announced_one_must_keep_above_the_gates():
    assert codes(lifecycle.blockers_to_stand(with_dates(announced_at=AT, purpose=""), AT)) == ["purpose_missing"]
    assert codes(lifecycle.blockers_to_stand(with_dates(purpose=""), AT)) == []


INSTANTS = {
    Phase.draft: (READY, AT),
    Phase.announced: (with_dates(announced_at=AT), AT),
    Phase.open: (with_dates(announced_at=AT), OPENS),
    Phase.compiling: (with_dates(announced_at=AT), CLOSES),
    Phase.summarised: (with_dates(announced_at=AT, summary_published_at=LATER), LATER),
    Phase.answered: (with_dates(announced_at=AT, summary_published_at=LATER, feedback_published_at=LATER), LATER),
    Phase.following_up: (
        with_dates(announced_at=AT, summary_published_at=LATER, feedback_published_at=LATER, follow_up_began_at=LATEST),
        LATEST,
    ),
    Phase.ended: (with_dates(announced_at=AT, summary_published_at=LATER, feedback_published_at=LATER, ended_at=LATEST), LATEST),
    Phase.cancelled: (with_dates(announced_at=AT, cancelled_at=OPENS), OPENS),
}
MAY = {
    "change": (lifecycle.blockers_to_change, {Phase.draft, Phase.announced}),
    "invite": (lifecycle.blockers_to_invite, {Phase.draft, Phase.announced, Phase.open}),
    "uninvite": (lifecycle.blockers_to_uninvite, {Phase.draft}),
    "reply to an invitation": (lifecycle.blockers_to_reply, {Phase.announced, Phase.open}),
    "cancel": (lifecycle.blockers_to_cancel, {Phase.draft, Phase.announced, Phase.open, Phase.compiling}),
    "end": (lifecycle.blockers_to_end, {Phase.answered, Phase.following_up}),
    "announce": (lifecycle.blockers_to_announce, {Phase.draft}),
    "give more time": (
        lambda facts, at: lifecycle.blockers_to_move_closing(facts, clock.end_of(date(2027, 11, 21)), at),
        {Phase.announced, Phase.open},
    ),
}


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("verb", MAY)
def test_what_may_be_done_in_each_phase(phase, verb):
    ask, allowed = MAY[verb]
    facts, at = INSTANTS[phase]
    assert lifecycle.phase(facts.dates, at) is phase
    assert (not ask(facts, at)) is (phase in allowed)


@pytest.mark.parametrize(
    ("closes_at", "expected"),
    [
        (CLOSES - timedelta(days=1), ["closing_only_later"]),
        (CLOSES, ["closing_only_later"]),
        (CLOSES + timedelta(days=7), []),
        (clock.end_of(date(2027, 12, 19)), ["summary_due_before_closing"]),
    ],
    ids=["earlier", "the same", "later", "past the summary's day"],
)
def test_closing_moves_later_only(closes_at, expected):
    assert codes(lifecycle.blockers_to_move_closing(with_dates(announced_at=AT), closes_at, OPENS)) == expected


@pytest.mark.parametrize(
    ("known", "answered", "expected"),
    [
        ({}, False, InvitationStatus.picked),
        ({"sent_at": AT}, False, InvitationStatus.sent),
        ({"sent_at": AT, "bounced_at": AT}, False, InvitationStatus.bounced),
        ({"sent_at": AT, "intends_at": AT}, False, InvitationStatus.intends),
        ({"sent_at": AT, "declined_at": AT}, False, InvitationStatus.declined),
        ({"sent_at": AT, "declined_at": AT}, True, InvitationStatus.answered),
    ],
    ids=["picked", "sent", "bounced", "intends", "declined", "answered after all"],
)
def test_the_one_word_of_an_invitation(known, answered, expected):
    blank = {"sent_at": None, "bounced_at": None, "declined_at": None, "intends_at": None}
    assert lifecycle.invitation_status(**(blank | known), answered=answered) is expected


def test_six_weeks_to_answer_and_two_from_the_meeting_are_proposed():
    closes_at = lifecycle.proposed_closing(utc(2027, 9, 20, 9))
    assert clock.last_day(closes_at) == date(2027, 11, 1)
    assert lifecycle.proposed_feedback_due(date(2027, 12, 6), date(2028, 1, 20)) == date(2028, 2, 3)
