"""`make run`: migrate, load the sample data when the database is empty, then serve with the worker beside.

Binds the loopback address only: this is for trying out. Production is started by the files in deploy/ instead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PORT = os.environ.get("PORT", "5000")


def main() -> int:
    """Run until interrupted; returns the exit code of whichever process ended first."""
    os.chdir(ROOT)
    environment = os.environ | {"PORT": PORT, "FLASK_APP": "app.py"}
    subprocess.run([BIN / "flask", "db", "upgrade"], env=environment, check=True)
    subprocess.run([BIN / "flask", "demo", "--if-empty"], env=environment, check=True)
    server = [BIN / "gunicorn", "--bind", f"127.0.0.1:{PORT}", "--workers", "2", "--threads", "4", "--worker-class", "gthread", "app:app"]
    processes = [
        subprocess.Popen([*server, "--log-level", "warning"], env=environment),
        subprocess.Popen([BIN / "flask", "worker"], env=environment),
    ]
    print(f"\nSakråd: http://127.0.0.1:{PORT}\nStop with Ctrl-C.\n", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            process.terminate()
        codes = [process.wait() for process in processes]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
