"""What organisations do of a commitment: the rules, and that nothing of it is told before they stand for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from sakrad.consultations.commands import decide_continuation
from sakrad.consultations.models import ContinuationKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.core.files import FileKind, Upload
from sakrad.records.models import MaskGround, ReviewDecision
from sakrad.responses import commands, queries_commitments, queries_ledger
from sakrad.responses import lifecycle_pledging as rules
from sakrad.responses.lifecycle import CommitmentFacts, CommitmentState, commitment_state
from sakrad.responses.lifecycle_pledging import PledgeFacts, PledgeState
from sakrad.responses.models import CommitmentParty, DecisionForm, Pledge, ProgressStatus
from sakrad.responses.queries_commitments import asked_commitments
from tests.factories import again, do, ledger
from tests.factories import responses as make

ASKED = PledgeFacts(published=True, asked=True)
CONFIRMED = PledgeFacts(published=True, asked=True, confirmed=True)
WITHDRAWN = PledgeFacts(published=True, asked=True, confirmed=True, withdrawn=True)
COUNTERED = PledgeFacts(published=True, asked=True, countered=True)
DECLINED = PledgeFacts(published=True, asked=True, declined=True)
PROPOSED = PledgeFacts()


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (PROPOSED, PledgeState.proposed),
        (ASKED, PledgeState.asked),
        (COUNTERED, PledgeState.countered),
        (DECLINED, PledgeState.declined),
        (CONFIRMED, PledgeState.planned),
        (PledgeFacts(asked=True, confirmed=True, latest=ProgressStatus.under_way), PledgeState.planned),
        (PledgeFacts(asked=True, confirmed=True, latest=ProgressStatus.changed), PledgeState.changed),
        (PledgeFacts(asked=True, confirmed=True, latest=ProgressStatus.done), PledgeState.done),
        (WITHDRAWN, PledgeState.withdrawn),
    ],
)
def test_where_a_part_stands(facts: PledgeFacts, state: PledgeState) -> None:
    assert rules.pledge_state(facts) is state


@pytest.mark.parametrize(
    ("verb", "clear", "codes"),
    [
        (rules.blockers_to_change, {"proposed"}, {"asked": "pledge_asked_already", "confirmed": "pledge_asked_already"}),
        (rules.blockers_to_settle, {"countered"}, {"asked": "pledge_not_countered", "declined": "pledge_not_countered"}),
        (
            rules.blockers_to_answer,
            {"asked", "countered", "declined"},
            {"proposed": "pledge_not_asked", "confirmed": "pledge_confirmed", "withdrawn": "pledge_withdrawn"},
        ),
        (rules.blockers_to_withdraw, {"confirmed"}, {"asked": "pledge_not_confirmed", "withdrawn": "pledge_not_confirmed"}),
        (rules.blockers_to_tell, {"confirmed"}, {"asked": "pledge_not_confirmed", "withdrawn": "pledge_not_confirmed"}),
    ],
)
def test_when_something_may_be_done_about_a_part(verb: Any, clear: set[str], codes: dict[str, str]) -> None:
    facts = {
        "proposed": PROPOSED,
        "asked": ASKED,
        "countered": COUNTERED,
        "declined": DECLINED,
        "confirmed": CONFIRMED,
        "withdrawn": WITHDRAWN,
    }
    at = clock.now()
    assert {name for name, each in facts.items() if not verb(each, at)} == clear
    assert {name: verb(facts[name], at)[0].code for name in codes} == codes


def test_what_a_part_and_a_decision_must_say() -> None:
    at = clock.now()
    decision = {"ref": "§ 41", "decided_on": clock.today(), "minutes_url": "", "at": at}
    assert [one.code for one in rules.blockers_to_propose(CommitmentParty.municipality, PROPOSED, at)] == ["pledge_not_joint"]
    assert rules.blockers_to_propose(CommitmentParty.joint, PROPOSED, at) == []
    assert [one.code for one in rules.faults_of_part("", "part")] == ["pledge_empty"] and rules.faults_of_part("Vi bjuder in", "part") == []
    assert [one.code for one in rules.faults_of_decision(body="", **decision)] == ["decision_body_missing"]
    assert rules.faults_of_decision(body="Kommunfullmäktige", **decision) == []


@pytest.mark.parametrize("party", list(CommitmentParty))
def test_only_what_the_municipality_does_can_be_late(party: CommitmentParty) -> None:
    today = clock.today()
    standing = commitment_state(CommitmentFacts(today - timedelta(days=9), party=party), today)
    late = party is not CommitmentParty.organisation
    assert standing.days_late == (9 if late else 0)
    assert (standing.state is CommitmentState.overdue) is late


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def test_an_organisation_is_asked_when_the_answers_are_published_and_not_before(app: Flask) -> None:
    matter = make.matter()
    release = make.release(matter.consultation)
    answers = [make.response(release, finding=finding) for finding in matter.findings]
    make.response(release, point=matter.points[2])
    values = {"what": "En gemensam kväll", "function": matter.function, "due_on": clock.today(), "how_seen": ""}
    promised = do(commands.commit_to, answers[0], party=CommitmentParty.organisation, **values)
    pledge = do(commands.propose_pledge, promised, organisation=matter.organisation, part="Vi bjuder in")
    do(commands.change_pledge, pledge, part="Vi bjuder in till kvällen")
    with pytest.raises(Blocked, match="pledge_has_part"):
        do(commands.propose_pledge, again(promised), organisation=again(matter.organisation), part="Vi bjuder in")
    with pytest.raises(Blocked, match="pledges_left"):
        own = {**values, "function": again(matter.function), "party": CommitmentParty.municipality}
        do(commands.change_commitment, again(promised), **own, seen_version=again(promised).version)
    assert (again(pledge).asked_at, EventName.pledge_asked in events()) == (None, False)
    with pytest.raises(Blocked, match="pledge_not_asked"):
        do(commands.confirm_pledge, again(pledge), seen="Vi bjuder in till kvällen")
    do(commands.send, again(release), meeting_on=clock.today(), unread=True)
    decided = {"form": DecisionForm.board, "decision_on": clock.today(), "decision_ref": "§ 41"}
    do(commands.decide, again(release), **decided)
    do(commands.publish, again(release))
    assert again(pledge).asked_at is not None and events().count(EventName.pledge_asked) == 1
    kommun = matter.consultation.municipality.slug
    listed: Any = lambda: queries_commitments.get_commitment_list(asked_commitments({"kommun": kommun}), page=1, at=clock.now()).rows  # noqa: E731
    assert not listed(), "nobody stands for it"
    do(commands.confirm_pledge, again(pledge), seen=again(pledge).part)
    assert [row.promise.what for row in listed()] == ["En gemensam kväll"]
    do(commands.withdraw_pledge, again(pledge))
    assert not listed()


def test_another_wording_is_taken_or_not_and_asked_anew(app: Flask) -> None:
    matter, commitment = make.published()
    pledge = ledger.pledge(commitment, matter.organisation, confirmed=False)
    with pytest.raises(Blocked, match="pledge_same_words"):
        do(commands.counter_pledge, pledge, words=pledge.part)
    do(commands.counter_pledge, again(pledge), words="Vi delar ut lappen i mån av tid")
    with pytest.raises(Stale):
        do(commands.confirm_pledge, again(pledge), seen="Vi delar ut lappen i mån av tid")
    do(commands.settle_pledge, again(pledge), accept=True)
    assert (again(pledge).part, again(pledge).asked_words) == ("Vi delar ut lappen i mån av tid", "")
    do(commands.decline_pledge, again(pledge))
    do(commands.decline_pledge, again(pledge))
    do(commands.confirm_pledge, again(pledge), seen="Vi delar ut lappen i mån av tid")
    assert (again(pledge).declined_at, again(pledge).confirmed_at is not None) == (None, True)
    assert events() == ["pledge_countered", "pledge_asked", "pledge_declined", "pledge_confirmed"]


def test_what_an_organisation_tells_is_read_first_and_settles_its_own_commitment(app: Flask) -> None:
    matter, commitment = make.published()
    pledge = ledger.pledge(commitment, matter.organisation)
    with db.session.begin_nested():
        commitment.party = CommitmentParty.organisation
    db.session.commit()
    told = do(commands.tell_pledge, pledge, status=ProgressStatus.done, text="Det är gjort av Anna Ek.")

    def seen() -> Any:
        db.session.expire_all()
        of = again(matter.consultation)
        return queries_ledger.get_commitment_page(of.municipality.slug, of.slug, 1, clock.now()).parts[0]

    assert (seen().steps, seen().state) == ((), PledgeState.planned)
    with pytest.raises(Blocked, match="progress_masks_missing"):
        do(commands.review_progress, again(told), decision=ReviewDecision.masked, ground=MaskGround.personal_data, reason="")
    assert again(commitment).done_at is None
    do(commands.review_progress, again(told), decision=ReviewDecision.publish, ground=None, reason="")
    assert (seen().steps[0].text, seen().state) == ("Det är gjort av Anna Ek.", PledgeState.done)
    assert again(commitment).done_at is not None
    do(commands.review_progress, again(told), decision=ReviewDecision.withheld, ground=MaskGround.personal_data, reason="Namn.")
    assert (seen().steps, again(commitment).done_at) == ((), None)
    with pytest.raises(Blocked, match="commitment_theirs"):
        do(commands.add_progress, again(commitment), status=ProgressStatus.done, text="Klart.")
    assert db.session.scalar(sa.select(sa.func.count(Pledge.id))) == 1


def test_what_stands_for_ever_is_told_once_though_the_button_is_pressed_twice(app: Flask) -> None:
    matter, commitment = make.published()
    pledge = ledger.pledge(commitment, matter.organisation)
    now = clock.now()
    with pytest.raises(Blocked, match="file_says_missing"):
        proof = Upload("k", "skylt.png", FileKind.png, 1)
        do(commands.add_progress, again(commitment), status=ProgressStatus.done, text="Skylten är uppe.", proof=proof)
    commitment = again(commitment)
    moved = {"status": ProgressStatus.changed, "text": "Vi hinner inte.", "due_on": commitment.due_on + timedelta(days=9)}
    decision = {"commitment": None, "body": "Kommunfullmäktige", "decided_on": clock.today(), "ref": "§ 41"}
    told: list[tuple[Any, Any, dict[str, Any], str]] = [
        (commands.add_progress, commitment, moved, "progress_added"),
        (commands.tell_pledge, pledge, {"status": ProgressStatus.under_way, "text": "Det går bra."}, "pledge_progress_added"),
        (commands.link_decision, matter.consultation, decision, "decision_linked"),
        (decide_continuation, matter.consultation, {"kind": ContinuationKind.agreement, "text": "Vi möts."}, "continuation_decided"),
    ]
    for command, subject, values, event in told:
        once, twice = (do(command, again(subject), **values, at=now).id for _ in range(2))
        assert (once == twice, events().count(event)) == (True, 1), event
    later = do(commands.tell_pledge, again(pledge), status=ProgressStatus.under_way, text="Det går bra.", at=now + timedelta(hours=1))
    assert again(pledge).progress[-1].id == later.id != again(pledge).progress[0].id


def test_readers_see_whose_a_commitment_is_by_who_stands_for_it(app: Flask, client: FlaskClient) -> None:
    matter, commitment = make.published()
    pledge = ledger.pledge(commitment, matter.organisation, confirmed=False, part="Vi lagar maten.")
    address = matter.consultation.address

    def seen(party: CommitmentParty, at: Any, due: date) -> Any:
        with transaction():
            of, part = again(commitment), again(pledge)
            of.party, of.due_on, part.confirmed_at = party, due, at
        rows = queries_commitments.get_commitment_list(asked_commitments(address), page=1, at=clock.now()).rows
        return rows[0].promise

    past = clock.today() - timedelta(days=9)
    assert seen(CommitmentParty.joint, None, past).party is CommitmentParty.municipality, "nobody has confirmed"
    assert seen(CommitmentParty.joint, clock.now(), past).party is CommitmentParty.joint
    own = seen(CommitmentParty.organisation, clock.now(), past)
    assert (own.theirs, own.standing.state) == ((matter.organisation.name,), CommitmentState.planned)
    ledger.told(again(pledge), status=ProgressStatus.changed, text="Vi flyttar det till hösten.")
    ledger.told(again(pledge), decision=None, status=ProgressStatus.done, text="Ingen har läst det än.")
    assert seen(CommitmentParty.organisation, clock.now(), past).standing.state is CommitmentState.changed
    for path in ("/ataganden", "/kommun/{kommun}/sakrad/{slug}/aterkoppling"):
        page = client.get(path.format(**address)).get_data(as_text=True)
        assert f"Organisationernas eget åtagande: {matter.organisation.name} · planerat till" in page
        assert "Inget nytt har skrivits än" not in page and "Ingen har läst det än" not in page
    assert f"{matter.organisation.name}: Ändrat." in page and "Vi flyttar det till hösten." in page
    data: Any = client.get(path.format(**address) + ".json").json
    promised = data["svar"][0]["ataganden"][0]
    assert (promised["organisationer"], promised["lage"], promised["dagar_forsenat"]) == ([matter.organisation.name], "changed", 0)
    assert [step["text"] for step in data["berattat"]] == ["Vi flyttar det till hösten."]
    assert {column for table in data["kolumner"].values() for column in table} >= promised.keys() | data["berattat"][0].keys()
    table = client.get(path.format(**address) + ".csv").get_data(as_text=True).splitlines()
    assert table[0].startswith("\ufeffdel;samlad_synpunkt;") and len(table) == 3, "two answers, one with a commitment"
