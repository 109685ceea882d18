"""A program with one person's token, and the clock of the test at its calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import clock
from apps.organizations import services
from apps.organizations.models import User
from tests.makers import MONDAY

ROOT = "/api/v1/"
JSON = "application/json"


class Program:
    """Calls the API as one person; `moment` is the time of every call."""

    def __init__(self, user: User, *, may_write: bool = True, moment: datetime = MONDAY) -> None:
        with clock.at(moment):
            _, text = services.make_token(actor=user, name="程序", days=30, may_write=may_write)
        self.client = Client(headers={"Authorization": f"Bearer {text}"})
        self.moment = moment

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to one request; a body goes as JSON, text and bytes as they are."""
        ask = getattr(self.client, method)
        kept = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if body is None else {"data": body, "content_type": JSON}
        with clock.at(self.moment):
            return ask(ROOT + path, headers=kept, **sent)

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a GET."""
        with clock.at(self.moment):
            return self.client.get(ROOT + path, query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to a POST."""
        return self.call("post", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        """The answer to a PUT."""
        return self.call("put", path, body, **headers)

    def upload(self, path: str, name: str, content: bytes, /, **fields: str) -> Any:
        """The answer to a file sent as multipart/form-data."""
        file = SimpleUploadedFile(name, content)
        with clock.at(self.moment):
            return self.client.post(ROOT + path, {**fields, "file": file})

    def raw(self, method: str, url: str, body: bytes = b"", **more: Any) -> Any:
        """The answer to a request as it stands."""
        with clock.at(self.moment):
            return self.client.generic(method, url, body, **more)


def told(answer: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have this status."""
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:600])
    return answer.json()
