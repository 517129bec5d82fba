"""The second factor in production: no way around it, and no way that goes in circles."""

from __future__ import annotations

from typing import Any

from flask import Flask

from sakrad.accounts.models import Role
from sakrad.accounts.setup import gate
from sakrad.core import clock
from tests import factories as make
from tests.factories.people import SECRET


def test_a_device_that_never_showed_it_can_sign_in_again(app: Flask, client: Any) -> None:
    officer = make.user((Role.officer, make.authority()), totp_secret=SECRET, totp_confirmed_at=clock.now())
    client.sign_in(officer, second_factor=False)
    app.extensions["sakrad_gate"] = gate
    try:
        sent = client.get("/konto")
        assert sent.status_code == 303 and sent.headers["Location"].startswith("/logga-in")
        assert client.get(sent.headers["Location"]).status_code == 200, "sent back and forth between the gate and the sign-in"
    finally:
        del app.extensions["sakrad_gate"]
