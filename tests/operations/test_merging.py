"""Merging duplicates: sealed until both sides accept, nothing lost, nothing double, and until then as if it had never been."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import JoinInvitation, Membership, Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Merger, MergerSide, Organisation
from sakrad.operations import commands_merging as commands
from sakrad.operations.lifecycle import MergeFacts, MergerFacts, blockers_to_accept, blockers_to_merge, blockers_to_unmerge
from sakrad.positions import queries_own
from sakrad.positions.models import Draft, DraftAnswer, DraftRevision
from sakrad.positions.queries_merging import list_inherited
from tests import factories as make
from tests.factories import positions as desk
from tests.factories.positions import fresh

BOTH = (MergerSide.merged, MergerSide.heir)


def merge(one: Organisation, heir: Organisation) -> Merger:
    one, heir = fresh(one), fresh(heir)
    with transaction():
        return commands.merge_organisations(one, heir, actor=None, at=clock.now())


def accept(merger: Merger, *sides: MergerSide) -> None:
    for side in sides:
        merger = fresh(merger)
        with transaction():
            commands.accept_merger(merger, side, at=clock.now())


def events(name: EventName) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.name == name).order_by(Event.id)))


def draft_of(of: Consultation, by: Organisation) -> Draft | None:
    return queries_own.find_draft(fresh(by), fresh(of))


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param(MergeFacts(), [], id="two of them"),
        pytest.param(MergeFacts(same=True), ["merge_with_itself"], id="with itself"),
        pytest.param(MergeFacts(merged=True), ["merge_merged_already"], id="merged already"),
        pytest.param(MergeFacts(heir_merged=True), ["merge_heir_merged"], id="into a merged one"),
        pytest.param(MergeFacts(waiting=True), ["merge_waiting"], id="while another is waited for"),
        pytest.param(MergeFacts(merged=True, heir_merged=True), ["merge_merged_already", "merge_heir_merged"], id="every reason"),
    ],
)
def test_when_organisations_may_be_merged(facts: MergeFacts, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_merge(facts)] == codes


@pytest.mark.parametrize(
    ("facts", "unmerge", "accept"),
    [
        pytest.param(MergerFacts(), [], [], id="neither has accepted"),
        pytest.param(MergerFacts(accepted=True), ["merger_accepted"], [], id="one has accepted"),
        pytest.param(MergerFacts(undone=True), ["merger_undone"], ["merger_undone"], id="taken back"),
    ],
)
def test_when_a_merger_may_be_taken_back_or_accepted(facts: MergerFacts, unmerge: list[str], accept: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_unmerge(facts)] == unmerge
    assert [blocker.code for blocker in blockers_to_accept(facts)] == accept


def test_a_merger_points_to_the_heir_seals_the_drafts_and_tells_both(app: Any) -> None:
    of, one, heir = make.consultation(), make.organisation(), make.organisation()
    draft = desk.fill(desk.open_draft(of, one))
    merger = merge(one, heir)
    assert (fresh(one).heir_id, fresh(one).merged_at) == (heir.id, merger.at)
    assert fresh(draft).sealed_at == merger.at
    assert [(e.organisation_id, e.subject_id, e.data["side"]) for e in events(EventName.organisations_merged)] == [
        (one.id, merger.id, "merged"),
        (heir.id, merger.id, "heir"),
    ]
    assert all(e.municipality_id is None and e.consultation_id is None for e in events(EventName.organisations_merged))


def test_merging_again_changes_nothing_and_tells_nobody(app: Any) -> None:
    one, heir = make.organisation(), make.organisation()
    first, again = merge(one, heir), merge(one, heir)
    assert (first.id, fresh(first).reference) == (again.id, again.reference)
    assert len(events(EventName.organisations_merged)) == 2
    with pytest.raises(Blocked, match="merge_merged_already"):
        merge(one, make.organisation())


def test_there_are_no_cycles_and_no_chains(app: Any) -> None:
    first, second, third = make.organisation(), make.organisation(), make.organisation()
    merger = merge(first, second)
    with pytest.raises(Blocked, match="merge_heir_merged"):
        merge(second, first)
    with pytest.raises(Blocked, match="merge_heir_merged"):
        merge(third, first)
    with pytest.raises(Blocked, match="merge_waiting"):
        merge(second, third)
    with pytest.raises(Blocked, match="merge_with_itself"):
        merge(third, third)
    accept(merger, *BOTH)
    later = merge(second, third)
    assert fresh(first).heir_id == third.id, "readers find it at once"
    assert fresh(merger).heir_id == second.id, "what is its own waits for both"
    accept(later, *BOTH)
    assert fresh(merger).heir_id == third.id


def test_an_undone_second_merger_points_the_first_one_back(app: Any) -> None:
    first, second, third = make.organisation(), make.organisation(), make.organisation()
    accept(merge(first, second), *BOTH)
    later = merge(second, third)
    with transaction():
        commands.unmerge_organisations(fresh(later), actor=None, at=clock.now())
    assert (fresh(first).heir_id, fresh(second).heir_id) == (second.id, None)


@pytest.mark.parametrize("side", BOTH)
def test_one_side_that_accepts_twice_has_accepted_once_and_nothing_moves(app: Any, side: MergerSide) -> None:
    of, one, heir = make.consultation(), make.organisation(), make.organisation()
    person = make.user((Role.administrator, one))
    desk.fill(desk.open_draft(of, one))
    merger = merge(one, heir)
    accept(merger, side, side)
    assert not fresh(merger).in_force
    assert draft_of(of, one) is None and draft_of(of, heir) is None
    assert [m.organisation_id for m in fresh(person).memberships] == [one.id]
    assert [e.data["side"] for e in events(EventName.merger_accepted)] == [side.value]


def test_when_both_have_accepted_the_draft_is_the_heirs_word_for_word(app: Any) -> None:
    of, one, heir = make.consultation(), make.organisation(), make.organisation()
    draft = desk.fill(desk.open_draft(of, one), "Det vi ville säga.")
    words = [answer.text for answer in fresh(draft).answers]
    history = db.session.scalar(sa.select(sa.func.count(DraftRevision.id)).where(DraftRevision.draft_id == draft.id))
    accept(merge(one, heir), *BOTH)
    moved = draft_of(of, heir)
    assert moved is not None and moved.id == draft.id
    assert [answer.text for answer in moved.answers] == words
    assert db.session.scalar(sa.select(sa.func.count(DraftRevision.id)).where(DraftRevision.draft_id == draft.id)) == history


def test_where_the_heir_writes_too_both_drafts_stay_and_the_other_is_read(app: Any) -> None:
    of, one, heir = make.consultation(), make.organisation(), make.organisation()
    theirs = desk.fill(desk.open_draft(of, one), "Deras ord.")
    ours = desk.fill(desk.open_draft(of, heir), "Våra ord.")
    accept(merge(one, heir), *BOTH)
    found = draft_of(of, heir)
    assert found is not None and found.id == ours.id
    assert [draft.id for draft in list_inherited(fresh(heir))] == [theirs.id]
    assert db.session.scalar(sa.select(sa.func.count(DraftAnswer.id)).where(DraftAnswer.draft_id == theirs.id)) == len(of.questions)


def test_members_keep_their_roles_in_the_heir_and_history_keeps_the_old_ones(app: Any) -> None:
    one, heir = make.organisation(), make.organisation()
    boss, writer, both = (
        make.user((Role.administrator, one)),
        make.user((Role.writer, one)),
        make.user((Role.writer, one), (Role.writer, heir)),
    )
    with transaction():
        open_invitation = JoinInvitation(
            reference=ids.reference(),
            email="ny@forening.example",
            role=Role.administrator,
            organisation_id=one.id,
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=14),
        )
        db.session.add(open_invitation)
    accept(merge(one, heir), *BOTH)
    for person, role in ((boss, Role.administrator), (writer, Role.writer), (both, Role.writer)):
        assert [(m.organisation_id, m.role) for m in fresh(person).memberships] == [(heir.id, role)]
    ended = db.session.scalars(sa.select(Membership).where(Membership.organisation_id == one.id)).all()
    assert len(ended) == 3 and all(m.ended_at for m in ended)
    assert fresh(open_invitation).withdrawn_at is not None


def test_invitations_that_can_be_answered_follow_unless_the_heir_has_its_own(app: Any) -> None:
    one, heir = make.organisation(), make.organisation()
    moved = make.invitation(make.consultation(), one)
    shared = make.consultation()
    stays, own = make.invitation(shared, one), make.invitation(shared, heir)
    closed = make.invitation(make.consultation(Phase.compiling), one)
    answered = make.consultation()
    desk.sent(answered, one)
    kept = make.invitation(answered, one)
    accept(merge(one, heir), *BOTH)
    assert fresh(moved).organisation_id == heir.id
    assert [fresh(i).organisation_id for i in (stays, own, closed, kept)] == [one.id, heir.id, one.id, one.id]


def test_what_was_sent_keeps_its_organisation_and_name_and_both_answers_count(app: Any) -> None:
    of, one, heir = make.consultation(), make.organisation(), make.organisation()
    version, other = desk.sent(of, one), desk.sent(of, heir)
    accept(merge(one, heir), *BOTH)
    assert fresh(fresh(version).position).organisation_id == one.id and fresh(version).organisation_name == one.name
    assert fresh(fresh(other).position).organisation_id == heir.id


def test_verifications_do_not_spread_and_the_number_goes_to_an_heir_without_one(app: Any) -> None:
    municipality = make.municipality()
    one, heir = make.organisation(verified_in=municipality, org_number="802002-8711"), make.organisation()
    accept(merge(one, heir), *BOTH)
    verified = set(db.session.scalars(sa.select(make.Verification.organisation_id)))
    assert verified == {one.id}
    assert (fresh(one).org_number, fresh(heir).org_number) == (None, "802002-8711")
    assert fresh(one).email == heir.email


def test_a_mistake_taken_back_leaves_everything_as_it_was(app: Any) -> None:
    of, one, heir = make.consultation(), make.organisation(), make.organisation()
    person = make.user((Role.writer, one))
    draft = desk.fill(desk.open_draft(of, one))
    invitation = make.invitation(make.consultation(), one)
    merger = merge(one, heir)
    with transaction():
        commands.unmerge_organisations(fresh(merger), actor=None, at=clock.now())
    assert (fresh(one).heir_id, fresh(one).merged_at) == (None, None)
    found = draft_of(of, one)
    assert found is not None and found.id == draft.id
    assert fresh(invitation).organisation_id == one.id
    assert [m.organisation_id for m in fresh(person).memberships] == [one.id]
    assert [e.organisation_id for e in events(EventName.organisations_unmerged)] == [one.id, heir.id]
    with pytest.raises(Blocked, match="merger_undone"):
        accept(merger, MergerSide.merged)
    again = merge(one, heir)
    assert again.id == merger.id and fresh(again).undone_at is None


@pytest.mark.parametrize("side", BOTH)
def test_what_a_side_has_accepted_cannot_be_taken_back(app: Any, side: MergerSide) -> None:
    merger = merge(make.organisation(), make.organisation())
    accept(merger, side)
    with pytest.raises(Blocked, match="merger_accepted"), transaction():
        commands.unmerge_organisations(fresh(merger), actor=None, at=clock.now())
    assert fresh(merger).undone_at is None


def test_nobody_is_moved_when_an_invitation_of_another_is_merged_elsewhere(app: Any) -> None:
    bystander = make.organisation()
    invitation, person = make.invitation(make.consultation(), bystander), make.user((Role.writer, bystander))
    accept(merge(make.organisation(), make.organisation()), *BOTH)
    assert db.session.scalar(sa.select(Invitation.organisation_id).where(Invitation.id == invitation.id)) == bystander.id
    assert [m.organisation_id for m in fresh(person).memberships] == [bystander.id]
