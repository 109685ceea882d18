"""A post in a group chat by its robot: 企业微信 and 政务钉钉, as text or as markdown."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from apps.core import clock
from apps.notifications.models import Channel, Delivery
from apps.notifications.ways import webhook
from apps.notifications.ways.outcome import SENT, Outcome, again, away, refused, unknown
from apps.rules.errors import RuleError

logger = logging.getLogger(__name__)

MOST_IN_ONE = 500  # notices that one post speaks of
MOST_BYTES = {Channel.Format.MARKDOWN: 3800, Channel.Format.TEXT: 1900}  # 企业微信: 4096 and 2048
MOST_NAMES = 10  # of one line
# Marks that a title could turn into a link, a picture or a call to everybody.
PLAIN = str.maketrans("[]()<>*`#!|@~\\", "［］（）＜＞＊｀＃！｜＠～＼")
BUSY = 503  # the only error of a server that says for sure that nothing was done


def post(channel: Channel, parcel: list[Delivery]) -> Outcome:
    """One post that names all of the parcel; what the robot said."""
    if not channel.is_active:
        return refused("渠道已停用")
    body = json.dumps(content(channel, parcel), ensure_ascii=False).encode()
    try:
        answer = webhook.call(signed(channel, clock.now()), body)
    except RuleError as error:
        return refused(str(error))
    except webhook.NotSent as error:
        return away(str(error))
    except webhook.MaybeSent as error:
        logger.warning("post outcome unknown", extra={"deliveries": [d.pk for d in parcel]})
        return unknown(f"连接中断，可能已发出：{error}")
    return said(answer)


def said(answer: webhook.Answer) -> Outcome:
    """Only the robot's own 0 means that it posted, only its own or a plain no that it did not."""
    if answer.status == BUSY or 300 <= answer.status < 500:
        return again(f"机器人没有收：HTTP {answer.status}")
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
    if answer.status != 200 or not isinstance(told, dict) or "errcode" not in told:
        return unknown(f"回答看不懂，可能已发出：HTTP {answer.status}")
    if told["errcode"] == 0:
        return SENT
    return again(f"机器人没有收：{told['errcode']} {str(told.get('errmsg', ''))[:120]}")


def signed(channel: Channel, now: datetime) -> str:
    """The address, with 钉钉's time and signature where the robot has a secret."""
    if channel.kind != Channel.Kind.DINGTALK or not channel.secret:
        return channel.address
    stamp = str(int(now.timestamp() * 1000))
    text = f"{stamp}\n{channel.secret}".encode()
    code = base64.b64encode(hmac.digest(channel.secret.encode(), text, "sha256")).decode()
    joint = "&" if urlsplit(channel.address).query else "?"
    return f"{channel.address}{joint}{urlencode({'timestamp': stamp, 'sign': code})}"


# --- words ----------------------------------------------------------------------------------
def content(channel: Channel, parcel: list[Delivery]) -> dict[str, Any]:
    """The body that the robot takes."""
    title = f"预算绩效管理：{len(parcel)}条消息"
    is_text = channel.format == Channel.Format.TEXT
    text = "\n".join(_lines(parcel, title, is_text, MOST_BYTES[Channel.Format(channel.format)]))
    if is_text:
        told: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    elif channel.kind == Channel.Kind.DINGTALK:
        told = {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    else:
        told = {"msgtype": "markdown", "markdown": {"content": text}}
    return told


def _lines(parcel: list[Delivery], title: str, is_text: bool, most: int) -> list[str]:
    """A heading, a line for each title with the people it went to, and where to read more."""
    last = f"登录查看：{settings.PUBLIC_URL.rstrip('/')}/messages/"
    lines = [title if is_text else f"**{title}**"]
    rows = [_line(said, names, is_text) for said, names in _by_title(parcel).items()]
    for n, row in enumerate(rows):
        left = f"另有{len(rows) - n}项。"
        if len("\n".join([*lines, row, left, last]).encode()) > most:
            return [*lines, left, last]
        lines.append(row)
    return [*lines, last]


def _by_title(parcel: list[Delivery]) -> dict[str, list[str]]:
    """Who was told what: one line for a thing, however many people it concerns."""
    found: dict[str, list[str]] = {}
    for delivery in parcel:
        found.setdefault(delivery.message.title, []).append(delivery.message.recipient.name)
    return found


def _line(title: str, names: list[str], is_text: bool) -> str:
    more = f"等{len(names)}人" if len(names) > MOST_NAMES else ""
    text = f"{title}（{'、'.join(names[:MOST_NAMES])}{more}）".translate(PLAIN)
    return f"· {text}" if is_text else f"> {text}"
