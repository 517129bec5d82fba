""" "What happened to your answer": an organisation sees all that came of its own voice, and of others' no more than readers do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Organisation
from sakrad.positions.models import Position, PublicationWish
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.responses import links
from sakrad.responses.models import Outcome
from sakrad.voices.queries_thread import Thread, ThreadSeat, Whence, get_thread
from sakrad.voices.queries_threads import Counts, get_thread_list
from tests import factories as make
from tests import statements
from tests.factories import responses, summaries, together, verdicts

NAMED, UNNAMED, ONLY_US = PublicationWish


def of(consultation: Consultation, organisation: Organisation) -> Thread:
    return get_thread(ThreadSeat(make.again(organisation), make.again(consultation)), clock.now())


def cited(matter: responses.Matter, by: Organisation, text: str, **values: Any) -> Position:
    """An answer that the first finding rests on."""
    position = make.position(matter.consultation, by, texts={1: text}, **values)
    summaries.cite(matter.findings[0], summaries.point(summaries.answer_of(position)))
    return position


@pytest.mark.parametrize(
    "values",
    [{}, {"wish": UNNAMED}, {"wish": ONLY_US, "published": False}, {"published": False}],
    ids=["named", "unnamed", "for the municipality only", "not reviewed"],
)
def test_from_ones_own_words_to_what_was_done_whoever_may_read_them(app: Flask, values: dict[str, Any]) -> None:
    matter, commitment = responses.published()
    by = make.organisation(verified_in=matter.consultation.municipality)
    position = cited(matter, by, "Vi väntar i elva veckor. Anna vet.", **values)
    answer = summaries.answer_of(position)
    make.save(Mask(kind=TextKind.answer, text_id=answer.id, start=25, end=29, ground=MaskGround.personal_data, created_at=clock.now()))
    responses.progress(commitment)
    (strand,) = of(matter.consultation, by).strands
    assert (strand.finding, [(one.text, one.whence) for one in strand.words]) == (1, [("Vi väntar i elva veckor. ████ vet.", Whence.own)])
    assert strand.reply is not None and strand.reply.outcome is Outcome.will_do
    (followed,) = strand.followed
    assert (followed.promise.number, len(followed.told), followed.may_judge) == (1, 1, True)


def test_what_was_set_aside_says_why_and_what_waits_says_so(app: Flask) -> None:
    matter = responses.matter()
    aside = matter.points[2].answer.version.position.organisation
    (strand,) = of(matter.consultation, aside).strands
    assert (strand.finding, strand.set_aside, strand.reply) == (None, "Det ligger utanför frågan.", None)
    assert of(matter.consultation, aside).next_on == matter.consultation.feedback_due_on


def test_parties_see_the_joint_answer_and_those_who_agree_what_readers_see(app: Flask) -> None:
    matter, _commitment = responses.published()
    place = matter.consultation.municipality
    sender, party, friend, hidden = (make.organisation(verified_in=place) for _ in range(4))
    joint = cited(matter, sender, "Vi vill ha ett nummer.")
    together.party(joint, party)
    secret = cited(matter, hidden, "Bara till kommunen.", wish=ONLY_US, published=False)
    own = make.position(matter.consultation, friend, texts={1: "Vi instämmer."})
    together.concurrence(own, joint)
    make.save(together.Concurrence(version_id=own.current_id, position_id=secret.id, target_id=secret.current_id))
    (strand,) = of(matter.consultation, party).strands
    assert [(one.text, one.whence, one.sender) for one in strand.words] == [("Vi vill ha ett nummer.", Whence.joint, sender.name)]
    assert not strand.followed[0].may_judge  # the words are the sender's
    (strand,) = of(matter.consultation, friend).strands
    assert [(one.text, one.whence) for one in strand.words] == [("Vi vill ha ett nummer.", Whence.agreed)]


def test_what_was_said_at_a_meeting_is_told_though_nothing_was_written(app: Flask) -> None:
    matter, _commitment = responses.published()
    by = make.organisation(verified_in=matter.consultation.municipality)
    summaries.cite(matter.findings[0], verdicts.spoken(matter.consultation, by, "Vi sa det på mötet."))
    (strand,) = of(matter.consultation, by).strands
    assert [(one.text, one.said_on is not None) for one in strand.words] == [("Vi sa det på mötet.", True)]
    assert strand.followed[0].may_judge


def test_nothing_shows_before_the_summary_and_nothing_to_a_stranger(app: Flask) -> None:
    matter = responses.matter(Phase.compiling)
    assert of(matter.consultation, matter.organisation).strands == ()
    with pytest.raises(Missing):
        of(matter.consultation, make.organisation(verified_in=matter.consultation.municipality))


def test_the_mailed_link_opens_its_own_organisations_page_and_no_other(app: Flask, client: Any) -> None:
    commitment, (by, other) = verdicts.judged(2)
    mine, theirs = (links.thread_token(db.session.query(Position).filter_by(organisation_id=one.id).one()) for one in (by, other))
    answer = client.get(f"/det-har-hande/{mine}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200 and answer.headers["X-Robots-Tag"] == "noindex"
    assert by.name in html and other.name not in html
    mixed = theirs.partition(".")[0] + "." + mine.partition(".")[2]
    reference, _dot, secret = mine.partition(".")
    for false in (mixed, reference, f"{reference}.", f"{reference}.{secret[:-1]}", f"{reference}.{'0' * 40}"):
        assert client.get(f"/det-har-hande/{false}").status_code == 404
        assert client.post(f"/det-har-hande/{false}/atagande/{commitment.number}", data={"value": "done"}).status_code == 404


def test_the_list_counts_each_piece_once_in_as_many_statements(app: Flask, browse: Any) -> None:
    matter, _commitment = responses.published()
    by = make.organisation(verified_in=matter.consultation.municipality)
    position = cited(matter, by, "Vi väntar.")
    summaries.cite(matter.findings[1], db.session.query(summaries.Point).filter_by(answer_id=summaries.answer_of(position).id).one())
    listed = get_thread_list(make.again(by), 1, clock.now())
    (row,) = listed.rows
    assert (row.taken_up, row.set_aside, row.outcomes, row.promised, row.done) == (1, 0, {Outcome.will_do: 1}, 1, 0)
    (release,) = db.session.query(responses.FeedbackRelease)
    responses.response(release, point=matter.points[1], outcome=Outcome.partly)
    for organisation, outcome in ((by, Outcome.will_do), (matter.points[1].answer.version.position.organisation, Outcome.partly)):
        (row,) = get_thread_list(make.again(organisation), 1, clock.now()).rows
        thread = of(matter.consultation, organisation)
        assert len(thread.strands) > 1, "two findings, or one and the answer of its own"
        assert (row.taken_up, row.set_aside, row.outcomes) == (1, 0, {outcome: 1}), "the piece is told once, on the page as in the list"
        assert thread.counts == Counts(taken_up=1, outcomes={outcome: 1})

    def more() -> None:
        another, _made = responses.published(closes_at=clock.now() - timedelta(days=90))
        cited(another, make.again(by), "Vi väntar igen.")

    client = browse(make.user((Role.writer, by)))
    place = f"{matter.consultation.municipality.slug}/{matter.consultation.slug}"
    pages = [f"/forening/{by.slug}/vad-hande", f"/forening/{by.slug}/vad-hande/{place}"]

    def grow() -> None:
        more()
        for finding in matter.findings:
            summaries.cite(finding, summaries.point(summaries.answer_of(make.again(position)), start=1))

    statements.keep_to(22, client, pages, grow)
