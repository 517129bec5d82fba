"""What the clock asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sakrad.core import jobs
from sakrad.meetings import commands, queries

jobs.every("forget_access_needs", timedelta(hours=1))


@jobs.handles("forget_access_needs")
def forget_access_needs(_payload: dict[str, Any], at: datetime) -> None:
    """What people needed at a meeting goes the day after it (PRACTICE.md 8)."""
    if over := queries.list_over_with_needs(at):
        commands.delete_needs(*over)
