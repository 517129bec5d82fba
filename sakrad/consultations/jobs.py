"""Work for later: what somebody typed in order to take part, and never confirmed, is erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sakrad.consultations.commands.participation import forget_unconfirmed
from sakrad.consultations.lifecycle_participation import CONFIRMING
from sakrad.core import jobs

jobs.every("forget_unconfirmed_requests", timedelta(hours=6))


@jobs.handles("forget_unconfirmed_requests")
def forget_requests(_payload: dict[str, Any], at: datetime) -> None:
    """A name and an address that nobody has stood up for."""
    forget_unconfirmed(at - CONFIRMING)
