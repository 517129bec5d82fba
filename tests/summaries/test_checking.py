"""Faktakontroll: who is asked, what they reply about, and what readers are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Missing, Stale
from sakrad.core.events import Event, EventName
from sakrad.core.text import Span
from sakrad.directory.models import Merger, Organisation
from sakrad.notifications.recipients import recipients_of
from sakrad.positions.models import PositionVersion, PublicationWish
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from sakrad.records.queries import masks_over
from sakrad.summaries import commands, jobs, links, queries, queries_checking
from sakrad.summaries.lifecycle_checking import blockers_of_checking
from sakrad.summaries.models import Confirmation, ConfirmationReply, FactCheck, Finding, ReplyKind
from sakrad.summaries.queries_checking import AskedOf
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection, objections_in, outcome
from sakrad.summaries.renderings import Passage, Quote, Rendering, drawn, restored
from tests import factories as make
from tests.factories import responses, summaries


class Scene:
    """Two organisations are cited in two findings; the second also alone in the second. A third is set aside."""

    def __init__(self) -> None:
        matter = responses.matter(Phase.compiling)
        of = matter.consultation
        self.where = {"kommun": of.municipality.slug, "slug": of.slug}
        self.first, self.second = (point.answer.version.position.organisation.slug for point in matter.points[:2])
        self.finding = matter.findings[0].id
        for position in db.session.scalars(sa.select(make.Position)):
            for answer in position.current.answers[1:]:  # type: ignore[union-attr]
                summaries.nothing(answer)
        self.until = clock.end_of(clock.today() + timedelta(days=21))

    @property
    def of(self) -> Any:
        return get_consultation(**self.where)

    def do(self, command: Any, *things: Any, **values: Any) -> Any:
        with transaction():
            return command(*things, **({"actor": None, "at": clock.now()} | values))

    def open(self) -> FactCheck:
        return self.do(commands.open_check, self.of, until=self.until)  # type: ignore[no-any-return]

    def asked(self, slug: str) -> AskedOf:
        return queries_checking.get_asked_of(**self.where, org=slug)

    def reply(self, slug: str, kind: ReplyKind = ReplyKind.confirmed, text: str = "", **values: Any) -> ConfirmationReply:
        seat = queries_checking.get_seat(slug, **self.where)
        values = {"finding_id": None, "seen": seat.rendering.digest, "submission_key": make.ids.reference(32)} | values
        return self.do(commands.reply, seat, kind=kind, text=text, **values)  # type: ignore[no-any-return]

    def rewrite(self, body: str, finding: int | None = None) -> None:
        with transaction():
            db.session.get_one(Finding, finding or self.finding).body = body

    def close(self) -> None:
        with transaction():
            db.session.execute(sa.update(FactCheck).values(opened_at=clock.now() - timedelta(days=30), closes_at=clock.now()))

    def left(self) -> list[str]:
        facts = queries_checking.check_facts(self.of, queries.find_summary(self.of))
        return [blocker.code for blocker in blockers_of_checking(facts, clock.now())]

    def publish(self) -> None:
        self.do(commands.publish, queries.find_summary(self.of))


def objections_by_finding(consultation_id: int) -> dict[int | None, tuple[Objection, ...]]:
    """As readers see them."""
    unmasked = objections_in(consultation_id, clock.now())
    return unmasked.under(masks_over({TextKind.objection: unmasked.ids}))


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene()


def mails(name: EventName) -> list[str]:
    events = db.session.scalars(sa.select(Event).where(Event.name == name).order_by(Event.id))
    return [address for event in events for _kind, address in recipients_of(event)]


def email(slug: str) -> str:
    return str(db.session.scalars(sa.select(Organisation.email).where(Organisation.slug == slug)).one())


def test_every_cited_organisation_is_asked_and_sees_only_its_own_passages(scene: Scene) -> None:
    scene.rewrite("Vägen in är lång.[1]\n\nDet behövs ett nummer.[2] Och en [länk](https://a.example).[1]\n\nRam. [ram]\n\n[citat 2]")
    check = scene.open()
    assert sorted(mails(EventName.confirmation_asked)) == sorted([email(scene.first), email(scene.second)])
    assert len(check.confirmations) == 2 and db.session.query(Event).filter_by(name="fact_check_opened").count() == 1
    first = queries_checking.get_seat(scene.first, **scene.where).rendering.passages
    assert [passage.paragraphs for passage in first] == [
        ("Vägen in är lång.[1]", "Det behövs ett nummer. Och en [länk](https://a.example).[1]")
    ]
    second = queries_checking.get_seat(scene.second, **scene.where).rendering.passages
    assert [len(passage.quotes) for passage in second] == [1, 1] and "Vägen in är lång" not in second[0].words
    with pytest.raises(Blocked, match="check_open_already"):
        scene.open()


def test_whoever_is_quoted_in_part_may_read_its_whole_answer_once() -> None:
    quotes = (Quote(1, 2, "väg in", "En väg in och tolk."), Quote(2, 2, "tolk", "En väg in och tolk."), Quote(3, 1, "Nej.", "Nej."))
    rendering = Rendering((Passage(1, 1, "Vägen in", ("Så.[1] Så.[2] Nej.[3]",), quotes),))
    assert drawn(rendering, "Jouren")[0].answers == ((2, "En väg in och tolk."),)
    assert drawn(restored(rendering.kept), "Jouren")[0].answers == (), "a reply keeps the words that the text rests on, and no more"


def test_a_reply_is_about_the_words_that_were_shown(scene: Scene) -> None:
    scene.open()
    said = scene.reply(scene.first)
    assert not scene.asked(scene.first).asked.stale
    scene.rewrite("Vägen in är lång.[1] [2]")  # another's words go, and a mark of another's: what is said of the first has changed
    assert scene.asked(scene.first).asked.stale
    scene.rewrite("Vägen in är lång.[1] Det behövs ett nummer.[2]")
    assert not scene.asked(scene.first).asked.stale
    scene.rewrite("Tolk saknas alltid.[2]", scene.asked(scene.second).asked.rendering.passages[1].finding_id)  # type: ignore[union-attr]
    assert not scene.asked(scene.first).asked.stale, "a text of others only is no matter of theirs"
    assert said.shown[0]["quotes"][0]["number"] == 1
    seat = queries_checking.get_seat(scene.second, **scene.where)
    with pytest.raises(Stale):
        scene.reply(scene.second, seen=said.digest)
    with pytest.raises(Missing):
        scene.reply(scene.first, ReplyKind.correction, "Fel.", finding_id=seat.rendering.passages[1].finding_id)


def test_the_latest_reply_counts_and_a_double_click_replies_once(scene: Scene) -> None:
    scene.open()
    first = scene.reply(scene.first, ReplyKind.correction, "Det var tio.", submission_key="samma")
    again = scene.reply(scene.first, ReplyKind.correction, "Det var tio.", submission_key="samma")
    assert first.id == again.id and mails(EventName.confirmation_received) == [scene.of.authority.mailbox]
    assert scene.left() == ["check_still_open", "check_unanswered"]
    scene.reply(scene.first, submission_key="x" * 200)
    assert scene.left() == ["check_still_open"]
    assert len(scene.asked(scene.first).asked.replies) == 2
    others = scene.reply(scene.second, submission_key="samma")
    assert others.id != first.id, "a key is the organisation's own"
    assert len(mails(EventName.confirmation_received)) == 2, "one mail while its reply waits, and one of the other's"


def test_a_round_ends_early_when_all_have_replied(scene: Scene) -> None:
    scene.open()
    scene.reply(scene.first)
    with pytest.raises(Blocked, match="check_silent"):
        scene.do(commands.end_check, scene.of)
    scene.reply(scene.second)
    scene.do(commands.end_check, scene.of)
    with pytest.raises(Blocked, match="check_over"):
        scene.reply(scene.first)
    with pytest.raises(Blocked, match="check_nobody_left"):
        scene.open()
    assert scene.left() == []


def test_the_silent_are_reminded_once(scene: Scene) -> None:
    scene.open()
    scene.reply(scene.first)
    for at in (clock.now(), scene.until - timedelta(hours=5), scene.until - timedelta(hours=4)):
        with transaction():
            jobs.remind_to_check({}, at)
    assert mails(EventName.fact_check_reminded) == [email(scene.second)]


def test_whoever_is_cited_later_is_asked_and_a_changed_text_is_asked_about_anew(scene: Scene) -> None:
    scene.open()
    scene.reply(scene.first)
    third = summaries.point(summaries.answer_of(make.position(scene.of)))
    late = third.answer.version.position.organisation.slug
    summaries.finding(queries.find_summary(scene.of), f"Också de.[{third.number}]")  # type: ignore[arg-type]
    assert "check_unasked" in scene.left()
    scene.do(commands.ask_organisation, scene.of, late)
    assert "check_unasked" not in scene.left() and queries_checking.get_seat(late, **scene.where).rendering.passages
    scene.rewrite("Vägen in är mycket lång.[1] Det behövs ett nummer.[2]")
    scene.do(commands.ask_organisation, scene.of, scene.first)
    assert mails(EventName.confirmation_asked).count(email(scene.first)) == 2
    assert db.session.query(Confirmation).count() == 3
    scene.close()
    scene.open()
    assert {one.organisation.slug for one in db.session.query(FactCheck).filter_by(number=2).one().confirmations} == {
        scene.first,
        scene.second,
        late,
    }


def test_a_correction_is_answered_and_an_objection_reviewed(scene: Scene) -> None:
    scene.open()
    asks = scene.reply(scene.first, ReplyKind.correction, "Det var tio.", finding_id=scene.finding)
    objects = scene.reply(scene.second, ReplyKind.objection, "Anna Ek sa aldrig så.", finding_id=scene.finding)
    answer, review = commands.answer_correction, commands.review_objection
    of = scene.of
    with pytest.raises(commands.ReasonMissing):
        scene.do(answer, of, scene.asked(scene.first).asked, seen=asks.id, accepted=False, answer=" ")
    with pytest.raises(Stale):
        scene.do(answer, of, scene.asked(scene.first).asked, seen=objects.id, accepted=True, answer="")
    scene.do(answer, of, scene.asked(scene.first).asked, seen=asks.id, accepted=False, answer="Det står nio i ert svar.")
    assert mails(EventName.confirmation_answered) == [email(scene.first)]
    masked = {"decision": ReviewDecision.masked, "words": "Anna Ek"}
    with pytest.raises(commands.GroundMissing):
        scene.do(review, of, scene.asked(scene.second).asked, seen=objects.id, **masked)
    scene.do(review, of, scene.asked(scene.second).asked, seen=objects.id, ground=MaskGround.personal_data, **masked)
    scene.close()
    assert scene.left() == []
    scene.publish()
    objection = objections_by_finding(of.id)[scene.finding][0]
    assert (objection.text, objection.earlier) == ("███████ sa aldrig så.", False)
    assert objection.name == db.session.scalars(sa.select(Organisation.name).where(Organisation.slug == scene.second)).one()
    assert outcome(of.id) == CheckOutcome(held=True, corrections=1, objections=1) and outcome(of.id).beside == 1


@pytest.mark.parametrize("wish", [PublicationWish.unnamed, PublicationWish.municipality_only])
def test_an_objection_names_nobody_who_does_not_want_to_be_named(scene: Scene, wish: PublicationWish) -> None:
    scene.open()
    said = scene.reply(scene.second, ReplyKind.objection, "Så sa vi inte.")
    keep = {"seen": said.id, "decision": ReviewDecision.publish}
    scene.do(commands.review_objection, scene.of, scene.asked(scene.second).asked, **keep)
    with transaction():
        organisation = sa.select(make.Position.current_id).join(Organisation).where(Organisation.slug == scene.second)
        db.session.execute(sa.update(PositionVersion).where(PositionVersion.id.in_(organisation)).values(wish=wish))
    (objection,) = objections_by_finding(scene.of.id)[None]
    assert objection.name is None and objection.text == "Så sa vi inte."


def test_publishing_tells_who_confirmed_who_confirmed_an_earlier_wording_and_who_was_silent(scene: Scene) -> None:
    scene.open()
    scene.reply(scene.first)
    scene.close()
    scene.rewrite("Vägen in är mycket lång.[1] Det behövs ett nummer.[2]")
    scene.publish()
    told = outcome(scene.of.id)
    assert told == CheckOutcome(held=True, stale=1, silent=1) and told.cited == 2


def test_an_heir_is_asked_in_place_of_whom_it_has_taken_over(scene: Scene) -> None:
    scene.open()
    token = links.check_token(db.session.query(Confirmation).join(Organisation).filter_by(slug=scene.first).one())
    heir = make.organisation()
    merged = db.session.query(Organisation).filter_by(slug=scene.first).one()
    at = clock.now()
    make.save(Merger(organisation_id=merged.id, heir_id=heir.id, at=at, accepted_at=at, heir_accepted_at=at))
    with transaction():
        db.session.execute(sa.update(Organisation).where(Organisation.id == merged.id).values(merged_at=at, heir_id=heir.id))
    seat = queries_checking.get_link_seat(token)
    assert seat.organisation.slug == heir.slug and seat.rendering.passages
    scene.reply(heir.slug)
    assert [one.slug for one in queries_checking.check_facts(scene.of, queries.find_summary(scene.of)).silent] == [scene.second]


def test_masks_of_an_objection_lie_over_code_points(scene: Scene) -> None:
    scene.open()
    said = scene.reply(scene.first, ReplyKind.objection, "👩‍👩‍👧 Anna e\u0301")
    marked = {"decision": ReviewDecision.masked, "ground": MaskGround.personal_data, "span": Span(6, 10)}
    scene.do(commands.review_objection, scene.of, scene.asked(scene.first).asked, seen=said.id, **marked)
    assert objections_by_finding(scene.of.id)[None][0].text == "👩‍👩‍👧 ████ é"
    again = {"seen": said.id, "decision": ReviewDecision.publish}
    scene.do(commands.review_objection, scene.of, scene.asked(scene.first).asked, **again)
    assert objections_by_finding(scene.of.id)[None][0].text == "👩‍👩‍👧 Anna é", "published whole again"


def test_a_correction_after_publication_makes_a_confirmation_one_of_an_earlier_wording(scene: Scene) -> None:
    scene.open()
    scene.reply(scene.first)
    scene.close()
    scene.publish()
    assert outcome(scene.of.id) == CheckOutcome(held=True, confirmed=1, silent=1)
    summary = queries.find_summary(scene.of)
    assert summary is not None
    change = {summary.findings[0]: ("Vägen in", "Vägen in är kort.[1] Det behövs ett nummer.[2]")}
    scene.do(commands.correct_summary, summary, changes=change, in_short=summary.in_short, reason="Fel ord.")
    assert outcome(scene.of.id) == CheckOutcome(held=True, stale=1, silent=1)
