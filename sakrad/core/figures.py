"""Requests as each process counts them, for /metrics (operations/metrics.py).

A scrape meets one process of several: with PROMETHEUS_MULTIPROC_DIR (a directory of its own, emptied when the service starts;
see deploy/) the library adds them up. Labels are endpoints, methods and classes of status: bounded, and nothing of anybody.
"""

from __future__ import annotations

import functools
import os
import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
PROCESS = CollectorRegistry()
REQUESTS = Counter("sakrad_requests", "Requests that were answered.", ["endpoint", "method", "status"], registry=PROCESS)
SECONDS = Histogram("sakrad_request_seconds", "How long an answer took.", ["endpoint"], registry=PROCESS, buckets=BUCKETS)

# How the cache answered; counted whether somebody asks or not, since it takes a microsecond.
CACHE = Counter("sakrad_cache", "Requests: kept, unchanged (304), made and perhaps kept, passed by.", ["answer"], registry=PROCESS)
KEPT, UNCHANGED, MADE, PASSED = (CACHE.labels(answer) for answer in ("kept", "unchanged", "made", "passed"))


@functools.lru_cache(maxsize=4096)
def counter(endpoint: str, method: str, status: int) -> Counter:
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
        counter(endpoint, request.method if request.method in METHODS else "other", response.status_code // 100).inc()
        if (began := g.get("counted_from")) is not None:
            _seconds(endpoint).observe(time.perf_counter() - began)
        return response


def counted() -> CollectorRegistry:
    """What this process has counted; with PROMETHEUS_MULTIPROC_DIR, what all have."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return PROCESS
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
