"""What templates ask of answers."""

from __future__ import annotations

from flask import Flask

from sakrad.meetings import said
from sakrad.positions import member_counts, queries_views_public


def init_app(app: Flask) -> None:
    """The filter `members`: what a draft or a version keeps of how members answered, ready to be shown; and what meetings link to."""
    said.provide(queries_views_public.has_views)
    app.jinja_env.filters["members"] = member_counts.shown
