"""What the log may not keep."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.test import Client

from apps.core.logs import SecretFilter

SECRET = "a-Secret_of-43"


@pytest.mark.trust("F07")
@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"/feeds/{SECRET}.ics", f"/account/link/{SECRET}/"])
def test_an_address_that_opens_something_is_masked_in_the_log(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    cache.clear()
    with caplog.at_level(logging.INFO):
        Client().put(path)
    assert SECRET not in caplog.text
    assert path.replace(SECRET, "***").removesuffix(".ics").removesuffix("/") in caplog.text


@pytest.mark.trust("F07")
def test_other_lines_stay_as_they_are() -> None:
    record = logging.LogRecord("t", logging.INFO, "", 0, "Not Found: %s", ("/2024/",), None)
    assert SecretFilter().filter(record)
    assert record.args == ("/2024/",)
    assert record.getMessage() == "Not Found: /2024/"
