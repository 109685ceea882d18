"""`manage.py serve` with its real web server, worker and beat, in the embedded mode."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.processes import below, free_port, still_alive, until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """An embedded installation with its migrated database."""
    folder = tmp_path_factory.mktemp("embedded")
    values = {
        **os.environ,
        "DATABASE_URL": f"sqlite://{folder}/perf.sqlite3",
        "BROKER_URL": "filesystem://",
        "DATA_DIR": str(folder),
        "HTTPS": "False",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "manage.py", "migrate", "--noinput", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env=values, check=True)
    return values


def start(
    environment: dict[str, str], port: int, log: Path, *options: str
) -> subprocess.Popen[str]:
    with log.open("w") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port), *options],
            cwd=ROOT,
            env={**environment, "PUBLIC_URL": f"http://localhost:{port}"},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


def status(port: int, path: str = "/readyz") -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except (URLError, ConnectionError, TimeoutError):
        return None


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def served(environment, tmp_path, log) -> Iterator[tuple[subprocess.Popen[str], int]]:
    greeting = tmp_path / "people.txt"
    greeting.write_text("people of the demo\n", encoding="utf-8")
    port = free_port()
    process = start(environment, port, log, "--greeting", str(greeting))
    try:
        until(lambda: "Ctrl-C stops" in log.read_text(), 90)
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_ctrl_c_stops_web_worker_and_beat_and_leaves_no_process(served, log):
    process, port = served
    children = below(process.pid)
    for name in ("gunicorn", "worker", "beat"):
        assert any(name in child.command for child in children), name
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert still_alive(children) == []
    assert status(port) is None
    output = log.read_text()
    assert output.index("people of the demo") < output.index(f"http://localhost:{port}")


def web_processes(pid: int) -> set[int]:
    return {child.pid for child in below(pid) if "gunicorn" in child.command}


def test_a_killed_web_server_comes_back(served):
    process, port = served
    before = web_processes(process.pid)
    os.kill(min(before), signal.SIGKILL)
    time.sleep(0.5)
    until(lambda: status(port) == 200, 60)
    until(lambda: not before & web_processes(process.pid))


@pytest.mark.trust("H12")
def test_a_request_in_hand_is_answered_after_the_signal_to_stop(served):
    process, port = served
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n")
        time.sleep(0.5)  # a worker has begun to read
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        client.sendall(b"Connection: close\r\n\r\n")
        answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_taken_port_is_refused_in_one_line(environment, log):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = start(environment, other.getsockname()[1], log)
        assert process.wait(60) != 0
    output = log.read_text()
    assert output.count("\n") == 1
    assert "PORT=8001 make run" in output


def test_one_data_folder_is_served_once(served, environment, tmp_path):
    second = start(environment, free_port(), tmp_path / "second")
    assert second.wait(60) != 0
    assert "Already running" in (tmp_path / "second").read_text()
