"""Posts by a robot: in its format, to its address and no other, once."""

import base64
import hmac
import os
import signal
import socket
import ssl
import subprocess
import sys
from datetime import datetime, timedelta
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as site

from apps.audit.models import Entry
from apps.core import clock
from apps.notifications import delivering, services, tasks
from apps.notifications.models import Channel, Delivery
from apps.notifications.ways import robots, webhook
from apps.organizations.models import User
from apps.rules.errors import RuleError
from tests.jobs.together import at_once
from tests.notifications.servers import HANG
from tests.personas import World, make_world

NOW = datetime(2024, 4, 10, 9, 0, tzinfo=clock.ZONE)  # a Wednesday
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=geheim"


def data(address: str, **more: object) -> services.ChannelData:
    values = {
        "kind": "wecom",
        "name": "绩效群",
        "address": address,
        "secret": "",
        "format": "text",
        "topics": ["return", "due"],
    }
    return services.ChannelData(**{**values, **more})


def make_channel(world: World, address: str, **more: object) -> Channel:
    admin = world.people["sys_admin"]
    with clock.at(NOW):
        return services.create_channel(
            jurisdiction=world.county, data=data(address, **more), actor=admin
        )


def tell(person: User, title: str = "退回1处：县水利局", key: str = "1", **more: object) -> None:
    more.setdefault("kind", "filings.returned")
    with clock.at(NOW):
        services.notify(recipients=[person], key=key, title=title, **more)


def deliver(after: timedelta = timedelta(0)) -> int:
    with clock.at(NOW + after):
        return tasks.deliver_notices()


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


# --- formats --------------------------------------------------------------------------------
def test_a_post_names_what_happened_and_to_whom_once_for_all(world, robot):
    make_channel(world, robot.address)
    tell(world.people["filer"])
    tell(world.people["filer2"])
    tell(world.people["filer"], "延期", "2", kind="workplans.extended")  # not asked for

    assert deliver() == 2

    ((path, body),) = robot.received
    assert path == "/robot/send?key=geheim"
    assert body["msgtype"] == "text"
    assert body["text"]["content"].splitlines() == [
        "预算绩效管理：2条消息",
        "· 退回1处：县水利局（艾力、古丽）",
        "登录查看：http://localhost:8000/messages/",
    ]
    assert states() == ["sent", "sent"]
    assert deliver(timedelta(days=9)) == 0


@pytest.mark.parametrize(("kind", "field"), [("wecom", "content"), ("dingtalk", "text")])
def test_markdown_is_written_as_each_maker_reads_it(world, robot, kind, field):
    make_channel(world, robot.address, kind=kind, format="markdown")
    tell(world.people["filer"])

    deliver()

    (_, body) = robot.received[0]
    assert body["msgtype"] == "markdown"
    assert "> 退回1处：县水利局（艾力）" in body["markdown"][field]
    assert ("title" in body["markdown"]) == (kind == "dingtalk")


@pytest.mark.trust("C13")
def test_a_title_makes_no_link_and_calls_nobody(world, robot):
    make_channel(world, robot.address, kind="dingtalk", format="markdown")
    tell(world.people["filer"], "[点我](https://evil.cn) <@all> @13800000000 ![x](y)")

    deliver()

    (text,) = robot.texts()
    line = text.splitlines()[1]
    assert not set("[]()<@!*#`").intersection(line)


def test_a_signed_robot_gets_time_and_signature_as_its_maker_reckons_them(world, robot):
    make_channel(world, robot.address, kind="dingtalk", secret="SEC-lang")
    tell(world.people["filer"])

    deliver()

    asked = parse_qs(urlsplit(robot.received[0][0]).query)
    stamp = str(int(NOW.timestamp() * 1000))
    digest = hmac.digest(b"SEC-lang", f"{stamp}\nSEC-lang".encode(), "sha256")
    assert asked["timestamp"] == [stamp]
    assert asked["sign"] == [base64.b64encode(digest).decode()]


def test_a_flood_is_one_post_that_says_how_many_more(world, robot):
    make_channel(world, robot.address)
    for number in range(120):
        tell(world.people["filer"], f"第{number:03}件要改", str(number))

    assert deliver() == 120

    (text,) = robot.texts()
    assert len(text.encode()) <= 2048
    assert "第000件要改" in text
    n_shown = text.count("件要改")
    assert f"另有{120 - n_shown}项。" in text
    assert set(states()) == {"sent"}


def test_a_regions_robot_speaks_of_its_own_people(world, robot):
    make_channel(world, robot.address)
    tell(world.people["foreign_filer"])

    assert deliver() == 0
    assert not Delivery.objects.exists()


# --- answers --------------------------------------------------------------------------------
REFUSALS = [
    (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', {}),
    (404, b"", {}),
    (429, b"", {}),
    (503, b"", {}),
    (302, b"", {"Location": "http://127.0.0.1:1/"}),
]


@pytest.mark.parametrize("answer", REFUSALS, ids=lambda answer: str(answer[0]))
def test_a_robot_that_says_no_is_tried_three_times_and_then_by_hand(world, robot, answer):
    robot.answers = [answer] * 3
    channel = make_channel(world, robot.address)
    tell(world.people["filer"])

    waits = [timedelta(0), timedelta(minutes=5), timedelta(minutes=35), timedelta(days=1)]
    assert [deliver(wait) for wait in waits] == [1, 1, 1, 0]

    assert states() == ["failed"]
    assert "机器人没有收" in Delivery.objects.get().error
    assert robot.received == []
    with clock.at(NOW + timedelta(days=1)):
        assert services.resend(channel=channel, actor=world.people["sys_admin"]) == 1
    assert deliver(timedelta(days=1)) == 1
    assert states() == ["sent"]
    assert len(robot.received) == 1


@pytest.mark.trust("E04")
def test_no_redirect_is_followed(world, robot):
    robot.answers = [(302, b"", {"Location": robot.address})]
    make_channel(world, robot.address)
    tell(world.people["filer"])

    deliver()

    assert robot.n_asked == 1
    assert states() == ["waiting"]


@pytest.mark.parametrize(
    "answer",
    ["cut", "drip", HANG, (500, b"", {}), (200, b"<html>log in</html>", {}), (200, b"[1]", {})],
    ids=str,
)
def test_whoever_cannot_say_whether_it_posted_is_not_asked_again(world, robot, answer, monkeypatch):
    monkeypatch.setattr(webhook, "PATIENCE", 0.6)
    robot.answers = [answer]
    make_channel(world, robot.address)
    tell(world.people["filer"])

    assert deliver() == 1

    assert states() == ["unknown"]
    assert "可能已发出" in Delivery.objects.get().error
    assert deliver(timedelta(days=9)) == 0
    assert robot.n_asked == 1


def test_a_slow_robot_is_waited_for(world, robot):
    robot.answers = ["slow"]
    make_channel(world, robot.address)
    tell(world.people["filer"])

    deliver()

    assert states() == ["sent"]
    assert len(robot.received) == 1


def test_an_endless_answer_is_read_up_to_its_limit(world, robot):
    robot.answers = [(200, b'{"errcode": 0, "x": "' + b"x" * 200_000 + b'"}', {})]
    make_channel(world, robot.address)
    tell(world.people["filer"])

    deliver()

    assert states() == ["unknown"]


def test_while_a_robot_is_away_all_its_posts_wait_for_days(world, robot, settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    channel = make_channel(world, "http://127.0.0.1:1/robot")
    tell(world.people["filer"])
    tell(world.people["filer2"], key="2", deliver_after=NOW)

    for hours in range(48):
        deliver(timedelta(hours=hours))

    assert set(states()) == {"waiting"}
    Channel.objects.filter(pk=channel.pk).update(address=robot.address)
    settings.WEBHOOK_HOSTS = [urlsplit(robot.address).netloc]
    assert deliver(timedelta(hours=49)) == 2
    assert len(robot.received) == 1
    assert set(states()) == {"sent"}


def test_after_three_days_away_it_is_given_up(world, robot, settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    make_channel(world, "http://127.0.0.1:1/robot")
    tell(world.people["filer"])

    deliver(timedelta(days=9))
    assert states() == ["waiting"]
    deliver(timedelta(days=12, minutes=1))

    assert states() == ["failed"]


def test_a_channel_that_was_switched_off_sends_nothing_more(world, robot):
    make_channel(world, robot.address)
    tell(world.people["filer"])
    Channel.objects.update(is_active=False)
    tell(world.people["filer"], key="2")

    deliver()

    assert states() == ["failed"]
    assert robot.n_asked == 0


def test_a_robot_that_is_broken_does_not_keep_the_mail(world, robot, post):
    robot.answers = [(404, b"", {})]
    make_channel(world, robot.address)
    User.objects.filter(username="filer").update(email="ali@example.cn")
    tell(world.people["filer"])

    assert deliver() == 2

    assert len(post.received) == 1
    assert sorted(states()) == ["sent", "waiting"]


# --- once -----------------------------------------------------------------------------------
@pytest.mark.trust("H02")
def test_many_workers_at_once_post_each_notice_once(own_database, robot):
    world = make_world()
    make_channel(world, robot.address)
    for number in range(30):
        tell(world.people["filer"], f"第{number:02}件要改", str(number))

    at_once(4, lambda index: deliver())

    assert set(states()) == {"sent"}
    posted = "\n".join(robot.texts())
    assert all(posted.count(f"第{number:02}件要改") == 1 for number in range(30))


@pytest.mark.trust("H04")
def test_a_worker_killed_while_it_posts_leaves_an_unknown_that_nobody_repeats(
    own_database, robot, settings
):
    world = make_world()
    make_channel(world, robot.address)
    tell(world.people["filer"])
    robot.answers = [HANG]
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "WEBHOOK_HOSTS": settings.WEBHOOK_HOSTS[0],
        "WEBHOOK_ALLOW_HTTP": "True",
    }
    command = [sys.executable, "-m", "tests.notifications.worker", NOW.isoformat()]
    worker = subprocess.Popen(command, env=environment, cwd=site.BASE_DIR)
    try:
        assert robot.held.wait(60), "the worker posted nothing"
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    finally:
        worker.kill()
    robot.over.set()

    assert states() == ["claimed"]
    assert deliver(delivering.CLAIM_LASTS + timedelta(seconds=1)) == 0

    assert states() == ["unknown"]
    assert robot.n_asked == 1
    tell(world.people["filer"], "下一件", "2")
    assert deliver(delivering.CLAIM_LASTS) == 1
    assert len(robot.received) == 1


# --- addresses ------------------------------------------------------------------------------
BAD = {
    "http://qyapi.weixin.qq.com/send": "https://",
    "ftp://qyapi.weixin.qq.com/send": "https://",
    "https://evil.cn/send": "不在允许的主机里",
    "https://127.0.0.1/send": "不在允许的主机里",
    "https://[::1]/send": "不在允许的主机里",
    "https://169.254.169.254/latest": "不在允许的主机里",
    "https://qyapi.weixin.qq.com.evil.cn/": "不在允许的主机里",
    "https://qyapi.weixin.qq.com:8443/send": "不在允许的主机里",
    "https://user:word@qyapi.weixin.qq.com/": "读不懂",
    "https://evil.cn#@qyapi.weixin.qq.com/": "不在允许的主机里",
    "https://[bad/": "读不懂",
    "https://qyapi.weixin.qq.com:99999/": "读不懂",
    "robot": "https://",
}


@pytest.mark.trust("E04")
@pytest.mark.parametrize("address", BAD)
def test_an_address_of_no_robot_is_refused(world, address):
    with pytest.raises(RuleError, match=BAD[address]):
        make_channel(world, address)

    assert not Channel.objects.exists()
    assert not Entry.objects.filter(action="notifications.create_channel").exists()


INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"]
INSIDE += ["0.0.0.0", "::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"]


@pytest.mark.trust("E04")
@pytest.mark.parametrize("inner", INSIDE)
def test_a_known_name_that_points_inside_is_not_called(world, inner, monkeypatch):
    channel = make_channel(world, WECOM)
    family = socket.AF_INET6 if ":" in inner else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (inner, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **more: pytest.fail("called"))
    tell(world.people["filer"])

    deliver()

    assert states() == ["failed"]
    assert "内网" in Delivery.objects.get().error
    assert channel.host == "qyapi.weixin.qq.com"


@pytest.mark.trust("E04")
def test_a_server_that_cannot_prove_its_name_gets_nothing(world, robot, settings, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=robot"]
    subprocess.run(
        [*map(str, command), "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        settings.WEBHOOK_HOSTS = [f"127.0.0.1:{port}"]
        make_channel(world, f"https://127.0.0.1:{port}/send")
        tell(world.people["filer"])
        heard: list[bytes] = []
        server = Thread(target=listen, args=(plain, context, heard))
        server.start()
        deliver()
        server.join(10)

    assert heard == []
    assert states() == ["waiting"]
    assert "证书" in Delivery.objects.get().error


def listen(plain: socket.socket, context: ssl.SSLContext, heard: list[bytes]) -> None:
    """Offer a certificate that nobody signed, and note what is said all the same."""
    line, _ = plain.accept()
    try:
        with context.wrap_socket(line, server_side=True) as safe:
            heard.append(safe.recv(100))
    except OSError:
        line.close()


def test_a_robots_answer_is_read_with_care():
    answers = {
        b'{"errcode": 0}': "sent",
        b'{"errcode": 45009, "errmsg": "api freq out of limit"}': "waiting",
        b'{"errcode": "0"}': "waiting",
        b'{"ok": true}': "unknown",
        b"\xff": "unknown",
        b"": "unknown",
    }
    for body, state in answers.items():
        assert robots.said(webhook.Answer(200, body)).state == state
