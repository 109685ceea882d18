"""The application as people meet it: web, worker and beat on the test's own database."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from django.conf import settings

from tests.processes import free_port, until

BUSINESS_DATE = "2024-04-10"
WORKER = ("-m", "celery", "--quiet", "-A", "perf_mgmt", "worker", "--pool", "solo")
BEAT = ("-m", "celery", "--quiet", "-A", "perf_mgmt", "beat", "--loglevel", "WARNING", "--pidfile=")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")


@dataclass(frozen=True)
class Site:
    """A running installation."""

    url: str
    log: Path


def _broker() -> str:
    """A Redis database of this process's browser tests; without Redis the embedded broker.

    Two sites on one queue would take each other's jobs, which neither finds in its database.
    """
    url = os.environ.get("BROKER_URL", "")
    number = 10 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{url.rpartition('/')[0]}/{number}" if url.startswith("redis://") else "filesystem://"


def _environment(database: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database,
        "DATA_DIR": str(folder / "data"),
        "BROKER_URL": _broker(),
        "BUSINESS_DATE": BUSINESS_DATE,
        "HTTPS": "False",
        "DEMO": "False",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def _running(
    environment: dict[str, str], log: Path, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours while the block runs; TERM ends it, KILL when it does not hear."""
    with log.open("a", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=file,
            stderr=file,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False


@contextmanager
def running_site(database: str, folder: Path) -> Iterator[Site]:
    """Web, worker and beat on a free port until the block ends; static files stand collected."""
    environment, log = _environment(database, folder), folder / "site.log"
    (folder / "data").mkdir(parents=True, exist_ok=True)  # where beat keeps its schedule
    url = f"http://127.0.0.1:{free_port()}"
    web = ("-m", "gunicorn", "perf_mgmt.wsgi:application", "--bind", url.removeprefix("http://"))
    with ExitStack() as stack:
        pages = (*web, "--threads", "4", "--log-level", "warning")
        server = stack.enter_context(_running(environment, log, *pages))
        stack.enter_context(_running(environment, log, *WORKER, *QUIET))
        stack.enter_context(_running(environment, log, *BEAT))
        until(lambda: _answers(url) or server.poll() is not None, 60)
        assert server.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        yield Site(url, log)
