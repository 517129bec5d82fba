"""The same pages by an invitation's link (seat.py)."""

from __future__ import annotations

from sakrad.meetings.routes.seat import link_bp as bp

__all__ = ["bp"]
