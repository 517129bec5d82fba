"""The second factor: a code works once, in its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask

from sakrad.accounts import commands_second_factor, sessions, totp
from sakrad.core.db import transaction
from tests import factories as make

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AT = datetime(2027, 3, 1, 12, 0, 10, tzinfo=UTC)
STEP = int(AT.timestamp()) // totp.STEP


def code(offset: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(STEP + offset)


@pytest.mark.parametrize(
    ("given", "after", "expected"),
    [
        pytest.param(code(), 0, STEP, id="now"),
        pytest.param(code()[:3] + " " + code()[3:], 0, STEP, id="written with a space"),
        pytest.param(code(-1), 0, STEP - 1, id="one step late"),
        pytest.param(code(1), 0, STEP + 1, id="a clock that goes fast"),
        pytest.param(code(-2), 0, None, id="too old"),
        pytest.param(code(2), 0, None, id="too early"),
        pytest.param(code(), STEP, None, id="used already"),
        pytest.param(code(-1), STEP, None, id="older than the last used"),
        pytest.param(code(1), STEP, STEP + 1, id="the next after a used one"),
        pytest.param("", 0, None, id="nothing"),
        pytest.param("åäö", 0, None, id="no digits"),
    ],
)
def test_a_code_works_once_in_its_time(given: str, after: int, expected: int | None) -> None:
    assert totp.step_of(SECRET, given, AT, after) == expected


def test_the_picture_holds_no_style_and_has_a_name() -> None:
    svg = totp.qr(SECRET, "a@prova.example", "QR-kod")
    assert svg.startswith("<svg") and "style" not in svg and "<title>QR-kod</title>" in svg


def test_it_counts_only_after_its_first_code_and_signs_other_devices_out(app: Flask) -> None:
    user = make.user()
    with transaction():
        here, there = sessions.open_device(user, at=AT), sessions.open_device(user, at=AT)
    with transaction():
        known = sessions.find_user(here, AT)
        assert known is not None
        commands_second_factor.begin_second_factor(known)
        assert known.totp_secret and known.totp_confirmed_at is None
        right = pyotp.TOTP(known.totp_secret).generate_otp(STEP)
        assert not commands_second_factor.confirm_second_factor(known, "000000" if right != "000000" else "000001", at=AT)
        assert commands_second_factor.confirm_second_factor(known, right, at=AT)
    assert known.totp_confirmed_at == AT and known.device is not None and known.device.second_factor_at == AT
    assert sessions.find_user(there, AT) is None


def test_a_set_secret_is_not_replaced_by_beginning_again(app: Flask) -> None:
    user = make.user(totp_secret=SECRET, totp_confirmed_at=AT)
    with transaction():
        commands_second_factor.begin_second_factor(user)
    assert user.totp_secret == SECRET


def test_a_code_is_used_up(app: Flask) -> None:
    user = make.user(totp_secret=SECRET, totp_confirmed_at=AT)
    with transaction():
        assert commands_second_factor.use_code(user, code(), at=AT)
        assert not commands_second_factor.use_code(user, code(), at=AT + timedelta(seconds=5))
