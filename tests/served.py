"""The product in a process of its own, over a database: for what tests and the bench ask of whole servers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sakrad.config import ROOT


@contextmanager
def started(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Python with the command, in which {port} stands for a free one: the port, and the process, which leads a group of its own."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = int(chosen.getsockname()[1])
    whole = [sys.executable, *(part.replace("{port}", str(port)) for part in command)]
    process = subprocess.Popen(
        whole, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait(ask: Callable[[], object]) -> None:
    """Until the server answers what it is asked."""
    for _ in range(600):
        try:
            ask()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The server did not start.")
