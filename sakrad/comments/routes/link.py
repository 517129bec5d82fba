"""The comments' page under an invitation's link: the handlers stand beside those of the members (organisation.py)."""

from __future__ import annotations

from sakrad.comments.routes.organisation import link_bp as bp

__all__ = ["bp"]
