"""Work for later: names and addresses that are of no more use are erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sakrad.consultations.commands.participation import forget_unconfirmed
from sakrad.consultations.commands.previews import forget_addresses
from sakrad.consultations.lifecycle_participation import CONFIRMING
from sakrad.core import jobs

KEEP_ADDRESSES = timedelta(days=30)  # of those who were asked to look, once they have answered or no longer can

jobs.every("forget_unconfirmed_requests", timedelta(hours=6))
jobs.every("forget_preview_addresses", timedelta(days=1))


@jobs.handles("forget_unconfirmed_requests")
def forget_requests(_payload: dict[str, Any], at: datetime) -> None:
    """A name and an address that nobody has stood up for."""
    forget_unconfirmed(at - CONFIRMING)


@jobs.handles("forget_preview_addresses")
def forget_preview_addresses(_payload: dict[str, Any], at: datetime) -> None:
    """The addresses of those who were asked to look at a draft."""
    forget_addresses(at - KEEP_ADDRESSES)
