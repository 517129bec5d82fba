"""To be told: what is news to whom, when, once, and how it stops."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, render_template

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import AnswersPublic
from sakrad.core import clock, search
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import PUBLIC, Event, EventName
from sakrad.directory.commands_organisations import verify_organisation
from sakrad.directory.models import VerificationBasis
from sakrad.notifications import (
    commands,
    commands_following,
    contents_news,
    fanout,
    links,
    places,
    queries_news,
    searches,
    targets,
    worker,
)
from sakrad.notifications.mailer import mailer_for
from sakrad.notifications.models import BarredAddress, Follow, FollowKind, Mail, MailKind, MailState, Notification, Rhythm, Subscriber
from sakrad.notifications.rhythm import due
from sakrad.pages import search_documents
from sakrad.positions.commands import reviewing
from sakrad.positions.models import PublicationWish
from sakrad.records.models import MaskGround, ReviewDecision
from tests import factories as make
from tests.factories.follows import follow
from tests.notifications.postoffice import PostOffice
from tests.notifications.test_worker import Killed, running

ME = "bevakar@person.example"
NOON = datetime(2027, 3, 10, 11, tzinfo=UTC)  # a Wednesday, winter time
MORNING = datetime(2027, 3, 11, 6, tzinfo=UTC)
HERE = "http://127.0.0.1:5000"

WHEN = [
    # rhythm, at, due: Stockholm is an hour before UTC in winter and two in summer
    (Rhythm.at_once, "2027-03-10 11:00", "2027-03-10 11:00"),
    (Rhythm.at_once, "2027-03-10 18:59", "2027-03-10 18:59"),
    (Rhythm.at_once, "2027-03-10 19:00", "2027-03-11 06:00"),  # 20.00: quiet
    (Rhythm.at_once, "2027-03-10 05:59", "2027-03-10 06:00"),
    (Rhythm.at_once, "2027-03-10 06:00", "2027-03-10 06:00"),
    (Rhythm.at_once, "2027-07-10 18:00", "2027-07-11 05:00"),
    (Rhythm.daily, "2027-03-10 11:00", "2027-03-11 06:00"),
    (Rhythm.daily, "2027-03-10 05:00", "2027-03-10 06:00"),
    (Rhythm.daily, "2027-03-27 12:00", "2027-03-28 05:00"),  # clocks are set forward in the night
    (Rhythm.daily, "2027-10-30 12:00", "2027-10-31 06:00"),  # and back
    (Rhythm.weekly, "2027-03-10 11:00", "2027-03-15 06:00"),
    (Rhythm.weekly, "2027-03-15 05:59", "2027-03-15 06:00"),
    (Rhythm.weekly, "2027-03-15 06:01", "2027-03-22 06:00"),
    (Rhythm.weekly, "2027-03-14 23:30", "2027-03-15 06:00"),  # Sunday in UTC, Monday here
]


@pytest.mark.parametrize(("rhythm", "at", "expected"), WHEN)
def test_it_is_told_in_the_rhythm_and_never_at_night(rhythm: Rhythm, at: str, expected: str) -> None:
    assert due(rhythm, datetime.fromisoformat(at).replace(tzinfo=UTC)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(NOON, tick=True):
        yield


def scope(consultation: Any, **values: Any) -> dict[str, Any]:
    return {"consultation_id": consultation.id, "authority_id": consultation.authority_id, "subject_id": consultation.id} | values


def news() -> list[Notification]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Notification).where(Notification.kind == MailKind.news).order_by(Notification.id)))


def texts(mail: EmailMessage) -> tuple[str, str]:
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and html is not None
    return text.get_content(), html.get_content()


def state_of(one: Follow) -> tuple[bool, bool]:
    """Whether it has been confirmed, and whether it has ended."""
    row = make.again(one)
    return row.confirmed_at is not None, row.ended_at is not None


def test_the_whole_way_from_the_form_to_the_last_mail(
    app: Flask, noon: None, browse: Any, post: PostOffice, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    """Asked for, confirmed by a button, told in one mail the next morning, and stopped by the mail program."""
    first = make.consultation(Phase.open, title="Hemtjänstens nätter")
    second = make.consultation(Phase.open, of=first.authority, title="Våld i nära relationer")
    address = f"/bevaka?vad=consultation&ref={first.municipality.slug}/{first.slug}"
    client = browse()
    assert first.municipality.full_name in client.get(address).get_data(as_text=True)
    address = f"/bevaka?vad=municipality&ref={first.municipality.slug}"
    wrong = client.post(address, data={"email": "inte en adress"})
    assert wrong.status_code == 422 and "inte en adress" in wrong.get_data(as_text=True)
    sent = client.post(address, data={"email": f" {ME.upper()} "})
    assert sent.status_code == 303
    work()
    (mail,) = post.mails
    own = urlsplit(re.findall(rf"{HERE}/bevakning/\S+", texts(mail)[0])[0]).path
    happen(EventName.summary_published, **scope(first))
    work()
    assert len(post.mails) == 1, "nobody is told before the button has been pressed"
    page = client.get(own).get_data(as_text=True)
    assert client.get(f"{own}/sluta").status_code == 200
    (one,) = db.session.scalars(sa.select(Follow)).all()
    assert state_of(one) == (False, False), "a GET writes nothing"
    (start,) = re.findall(rf'action="({own}/\w+/borja)"', page)
    assert client.post(start).status_code == 303 and state_of(one) == (True, False)

    post.mails.clear()
    happen(EventName.summary_published, **scope(first))
    happen(EventName.closing_moved, **scope(second))
    work()
    assert not post.mails
    with time_machine.travel(MORNING, tick=True):
        work()
        (mail,) = post.mails
        text, html = texts(mail)
        for words in ("Hemtjänstens nätter", "Våld i nära relationer", "Sammanställningen är publicerad", "Mer tid att svara"):
            assert words in text and words in html
        assert text.count(f"för att du bevakar {first.municipality.full_name}.") == 2
        assert mail["Reply-To"] is None and mail["List-Id"].startswith("<bevakningar.")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"\r\nList-Unsubscribe: {mail['List-Unsubscribe']}\r\n".encode() in post.raw[-1], "whole, or no mail program opens it"
        link = re.fullmatch(rf"<({HERE}/bevakning/\S+/sluta)>", mail["List-Unsubscribe"])
        assert link is not None
        path = urlsplit(link[1]).path
        for _ in range(2):  # as RFC 8058 has it: without cookie, without a token of a form, without knowing whether it has been done
            answer = browse().open(path, method="POST", data={"List-Unsubscribe": "One-Click"}, csrf=False)
            assert answer.status_code == 303 and state_of(one) == (True, True)
        assert "Inga fler mejl" in client.get(path).get_data(as_text=True)
        assert "Börja igen" in client.get(own).get_data(as_text=True)
        post.mails.clear()
        happen(EventName.feedback_published, **scope(first))
    with time_machine.travel(MORNING + timedelta(days=1), tick=True):
        work()
    assert not post.mails
    recorded = db.session.scalars(sa.select(Event.name).where(Event.name.startswith("follow_")).order_by(Event.id)).all()
    assert recorded == ["follow_asked", "follow_confirmed", "follow_ended"]


def test_a_stranger_learns_nothing_of_an_address(app: Flask, noon: None, browse: Any, happen: Callable[..., int]) -> None:
    """The same answer whether it follows, has been asked, has ended or is unknown; what it follows stays as it is."""
    of = make.consultation()
    confirmed = follow(FollowKind.consultation, of, email="foljer@a.example", rhythm=Rhythm.weekly)
    ended = follow(FollowKind.consultation, of, email="slutat@a.example", ended_at=clock.now())
    follow(FollowKind.consultation, of, email="tillfragad@a.example", confirmed_at=None, asked_at=NOON - timedelta(days=1))
    ref = f"{of.municipality.slug}/{of.slug}"
    address = f"/bevaka?vad=consultation&ref={ref}"
    draft = make.consultation(Phase.draft)
    unverified, unannounced = make.organisation().slug, f"{draft.municipality.slug}/{draft.slug}"
    answers = set()
    for email in ("foljer@a.example", "slutat@a.example", "tillfragad@a.example", "ny@a.example"):
        client = browse()
        answer = client.post(address, data={"email": email})
        answers.add((answer.status_code, answer.location, client.get(answer.location).get_data(as_text=True)))
    assert len(answers) == 1
    assert state_of(confirmed) == (True, False) and make.again(confirmed).subscriber.rhythm is Rhythm.weekly
    assert state_of(ended) == (False, False), "asked anew"
    assert db.session.scalar(sa.select(sa.func.count()).where(Event.name == EventName.follow_asked)) == 4
    nowhere = [("consultation", "finns/inte"), ("consultation", unannounced), ("consultation", "\u0000"), ("organisation", unverified)]
    for kind, what in [*nowhere, *((kind, "x") for kind in ("group", "subject", "municipality", "annat")), ("search", ""), ("", "")]:
        assert browse().get("/bevaka", query_string={"vad": kind, "ref": what}).status_code == 404


def test_nobody_fills_a_mailbox_by_typing_its_address(
    app: Flask, noon: None, browse: Any, post: PostOffice, work: Callable[[], None]
) -> None:
    """Three questions wait at most and three mails a day ask; no typed word is in them; what is asked again is forgotten as before."""
    for words in ("Vinn+en+resa", "b", "c", "d"):
        what = {"what": f"search:q={words}", "email": ME}
        sent = browse().post(f"/bevaka?vad=search&ref=q%3D{words}", data=what)
        assert sent.status_code == 303 and sent.location == "/bevaka/skickat"
    work()
    assert len(post.mails) == 3 and db.session.scalar(sa.select(sa.func.count(Follow.id))) == 3
    for mail in post.mails:
        assert mail["Subject"] == "Bekräfta bevakningen: en sökning" and "Vinn" not in "".join(texts(mail)) and "resa" not in str(mail)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    own = urlsplit(re.findall(rf"{HERE}/bevakning/\S+", texts(post.mails[0])[0])[0]).path
    assert "Vinn en resa" in browse().get(own).get_data(as_text=True)
    with time_machine.travel(NOON + timedelta(days=6), tick=True):
        assert browse().post("/bevaka?vad=search&ref=q%3Db", data={"what": "search:q=b", "email": ME}).status_code == 303
        work()
        assert len(post.mails) == 4
    with time_machine.travel(NOON + timedelta(days=8), tick=True):
        client = browse()
        assert client.post(f"{own}/sparra").location == "/bevaka/sparrad" and "spärrad" in client.get("/bevaka/sparrad").text
        assert (
            db.session.scalars(sa.select(Subscriber.email)).all() == []
            and ME not in db.session.scalars(sa.select(BarredAddress.digest)).one()
        )
        assert browse().post("/bevaka?vad=search&ref=q%3Db", data={"what": "search:q=b", "email": f" {ME.upper()}"}).status_code == 303
        work()
        assert len(post.mails) == 4 and client.get(own).status_code == 404
        mine = browse(make.user(email=ME))
        assert mine.post("/bevaka?vad=search&ref=q%3Db", data={"what": "search:q=b"}).location == "/konto/bevakningar"
        assert db.session.scalar(sa.select(BarredAddress.digest)) is None, "proved to be one's own"


def test_what_nobody_confirmed_is_forgotten_by_the_first_asking(app: Flask) -> None:
    target, at = targets.get_target("group", make.group().slug), clock.now()
    for days in (0, 3, 6):
        with transaction():
            commands_following.ask_to_follow(target, email=ME, at=at + timedelta(days=days))
    with transaction():
        commands_following.forget_follows(at + timedelta(days=7, seconds=1))
    assert db.session.scalar(sa.select(Subscriber.id)) is None


def test_as_much_as_can_be_followed(app: Flask, browse: Any) -> None:
    subscriber = follow(FollowKind.search, "q=0", email="konto@a.example").subscriber
    made = (
        Follow(subscriber_id=subscriber.id, kind=FollowKind.search, target=f"q={number}", asked_at=NOON, confirmed_at=NOON)
        for number in range(1, 50)
    )
    make.save(*made)
    answer = browse(make.user(email="konto@a.example")).post("/bevaka?vad=search&ref=q%3Db", data={"what": "search:q=b"})
    assert answer.status_code == 409 and "Högst 50 saker" in answer.get_data(as_text=True)


def test_a_link_opens_its_own_address_only(app: Flask, browse: Any) -> None:
    of = make.consultation()
    mine, theirs = (follow(FollowKind.consultation, of, email=email) for email in (ME, "annan@a.example"))
    token, other = links.token_of(mine.subscriber), links.token_of(theirs.subscriber)
    reference, secret = token.split(".")
    client = browse()
    for false in (reference, f"{reference}.", f"{reference}.{other.split('.')[1]}", f"{token}0", f".{secret}", "å.ö"):
        assert client.get(f"/bevakning/{false}").status_code == 404
        for what in ("sluta", "hur-ofta", f"{mine.reference}/borja", f"{mine.reference}/sluta"):
            assert client.post(f"/bevakning/{false}/{what}").status_code == 404
    for what in ("borja", "sluta"):
        assert client.post(f"/bevakning/{other}/{mine.reference}/{what}").status_code == 404
    assert client.post(f"/bevakning/{token}/hur-ofta", data={"rhythm": "hourly"}).status_code == 422
    assert client.post(f"/bevakning/{token}/hur-ofta", data={"rhythm": "weekly"}).status_code == 303
    assert client.post(f"/bevakning/{token}/{mine.reference}/sluta").status_code == 303
    assert state_of(mine) == (True, True) and state_of(theirs) == (True, False)
    assert make.again(mine).subscriber.rhythm is Rhythm.weekly and make.again(theirs).subscriber.rhythm is Rhythm.daily
    assert client.post(f"/en/bevakning/{token}/{mine.reference}/borja").headers["Location"] == f"/en/bevakning/{token}"
    english = client.get(f"/en/bevakning/{token}").get_data(as_text=True)
    assert "Your email subscriptions" in english and f'action="/en/bevakning/{token}/hur-ofta"' in english


def test_with_an_account_it_is_followed_at_once_and_moves_with_its_address(app: Flask, browse: Any, happen: Callable[..., int]) -> None:
    of, user = make.consultation(), make.user(email="konto@a.example")
    group = make.group()
    follow(FollowKind.group, group, email="ny@a.example")
    follow(FollowKind.consultation, of, email="ny@a.example")
    ref, title = f"{of.municipality.slug}/{of.slug}", of.title
    address = f"/bevaka?vad=consultation&ref={ref}"
    client = browse(user)
    assert "Du bevakar ingenting" in client.get("/konto/bevakningar").get_data(as_text=True)
    assert "konto@a.example" in client.get(address).get_data(as_text=True)
    answer = client.post(address)
    assert answer.location == "/konto/bevakningar" and title in client.get(answer.location).get_data(as_text=True)
    assert "/logga-in" in browse().get("/konto/bevakningar").location
    references = db.session.scalars(sa.select(Subscriber.reference)).all()
    with transaction():
        make.again(user).email = "ny@a.example"
    happen(EventName.address_changed, subject_id=user.id)
    (subscriber,) = db.session.scalars(sa.select(Subscriber)).all()
    assert subscriber.reference not in references, "what was mailed to the old address does not open the new one's page"
    assert subscriber.email == "ny@a.example" and subscriber.user_id == user.id
    assert sorted((one.kind, one.target) for one in subscriber.follows) == [("consultation", str(of.id)), ("group", str(group.id))]


def test_what_is_news_has_its_words_and_what_is_told_its_place() -> None:
    assert set(queries_news.RULES) == set(contents_news.LINES)
    assert set(places.PLACES) == PUBLIC | set(queries_news.RULES)


def test_what_is_news_to_whom(app: Flask, happen: Callable[..., int]) -> None:
    """Every kind of follow and event; nothing of drafts, of municipalities switched off, or of those without a name."""
    of, draft, other = make.consultation(Phase.following_up), make.consultation(Phase.draft), make.consultation()
    group, subject, organisation = make.group(), make.subject(), make.organisation(verified_in=of.municipality, name="Namnet")
    unnamed, heir = (make.organisation(verified_in=of.municipality) for _ in range(2))
    merged = make.organisation(verified_in=of.municipality, heir_id=heir.id, merged_at=clock.now())
    with transaction():
        for one in (make.again(of), make.again(draft)):
            one.groups.append(make.again(group))
            one.subjects.append(make.again(subject))
    around = {"sakrad@a.example", "kommun@a.example", "grupp@a.example", "amne@a.example"}
    follow(FollowKind.consultation, of, email="sakrad@a.example")
    follow(FollowKind.consultation, draft, email="sakrad@a.example")
    follow(FollowKind.municipality, of.municipality, email="kommun@a.example")
    follow(FollowKind.municipality, draft.municipality, email="kommun@a.example")
    follow(FollowKind.group, group, email="grupp@a.example")
    follow(FollowKind.subject, subject, email="amne@a.example")
    follow(FollowKind.consultation, other, email="annat@a.example")
    follow(FollowKind.consultation, of, email="obekraftad@a.example", confirmed_at=None)
    follow(FollowKind.consultation, of, email="slutat@a.example", ended_at=clock.now())
    for number, one in enumerate((organisation, unnamed, heir, merged)):
        follow(FollowKind.organisation, one, email=f"forening{number}@a.example")
    published = {
        0: make.position(of, organisation),
        1: make.position(of, unnamed, wish=PublicationWish.unnamed),
        3: make.position(of, merged),
    }

    def told(name: EventName, **values: Any) -> set[str]:
        event = db.session.get_one(Event, happen(name, **values))
        return set(queries_news.list_addresses(event))

    simple = (
        EventName.consultation_announced,
        EventName.correction_announced,
        EventName.summary_published,
        EventName.feedback_published,
        EventName.consultation_ended,
    )
    for name in simple:
        assert told(name, **scope(of)) == around, name
        assert told(name, **scope(draft)) == set(), name
    assert told(EventName.closing_moved, **scope(of), data_told=True) == around
    assert told(EventName.closing_moved, **scope(of), told=True) == set(), "the correction tells of it"
    assert told(EventName.meeting_planned, **scope(of), at=of.announced_at - timedelta(days=1)) == set(), "it was a draft then"
    assert told(EventName.feedback_overdue, **scope(of), step=1, due="2027-01-01") == around
    assert told(EventName.feedback_overdue, **scope(of), step=2, due="2027-01-01") == set(), "told once"
    assert told(EventName.content_version_published, **scope(of), new=True) == around
    assert told(EventName.content_version_published, **scope(of), new=False) == set(), "its first publication only"
    for number, expected in ((0, {"forening0@a.example"}), (1, set()), (3, {"forening2@a.example", "forening3@a.example"})):
        reviewed = {**scope(of), "subject_id": published[number].published_id, "organisation_id": published[number].organisation_id}
        assert told(EventName.position_reviewed, **reviewed, decision="withheld") == set()
        assert told(EventName.position_reviewed, **reviewed, decision="publish") == expected
        assert told(EventName.position_reviewed, **reviewed, decision="masked") == set(), "told once"
    with transaction():
        make.again(of.municipality).active = False
    assert told(EventName.summary_published, **scope(of)) == set()


def test_an_answer_is_news_on_the_day_it_becomes_visible_also_of_a_sender_verified_late(app: Flask, noon: None) -> None:
    """It cannot be let through before its sender is verified, so that verification by itself makes no answer visible."""
    of, elsewhere = make.consultation(), make.consultation()
    by = make.organisation(verified_in=elsewhere.municipality)
    follow(FollowKind.organisation, by, rhythm=Rhythm.at_once)
    version = make.position(of, by, published=False).versions[0]

    def review(decision: ReviewDecision, **values: Any) -> None:
        with transaction():
            reviewing.review_position(make.again(version), decision=decision, **values, actor=None, at=clock.now())

    with pytest.raises(Blocked, match="position_unverified"):
        review(ReviewDecision.publish)
    review(ReviewDecision.withheld, reason="Granskas senare.", ground=MaskGround.sensitive)
    with transaction():
        basis = VerificationBasis.statutes
        verify_organisation(make.again(by), make.again(of.municipality), basis=basis, actor=None, at=clock.now())
    fanout.fan_out(clock.now())
    assert not news()
    for _ in range(2):
        review(ReviewDecision.publish)
        fanout.fan_out(clock.now())
        assert [row.recipient for row in news()] == [ME], "told once"


def test_whoever_is_told_by_another_mail_gets_no_news_of_it(app: Flask, noon: None, happen: Callable[..., int]) -> None:
    of = make.consultation(Phase.summarised)
    make.position(of, make.organisation(email="Styrelsen@a.example", verified_in=of.municipality))
    invited = make.invitation(of, make.organisation(email="Inbjuden@a.example"))
    for email in ("styrelsen@a.example", "inbjuden@a.example", ME):
        follow(FollowKind.consultation, of, email=email)
    happen(EventName.summary_published, **scope(of))
    happen(EventName.consultation_announced, **scope(of))
    assert invited.consultation_id == of.id
    fanout.fan_out(clock.now())
    rows = db.session.execute(sa.select(Event.name, Notification.recipient, Notification.kind).join(Event).order_by(Notification.id)).all()
    assert {(row.recipient, row.kind) for row in rows if row.name == EventName.summary_published} == {
        ("Styrelsen@a.example", "summary_published"),
        ("inbjuden@a.example", "news"),
        (ME, "news"),
    }
    assert {row.recipient for row in rows if row.name == EventName.consultation_announced} == {"styrelsen@a.example", ME}


def test_a_new_rhythm_holds_for_what_waits_and_answers_wait_for_closing(
    app: Flask, noon: None, post: PostOffice, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    of = make.consultation(answers_public=AnswersPublic.closing, closes_at=clock.start_of(NOON.date() + timedelta(days=3)))
    by = make.organisation(verified_in=of.municipality)
    mine = follow(FollowKind.organisation, by, rhythm=Rhythm.at_once)
    follow(FollowKind.consultation, of)
    answer = make.position(of, by)
    happen(EventName.position_reviewed, **{**scope(of), "subject_id": answer.published_id}, decision="publish")
    happen(EventName.consultation_ended, **scope(of))
    fanout.fan_out(clock.now())
    after_closing = datetime(2027, 3, 13, 6, tzinfo=UTC)
    first, second = [row.due_at for row in news()]
    assert first == after_closing and second is not None and second < NOON + timedelta(minutes=5)
    for rhythm, expected in (
        (Rhythm.weekly, [datetime(2027, 3, 15, 6, tzinfo=UTC)] * 2),
        (Rhythm.daily, [after_closing, MORNING]),
    ):
        with transaction():
            commands_following.set_rhythm(make.again(mine).subscriber, rhythm, actor=None, at=clock.now())
        assert [row.due_at for row in news()] == expected
    with time_machine.travel(after_closing, tick=True):
        work()
    (mail,) = post.mails
    assert f"/svar/{by.slug}" in texts(mail)[0] and by.name in texts(mail)[0], "one mail for all that is due"


def test_what_is_no_longer_public_is_left_out_and_an_empty_mail_is_not_sent(
    app: Flask, noon: None, post: PostOffice, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality, name="Den som ångrade sig")
    follow(FollowKind.organisation, by)
    answer = make.position(of, by)
    happen(EventName.position_reviewed, **{**scope(of), "subject_id": answer.published_id}, decision="publish")
    work()
    with transaction():
        make.again(answer).withdrawn_at = clock.now()
    with time_machine.travel(MORNING, tick=True):
        work()
        work()
    (mail,) = db.session.scalars(sa.select(Mail)).all()
    assert not post.mails and (mail.state, mail.sent_at, mail.last_error) == (MailState.sent, None, "NothingToTell")


def test_killed_between_any_two_steps_nothing_is_told_twice_or_never(
    app: Flask, noon: None, post: PostOffice, happen: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = make.consultation()
    for number in range(3):
        follow(FollowKind.consultation, of, email=f"f{number}@a.example", rhythm=Rhythm.at_once)
    happen(EventName.summary_published, **scope(of))
    happen(EventName.feedback_published, **scope(of))
    at = clock.now() + timedelta(seconds=1)

    def killed_at(module: Any, name: str, call: int, step: Callable[[], Any]) -> None:
        real, calls = getattr(module, name), []

        def die(*args: Any, **values: Any) -> Any:
            calls.append(1)
            if len(calls) == call:
                raise Killed
            return real(*args, **values)

        with monkeypatch.context() as patched:
            patched.setattr(module, name, die)
            with pytest.raises(Killed):
                step()
        db.session.remove()

    killed_at(fanout, "when_due", 2, lambda: fanout.fan_out(at))
    assert not news(), "what it had begun is undone"
    fanout.fan_out(at)
    assert len(news()) == 6
    killed_at(fanout, "message_id_for", 2, lambda: fanout.gather(at))
    assert all(row.mail_id is None for row in news())
    assert fanout.gather(at) == 3 and fanout.gather(at) == 0
    deliver = mailer_for(post.url)

    def deliver_and_die(message: EmailMessage, recipient: str) -> None:
        deliver(message, recipient)
        raise Killed

    with time_machine.travel(at, tick=True), pytest.raises(Killed):
        worker.send_due(deliver_and_die, running)
    with time_machine.travel(at, tick=True):
        killed_at(commands, "_held", 1, lambda: worker.send_due(deliver, running))  # the post has it, and we have not noted it
    with time_machine.travel(at + commands.LEASE, tick=True):
        worker.send_due(deliver, running)
        assert worker.send_due(deliver, running) == 0
    numbers = [mail["Message-ID"] for mail in post.mails]
    assert len(set(numbers)) == 3 and len(numbers) == 5, "only those in flight came twice, with the same number"
    assert {mail["To"] for mail in post.mails} == {f"f{number}@a.example" for number in range(3)}
    for mail in post.mails:
        assert texts(mail)[0].count("/sammanstallning") == 1 and texts(mail)[0].count("/aterkoppling") == 1


def test_an_address_that_refuses_its_mail_gets_no_more(
    app: Flask, noon: None, post: PostOffice, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    of = make.consultation()
    mine = follow(FollowKind.consultation, of, rhythm=Rhythm.at_once)
    happen(EventName.summary_published, **scope(of))
    post.refuse["RCPT"] = "450 4.2.1 later"
    work()
    assert state_of(mine) == (True, False), "a passing fault"
    post.refuse["RCPT"] = "550 5.1.1 no such user"
    happen(EventName.feedback_published, **scope(of))
    work()
    assert state_of(mine) == (True, True)


def test_an_address_is_forgotten_when_it_follows_nothing(
    app: Flask, noon: None, work: Callable[[], None], happen: Callable[..., int]
) -> None:
    of, days = make.consultation(), timedelta(days=1)
    kept = follow(FollowKind.consultation, of, email="kvar@a.example")
    follow(FollowKind.consultation, of, email="fragad@a.example", confirmed_at=None, asked_at=NOON - 6 * days)
    follow(FollowKind.consultation, of, email="slutat@a.example", ended_at=NOON - 29 * days)
    follow(FollowKind.consultation, of, email="glomt@a.example", confirmed_at=None, asked_at=NOON - 8 * days)
    gone = follow(FollowKind.consultation, of, email="borta@a.example", rhythm=Rhythm.at_once)
    happen(EventName.summary_published, **scope(of))
    work()
    with transaction():
        make.again(gone).ended_at = NOON - 31 * days
    with transaction():
        commands_following.forget_follows(clock.now())
    left = set(db.session.scalars(sa.select(Subscriber.email)))
    assert left == {"kvar@a.example", "fragad@a.example", "slutat@a.example"}
    for table in db.metadata.sorted_tables:
        assert not any("borta@a.example" in str(row) for row in db.session.execute(sa.select(table))), table
    assert state_of(kept) == (True, False)


def test_a_saved_search_tells_of_new_hits_once(app: Flask, noon: None, post: PostOffice, work: Callable[[], None]) -> None:
    """With the real index: what was there before is no news, and what comes is told by its number only."""
    old = make.consultation(title="Ensamhet i stan")
    index(old)
    query = searches.normalised("sida=3&q=ensamhet&okand=1")
    assert query == targets.get_target("search", "okand=1&q=ensamhet").key == "q=ensamhet"
    with time_machine.travel(NOON + timedelta(minutes=1), tick=True):
        follow(FollowKind.search, query, looked_at=clock.now(), rhythm=Rhythm.at_once)
    with time_machine.travel(NOON + timedelta(hours=1), tick=True):
        work()
        assert not post.mails
        index(make.consultation(title="Ensamhet bland äldre"))
    with time_machine.travel(NOON + timedelta(hours=2), tick=True):
        work()
    with time_machine.travel(NOON + timedelta(hours=3), tick=True):
        work()
    (mail,) = post.mails
    text, _html = texts(mail)
    assert "1 ny träff för ”ensamhet”" in text and f"{HERE}/sok?q=ensamhet&sedan={clock.today()}" in text and "äldre" not in text


@pytest.mark.parametrize(
    ("groups", "more", "counts", "subject"),
    [
        (2, 0, [(16, False)], "Nytt i 2 sakråd och 16 sökträffar"),
        (1, 0, [(1, False)], "Nytt i 1 sakråd och 1 sökträff"),
        (25, 3, [(2, False), (50, True)], "Nytt i 28 sakråd och fler än 52 sökträffar"),
        (2, 0, [], "Nytt i 2 sakråd"),
        (0, 0, [(3, False)], "Nya träffar för ”ensamhet”"),
    ],
)
def test_the_subject_tells_of_all_that_is_new(app: Flask, groups: int, more: int, counts: list[tuple[int, bool]], subject: str) -> None:
    found = [{"name": "”ensamhet”", "count": count, "more": beyond} for count, beyond in counts]
    with app.test_request_context():
        shown = render_template("email/news/subject.txt", groups=[{"title": "T", "lines": []}] * groups, more=more, searches=found)
    assert " ".join(shown.split()) == subject


def index(consultation: Any) -> None:
    """Have the consultation in the index, as if it had been announced just now."""
    with transaction():
        entries = list(search_documents.consultations([consultation.id]))
        search.replace({entry.part for entry in entries}, entries, at=clock.now())
