"""`flask recount`."""

from __future__ import annotations

import click
from flask import Flask

from sakrad.core import clock, stamps
from sakrad.core.db import transaction
from sakrad.responses import queries_counting
from sakrad.responses.commands import counting


def init_app(app: Flask) -> None:
    """Add the command. Imported at start, `counting` also listens to what happens."""

    @app.cli.command("recount")
    def recount() -> None:
        """Count uptake anew for every consultation, one transaction each."""
        found = list(queries_counting.list_summarised())
        for consultation_id in found:
            with transaction():
                counting.recount(consultation_id, at=clock.now())
                stamps.move(stamps.SHARED)  # no event tells of it
        click.echo(f"{len(found)} sakråd räknade.")
