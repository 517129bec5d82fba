"""What the clock asks of organisations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sakrad.core import jobs
from sakrad.directory import commands

jobs.every("ask_if_right", timedelta(hours=1))
jobs.every("forget_imports", timedelta(days=1))


@jobs.handles("ask_if_right")
def ask_if_right(_payload: dict[str, Any], at: datetime) -> None:
    """Stämmer uppgifterna? A batch an hour, so that the post is not flooded on the first day."""
    commands.ask_if_right(at=at)


@jobs.handles("forget_imports")
def forget_imports(_payload: dict[str, Any], at: datetime) -> None:
    """Registers that somebody uploaded and never finished with."""
    commands.forget_imports(at=at)
