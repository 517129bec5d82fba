"""Figures for Prometheus: requests counted by each process, queues, mail and database read when they are asked for.

A process counts for itself, and a scrape meets one of several: with PROMETHEUS_MULTIPROC_DIR (a directory of its own, emptied
when the service starts; see deploy/) the library adds them up. Labels are endpoints, methods and classes of status: bounded,
and nothing of anybody. Pages that the cache gives without the application are its own figures.
"""

from __future__ import annotations

import functools
import hmac
import os
import time
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from sakrad.core import clock
from sakrad.core.db import db
from sakrad.operations import queries, queries_metrics

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
PROCESS = CollectorRegistry()
REQUESTS = Counter("sakrad_requests", "Requests that were answered.", ["endpoint", "method", "status"], registry=PROCESS)
SECONDS = Histogram("sakrad_request_seconds", "How long an answer took.", ["endpoint"], registry=PROCESS, buckets=BUCKETS)


@functools.lru_cache(maxsize=4096)
def _counter(endpoint: str, method: str, status: int) -> Counter:
    return REQUESTS.labels(endpoint, method, f"{status}xx")


@functools.lru_cache(maxsize=2048)
def _seconds(endpoint: str) -> Histogram:
    return SECONDS.labels(endpoint)


def init_app(app: Flask) -> None:
    """Count requests, where somebody asks for the figures."""
    if not app.config["SETTINGS"].metrics_token:
        return

    @app.before_request
    def _begin() -> None:
        g.counted_from = time.perf_counter()

    @app.after_request
    def _count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        _counter(endpoint, request.method if request.method in METHODS else "other", response.status_code // 100).inc()
        if (began := g.get("counted_from")) is not None:
            _seconds(endpoint).observe(time.perf_counter() - began)
        return response


def may_read(authorization: str) -> bool:
    """Whether the header carries the token; never when none is set."""
    token: str = current_app.config["SETTINGS"].metrics_token
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def told() -> bytes:
    """Everything, in Prometheus's text format."""
    answer = CollectorRegistry()
    answer.register(_Shared())
    return generate_latest(counted()) + generate_latest(answer)


def counted() -> CollectorRegistry:
    """What this process has counted; with PROMETHEUS_MULTIPROC_DIR, what all have."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return PROCESS
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


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
