"""`flask reference-data`: municipalities, regions, target groups and subjects."""

from __future__ import annotations

import click
from flask import Flask

from sakrad.core.db import transaction
from sakrad.directory import commands


def init_app(app: Flask) -> None:
    @app.cli.command("reference-data")
    def reference_data() -> None:
        """Add the municipalities, regions, target groups and subjects that are missing."""
        with transaction():
            commands.load_reference_data()
        click.echo("Kommuner, regioner, grupper och ämnen är inlästa.")
