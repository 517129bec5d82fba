"""The same for those who may answer for an organisation (evaluation_seat.py)."""

from __future__ import annotations

from sakrad.responses.routes.evaluation_seat import organisation_bp as bp

__all__ = ["bp"]
