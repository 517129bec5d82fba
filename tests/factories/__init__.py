"""Rows for tests, made without the commands: each function makes one thing and what it stands on, flushed and committed."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa

from sakrad.accounts import passwords
from sakrad.accounts.models import Membership, Role, User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, Invitation, Question, QuestionKind
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction, writing
from sakrad.directory.models import (
    Authority,
    Function,
    Municipality,
    MunicipalityKind,
    Organisation,
    Subject,
    TargetGroup,
    Unit,
    Verification,
    VerificationBasis,
)
from sakrad.positions.models import AnchoringLevel, Answer, Draft, Position, PositionVersion, PublicationWish, Stance
from sakrad.records.models import Review, ReviewDecision
from sakrad.summaries.models import Confirmation, FactCheck, Summary
from sakrad.summaries.renderings import renderings

P, R = ParamSpec("P"), TypeVar("R")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "prova-sakrad"
PASSWORD_HASH = passwords.hashed(PASSWORD)  # once: hashing for every user would take minutes
_count = itertools.count(1)


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """One transaction for all that is made within; joins the one that is open. The rows stay read."""
    session = db.session()
    if writing():
        yield
        return
    session.expire_on_commit = False
    session.commit()  # ends a reading
    try:
        with transaction():
            yield
    finally:
        session.expire_on_commit = True


def whole(make: Callable[P, R]) -> Callable[P, R]:
    """A factory that makes several rows commits them together: a commit each took a fifth of the suite."""

    @functools.wraps(make)
    def together(*args: P.args, **values: P.kwargs) -> R:
        with at_once():
            return make(*args, **values)

    return together


def save(*things: Any) -> Any:
    """Commit the things and return the first.

    What the session has read stays read, but for what is reached from row to row: reading it all anew after each of a
    test's many rows took a third of the suite.
    """
    session = db.session()
    with at_once():
        session.add_all(things)
        session.flush()
    for thing in session:
        state = sa.inspect(thing)
        if reached := state.mapper.relationships.keys() & state.dict.keys():
            session.expire(thing, reached)
    return things[0]


def do(command: Any, *things: Any, **values: Any) -> Any:
    """What the command gives, in a transaction of its own: by nobody and now, unless `actor` and `at` say otherwise."""
    with transaction():
        return command(*things, **({"actor": None, "at": clock.now()} | values))


def again(thing: Any) -> Any:
    """The row as the database has it now: each request ends the session that it was read in."""
    return db.session.get_one(type(thing), sa.inspect(thing).identity, populate_existing=True)


def municipality(**values: Any) -> Municipality:
    n = next(_count)
    values = {"scb_code": f"{n % 10000:04d}", "name": f"Prova{n}", "slug": f"prova{n}", "mailbox": f"kommun{n}@prova.example"} | values
    return save(
        Municipality(
            **({"kind": MunicipalityKind.municipality, "county_code": "99", "county": "Provlän", "active": True} | values),
        )
    )


@whole
def authority(of: Municipality | None = None, **values: Any) -> Authority:
    n = next(_count)
    of = of or municipality()
    values = {"name": f"Socialnämnden {n}", "slug": f"namnd{n}", "short": f"N{n}", "mailbox": f"namnd{n}@prova.example"} | values
    return save(Authority(municipality_id=of.id, **values))


@whole
def function(of: Authority | None = None, **values: Any) -> Function:
    of = of or authority()
    unit = save(Unit(authority_id=of.id, name=f"Förvaltning {next(_count)}"))
    values = {"title": "Verksamhetschef", "email": "chef@prova.example", "phone": "0000-00 00 00"} | values
    return save(Function(unit_id=unit.id, **values))


def group(**values: Any) -> TargetGroup:
    n = next(_count)
    return save(TargetGroup(**({"slug": f"grupp{n}", "name": f"Grupp {n}", "name_en": f"Group {n}"} | values)))


def subject(**values: Any) -> Subject:
    n = next(_count)
    return save(Subject(**({"slug": f"amne{n}", "name": f"Ämne {n}", "name_en": f"Subject {n}"} | values)))


@whole
def organisation(*, verified_in: Municipality | None = None, **values: Any) -> Organisation:
    n = next(_count)
    values = {"slug": f"forening{n}", "name": f"Förening {n}", "email": f"info@forening{n}.example", "created_at": LONG_AGO} | values
    values.setdefault("asked_right_at", clock.now())  # or the worker would ask it whether its facts are right
    made: Organisation = save(Organisation(**values))
    if verified_in is not None:
        save(Verification(organisation_id=made.id, municipality_id=verified_in.id, basis=VerificationBasis.known, verified_at=LONG_AGO))
    return made


@whole
def user(*roles: tuple[Role, Any] | Role, **values: Any) -> User:
    """`user((Role.officer, authority))`, `user((Role.writer, organisation), (Role.coordinator, municipality))`, `user(Role.operator)`."""
    n = next(_count)
    values = {"email": f"person{n}@prova.example", "name": f"Person {n}", "confirmed_at": LONG_AGO, "created_at": LONG_AGO} | values
    values.setdefault("password_hash", PASSWORD_HASH)
    made: User = save(User(**values))
    for given in roles:
        role, scope = given if isinstance(given, tuple) else (given, None)
        field = {Authority: "authority_id", Municipality: "municipality_id", Organisation: "organisation_id"}.get(type(scope))
        save(Membership(user_id=made.id, role=role, created_at=LONG_AGO, **({field: scope.id} if field else {})))
    return made


# Days before now at which each decision was taken, for a consultation that now stands in the phase.
_LIFE = {
    Phase.draft: {},
    Phase.announced: {"announced": 1, "opens": -5, "closes": -40},
    Phase.open: {"announced": 10, "opens": 10, "closes": -20},
    Phase.compiling: {"announced": 50, "opens": 50, "closes": 8},
    Phase.summarised: {"announced": 90, "opens": 90, "closes": 48, "summary": 10},
    Phase.answered: {"announced": 120, "opens": 120, "closes": 78, "summary": 40, "feedback": 5},
    Phase.following_up: {"announced": 180, "opens": 180, "closes": 138, "summary": 100, "feedback": 60, "follow_up": 20},
    Phase.ended: {"announced": 380, "opens": 380, "closes": 338, "summary": 300, "feedback": 260, "follow_up": 200, "ended": 20},
    Phase.cancelled: {"announced": 20, "opens": 20, "closes": -10, "cancelled": 3},
}


@whole
def consultation(phase: Phase = Phase.open, *, of: Authority | None = None, questions: int = 3, **values: Any) -> Consultation:
    """A consultation that stands in the phase right now, with `questions` questions: experience, proposal, …, open."""
    n = next(_count)
    of = of or authority()
    owner = function(of)
    now = clock.now()
    life = {name: now - timedelta(days=days) for name, days in _LIFE[phase].items()}
    feedback_due = clock.day_of(life["closes"] + timedelta(days=70)) if "closes" in life else None
    values = {
        "slug": f"sakrad{n}",
        "title": f"Sakråd {n} om våld i nära relationer",
        "lead": "Vad behöver den som söker hjälp?",
        "purpose": "Få kunskap inför nämndens handlingsplan.",
        "background": "Jouren gav stöd till 143 personer förra året.",
        "can_influence": "- planens prioriteringar",
        "already_decided": "- budgetramen",
        "selection_rationale": "De som möter våldsutsatta.",
        "inviting_function": "Nämndens ordförande",
        "diary_number": f"SN 2027/{n:04d}",
        "announced_at": life.get("announced"),
        "opens_at": life.get("opens"),
        "closes_at": life.get("closes"),
        "feedback_due_on": feedback_due,
        "summary_due_on": clock.day_of(life["closes"] + timedelta(days=35)) if "closes" in life else None,
        "decision_on": clock.day_of(life["closes"] + timedelta(days=60)) if "closes" in life else None,
        "summary_published_at": life.get("summary"),
        "feedback_published_at": life.get("feedback"),
        "follow_up_began_at": life.get("follow_up"),
        "ended_at": life.get("ended"),
        "cancelled_at": life.get("cancelled"),
        "cancel_reason": "Frågan har fallit." if "cancelled" in life else "",
        "created_at": life.get("announced", now),
    } | values
    made: Consultation = save(
        Consultation(municipality_id=of.municipality_id, authority_id=of.id, unit_id=owner.unit_id, function_id=owner.id, **values)
    )
    kinds = [QuestionKind.experience, QuestionKind.proposal, QuestionKind.consequence, QuestionKind.commitment][: questions - 1]
    for number, kind in enumerate([*kinds, QuestionKind.open], start=1):
        question(made, number=number, kind=kind)
    return made


def question(of: Consultation, **values: Any) -> Question:
    values = {"number": 1, "kind": QuestionKind.experience, "text": f"Fråga {next(_count)}: Vad ser ni?"} | values
    return save(Question(consultation_id=of.id, **values))


@whole
def invitation(of: Consultation, to: Organisation | None = None, **values: Any) -> Invitation:
    to = to or organisation(verified_in=of.municipality)
    values = {"reference": ids.reference(), "created_at": LONG_AGO} | values
    return save(Invitation(consultation_id=of.id, organisation_id=to.id, **values))


@whole
def draft(of: Consultation, by: Organisation | None = None, **values: Any) -> Draft:
    by = by or organisation(verified_in=of.municipality)
    now = clock.now()
    values = {"submission_key": ids.token()[:40], "created_at": now, "updated_at": now} | values
    return save(Draft(consultation_id=of.id, organisation_id=by.id, **values))


@whole
def position(
    of: Consultation, by: Organisation | None = None, *, texts: dict[int, str] | None = None, published: bool = True, **values: Any
) -> Position:
    """A received position with one version; `texts` by question number; reviewed and published unless told otherwise."""
    by = by or organisation(verified_in=of.municipality)
    n = next(_count)
    at = values.pop("received_at", (of.opens_at or clock.now()) + timedelta(hours=1))
    made: Position = save(Position(consultation_id=of.id, organisation_id=by.id, reference=ids.reference()))
    values = {
        "number": 1,
        "receipt_number": f"N-2027-{n:05d}",
        "received_at": at,
        "digest": "0" * 64,
        "submission_key": ids.token()[:40],
        "organisation_name": by.name,
        "signed_role": "Ordförande",
        "anchoring": AnchoringLevel.board,
        "wish": PublicationWish.named,
    } | values
    version: PositionVersion = save(PositionVersion(position_id=made.id, **values))
    for asked in of.questions:
        text = (
            texts if texts is not None else {asked.number: f"Svar {n} på fråga {asked.number}. Vägen in är lång. Det behövs ett nummer."}
        ).get(asked.number)
        if text is None:
            continue
        stance = Stance.supports_with_reservations if asked.kind is QuestionKind.proposal else None
        save(Answer(version_id=version.id, question_id=asked.id, text=text, stance=stance))
    with transaction():  # a change made before it would be rolled back
        made.current_id = version.id
        if published:
            made.published_id = version.id
            db.session.add(Review(subject_id=version.id, decision=ReviewDecision.publish, decided_at=at))
    return made


@whole
def fact_check(of: Consultation, *asked: Organisation, **values: Any) -> FactCheck:
    """A round of faktakontroll that is over, to which nobody replied. Without `asked` every cited organisation is asked."""
    now = clock.now()
    number = len(db.session.query(FactCheck).filter_by(consultation_id=of.id).all()) + 1
    values = {"number": number, "opened_at": now - timedelta(days=20), "closes_at": now - timedelta(seconds=1)} | values
    made: FactCheck = save(FactCheck(consultation_id=of.id, **values))
    if not asked:
        summary = db.session.query(Summary).filter_by(consultation_id=of.id).one()
        asked = tuple(db.session.get_one(Organisation, organisation_id) for organisation_id in renderings(summary))
    for one in asked:
        save(Confirmation(fact_check_id=made.id, organisation_id=one.id, organisation_name=one.name, asked_at=made.opened_at))
    return made
