"""The same pages by a mailed link (organisation.py)."""

from __future__ import annotations

from sakrad.summaries.routes.organisation import link_bp as bp

__all__ = ["bp"]
