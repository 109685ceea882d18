"""Where a request came from, and when it counts as received."""

import pytest
from django.test import RequestFactory

from apps.core.middleware import client_address


@pytest.mark.trust("C07", "A03")
@pytest.mark.parametrize(
    ("behind", "forwarded", "expected"),
    [
        (False, "203.0.113.9", "10.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "8.8.8.8, 203.0.113.9", "203.0.113.9"),
        (True, "nonsense", "10.0.0.1"),
        (True, "", "10.0.0.1"),
    ],
)
def test_the_address_is_the_one_our_own_proxy_added(settings, behind, forwarded, expected):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1"
    )
    assert client_address(request) == expected
