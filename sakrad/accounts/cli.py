"""`flask create-admin` and `flask remove-second-factor`: what only who runs the machine may do."""

from __future__ import annotations

import click
from flask import Flask

from sakrad.accounts import commands, commands_second_factor, passwords, queries
from sakrad.accounts.models import Role
from sakrad.core import clock
from sakrad.core.db import transaction


def init_app(app: Flask) -> None:
    @app.cli.command("create-admin")
    @click.argument("email")
    def create_admin(email: str) -> None:
        """Make EMAIL an operator of the platform; asks for name and password when there is no such account."""
        at = clock.now()
        known = queries.find_user(email)
        if known is None or known.confirmed_at is None:
            name = click.prompt("Namn")
            password = click.prompt("Lösenord", hide_input=True, confirmation_prompt="Lösenordet igen")
            if len(password) < passwords.MINIMUM:
                raise click.ClickException(f"Lösenordet måste ha minst {passwords.MINIMUM} tecken.")
            hashed = passwords.hashed(password)
            with transaction():
                user = commands.register_user(email=email, name=name, password_hash=hashed, at=at, mail=False)
                commands.confirm_user(user, at)
                commands.grant(user, Role.operator, actor=None, at=at)
        else:
            with transaction():
                user = queries.find_user(email) or known
                commands.grant(user, Role.operator, actor=None, at=at)
        click.echo(f"{email} är nu driftansvarig. Logga in på /logga-in.")

    @app.cli.command("remove-second-factor")
    @click.argument("email")
    def remove_second_factor(email: str) -> None:
        """Let EMAIL, who has lost the authenticator app, set up a new one at the next sign-in."""
        with transaction():
            user = queries.find_user(email)
            if user is None:
                raise click.ClickException("Det finns inget sådant konto.")
            commands_second_factor.remove_second_factor(user, at=clock.now())
        click.echo(f"Tvåstegsinloggningen är borttagen för {email}.")
