"""What the operator's package hooks into every request: the figures that /metrics tells."""

from __future__ import annotations

from flask import Flask

from sakrad.operations import metrics


def init_app(app: Flask) -> None:
    """Count requests."""
    metrics.init_app(app)
