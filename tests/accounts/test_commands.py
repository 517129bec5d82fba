"""Writes about users and roles, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts import commands, queries, sessions
from sakrad.accounts.models import Device, Membership, Role
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Missing
from sakrad.core.events import Event
from sakrad.directory.models import OrganisationKind
from tests import factories as make

AT = clock.now()
HASH = make.PASSWORD_HASH


def events() -> list[tuple[str, int | None]]:
    return [(name, subject) for name, subject in db.session.execute(sa.select(Event.name, Event.subject_id).order_by(Event.id))]


def sign_up(email: str = "Ny@Prova.example", name: str = "Ny", password_hash: str = HASH) -> Any:
    with transaction():
        return commands.register_user(email=email, name=name, password_hash=password_hash, at=AT)


class TestSignUp:
    def test_a_new_address_waits_for_confirmation(self, app: Flask) -> None:
        user = sign_up()
        assert (user.email, user.confirmed_at) == ("ny@prova.example", None)
        with transaction():
            commands.confirm_user(user, AT)
        assert user.confirmed_at == AT
        assert events() == [("user_registered", user.id), ("user_confirmed", user.id)]

    def test_a_waiting_address_takes_the_newest_password(self, app: Flask) -> None:
        first = sign_up()
        again = sign_up(email="NY@prova.example", name="Igen", password_hash="annan")
        assert (again.id, again.name, again.password_hash) == (first.id, "Igen", "annan")
        assert events() == [("user_registered", first.id)] * 2

    def test_a_confirmed_account_is_left_as_it_is_and_its_owner_told(self, app: Flask) -> None:
        owner = make.user(email="ny@prova.example", name="Ägaren")
        assert sign_up(name="Tjuven", password_hash="annan").id == owner.id
        assert (owner.name, owner.password_hash) == ("Ägaren", HASH)
        assert events() == [("sign_up_repeated", owner.id)]

    def test_events_hold_no_words(self, app: Flask) -> None:
        sign_up()
        assert list(db.session.scalars(sa.select(Event.data))) == [{}]


class TestPasswords:
    def test_asking_leaves_an_event_known_or_not(self, app: Flask) -> None:
        user = make.user()
        with transaction():
            commands.request_reset(user.email.upper(), at=AT)
            commands.request_reset("ingen@prova.example", at=AT)
        assert events() == [("password_reset_requested", user.id), ("password_reset_requested", None)]

    def test_a_reset_confirms_the_address_and_signs_every_device_out(self, app: Flask) -> None:
        user = make.user(confirmed_at=None)
        with transaction():
            token = sessions.open_device(user, at=AT)
            commands.reset_password(user, password_hash="ny", at=AT)
        assert user.confirmed_at == AT and user.password_hash == "ny"
        assert sessions.find_user(token, AT) is None
        assert [name for name, _subject in events()] == ["user_confirmed", "password_changed"]

    def test_a_change_signs_the_other_devices_out(self, app: Flask) -> None:
        user = make.user()
        with transaction():
            here, there = sessions.open_device(user, at=AT), sessions.open_device(user, at=AT)
        with transaction():
            known = sessions.find_user(here, AT)
            assert known is not None
            commands.change_password(known, password_hash="ny", at=AT)
        assert sessions.find_user(here, AT) is not None
        assert sessions.find_user(there, AT) is None

    def test_sign_out_everywhere_spares_no_device_of_mine_and_none_of_others(self, app: Flask) -> None:
        user, other = make.user(), make.user()
        with transaction():
            tokens = [sessions.open_device(user, at=AT) for _device in range(2)]
            theirs = sessions.open_device(other, at=AT)
            commands.sign_out_everywhere(user, at=AT)
        assert [sessions.find_user(token, AT) for token in tokens] == [None, None]
        assert sessions.find_user(theirs, AT) is not None
        assert events() == [("devices_signed_out", user.id)]

    def test_a_device_is_stored_without_its_token_or_anything_about_it(self, app: Flask) -> None:
        user = make.user()
        with transaction():
            token = sessions.open_device(user, at=AT)
        device = db.session.scalars(sa.select(Device)).one()
        assert token not in device.token_hash
        assert set(Device.__table__.columns.keys()) == {
            "id", "user_id", "token_hash", "created_at", "expires_at", "second_factor_at", "revoked_at",
        }  # fmt: skip
        assert sessions.find_user(token, device.expires_at) is None, "a device is signed out at its end"


class TestRoles:
    def test_a_role_is_given_once(self, app: Flask) -> None:
        organisation, user = make.organisation(), make.user()
        with transaction():
            first = commands.grant(user, Role.writer, organisation, actor=None, at=AT)
            again = commands.grant(user, Role.writer, organisation, actor=None, at=AT)
        assert first.id == again.id
        assert user.has(Role.writer, organisation_id=organisation.id)
        assert events() == [("member_joined", first.id)]

    @pytest.mark.parametrize(
        ("role", "kind"),
        [
            (Role.officer, "organisation"),
            (Role.writer, "authority"),
            (Role.coordinator, "authority"),
            (Role.operator, "municipality"),
            (Role.administrator, "nothing"),
        ],
    )
    def test_a_role_belongs_to_its_kind_of_scope(self, app: Flask, role: Role, kind: str) -> None:
        scope = {
            "organisation": make.organisation,
            "authority": make.authority,
            "municipality": make.municipality,
            "nothing": lambda: None,
        }[kind]()
        with pytest.raises(ValueError, match="is no role of"), transaction():
            commands.grant(make.user(), role, scope, actor=None, at=AT)

    def test_an_authoritys_event_is_its_municipalitys_too(self, app: Flask) -> None:
        authority = make.authority()
        user = make.user()
        with transaction():
            commands.grant(user, Role.officer, authority, actor=None, at=AT)
        event = db.session.scalars(sa.select(Event)).one()
        assert (event.authority_id, event.municipality_id, event.data) == (authority.id, authority.municipality_id, {"role": "officer"})

    def test_the_last_administrator_cannot_go(self, app: Flask) -> None:
        organisation = make.organisation()
        user = make.user((Role.administrator, organisation), (Role.writer, organisation))
        with pytest.raises(Blocked) as refused, transaction():
            commands.leave_organisation(user, organisation, at=AT)
        assert [blocker.code for blocker in refused.value.blockers] == ["last_administrator"]
        make.user((Role.administrator, organisation))
        with transaction():
            commands.leave_organisation(user, organisation, at=AT)
        db.session.expire_all()
        assert user.memberships == []
        assert db.session.scalar(sa.select(sa.func.count()).where(Membership.user_id == user.id)) == 2, "ended, never deleted"

    def test_administrators_of_other_organisations_do_not_count(self, app: Flask) -> None:
        organisation = make.organisation()
        make.user((Role.administrator, make.organisation()))
        make.user((Role.writer, organisation))
        user = make.user((Role.administrator, organisation))
        with pytest.raises(Blocked), transaction():
            commands.end_membership(user.memberships[0], actor=user, at=AT)


class TestInvitations:
    def invite(self, email: str = "ny@prova.example", role: Role = Role.writer, scope: Any = None) -> Any:
        scope = scope or make.organisation()
        with transaction():
            return commands.invite_member(email, role, scope, actor=None, at=AT)

    def test_an_invitation_is_sent_again_rather_than_doubled(self, app: Flask) -> None:
        organisation = make.organisation()
        first = self.invite(scope=organisation)
        with transaction():
            again = commands.invite_member(" NY@prova.example", Role.writer, organisation, actor=None, at=AT + timedelta(days=1))
        assert again.id == first.id and again.expires_at == AT + timedelta(days=15)
        assert events() == [("member_invited", first.id)] * 2

    def test_nobody_is_invited_to_what_they_hold(self, app: Flask) -> None:
        organisation = make.organisation()
        user = make.user((Role.writer, organisation))
        with pytest.raises(Blocked):
            self.invite(user.email, scope=organisation)
        assert self.invite(user.email, Role.approver, organisation).role is Role.approver

    def test_it_is_accepted_by_its_own_address_only_and_once(self, app: Flask) -> None:
        invitation = self.invite()
        stranger = make.user()
        with pytest.raises(Missing), transaction():
            commands.accept_invitation(invitation, stranger, at=AT)
        user = make.user(email="ny@prova.example")
        with transaction():
            membership = commands.accept_invitation(invitation, user, at=AT)
        assert (membership.role, membership.organisation_id) == (Role.writer, invitation.organisation_id)
        with pytest.raises(Blocked), transaction():
            commands.accept_invitation(invitation, user, at=AT)

    def test_an_unconfirmed_account_does_not_accept(self, app: Flask) -> None:
        invitation = self.invite()
        waiting = make.user(email="ny@prova.example", confirmed_at=None)
        with pytest.raises(Missing), transaction():
            commands.accept_invitation(invitation, waiting, at=AT)

    def test_the_link_makes_a_confirmed_account_at_once_and_asks_for_no_second_mail(self, app: Flask) -> None:
        invitation = self.invite(scope=make.authority(), role=Role.officer)
        with transaction():
            user = commands.join_as_new(invitation, name="Ny", password_hash=HASH, at=AT)
        assert user.confirmed_at == AT
        assert user.has(Role.officer, authority_id=invitation.authority_id)
        assert [name for name, _subject in events()] == ["member_invited", "user_confirmed", "member_joined"]

    def test_whoever_signed_up_with_the_address_before_loses_their_password(self, app: Flask) -> None:
        """Nobody prepares an account for somebody else's address and waits for the invitation."""
        waiting = make.user(email="ny@prova.example", confirmed_at=None, password_hash="angriparens")
        invitation = self.invite()
        with transaction():
            user = commands.join_as_new(invitation, name="Ägaren", password_hash=HASH, at=AT)
        assert (user.id, user.name, user.password_hash) == (waiting.id, "Ägaren", HASH)

    def test_a_confirmed_account_is_not_taken_over_by_the_link(self, app: Flask) -> None:
        make.user(email="ny@prova.example")
        invitation = self.invite()
        with pytest.raises(Missing), transaction():
            commands.join_as_new(invitation, name="Ny", password_hash="annan", at=AT)


class TestOrganisations:
    VALUES: dict[str, Any] = {  # noqa: RUF012
        "kind": OrganisationKind.association, "org_number": "", "email": "info@ny.example", "municipality": None,
        "voice_bearer": True, "provider": False, "protected": False, "at": AT,
    }  # fmt: skip

    def test_the_founder_becomes_administrator(self, app: Flask) -> None:
        user = make.user()
        with transaction():
            organisation = commands.found_organisation(user, name="Ny förening", **self.VALUES)
        assert [person.user_id for person in queries.list_members(organisation)] == [user.id]
        assert user.has(Role.administrator, organisation_id=organisation.id)

    def test_an_organisation_registered_for_me_is_mine_to_take_until_somebody_has(self, app: Flask) -> None:
        user = make.user()
        organisation = make.organisation(email=user.email)
        make.organisation(email="annan@prova.example")
        assert list(queries.list_claimable(user)) == [organisation]
        with transaction():
            commands.claim_organisation(queries.get_claim(organisation.slug), user, at=AT)
        assert list(queries.list_claimable(user)) == []
        with pytest.raises(Blocked), transaction():
            commands.claim_organisation(queries.get_claim(organisation.slug), user, at=AT)


class TestHats:
    def test_each_place_once_and_none_that_is_switched_off(self, app: Flask) -> None:
        on, off = make.municipality(name="På"), make.municipality(active=False)
        authority = make.authority(on)
        organisation = make.organisation(name="Jouren")
        user = make.user(
            (Role.coordinator, on), (Role.officer, authority), (Role.coordinator, off), Role.operator, (Role.writer, organisation)
        )
        found = [(hat.kind.value, hat.name, [(role.value, place) for role, place in hat.roles]) for hat in queries.list_hats(user)]
        assert found == [
            ("organisation", "Jouren", [("writer", "")]),
            ("municipality", "På kommun", [("coordinator", ""), ("officer", authority.name)]),
            ("operations", "", [("operator", "")]),
        ]
