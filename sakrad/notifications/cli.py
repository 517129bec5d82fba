"""`flask worker` and `flask receive-bounce`."""

from __future__ import annotations

import signal
import sys

import click
import sqlalchemy as sa
from flask import Flask, current_app

from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.notifications import bounces, commands, worker
from sakrad.notifications.mailer import mailer_for

TRY_LATER = 75  # EX_TEMPFAIL: the post keeps the report and comes again


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

    @app.cli.command("receive-bounce")
    def receive_bounce() -> None:
        """Note the delivery report (RFC 3464) on standard input. Let the post pipe what comes to SAKRAD_MAIL_SENDER here.

        What is no report, or none of ours, is passed over in silence: an answer would itself be a mail to a stranger.
        """
        message_id = bounces.message_id_in(sys.stdin.buffer.read(bounces.LARGEST))
        while sys.stdin.buffer.read(bounces.LARGEST):
            pass  # a post whose pipe breaks may take it for a fault, and come again
        if message_id is None:
            return
        try:
            with transaction():
                commands.record_bounce(message_id, clock.now())
        except sa.exc.SQLAlchemyError:
            raise SystemExit(TRY_LATER) from None
