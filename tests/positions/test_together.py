"""Concurring with others, and standing behind a joint answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Missing, Stale
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation, Verification
from sakrad.positions import commands, queries_own, queries_parties, receipts
from sakrad.positions.models import Draft, PartyReservation, Position, PositionParty, PositionVersion, PublicationWish
from sakrad.records.models import ReviewDecision
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import together


def events(name: EventName) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event).where(Event.name == name.value).order_by(Event.id)))


def facts(draft: Draft) -> set[str]:
    """What stands in the way of sending the draft."""
    from sakrad.positions.lifecycle import blockers_to_submit

    draft = desk.fresh(draft)
    return {
        found.code for found in blockers_to_submit(queries_own.submission_facts(draft, queries_own.find_position_of(draft)), clock.now())
    }


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def other(consultation: Consultation) -> Position:
    """Somebody else's published answer."""
    return make.position(consultation)


@pytest.fixture
def draft(consultation: Consultation) -> Draft:
    return desk.open_draft(consultation, make.organisation(verified_in=consultation.municipality))


class TestConcurring:
    def test_binds_to_the_version_that_readers_see(self, draft: Draft, other: Position) -> None:
        made = together.concur(draft, other, reservation="  Men inte\r\npunkt två.  ")
        assert made.target_id == desk.fresh(other).published_id
        assert made.reservation == "Men inte\npunkt två."
        assert made.question_id is None

    def test_a_whole_and_single_answers_may_stand_beside_one_another(self, draft: Draft, other: Position) -> None:
        together.concur(draft, other)
        together.concur(draft, other, 2, "Bara delvis.")
        assert len(desk.fresh(draft).concurrences) == 2

    def test_agreeing_twice_is_agreeing_once_with_the_later_words(self, draft: Draft, other: Position) -> None:
        together.concur(draft, other, reservation="Först.")
        together.concur(draft, other, reservation="Sedan.")
        (only,) = desk.fresh(draft).concurrences
        assert only.reservation == "Sedan."

    @pytest.mark.parametrize("hidden", ["unpublished", "disowned", "withdrawn", "only for the municipality", "unverified", "elsewhere"])
    def test_never_with_what_readers_may_not_see(self, draft: Draft, other: Position, hidden: str) -> None:
        with transaction():
            position = db.session.get_one(Position, other.id)
            assert position.published is not None
            match hidden:
                case "unpublished":
                    position.published = None
                case "disowned":
                    position.disowned_at = clock.now()
                case "withdrawn":
                    position.withdrawn_at = clock.now()
                case "only for the municipality":
                    position.published.wish = PublicationWish.municipality_only
                case "unverified":
                    db.session.execute(sa.delete(Verification).where(Verification.organisation_id == position.organisation_id))
        target = make.position(make.consultation()) if hidden == "elsewhere" else other
        with pytest.raises(Missing):
            together.concur(draft, target)

    def test_never_with_oneself(self, draft: Draft, consultation: Consultation) -> None:
        own = make.position(consultation, desk.fresh(draft).organisation)
        with pytest.raises(Blocked, match="concurrence_with_oneself"):
            together.concur(draft, own)

    def test_only_while_it_is_open(self, draft: Draft, other: Position, consultation: Consultation) -> None:
        with pytest.raises(Blocked, match="concurrence_not_open"):
            together.concur(draft, other, at=clock.now() + timedelta(days=60))

    def test_only_with_what_was_answered(self, draft: Draft, consultation: Consultation) -> None:
        short = make.position(consultation, texts={1: "Bara den första."})
        with pytest.raises(Blocked, match="concurrence_nothing_answered"):
            together.concur(draft, short, 2)

    def test_a_version_that_was_not_read_is_not_agreed_with(self, draft: Draft, other: Position) -> None:
        with pytest.raises(Stale):
            together.concur(draft, other, seen_version=2)

    def test_it_is_part_of_what_is_approved(self, draft: Draft, other: Position) -> None:
        before = receipts.fingerprint(desk.fresh(draft))
        made = together.concur(draft, other)
        agreed = receipts.fingerprint(desk.fresh(draft))
        with transaction():
            commands.change_reservation(desk.fresh(made), reservation="Inte det sista.", actor=None, at=clock.now())
        reserved = receipts.fingerprint(desk.fresh(draft))
        with transaction():
            commands.remove_concurrence(desk.fresh(made), actor=None, at=clock.now())
        assert len({before, agreed, reserved}) == 3
        assert receipts.fingerprint(desk.fresh(draft)) == before

    def test_a_reservation_that_a_colleague_changed_is_not_overwritten(self, draft: Draft, other: Position) -> None:
        made = together.concur(draft, other, reservation="Först.")
        with pytest.raises(Stale), transaction():
            commands.change_reservation(
                desk.fresh(made), reservation="Mitt.", seen=commands.reservation_seen("Annat."), actor=None, at=clock.now()
            )

    def test_a_draft_that_only_concurs_is_sent_with_its_words(self, draft: Draft, other: Position) -> None:
        assert "position_nothing_written" in facts(draft)
        with transaction():
            for question in desk.fresh(draft).consultation.questions:
                question.required = True
        together.concur(draft, other, reservation="Med ett förbehåll.")
        assert not facts(draft) & {"position_nothing_written", "position_required_empty"}
        with transaction():
            fresh = desk.fresh(draft)
            fresh.anchoring, fresh.wish = "board", PublicationWish.named
        version = desk.submit(draft)
        (received,) = version.concurrences
        assert (received.position_id, received.reservation) == (other.id, "Med ett förbehåll.")
        assert receipts.is_intact(version, receipts.nonce_of(version))

    def test_what_is_published_no_longer_stops_the_submission_until_it_is_removed(self, draft: Draft, other: Position) -> None:
        made = together.concur(desk.fill(draft), other)
        assert not facts(draft)
        with transaction():
            desk.fresh(other).disowned_at = clock.now()
        assert facts(draft) == {"concurrence_gone"}
        with pytest.raises(Blocked, match="concurrence_gone"):
            desk.submit(draft)
        with transaction():
            commands.remove_concurrence(desk.fresh(made), actor=None, at=clock.now())
        assert not facts(draft)


@pytest.fixture
def party_of(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality)


@pytest.fixture
def lead(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality)


def only_party() -> PositionParty:
    db.session.rollback()
    return db.session.scalars(sa.select(PositionParty)).one()


class TestNaming:
    def test_each_once_and_never_oneself(self, draft: Draft, party_of: Organisation) -> None:
        together.name(draft, party_of)
        together.name(draft, name="Grannföreningen", email="Info@Grannen.example")
        for again in ({"organisation": party_of}, {"name": "En annan", "email": "info@grannen.example "}):
            with pytest.raises(Blocked, match="party_already_named"):
                together.name(draft, **again)
        own = desk.fresh(draft).organisation
        for self_named in ({"organisation": own}, {"name": "Vi", "email": own.email}):
            with pytest.raises(Blocked, match="party_is_lead"):
                together.name(draft, **self_named)
        assert [party.name for party in desk.fresh(draft).parties] == [party_of.name, "Grannföreningen"]

    def test_a_registered_address_is_held_nowhere_and_cannot_be_guessed_at(self, draft: Draft, party_of: Organisation) -> None:
        together.name(draft, party_of)
        together.name(draft, name="Gissad", email=party_of.email)  # says neither yes nor no
        assert party_of.email not in desk.fresh(draft).parties[0].email

    def test_nobody_is_asked_before_it_is_sent(self, draft: Draft, party_of: Organisation) -> None:
        together.name(desk.fill(draft), party_of)
        assert not events(EventName.party_stated)
        desk.submit(draft)
        (event,) = events(EventName.party_stated)
        assert event.subject_id == only_party().id


class TestStandingBehind:
    def test_a_party_confirms_the_version_that_it_read(
        self, consultation: Consultation, lead: Organisation, party_of: Organisation
    ) -> None:
        version = together.joint(consultation, lead, party_of)
        together.confirm(only_party(), {1: "Inte det sista."}, seen_version=1)
        party = only_party()
        assert party.stands and party.confirmed_id == version.id
        assert [own.text for own in party.reservations] == ["Inte det sista."]
        assert len(events(EventName.party_confirmed)) == 1

    def test_confirming_twice_is_confirming_once(self, consultation: Consultation, lead: Organisation, party_of: Organisation) -> None:
        together.joint(consultation, lead, party_of)
        together.confirm(only_party())
        together.confirm(only_party())
        assert len(events(EventName.party_confirmed)) == 1

    def test_a_new_version_is_another_one_to_confirm(self, consultation: Consultation, lead: Organisation, party_of: Organisation) -> None:
        first = together.joint(consultation, lead, party_of)
        together.confirm(only_party())
        second = desk.sent(consultation, lead, "Nya ord.")
        assert only_party().confirmed_id == first.id != second.id
        assert len(events(EventName.party_stated)) == 2
        with pytest.raises(Stale):
            together.confirm(only_party(), seen_version=1)
        together.confirm(only_party(), seen_version=2)
        assert only_party().confirmed_id == second.id

    def test_who_is_named_no_more_is_dropped_and_can_be_named_again(
        self, consultation: Consultation, lead: Organisation, party_of: Organisation
    ) -> None:
        together.joint(consultation, lead, party_of)
        together.confirm(only_party())
        draft = desk.open_draft(consultation, lead)
        with transaction():
            commands.remove_party(desk.fresh(draft).parties[0], actor=None, at=clock.now())
        desk.submit(draft)
        assert only_party().dropped_at and not only_party().stands
        with pytest.raises(Blocked, match="party_dropped"):
            together.confirm(only_party())
        together.joint(consultation, lead, party_of, text="Tredje.")
        assert only_party().dropped_at is None and not only_party().stands

    def test_who_declines_stays_unnamed_until_it_says_something_else_itself(
        self, consultation: Consultation, lead: Organisation, party_of: Organisation
    ) -> None:
        together.joint(consultation, lead, party_of)
        together.decline(only_party())
        together.decline(only_party())
        assert len(events(EventName.party_declined)) == 1
        desk.sent(consultation, lead, "Nya ord.")
        assert only_party().declined_at
        together.confirm(only_party())
        assert only_party().stands

    def test_who_has_confirmed_may_leave_and_come_back(
        self, consultation: Consultation, lead: Organisation, party_of: Organisation
    ) -> None:
        together.joint(consultation, lead, party_of)
        together.confirm(only_party())
        together.decline(only_party())
        assert not only_party().stands
        together.confirm(only_party())
        assert only_party().stands
        assert len(events(EventName.party_confirmed)) == 2

    def test_until_the_summary_is_published(self, lead: Organisation, party_of: Organisation) -> None:
        later = make.consultation(Phase.summarised)
        party = together.party(make.position(later, lead), party_of, confirmed=False)
        with pytest.raises(Blocked, match="party_summary_published"):
            together.confirm(party)
        together.decline(party)  # nobody need stay named

    def test_not_an_answer_that_is_disowned(self, consultation: Consultation, lead: Organisation, party_of: Organisation) -> None:
        version = together.joint(consultation, lead, party_of)
        with transaction():
            commands.disown(desk.fresh(version).position, at=clock.now())
        with pytest.raises(Blocked, match="party_answer_gone"):
            together.confirm(only_party())

    def test_nothing_that_was_said_is_erased(self, consultation: Consultation, lead: Organisation, party_of: Organisation) -> None:
        together.joint(consultation, lead, party_of)
        together.confirm(only_party(), {1: "Först."})
        together.confirm(only_party(), {1: "Sedan."})
        db.session.rollback()
        kept = list(db.session.scalars(sa.select(PartyReservation).order_by(PartyReservation.id)))
        assert [(own.text, own.replaced_at is None) for own in kept] == [("Först.", False), ("Sedan.", True)]

    def test_a_reservation_has_a_limit(self, consultation: Consultation, lead: Organisation, party_of: Organisation) -> None:
        together.joint(consultation, lead, party_of)
        with pytest.raises(Blocked, match="reservation_too_long"):
            together.confirm(only_party(), {1: "x" * 4_001})


class TestUnregistered:
    def _named(self, consultation: Consultation, lead: Organisation, email: str) -> PositionVersion:
        draft = desk.fill(desk.open_draft(consultation, lead))
        together.name(draft, name="Grannföreningen", email=email)
        return desk.submit(draft)

    def test_is_entered_unverified_when_it_confirms(self, consultation: Consultation, lead: Organisation) -> None:
        self._named(consultation, lead, "info@grannen.example")
        together.confirm(only_party(), organisation_name="Grannarnas förening")
        organisation = only_party().organisation
        assert organisation is not None
        assert (organisation.name, organisation.email) == ("Grannarnas förening", "info@grannen.example")
        assert not db.session.scalar(sa.select(sa.exists().where(Verification.organisation_id == organisation.id)))

    def test_nothing_is_entered_when_it_declines_or_is_refused(self, consultation: Consultation, lead: Organisation) -> None:
        self._named(consultation, lead, "info@grannen.example")
        count = db.session.scalar(sa.select(sa.func.count(Organisation.id)))
        with pytest.raises(Stale):
            together.confirm(only_party(), seen_version=7)
        together.decline(only_party())
        assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == count

    def test_an_address_that_is_registered_is_that_organisation(
        self, consultation: Consultation, lead: Organisation, party_of: Organisation
    ) -> None:
        self._named(consultation, lead, party_of.email)
        together.confirm(only_party(), organisation_name="Något annat")
        assert only_party().organisation_id == party_of.id

    def test_an_address_that_several_share_is_the_one_with_the_name(self, consultation: Consultation, lead: Organisation) -> None:
        email = "kansli@huset.example"
        make.organisation(email=email, name="Husets förening")
        meant = make.organisation(email=email, name="Grannföreningen")
        self._named(consultation, lead, email)
        together.confirm(only_party())
        assert only_party().organisation_id == meant.id

    def test_who_is_named_twice_is_one_party(self, consultation: Consultation, lead: Organisation, party_of: Organisation) -> None:
        draft = desk.fill(desk.open_draft(consultation, lead))
        together.name(draft, party_of)
        together.name(draft, name="Samma förening", email=party_of.email)
        version = desk.submit(draft)
        by_address = db.session.scalars(sa.select(PositionParty).where(PositionParty.organisation_id.is_(None))).one()
        confirmed = together.confirm(by_address)
        assert confirmed.organisation_id == party_of.id
        standing = [party for party in desk.fresh(version).position.parties if party.stands]
        assert [party.id for party in standing] == [confirmed.id]

    def test_the_senders_own_address_is_refused(self, consultation: Consultation, lead: Organisation) -> None:
        draft = desk.fill(desk.open_draft(consultation, lead))
        together.name(draft, name="Vi igen", email="gammal@adress.example")
        desk.submit(draft)
        with transaction():
            desk.fresh(lead).email = "gammal@adress.example"
        with pytest.raises(Blocked, match="party_is_lead"):
            together.confirm(only_party())


class TestSeveralApprove:
    @pytest.fixture
    def party(self, consultation: Consultation, lead: Organisation, party_of: Organisation) -> PositionParty:
        together.joint(consultation, lead, together.several(party_of))
        return only_party()

    def test_the_holder_of_the_link_alone_is_not_enough(self, party: PositionParty) -> None:
        with pytest.raises(commands.MembersOnly):
            together.confirm(party)

    def test_two_different_members_confirm(self, party: PositionParty, party_of: Organisation) -> None:
        first, second = desk.member(party_of), desk.member(party_of, Role.approver)
        assert not together.approve(party, first)
        assert not together.approve(party, first)
        assert not only_party().stands
        assert together.approve(party, second)
        assert only_party().stands

    def test_a_changed_reservation_voids_what_others_approved(self, party: PositionParty, party_of: Organisation) -> None:
        first, second, third = (desk.member(party_of) for _ in range(3))
        together.approve(party, first, {1: "Ett."})
        assert not together.approve(party, second, {1: "Två."})
        assert together.approve(party, third, {1: "Två."})
        assert [own.text for own in only_party().reservations] == ["Två."]

    def test_a_new_version_voids_them(
        self, party: PositionParty, party_of: Organisation, consultation: Consultation, lead: Organisation
    ) -> None:
        together.approve(party, desk.member(party_of))
        desk.sent(consultation, lead, "Nya ord.")
        assert not together.approve(party, desk.member(party_of))

    def test_who_may_not_approve_any_more_counts_no_more(self, party: PositionParty, party_of: Organisation) -> None:
        gone = desk.member(party_of)
        together.approve(party, gone)
        with transaction():
            for held in desk.fresh(gone).memberships:
                held.ended_at = clock.now()
        assert not together.approve(party, desk.member(party_of))

    def test_a_change_after_confirming_takes_the_confirmation_away_until_all_have_approved(
        self, party: PositionParty, party_of: Organisation
    ) -> None:
        first, second = desk.member(party_of), desk.member(party_of)
        together.approve(party, first)
        together.approve(party, second)
        assert not together.approve(party, first, {1: "Nu med förbehåll."})
        assert not only_party().stands
        assert together.approve(party, second, {1: "Nu med förbehåll."})


class TestLettingThrough:
    def test_what_was_read_is_let_through_and_a_change_is_read_again(
        self, consultation: Consultation, lead: Organisation, party_of: Organisation
    ) -> None:
        together.joint(consultation, lead, party_of)
        together.confirm(only_party(), {1: "Ett."})
        seen = queries_parties.reservations_digest(queries_parties.reservations_of(only_party()))
        with transaction():
            commands.pass_party(only_party(), seen=seen, actor=None, at=clock.now())
        assert only_party().passed_at and len(events(EventName.party_reviewed)) == 1
        together.confirm(only_party(), {1: "Två."})
        assert only_party().passed_at is None
        with pytest.raises(Stale), transaction():
            commands.pass_party(only_party(), seen=seen, actor=None, at=clock.now())

    def test_a_decision_about_the_answer_lets_nothing_of_others_through(
        self, consultation: Consultation, lead: Organisation, party_of: Organisation
    ) -> None:
        version = together.joint(consultation, lead, party_of)
        together.confirm(only_party(), {1: "Ett."})
        with transaction():
            commands.review_position(desk.fresh(version), decision=ReviewDecision.publish, actor=None, at=clock.now())
        assert only_party().passed_at is None
