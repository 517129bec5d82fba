"""The mailed links: single use, dated, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from sakrad.accounts import commands, links, queries
from sakrad.accounts.models import JoinInvitation, Role, User
from sakrad.core import clock, ids
from sakrad.core.db import transaction
from tests import factories as make


@pytest.fixture
def invitation(app: Flask) -> JoinInvitation:
    organisation = make.organisation()
    with transaction():
        return commands.invite_member("ny@prova.example", Role.writer, organisation, actor=None, at=clock.now())


@pytest.mark.parametrize(
    ("token_of", "find", "lifetime"),
    [
        pytest.param(links.confirm_token, queries.find_user_to_confirm, timedelta(hours=24), id="confirm"),
        pytest.param(links.reset_token, queries.find_user_to_reset, timedelta(hours=1), id="reset"),
    ],
)
def test_a_link_holds_for_its_time_counted_from_when_it_was_made(
    app: Flask, token_of: Callable[[User], str], find: Callable[[str], User | None], lifetime: timedelta
) -> None:
    user = make.user(confirmed_at=None)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False) as clockwork:  # the worker was down for days
        token = token_of(user)
        assert find(token) is not None
        clockwork.shift(lifetime - timedelta(seconds=1))
        assert find(token) is not None
        clockwork.shift(timedelta(seconds=3))
        assert find(token) is None


def test_a_confirmation_works_once(app: Flask) -> None:
    user = make.user(confirmed_at=None)
    token = links.confirm_token(user)
    with transaction():
        commands.confirm_user(user, clock.now())
    assert queries.find_user_to_confirm(token) is None


def test_a_new_sign_up_ends_the_earlier_confirmation(app: Flask) -> None:
    user = make.user(confirmed_at=None)
    token = links.confirm_token(user)
    with transaction():
        commands.register_user(email=user.email, name="Ny", password_hash="annan", at=clock.now())
    assert queries.find_user_to_confirm(token) is None
    assert queries.find_user_to_confirm(links.confirm_token(user)) is not None


def test_a_reset_works_once_and_no_longer_than_the_password(app: Flask) -> None:
    user = make.user()
    first, second = links.reset_token(user), links.reset_token(user)
    with transaction():
        commands.reset_password(user, password_hash="ny", at=clock.now())
    assert queries.find_user_to_reset(first) is None and queries.find_user_to_reset(second) is None


def test_one_kind_of_link_does_not_open_another(app: Flask) -> None:
    user = make.user(confirmed_at=None)
    assert queries.find_user_to_reset(links.confirm_token(user)) is None
    assert queries.find_user_to_confirm(links.reset_token(user)) is None


def test_one_users_link_does_not_open_anothers(app: Flask) -> None:
    user, other = make.user(confirmed_at=None), make.user(confirmed_at=None)
    assert links.confirms(links.confirm_token(user), user)
    assert not links.confirms(links.confirm_token(user), other)
    assert not links.resets(links.reset_token(user), other)


@pytest.mark.parametrize("token", ["", "x", "…", "a.b", "W10.x.y", "1" * 4000])
def test_a_false_token_opens_nothing(app: Flask, token: str) -> None:
    assert queries.find_user_to_confirm(token) is None
    assert queries.find_user_to_reset(token) is None
    assert queries.find_join_invitation(token) is None


@pytest.mark.parametrize("carried", [[], [1], ["1", "x"], {"id": 1}, None, 7])
def test_a_signed_token_of_another_shape_opens_nothing(app: Flask, carried: Any) -> None:
    assert queries.find_user_to_confirm(ids.signed("confirm", carried)) is None


def test_a_join_link_opens_its_invitation(invitation: JoinInvitation) -> None:
    token = links.join_token(invitation)
    found = queries.find_join_invitation(token)
    assert found is not None and found.id == invitation.id
    assert queries.find_join_invitation(token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert queries.find_join_invitation(invitation.reference) is None


def test_a_join_link_holds_for_fourteen_days(invitation: JoinInvitation) -> None:
    token = links.join_token(invitation)
    with time_machine.travel(invitation.expires_at - timedelta(seconds=1), tick=False):
        assert queries.find_join_invitation(token) is not None
    with time_machine.travel(invitation.expires_at, tick=False):
        assert queries.find_join_invitation(token) is None


@pytest.mark.parametrize("end", ["accepted", "withdrawn"])
def test_a_used_or_withdrawn_join_link_opens_nothing(invitation: JoinInvitation, end: str) -> None:
    token = links.join_token(invitation)
    with transaction():
        if end == "accepted":
            commands.join_as_new(invitation, name="Ny", password_hash="x", at=clock.now())
        else:
            commands.withdraw_invitation(invitation, actor=None, at=clock.now())
    assert queries.find_join_invitation(token) is None
