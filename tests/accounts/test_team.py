"""An organisation's team: the first administrator, handing over, removing, and what ends with a role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts import commands, links, queries_team
from sakrad.accounts.lifecycle import BeginFacts, blockers_to_begin
from sakrad.accounts.models import JoinInvitation, Membership, Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Missing
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from tests import factories as make
from tests.factories.directory import fresh

AT = clock.now()


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def roles_of(user: User, organisation: Organisation) -> set[Role]:
    m = Membership
    return set(
        db.session.scalars(sa.select(m.role).where(m.user_id == user.id, m.organisation_id == organisation.id, m.ended_at.is_(None)))
    )


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        pytest.param(BeginFacts(members=0, merged=False), False, id="nobody acts for it"),
        pytest.param(BeginFacts(members=1, merged=False), True, id="somebody does"),
        pytest.param(BeginFacts(members=0, merged=True), True, id="it is merged into another"),
    ],
)
def test_the_first_account_is_made_by_link_only_while_nobody_has_one(facts: BeginFacts, refused: bool) -> None:
    assert bool(blockers_to_begin(facts)) is refused


class TestTheFirst:
    def test_only_the_registered_address_is_invited(self, app: Flask) -> None:
        organisation = make.organisation(email="info@jouren.example")
        with transaction():
            invitation = commands.invite_first_administrator(organisation, at=AT)
        assert (invitation.email, invitation.role, invitation.invited_by_id) == ("info@jouren.example", Role.administrator, None)
        assert events() == ["member_invited"]
        assert queries_team.find_first_invitation(organisation) == invitation

    def test_asked_again_it_is_the_same_invitation_sent_again(self, app: Flask) -> None:
        organisation = make.organisation()
        for days in (0, 3):
            with transaction():
                invitation = commands.invite_first_administrator(organisation, at=AT + timedelta(days=days))
        assert db.session.scalar(sa.select(sa.func.count(JoinInvitation.id))) == 1
        assert invitation.expires_at == AT + timedelta(days=17) and events() == ["member_invited"] * 2

    def test_nobody_is_invited_past_those_who_act_for_it(self, app: Flask) -> None:
        organisation = make.organisation()
        make.user((Role.writer, organisation))
        with pytest.raises(Blocked), transaction():
            commands.invite_first_administrator(organisation, at=AT)
        assert events() == []


class TestHandingOver:
    @pytest.fixture
    def organisation(self, app: Flask) -> Organisation:
        return make.organisation()

    def test_the_other_becomes_administrator_and_one_stays_as_a_writer(self, organisation: Organisation) -> None:
        old, new = make.user((Role.administrator, organisation)), make.user((Role.writer, organisation))
        with transaction():
            commands.hand_over(organisation, to=new, actor=old, at=AT)
        assert roles_of(new, organisation) == {Role.writer, Role.administrator}
        assert roles_of(old, organisation) == {Role.writer}
        assert events() == ["member_joined", "member_joined", "member_left"]

    def test_who_holds_more_keeps_the_rest(self, organisation: Organisation) -> None:
        old = make.user((Role.administrator, organisation), (Role.approver, organisation))
        new = make.user((Role.administrator, organisation))
        with transaction():
            commands.hand_over(organisation, to=new, actor=old, at=AT)
        assert (roles_of(old, organisation), roles_of(new, organisation)) == ({Role.approver}, {Role.administrator})
        assert events() == ["member_left"]

    def test_never_to_oneself_and_never_by_another_than_an_administrator(self, organisation: Organisation) -> None:
        alone, writer = make.user((Role.administrator, organisation)), make.user((Role.writer, organisation))
        for actor, to in ((alone, alone), (writer, alone)):
            with pytest.raises(Missing), transaction():
                commands.hand_over(organisation, to=to, actor=actor, at=AT)
        assert roles_of(alone, organisation) == {Role.administrator} and events() == []


class TestRemoving:
    def test_all_roles_end_and_open_invitations_are_taken_back(self, app: Flask) -> None:
        organisation, other = make.organisation(), make.organisation()
        boss = make.user((Role.administrator, organisation))
        person = make.user((Role.writer, organisation), (Role.approver, organisation), (Role.writer, other))
        with transaction():
            more = commands.invite_member(person.email, Role.administrator, organisation, actor=boss, at=AT)
            theirs = commands.invite_member(person.email, Role.approver, other, actor=None, at=AT)
            commands.remove_member(person, organisation, actor=boss, at=AT)
        assert roles_of(person, organisation) == set() and roles_of(person, other) == {Role.writer}
        assert more.withdrawn_at == AT and theirs.withdrawn_at is None
        assert events()[2:] == ["member_left", "member_left", "member_uninvited"]

    def test_the_last_administrator_is_not_removed_and_nothing_is_done(self, app: Flask) -> None:
        organisation = make.organisation()
        alone = make.user((Role.writer, organisation), (Role.administrator, organisation))
        with pytest.raises(Blocked), transaction():
            commands.remove_member(alone, organisation, actor=alone, at=AT)
        assert roles_of(alone, organisation) == {Role.writer, Role.administrator} and events() == []

    def test_history_keeps_the_role_and_whose_it_was(self, app: Flask) -> None:
        organisation = make.organisation()
        boss, person = make.user((Role.administrator, organisation)), make.user((Role.approver, organisation), name="Anna")
        with transaction():
            commands.remove_member(person, organisation, actor=boss, at=AT)
        (former,) = queries_team.list_former_roles(organisation)
        assert (former.role, former.user.name, former.ended_at) == (Role.approver, "Anna", AT)
        assert queries_team.list_former_roles(make.organisation()) == []


@pytest.mark.parametrize(
    ("roles", "expected", "alone"),
    [
        pytest.param([], (0, 0, 0), False, id="nobody: answers by link"),
        pytest.param([{Role.administrator}], (1, 1, 1), True, id="one person alone"),
        pytest.param([{Role.administrator, Role.writer, Role.approver}], (1, 1, 1), True, id="one person with every role"),
        pytest.param([{Role.administrator}, {Role.writer}], (2, 1, 1), True, id="two, but one who can let others in"),
        pytest.param([{Role.administrator}, {Role.administrator}, {Role.approver}], (3, 2, 3), False, id="two administrators"),
    ],
)
def test_each_person_is_counted_once(app: Flask, roles: list[set[Role]], expected: tuple[int, int, int], alone: bool) -> None:
    organisation = make.organisation()
    for held in roles:
        make.user(*((role, organisation) for role in held))
    gone = make.user((Role.administrator, organisation))
    with transaction():
        db.session.execute(sa.update(Membership).where(Membership.user_id == gone.id).values(ended_at=AT))
    make.user((Role.administrator, make.organisation()))
    found = queries_team.count_holders(organisation)
    assert ((found.members, found.administrators, found.approvers), found.alone) == (expected, alone)


class TestTheCheckLink:
    def test_it_opens_its_organisation_and_no_other(self, app: Flask) -> None:
        organisation, other = make.organisation(), make.organisation()
        token = links.check_token(organisation)
        assert queries_team.find_organisation_to_check(token) == organisation
        for false in ("", ".", token[:-1], f"{other.slug}.{token.partition('.')[2]}", f"{organisation.slug}.å"):
            assert queries_team.find_organisation_to_check(false) is None
        assert len(token.partition(".")[2]) * 4 >= 160

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"asked_right_at": AT + timedelta(days=366)}, id="next year's mail"),
            pytest.param({"email": "ny@jouren.example"}, id="another address"),
            pytest.param({"asked_right_at": None}, id="never asked"),
        ],
    )
    def test_it_dies(self, app: Flask, change: dict[str, Any]) -> None:
        organisation = make.organisation()
        token = links.check_token(organisation)
        with transaction():
            organisation = fresh(organisation)
            for name, value in change.items():
                setattr(organisation, name, value)
        assert queries_team.find_organisation_to_check(token) is None
