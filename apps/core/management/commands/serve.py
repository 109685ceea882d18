"""Web, worker and beat together on one machine: `make run` and small bureaus (decision 10)."""

import fcntl
import os
import socket
import sys
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.supervisor import Program, Supervisor

CELERY = ("-m", "celery", "--quiet", "-A", "perf_mgmt")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def programs(host: str, port: int, n_web: int) -> list[Program]:
    """The three programs of an installation on one machine."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = ("-m", "gunicorn", "perf_mgmt.wsgi:application", "--bind", address)
    options = ("--workers", str(n_web), "--timeout", "60", "--log-level", "warning")
    one_task = ("--concurrency", "1", "--loglevel", "WARNING")  # SQLite has one writer
    return [
        Program("web", (sys.executable, *web, *options)),
        Program("worker", (sys.executable, *CELERY, "worker", *QUIET, *one_task)),
        Program("beat", (sys.executable, *CELERY, "beat", "--pidfile=", "--loglevel", "WARNING")),
    ]


def _refuse_taken(host: str, port: int) -> None:
    """Raise CommandError when another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                "Choose another: PORT=8001 make run"
            ) from error


def _only_one(folder: Path) -> IO[str]:
    """Hold the data folder's lock: one embedded database has one worker and one beat."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(f"Already running on the data in {folder}.") from error
    return lock


class Command(BaseCommand):
    """Runs until Ctrl-C; then nothing it started is left."""

    help = "Start the web server, the worker and beat together; Ctrl-C stops all three."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and what to print once the page answers."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="web processes")
        parser.add_argument("--greeting", help="a file printed once the page answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the port and the folder, then run."""
        host, port = options["host"], options["port"]
        _refuse_taken(host, port)
        os.environ["PYTHONUNBUFFERED"] = "1"
        with _only_one(settings.DATA_DIR):
            supervisor = Supervisor(programs(host, port, options["workers"]))
            supervisor.listen()
            self.is_greeted = False
            supervisor.run(lambda: self._greet(host, port, options["greeting"]))
        self.stdout.write("Stopped.")

    def _greet(self, host: str, port: int, greeting: str | None) -> None:
        """Print the address once, as soon as the page answers."""
        if self.is_greeted or not _is_ready(host, port):
            return
        self.is_greeted = True
        if greeting:
            self.stdout.write(Path(greeting).read_text(encoding="utf-8"))
        self.stdout.write(f"{settings.PUBLIC_URL}  (Ctrl-C stops)")
        self.stdout.flush()


def _is_ready(host: str, port: int) -> bool:
    """Whether /readyz answers 200."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 (only compared)
    request = urllib.request.Request(f"http://{name}:{port}/readyz", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310 (http only)
            return bool(answer.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False
