"""`flask reindex`."""

from __future__ import annotations

import click
from flask import Flask

from sakrad.core import clock
from sakrad.pages import search_writer


def init_app(app: Flask) -> None:
    """Add the command. Imported at start, `search_writer` also listens to what happens."""

    @app.cli.command("reindex")
    def reindex() -> None:
        """Write the search index anew, where it is not what it should be."""
        click.echo(f"{search_writer.rebuild(at=clock.now())} texter indexerade.")
