"""Figures for Prometheus: requests as the processes count them, and queues, mail and database read when they are asked for.

Nothing of anybody is in them. Pages that the cache gives without the application are counted by it, and are not among the requests.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from flask import current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from sakrad.core import clock, figures
from sakrad.core.db import db
from sakrad.operations import queries, queries_metrics


def may_read(authorization: str) -> bool:
    """Whether the header carries the token; never when none is set."""
    token: str = current_app.config["SETTINGS"].metrics_token
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def told() -> bytes:
    """Everything, in Prometheus's text format."""
    answer = CollectorRegistry()
    answer.register(_Shared())
    return generate_latest(figures.counted()) + generate_latest(answer)


class _Shared:
    """What the database knows, the same whichever process is asked."""

    def describe(self) -> list[Metric]:
        """Nothing beforehand: a registry would ask the database for it."""
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            yield from _figures()
            up = 1.0
        except sa.exc.SQLAlchemyError:
            up = 0.0
        finally:
            db.session.rollback()
        yield GaugeMetricFamily("sakrad_database_up", "Whether the database answers.", value=up)


def _figures() -> Iterable[Metric]:
    now = clock.now()
    overview = queries.get_overview(now)
    yield _by_state(
        "sakrad_events", "Events that wait to be told.", {"waiting": overview.events_waiting, "failing": overview.events_failing}
    )
    yield _by_state("sakrad_mails", "Mails by state.", queries_metrics.count_mails())
    yield _by_state("sakrad_jobs", "Jobs by state; waiting are those that are due.", queries_metrics.count_jobs(now))
    oldest = queries_metrics.oldest_waiting_mail(now)
    yield GaugeMetricFamily("sakrad_mail_oldest_seconds", "How long the oldest mail that is due has waited.", value=oldest)
    if overview.worker_at is not None:
        silent = (now - overview.worker_at).total_seconds()
        yield GaugeMetricFamily("sakrad_worker_silent_seconds", "Since a worker last went its round.", value=silent)
    yield GaugeMetricFamily("sakrad_database_bytes", "How large the database is.", value=queries_metrics.database_bytes())
    yield GaugeMetricFamily("sakrad_municipalities", "Municipalities that are switched on.", value=overview.municipalities)
    yield _by_state("sakrad_database_connections", "Connections of the process that answers.", queries_metrics.connections())


def _by_state(name: str, words: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family
