"""`flask create-admin` and `flask remove-second-factor`."""

from __future__ import annotations

from flask import Flask

from sakrad.accounts import passwords, queries
from sakrad.accounts.models import Role
from tests import factories as make
from tests.factories.people import SECRET


def test_a_new_operator_can_sign_in(app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["create-admin", "Drift@prova.example"], input="Driften\nett gott lösenord\nett gott lösenord\n"
    )
    assert result.exit_code == 0, result.output
    assert "ett gott" not in result.output
    user = queries.find_user("drift@prova.example")
    assert user is not None and user.confirmed_at is not None and user.has(Role.operator)
    assert passwords.matches("ett gott lösenord", user.password_hash)


def test_a_short_password_makes_nobody(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["create-admin", "drift@prova.example"], input="Driften\nkort\nkort\n")
    assert result.exit_code == 1 and "minst 10 tecken" in result.output
    assert queries.find_user("drift@prova.example") is None


def test_somebody_known_keeps_the_password(app: Flask) -> None:
    user = make.user(email="drift@prova.example")
    result = app.test_cli_runner().invoke(args=["create-admin", "drift@prova.example"])
    assert result.exit_code == 0, result.output
    found = queries.find_user(user.email)
    assert found is not None and found.has(Role.operator) and found.password_hash == make.PASSWORD_HASH


def test_a_lost_second_factor_is_taken_away(app: Flask) -> None:
    make.user(email="a@prova.example", totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO)
    assert app.test_cli_runner().invoke(args=["remove-second-factor", "a@prova.example"]).exit_code == 0
    found = queries.find_user("a@prova.example")
    assert found is not None and found.totp_secret is None
    assert app.test_cli_runner().invoke(args=["remove-second-factor", "b@prova.example"]).exit_code == 1
