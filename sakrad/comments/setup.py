"""How the pages of an invitation know that there are comments to lead to."""

from __future__ import annotations

from flask import Flask

from sakrad.comments import lifecycle
from sakrad.comments.queries import facts_of
from sakrad.consultations.models import Consultation
from sakrad.core import clock


def takes_comments(consultation: Consultation) -> bool:
    """Whether organisations comment in it now, or will."""
    return lifecycle.is_open_or_to_come(facts_of(consultation), clock.now())


def init_app(app: Flask) -> None:
    """Register the test `{% if consultation is taking_comments %}`."""
    app.jinja_env.tests["taking_comments"] = takes_comments
