"""`flask check`, `flask backup FILE` and `flask restore FILE`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app

from sakrad.operations import backup, diagnosis, restore


def init_app(app: Flask) -> None:
    """Add the commands."""

    @app.cli.command("check")
    def check() -> None:
        """Say whether all is in order: settings, files, disk, mail, database, worker, clock, search; exit code 1 when something is not."""
        settings = current_app.config["SETTINGS"]
        found = diagnosis.look(settings)  # unsafe settings have already refused to start
        for one in found:
            click.echo(f"{one.weight} {one.words}")
        if any(one.weight is diagnosis.Weight.fault for one in found):
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

    @app.cli.command("restore")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def restore_backup(file: Path) -> None:
        """Put a backup back into an EMPTY database and an EMPTY file store; anything else is refused."""
        try:
            restored = restore.put_back(file)
        except backup.BackupFailed as fault:
            raise click.ClickException(str(fault)) from None
        click.echo(f"The database as it stood {restored.made_at}, and {restored.files} files.")
        if restored.missing:
            click.echo(f"NOTE {restored.missing} files that rows name are not in the backup: documents that were being made anew.")
        if not restored.same_key:
            click.echo("NOTE SAKRAD_SECRET_KEY is another than when the backup was made: no link that has been mailed works.")
        if not restored.migrated:
            click.echo("NOTE The backup is of an older version: run `flask db upgrade`.")
        click.echo("Then run `flask check`.")
