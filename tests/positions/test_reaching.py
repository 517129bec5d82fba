"""Reminders, letters and what came back: once, to those who have neither answered nor declined, and nothing from drafts."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from sakrad.consultations import links
from sakrad.consultations.lifecycle import Dates, Facts, InvitationStatus, Phase, invitation_status
from sakrad.consultations.lifecycle_inviting import Reached, blockers_to_print, blockers_to_resend, is_to_be_reminded
from sakrad.consultations.models import Consultation, Invitation, QuestionKind
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.positions import commands, letter, queries_invited
from sakrad.positions.queries_invited import status_sql, to_be_reminded
from tests import factories as make
from tests.factories import meetings, together
from tests.factories.consultations import fresh

CLOSES = datetime(2027, 3, 31, 22, tzinfo=UTC)  # midnight in Stockholm, summer time
OPENS = CLOSES - timedelta(days=42)
SENT = Reached(sent_at=OPENS)
SOON = CLOSES - timedelta(days=9)


@pytest.mark.parametrize(
    ("known", "at", "due"),
    [
        (SENT, CLOSES - timedelta(days=10), True),
        (SENT, CLOSES - timedelta(days=10, microseconds=1), False),
        (SENT, CLOSES - timedelta(days=1), True),
        (SENT, CLOSES - timedelta(hours=23), False),
        (Reached(), SOON, False),
        (Reached(sent_at=SOON - timedelta(days=5)), SOON, True),
        (Reached(sent_at=SOON - timedelta(days=4)), SOON, False),
        (Reached(sent_at=OPENS, answered=True), SOON, False),
        (Reached(sent_at=OPENS, declined_at=OPENS), SOON, False),
        (Reached(sent_at=OPENS, bounced_at=OPENS), SOON, False),
        (Reached(sent_at=OPENS, reminded_at=CLOSES - timedelta(days=10)), SOON, False),
    ],
)
def test_one_reminder_ten_days_before_closing_and_never_to_those_who_have_said_something(known: Reached, at: datetime, due: bool) -> None:
    assert is_to_be_reminded(known, opens_at=OPENS, closes_at=CLOSES, at=at) is due


def test_nobody_is_reminded_before_it_opens() -> None:
    assert not is_to_be_reminded(SENT, opens_at=SOON + timedelta(days=1), closes_at=CLOSES, at=SOON)


DRAFT, OPEN = Dates(), Dates(announced_at=OPENS, opens_at=OPENS, closes_at=CLOSES)
CANCELLED = Dates(announced_at=OPENS, opens_at=OPENS, closes_at=CLOSES, cancelled_at=SOON)


@pytest.mark.parametrize(
    ("dates", "known", "at", "code"),
    [
        (OPEN, Reached(bounced_at=OPENS), SOON, None),
        (OPEN, Reached(sent_at=OPENS), SOON, "invitation_arrived"),
        (OPEN, Reached(bounced_at=OPENS, answered=True), SOON, "invitation_answered"),
        (OPEN, Reached(bounced_at=OPENS), CLOSES, "answering_closed"),
        (DRAFT, Reached(bounced_at=OPENS), SOON, "not_announced"),
        (CANCELLED, Reached(bounced_at=OPENS), SOON, "consultation_cancelled"),
    ],
)
def test_only_what_came_back_is_sent_again(dates: Dates, known: Reached, at: datetime, code: str | None) -> None:
    assert [blocker.code for blocker in blockers_to_resend(Facts(dates=dates), known, at)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("dates", "at", "clear"), [(OPEN, SOON, True), (DRAFT, SOON, False), (OPEN, CLOSES, False), (CANCELLED, SOON, False)]
)
def test_letters_are_printed_from_the_announcement_to_the_closing(dates: Dates, at: datetime, clear: bool) -> None:
    assert (not blockers_to_print(Facts(dates=dates), at)) is clear


def closing_in(days: int) -> Consultation:
    now = clock.now()
    return make.consultation(opens_at=now - timedelta(days=20), closes_at=now + timedelta(days=days))


def sent(of: Consultation, **values: object) -> Invitation:
    return make.invitation(of, **{"sent_at": clock.now() - timedelta(days=15)} | values)  # type: ignore[arg-type]


def test_reminders_go_once_and_stop_at_answers_parties_declines_and_bounces(app: Flask) -> None:
    of, now = closing_in(8), clock.now()
    waiting, intends, drafting = sent(of), sent(of, intends_at=now), sent(of)
    make.draft(of, drafting.organisation)
    sent(of, declined_at=now)
    sent(of, bounced_at=now)
    make.invitation(of)
    answering, withdrawn, party = sent(of), sent(of), sent(of)
    position = make.position(of, answering.organisation)
    make.position(of, withdrawn.organisation)
    with transaction():
        found = db.session.scalars(sa.select(make.Position).where(make.Position.organisation_id == withdrawn.organisation_id)).one()
        found.withdrawn_at = now
    together.party(position, party.organisation, confirmed=True)
    sent(closing_in(30))
    with transaction():
        assert commands.remind_invited(now) == 3
    with transaction():
        assert commands.remind_invited(now + timedelta(hours=1)) == 0
    reminded = db.session.scalars(sa.select(Event.subject_id).where(Event.name == EventName.invitation_reminded)).all()
    assert set(reminded) == {waiting.id, intends.id, drafting.id}, "that somebody has begun to write changes nothing"
    assert fresh(waiting).reminded_at == now


def test_the_rules_in_sql_say_the_same(app: Flask) -> None:
    of, now = closing_in(8), clock.now()
    long_ago, lately = now - timedelta(days=15), now - timedelta(days=2)
    for sent_at in (None, long_ago, lately):
        for bounced in (None, now):
            for declined in (None, now):
                for intends in (None, now):
                    for answered in (False, True):
                        one = make.invitation(of, sent_at=sent_at, bounced_at=bounced, declined_at=declined, intends_at=intends)
                        if answered:
                            make.position(of, one.organisation, texts={})
    rows = db.session.execute(
        sa.select(Invitation, status_sql(), to_be_reminded(now)).join(Consultation, Consultation.id == Invitation.consultation_id)
    ).all()
    assert len(rows) == 48
    for one, status, due in rows:
        known = queries_invited.reached(one)
        said = invitation_status(
            sent_at=one.sent_at, bounced_at=one.bounced_at, declined_at=one.declined_at, intends_at=one.intends_at, answered=known.answered
        )
        assert InvitationStatus(status) is said
        assert bool(due) is is_to_be_reminded(known, opens_at=of.opens_at, closes_at=of.closes_at, at=now)  # type: ignore[arg-type]


def test_a_letter_each_on_one_page_with_its_own_code_and_again_the_same(app: Flask) -> None:
    of = make.consultation(questions=1, purpose="Syftet är gott. " * 60)
    for number in range(2, 10):
        make.question(of, number=number, kind=QuestionKind.experience, text="Vilka hinder möter de ni talar för? " * 12)
    jouren = make.organisation(name="Jouren", postal_address="Storgatan 1\n999 99 Ekhamra", verified_in=of.municipality)
    first, second = make.invitation(of, jouren), make.invitation(of)
    at = clock.now()
    with app.test_request_context():
        content, again = (letter.letters_pdf(fresh(of), [fresh(first), fresh(second)], at) for _ in range(2))
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
    assert len(pages) == 2
    for page, one in zip(pages, (first, second), strict=True):
        assert links.letter_code(one).upper() in page and "127.0.0.1:5000/brev" in page and "Nämndens ordförande" in page
    assert "Storgatan 1 999 99 Ekhamra" in pages[0] and "Storgatan" not in pages[1]
    assert "i sin helhet" in pages[0], "what the page has no room for stands at the address"
    assert content == again


def test_the_letter_tells_of_meetings_but_never_where(app: Flask) -> None:
    of = make.consultation(questions=1)
    meetings.meeting(of, title="Möte i norr")
    meetings.meeting(of, number=2, title="Hållet möte", days=-3)
    one = make.invitation(of)
    with app.test_request_context():
        content = letter.letters_pdf(fresh(of), [fresh(one)], clock.now())
    [page] = PdfReader(io.BytesIO(content)).pages
    words = " ".join(page.extract_text().split())
    assert "Möte i norr" in words and "Hållet möte" not in words and "Dolda gatan" not in words


def test_the_code_holds_fifty_bits_and_is_found_however_it_is_typed(app: Flask) -> None:
    one = make.invitation(make.consultation())
    code = links.letter_code(one)
    assert len(ids.ALPHABET) ** len(ids.untyped(code)) > 2**50
    with transaction():
        commands.print_letters(fresh(one).consultation, [fresh(one)], actor=None, at=clock.now())
    for typed in (code, code.upper(), code.replace("-", " "), f" {code.replace('-', '')} "):
        assert queries_invited.find_by_letter(typed) is not None
    assert queries_invited.find_by_letter(code[:-1]) is None
    assert code not in str(fresh(one).letter_digest)


def test_a_letter_of_a_draft_opens_nothing(app: Flask) -> None:
    one = make.invitation(make.consultation(Phase.draft), letter_digest=links.digest_of("abcd-efgh-jkmn"))
    assert one.id and queries_invited.find_by_letter("abcd-efgh-jkmn") is None
