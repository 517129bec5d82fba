"""Two at the same moment, in two processes: what may happen once happens once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from sakrad.accounts import commands as accounts
from sakrad.accounts.models import JoinInvitation, Membership, Role, User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.records.models import ReviewDecision
from sakrad.responses import commands as responding
from sakrad.responses.models import Verdict, VerdictValue
from sakrad.responses.queries_verdicts import get_judge_seat, get_reviewed_verdict, verdicts_of
from sakrad.summaries import commands
from tests import factories as make
from tests.factories import responses, verdicts


def together(app: Flask, work: Callable[[], str], times: int = 3) -> list[str]:
    """What each of the threads came to, when all begin at once."""
    gate = threading.Barrier(times)

    def run(_turn: int) -> str:
        with app.app_context():
            gate.wait(timeout=10)
            try:
                with transaction():
                    return work()
            except (Blocked, Stale, LookupError) as refused:
                return type(refused).__name__
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))


def count(name: EventName) -> int:
    return db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == name)) or 0


def test_a_summary_is_published_once(app: Flask) -> None:
    of = responses.matter(Phase.compiling).consultation
    for position in db.session.scalars(sa.select(make.Position)):
        for answer in position.current.answers[1:]:  # type: ignore[union-attr]
            make.save(commands.points.NothingToTakeUp(answer_id=answer.id, reason="Hälsning", decided_at=clock.now()))
    make.fact_check(of)
    kommun, slug = of.municipality.slug, of.slug

    def publish() -> str:
        at = clock.now()
        commands.publish(commands.start_summary(get_consultation(kommun, slug), actor=None, at=at), actor=None, at=at)
        return "published"

    assert together(app, publish) == ["Blocked", "Blocked", "published"]
    assert count(EventName.summary_published) == 1


def test_one_summary_is_begun_and_every_theme_stands_once(app: Flask) -> None:
    of = make.consultation(Phase.compiling)
    kommun, slug = of.municipality.slug, of.slug

    def begin() -> str:
        consultation, at = get_consultation(kommun, slug), clock.now()
        summary = commands.start_summary(consultation, actor=None, at=at)
        return f"{summary.id} {commands.add_theme(consultation, name='Vägen in', actor=None, at=at).id}"

    assert len(set(together(app, begin))) == 1


def test_an_invitation_to_a_role_is_taken_once(app: Flask) -> None:
    by = make.organisation()
    user = make.user()
    with transaction():
        reference = accounts.invite_member(user.email, Role.writer, by, actor=None, at=clock.now()).reference
    person = user.id

    def accept() -> str:
        statement = sa.select(JoinInvitation).where(JoinInvitation.reference == reference).with_for_update()
        invitation = db.session.scalars(statement).one()
        accounts.accept_invitation(invitation, db.session.get_one(User, person), at=clock.now())
        return "joined"

    assert together(app, accept) == ["Blocked", "Blocked", "joined"]
    assert db.session.scalar(sa.select(sa.func.count(Membership.id)).where(Membership.user_id == person)) == 1


def test_of_two_verdicts_at_once_one_counts_and_a_name_that_is_told_stays(app: Flask) -> None:
    commitment, (by, *_others) = verdicts.judged(3)
    said = verdicts.verdict(commitment, by, by_name=True)
    of, slug, turns = commitment.consultation, by.slug, itertools.count()
    kommun, reference = of.municipality.slug, said.reference
    address = {"kommun": kommun, "slug": of.slug}

    def judge() -> str:
        turn, at = next(turns), clock.now() - timedelta(days=32)
        if turn == 0:
            reviewed = get_reviewed_verdict(reference=reference, **address)
            responding.review_verdict(reviewed, decision=ReviewDecision.publish, actor=None, at=at)
            return "published"
        seat = get_judge_seat(slug, number=1, **address)
        responding.give_verdict(seat, value=VerdictValue.done, text="", by_name=False, actor=None, at=at)
        return "given"

    # Either the name is published first, and nothing without it is taken; or it has been taken back, and is not published.
    assert together(app, judge) in (["Blocked", "Blocked", "published"], ["Missing", "given", "given"])
    rows = db.session.query(Verdict).filter_by(organisation_id=by.id).all()
    assert len(rows) <= 2
    assert bool(verdicts_of([commitment.id], clock.now())[commitment.id].named) is (len(rows) == 1)
