"""Real servers in this process, a mail server and a robot, that a test can tell to misbehave."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

HANG = "hang"


@dataclass
class Post:
    """Takes mail; `answers` are given one per mail before it takes any, "" hangs up, HANG waits."""

    received: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    n_tried: int = 0
    held: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.n_tried += 1
        if self.answers:
            answer = self.answers.pop(0)
            if answer == "":
                server.transport.close()
            if answer == HANG:
                self.held.set()
                await asyncio.sleep(60)
            return answer
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        return "250 OK"


@pytest.fixture
def post(settings) -> Iterator[Post]:
    """The server, running, and the settings that lead to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Post()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 10
    settings.PUBLIC_URL = "https://jx.example.cn/"
    yield server
    controller.stop()


@dataclass
class Robot:
    """Takes posts; `answers` are given one per post before it takes any.

    An answer is a status with a body, or a word: "cut" ends the line, "drip" sends a byte now and
    then for ever, "slow" takes its time.
    """

    address: str = ""
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, bytes, dict[str, str]] | str] = field(default_factory=list)
    n_asked: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def texts(self) -> list[str]:
        """What stood in the posts."""
        return [
            body.get("text", {}).get("content")
            or body["markdown"].get("content")
            or body["markdown"]["text"]
            for _, body in self.received
        ]


class _Handler(BaseHTTPRequestHandler):
    """Answers as its server's robot was told."""

    def do_POST(self) -> None:
        robot: Robot = self.server.robot  # type: ignore[attr-defined]
        robot.n_asked += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = robot.answers.pop(0) if robot.answers else None
        if isinstance(answer, tuple):
            self._say(*answer)
        elif answer is None or self._misbehaves(robot, answer):
            robot.received.append((self.path, json.loads(body)))
            self._say(200, b'{"errcode": 0, "errmsg": "ok"}', {})

    do_GET = do_POST

    def _misbehaves(self, robot: Robot, word: str) -> bool:
        """Do as the word says; whether an answer follows all the same."""
        self.close_connection = True
        robot.held.set()
        if word == "drip":
            self._drip(robot)
        elif word != "cut":
            robot.over.wait(1 if word == "slow" else 60)
        return word == "slow"

    def _drip(self, robot: Robot) -> None:
        try:
            self.connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not robot.over.wait(0.05):
                self.connection.sendall(b"X: y\r\n")
        except OSError:
            return

    def _say(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def robot(settings) -> Iterator[Robot]:
    """The robot, running, and the settings that allow its address."""
    robot = Robot()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.robot, server.daemon_threads = robot, True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    robot.address = f"http://127.0.0.1:{port}/robot/send?key=geheim"
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_ALLOW_HTTP = [f"127.0.0.1:{port}"], True
    yield robot
    robot.over.set()
    server.shutdown()
    server.server_close()
