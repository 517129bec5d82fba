"""`flask check` and `flask backup FILE`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app

from sakrad.operations import backup, checks


def init_app(app: Flask) -> None:
    """Add the commands."""

    @app.cli.command("check")
    def check() -> None:
        """Say whether database, file store and mail are in order; exit code 1 when something is not."""
        settings = current_app.config["SETTINGS"]
        faults = []  # unsafe settings have already refused to start
        if not checks.database_answers():
            faults.append("The database does not answer: see SAKRAD_DATABASE_URL.")
        elif not checks.database_migrated():
            faults.append("The database is not migrated: run `flask db upgrade`.")
        if not checks.storage_writable():
            faults.append("The file store cannot be written: see SAKRAD_STORAGE_URL.")
        if mail := checks.mail_fault():
            faults.append(f"Mail cannot leave ({mail}): see SAKRAD_MAIL_URL.")
        for fault in faults:
            click.echo(f"FAULT {fault}")
        if faults:
            raise SystemExit(1)
        click.echo(f"Everything is in order ({settings.env}, mail to {settings.mail_url.split('@')[-1]}).")

    @app.cli.command("backup")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    def make_backup(file: Path) -> None:
        """Write the database and the stored files into FILE (tar.gz). Safe while the product runs."""
        try:
            count = backup.write(file)
        except backup.BackupFailed as fault:
            raise click.ClickException(str(fault)) from None
        click.echo(f"{file}: the database and {count} files.")
