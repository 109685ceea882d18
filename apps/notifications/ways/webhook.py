"""One call of a robot's address, and no other address (TRUST E04).

The host must be a known one; its name is resolved once, every address it has is looked at, and the
call goes to that address. No redirect is followed, the answer is read up to a limit, and the whole
call ends after a time whatever the other side does.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from apps.rules.errors import RuleError

ROBOT_HOSTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com")
PATIENCE = 15.0  # seconds for the whole call
MOST_READ = 64 * 1024  # bytes of the answer
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # behind it lies any IPv4 address
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotSent(Exception):
    """The call ended before anything was sent."""


class MaybeSent(Exception):
    """The line broke after something was sent."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


# --- which addresses ------------------------------------------------------------------------
def demand_allowed(address: str) -> SplitResult:
    """The address in parts. Raises RuleError for one that no robot of ours may have."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise RuleError(
            "机器人地址：读不懂。从群机器人的设置页整条复制。", code="channel.address"
        ) from error
    host, is_listed = parts.hostname or "", _is_listed(parts)
    if parts.scheme != "https" and not (
        parts.scheme == "http" and is_listed and settings.WEBHOOK_ALLOW_HTTP
    ):
        raise RuleError("机器人地址：应以https://开头。", code="channel.scheme")
    if parts.username or parts.password or not host or not address.isascii():
        raise RuleError("机器人地址：读不懂。从群机器人的设置页整条复制。", code="channel.address")
    if not is_listed and (host not in ROBOT_HOSTS or port not in (None, 443)):
        raise RuleError(
            f"机器人地址：{host}不在允许的主机里。请服务器管理员在WEBHOOK_HOSTS里写上。",
            code="channel.host",
        )
    return parts


def _is_listed(parts: SplitResult) -> bool:
    """Whether the operator of the server named the host, which may then be of the intranet."""
    named = {host.lower() for host in settings.WEBHOOK_HOSTS}
    host = (parts.hostname or "").lower()
    return host in named or f"{host}:{parts.port}" in named


def _addresses(parts: SplitResult, port: int) -> list[str]:
    """Where the host lies. Raises RuleError when it has an address it should not have."""
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotSent(f"找不到主机：{error}") from error
    told = list(dict.fromkeys(str(row[4][0]) for row in found))
    if not _is_listed(parts):
        for text in told:
            if not _is_public(ipaddress.ip_address(text.partition("%")[0])):
                raise RuleError(f"{parts.hostname}指向内网地址，没有发出。", code="channel.private")
    return told


def _is_public(address: Address) -> bool:
    """Whether the address belongs to the open net; an IPv4 one may hide in an IPv6 one."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inner is not None:
        return _is_public(inner)
    if address.version == 6 and address in NAT64:
        return False
    return address.is_global and not address.is_multicast


# --- the call -------------------------------------------------------------------------------
def call(address: str, body: bytes) -> Answer:
    """Post JSON to the address. Raises RuleError, NotSent or MaybeSent."""
    parts = demand_allowed(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    line = _connected(parts, _addresses(parts, port), port)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    with _ending(line):
        talk = http.client.HTTPConnection(parts.hostname or "", port)
        talk.sock = line
        try:
            talk.request("POST", target, body, {"Content-Type": "application/json; charset=utf-8"})
            answer = talk.getresponse()
            return Answer(answer.status, answer.read(MOST_READ))
        except (OSError, http.client.HTTPException) as error:
            raise MaybeSent(type(error).__name__) from error


def _connected(parts: SplitResult, addresses: list[str], port: int) -> socket.socket:
    """An open line to the first address that answers. Raises NotSent."""
    said = ""
    for address in addresses[:3]:
        try:
            line = socket.create_connection((address, port), timeout=PATIENCE / 3)
        except OSError as error:
            said = str(error)
            continue
        line.settimeout(PATIENCE)
        return _secured(line, parts)
    raise NotSent(f"连不上：{said}")


def _secured(line: socket.socket, parts: SplitResult) -> socket.socket:
    """The line under TLS with the host's own certificate, where the address says so."""
    if parts.scheme == "http":
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=parts.hostname)
    except OSError as error:
        line.close()
        raise NotSent(f"证书或加密连接不对：{error}") from error


@contextmanager
def _ending(line: socket.socket) -> Iterator[None]:
    """The line is shut when time is up, even if a byte comes now and then."""
    alarm = threading.Timer(PATIENCE, _shut, [line])
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        line.close()


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed meanwhile
