"""What records do when something happens elsewhere."""

from __future__ import annotations

from flask import Flask

from sakrad.core.events import EventName, after
from sakrad.records import commands_profiles


def init_app(_app: Flask) -> None:
    """Masks follow each change of an organisation's own words."""
    after(EventName.organisation_changed)(commands_profiles.carry_masks)
