"""A promise, from the words that asked for it to what organisations say of it a year later, as everybody sees it over HTTP.

Five organisations ask for one number to call. The board promises it, nothing comes of it but a delay, and a year later they say so
by a link in a mail: four without their name, one with name and words that an officer reviews first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Function
from sakrad.positions.models import PublicationWish
from sakrad.responses import commands
from sakrad.responses.jobs import ask_how_it_goes
from sakrad.responses.models import Commitment, DecisionForm, FeedbackRelease, Outcome, ProgressStatus
from sakrad.summaries.models import Finding, Point
from tests import factories as make
from tests.factories import responses, summaries
from tests.journeys.walker import Walker, link_in, sign_in
from tests.notifications.postoffice import PostOffice

START = datetime(2027, 6, 16, 9, tzinfo=clock.STOCKHOLM)  # the board meets
DUE = START + timedelta(days=90)
YEAR = timedelta(days=366)
TITLE, PROMISE = "Våld i nära relationer", "Ett gemensamt nummer"
WANTED = "Vi behöver ett enda nummer."
SAID = "Ingen svarar i telefonen. Anna Ek lovade."
GROUND = "Personuppgift (dataskyddsförordningen, artikel 6)"
NAMED, UNNAMED = "Ekhamra kvinnojour", [f"Förening {letter}" for letter in "ABCD"]


def address(name: str) -> str:
    return f"{name.replace(' ', '-').lower()}@prova.example"


@pytest.fixture
def matter(app: Flask) -> responses.Matter:
    """A published summary whose first finding rests on the five, four of them without their name."""
    with time_machine.travel(START):
        place = make.municipality(name="Ekhamra", slug="ekhamra")
        board = make.authority(place, name="Socialnämnden", mailbox="sn@ekhamra.example")
        made = responses.matter(of=board, title=TITLE, slug="vald")
        for name in (NAMED, *UNNAMED):
            by = make.organisation(verified_in=place, name=name, slug=name.replace(" ", "-").lower(), email=address(name))
            wish = PublicationWish.named if name == NAMED else PublicationWish.unnamed
            position = make.position(made.consultation, by, texts={1: WANTED}, wish=wish)
            summaries.cite(made.findings[0], summaries.point(summaries.answer_of(position)))
        make.user((Role.officer, board), email="hanna@ekhamra.example")
        return made


def promise_and_publish(matter: responses.Matter, at: datetime) -> None:
    """The board answers everything, and promises what the five ask for."""
    with transaction():
        release = commands.open_release(make.again(matter.consultation), at=at)
        values = {"outcome": Outcome.will_do, "reason": "Ni har rätt.", "actor": None, "at": at}
        first, _second = (commands.propose(release, finding=db.session.get_one(Finding, one.id), **values) for one in matter.findings)
        commands.propose(release, point=db.session.get_one(Point, matter.points[2].id), **values)
        function = db.session.get_one(Function, matter.function.id)
        commands.commit_to(
            first, what=PROMISE, function=function, due_on=clock.day_of(DUE), how_seen="Numret på första sidan.", actor=None, at=at
        )
        number = release.id
    step: dict[str, object] = {"actor": None, "at": at}
    with transaction():
        commands.send(db.session.get_one(FeedbackRelease, number), meeting_on=clock.day_of(at), unread=True, **step)  # type: ignore[arg-type]
    with transaction():
        decision = {"form": DecisionForm.board, "decision_on": clock.day_of(at), "decision_ref": "§ 41"}
        commands.decide(db.session.get_one(FeedbackRelease, number), **decision, **step)  # type: ignore[arg-type]
    with transaction():
        commands.publish(db.session.get_one(FeedbackRelease, number), **step)  # type: ignore[arg-type]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # each part is tested on both elsewhere
def test_a_promise_that_was_not_kept_is_said_a_year_later(
    app: Flask, matter: responses.Matter, post: PostOffice, work: Callable[[], None]
) -> None:
    reader, officer, member = (Walker(app.test_client()) for _ in range(3))  # type: ignore[arg-type]

    with time_machine.travel(START):
        promise_and_publish(matter, clock.now())
        work()
        # From the finding down to the words, and on to the answer and the promise.
        reader.go("/kommun/ekhamra/sakrad/vald/sammanstallning").sees("Vägen in är lång", WANTED, NAMED, "Gör vi", PROMISE)
        # One's own thread, by the mail, though the answer has no name.
        member.go(link_in(post, address(UNNAMED[0]), "/det-har-hande/")).sees("Det här hände med ert svar", WANTED, UNNAMED[0], PROMISE)
        member.misses(NAMED, *UNNAMED[1:])
        reader.go("/kommun/ekhamra/sakrad/vald/atagande/1").sees("Planerat", WANTED, NAMED).misses(*UNNAMED)  # back to the voices

    with time_machine.travel(DUE + timedelta(days=40)):
        with transaction():
            promised = db.session.query(Commitment).one()
            text = "Upphandlingen drog ut på tiden. Anna Ek svarar på frågor."
            commands.add_progress(promised, status=ProgressStatus.under_way, text=text, actor=None, at=clock.now())
        work()
        member.go(member.url).sees("40 dagar försenat", "Upphandlingen drog ut på tiden.")
        reader.go(reader.url).sees("40 dagar försenat", "Upphandlingen drog ut på tiden.").misses("Organisationerna:")

    with time_machine.travel(START + YEAR):
        ask_how_it_goes({}, clock.now())  # the nightly job
        work()
        for name in UNNAMED:
            page = Walker(app.test_client()).go(link_in(post, address(name), "/atagande/"))  # type: ignore[arg-type]
            said = "Delvis gjort" if name == UNNAMED[-1] else "Inte gjort"
            page.sees("Höll nämnden vad den lovade?", PROMISE).press("Skicka bedömningen", {"Er bedömning": said})
            page.sees("Tack! Er bedömning är sparad.", f"Er bedömning: {said.lower()}.")
        named = Walker(app.test_client()).go(link_in(post, address(NAMED), "/atagande/"))  # type: ignore[arg-type]
        filled = {"Er bedömning": "Inte gjort", "Visa vårt namn bredvid bedömningen": True}
        named.press("Skicka bedömningen", {**filled, "Vill ni säga något mer?": SAID})
        work()
        reader.go(reader.url).sees("bedömningar visas när minst tre").misses("Organisationerna:", SAID)  # until the next month
        sign_in(officer, "hanna@ekhamra.example")
        officer.go(link_in(post, "sn@ekhamra.example", "/bedomning/")).sees(NAMED, SAID)
        officer.press(
            "Spara beslutet",
            {
                "Beslut": "Publiceras maskat",
                "Orden som ska döljas": "Anna Ek",
                "Rättslig grund": GROUND,
            },
        )
        officer.go("/handlaggning/ekhamra/granskning").sees("Inget väntar på granskning.")
        reader.go(reader.url).misses("Organisationerna:", *UNNAMED).sees(NAMED, "bedömning: inte gjort")

    with time_machine.travel(START + YEAR + timedelta(days=32)):
        reader.go(reader.url).sees(
            "Organisationerna: 0 gjort, 1 delvis, 4 inte gjort.", "Ingen svarar i telefonen. maskat lovade.", NAMED, "bedömning: inte gjort"
        )
        reader.misses("Anna Ek lovade", *UNNAMED)
        member.go(member.url).sees("Er bedömning: inte gjort.", "4 inte gjort.")
