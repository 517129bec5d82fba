"""Answers that came in by other ways than the web, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.accounts.models import Role
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.directory.models import Organisation
from sakrad.positions import commands
from sakrad.positions.models import Channel, PositionVersion, PublicationWish
from tests import factories as make
from tests.factories.positions import fresh

WORDS = "Vi fick vänta i nio veckor. Vägen in är för lång."


def entered(of: Consultation, by: Organisation, **values: Any) -> PositionVersion:
    """What came in by phone yesterday, entered whole by an officer; `values` go to the command."""
    of, by = fresh(of), fresh(by)
    officer = make.user((Role.officer, of.authority))
    at = clock.now()
    if "answers" not in values:
        values.setdefault("whole", WORDS)
    values = {
        "channel": Channel.phone,
        "received_at": at - timedelta(days=1),
        "stated": commands.Stated(wish=PublicationWish.named),
        "actor": officer,
        "at": at,
    } | values
    with transaction():
        return commands.transcribe(fresh(of), fresh(by), **values)
