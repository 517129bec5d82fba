"""What templates ask of answers."""

from __future__ import annotations

from flask import Flask

from sakrad.positions import member_counts


def init_app(app: Flask) -> None:
    """The filter `members`: what a draft or a version keeps of how members answered, ready to be shown."""
    app.jinja_env.filters["members"] = member_counts.shown
