"""`flask demo`."""

from __future__ import annotations

import time

import click
from flask import Flask, current_app


def init_app(app: Flask) -> None:
    """Add the command."""

    @app.cli.command("demo")
    @click.option("--if-empty", is_flag=True, help="Do nothing when a municipality has been switched on.")
    def demo(*, if_empty: bool) -> None:
        """Load the sample data and print the demo log-ins."""
        from sakrad.demo import loader, people  # the stories call every package's commands

        if current_app.config["SETTINGS"].production:
            raise click.ClickException("The sample data is for trying out: refused in production.")
        if loader.is_empty():
            started = time.monotonic()
            loader.load()
            click.echo(f"Sample data loaded in {time.monotonic() - started:.0f} s.")
        elif not if_empty:
            raise click.ClickException("The database is not empty.")
        click.echo("Log-ins of the sample data, all with the password " + people.PASSWORD + ":")
        for email, who in people.LOG_INS:
            click.echo(f"  {email:42} {who}")
