"""How gunicorn serves Sakråd in production, under systemd and in a container. `--bind` and WEB_CONCURRENCY come from there.

One process for each of systemd's instances or containers, with threads: pages are made in milliseconds, and what is slow (mail,
documents) is the worker's. nginx in front takes whole requests from slow readers before a thread is given to them.
"""

from __future__ import annotations

import os
from typing import Any

workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than nginx keeps an unused connection, so that it never sends on one that we are closing
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat that no disk delays
accesslog = None  # nginx logs every request, the application each that it makes a page for: both without tokens and queries
errorlog = "-"
loglevel = "warning"
limit_request_line = 8190
forwarded_allow_ips = ""  # whose word counts is SAKRAD_PROXIES's matter


def child_exit(_server: Any, worker: Any) -> None:
    """A process that ends leaves its counts to the others, and nothing else."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
