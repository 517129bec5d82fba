"""`flask worker`."""

from __future__ import annotations

import signal

import click
from flask import Flask, current_app

from sakrad.notifications import worker
from sakrad.notifications.mailer import mailer_for


def init_app(app: Flask) -> None:
    """Add the command."""

    @app.cli.command("worker")
    @click.option("--once", is_flag=True, help="Go one round and stop: for cron.")
    def work(*, once: bool) -> None:
        """Send mail and do what the clock asks for, until stopped (SIGTERM finishes the mail in hand)."""
        asked: list[int] = []  # a plain list: an Event may lock itself out when a signal handler sets it
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: asked.append(number))
        deliver = mailer_for(current_app.config["SETTINGS"].mail_url)
        if once:
            worker.go_round(deliver, lambda: bool(asked))
        else:
            worker.run(deliver, lambda: bool(asked))
