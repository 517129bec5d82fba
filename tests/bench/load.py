"""A small load generator on keep-alive sockets: cheap enough not to measure itself."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """Requests per second, and the 95th percentile in milliseconds."""

    per_second: float
    p95: float


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send and read one answer: status, head, body. Connects again when the server closed in between."""
        try:
            return self._ask(request)
        except (ConnectionError, ValueError):
            self.__init__(self.port)  # type: ignore[misc]
            return self._ask(request)

    def _ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        self.socket.sendall(request)
        data = self.rest
        while b"\r\n\r\n" not in data:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        length = int(lowered[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        while len(body) < length:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError  # killed in the middle of its answer
            body += more
        self.rest = body[length:]
        return int(head.split(b" ", 2)[1]), head, body[:length]


def get(path: str, tag: str = "") -> bytes:
    """A request for the page, or whether it has changed since it had the tag."""
    asked = f"If-None-Match: {tag}\r\n" if tag else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{asked}\r\n".encode()


def hammer(port: int, path: str, *, seconds: float = 4, clients: int = 8, tag: str = "") -> Figures:
    """Ask for the page from several connections at once; every answer must be 200, or 304 when a tag is given."""
    times: list[float] = []
    faults: list[int] = []
    stop = time.perf_counter() + seconds

    def run() -> None:
        connection, request, mine = Connection(port), get(path, tag), []
        while (began := time.perf_counter()) < stop:
            status, _, _ = connection.ask(request)
            mine.append(time.perf_counter() - began)
            if status != (304 if tag else 200):
                faults.append(status)
                break
        times.extend(mine)

    began = time.perf_counter()
    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise SystemExit(f"{path} answered {faults[0]}.")
    times.sort()
    return Figures(len(times) / (time.perf_counter() - began), times[int(len(times) * 0.95)] * 1000)
