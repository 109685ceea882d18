"""A region's robots by page and API: kept by its system administrator, secrets shut."""

import json
from datetime import datetime, time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.notifications import services, tasks
from apps.notifications.models import Channel, Delivery, Message, Timetable
from apps.rules.errors import RuleError
from tests.notifications.test_robots import WECOM, data, make_channel
from tests.personas import World, client_of, make_person

SECRETS = ("geheim", "SEC-lang")
FORM = {
    "kind": "dingtalk",
    "name": "绩效群",
    "address": "https://oapi.dingtalk.com/robot/send?access_token=geheim",
    "secret": "SEC-lang",
    "format": "markdown",
    "topics": ["due"],
    "is_active": "on",
}


@pytest.fixture
def admin(sys_admin):
    """A browser of the county's system administrator."""
    return client_of(sys_admin)


@pytest.mark.trust("F07")
def test_address_and_secret_go_in_and_never_come_out(world, admin, caplog):
    assert admin.post("/channels/", FORM).status_code == 302
    kept = Channel.objects.get()
    assert (kept.secret, kept.host) == ("SEC-lang", "oapi.dingtalk.com")

    answers = [
        admin.get("/channels/"),
        admin.get(f"/channels/{kept.public_id}/"),
        admin.post(f"/channels/{kept.public_id}/", {**FORM, "topics": []}),  # shown again, refused
        admin.get("/api/v1/channels/"),
        admin.get(f"/api/v1/channels/{kept.public_id}/"),
    ]

    texts = [answer.content.decode() for answer in answers]
    texts += [json.dumps(entry.data) for entry in Entry.objects.all()]
    texts += [record.getMessage() for record in caplog.records]
    assert not [word for word in SECRETS for text in texts if word in text]
    assert "oapi.dingtalk.com" in texts[0]


def test_an_empty_field_keeps_what_is_stored(world, admin):
    admin.post("/channels/", FORM)
    kept = Channel.objects.get()

    admin.post(
        f"/channels/{kept.public_id}/",
        {**FORM, "address": "", "secret": "", "name": "新群名", "topics": ["return", "due"]},
    )

    kept.refresh_from_db()
    assert (kept.name, kept.topics) == ("新群名", ["return", "due"])
    assert (kept.address, kept.secret) == (FORM["address"], FORM["secret"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address": ""}, "未填。从群机器人的设置页整条复制。"),
        ({"address": "https://evil.cn/"}, "不在允许的主机里"),
        ({"name": "旧群"}, "已有叫“旧群”的渠道"),
    ],
)
def test_a_robot_that_cannot_be_is_refused_beside_its_field(world, admin, change, words):
    make_channel(world, WECOM, name="旧群")

    answer = admin.post("/channels/", {**FORM, **change})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Channel.objects.count() == 1


def test_a_name_stands_once_in_a_region(world):
    channel = make_channel(world, WECOM)
    channel.pk, channel.public_id = None, None

    with pytest.raises(IntegrityError), transaction.atomic():
        Channel.objects.create(
            jurisdiction=world.county, name=channel.name, created_at=clock.now(), address=WECOM
        )


def test_a_topic_that_is_none_is_refused(world):
    with pytest.raises(RuleError, match="没有“spam”这类消息"):
        make_channel(world, WECOM, topics=["spam"])

    assert not Channel.objects.exists()


def test_a_test_reaches_the_robot_alone_and_shows_its_outcome(world, admin, robot, settings):
    settings.EMAIL_HOST = ""
    kept = make_channel(world, robot.address)

    assert admin.post(f"/channels/{kept.public_id}/test/").status_code == 302
    tasks.deliver_notices()

    assert "试发：绩效群" in robot.texts()[0]
    body = admin.get(f"/channels/{kept.public_id}/").content.decode()
    assert "试发和其他" in body
    assert "已发" in body
    assert Message.objects.get().recipient == world.people["sys_admin"]


def test_an_address_must_be_given_at_first(world, sys_admin):
    with pytest.raises(RuleError, match="机器人地址：未填"):
        make_channel(world, "")

    assert not Channel.objects.exists()


@pytest.mark.trust("B03")
def test_who_keeps_the_robots_reads_nobodys_messages(world, admin, filer):
    kept = make_channel(world, WECOM)
    services.notify(recipients=[filer], kind="filings.returned", key="1", title="只有本人可见")

    for url in (f"/channels/{kept.public_id}/", f"/api/v1/channels/{kept.public_id}/"):
        assert "只有本人可见" not in admin.get(url).content.decode()


def test_a_channel_that_is_off_is_not_tested(world):
    kept = make_channel(world, WECOM, is_active=False)

    with pytest.raises(RuleError, match="渠道已停用"):
        services.test_channel(channel=kept, actor=world.people["sys_admin"])

    assert not Message.objects.exists()


def test_what_is_unknown_goes_out_again_only_by_a_persons_hand(world, admin, robot):
    kept = make_channel(world, robot.address)
    services.test_channel(channel=kept, actor=world.people["sys_admin"])
    Delivery.objects.update(state="unknown")
    assert tasks.deliver_notices() == 0

    answer = admin.post(f"/channels/{kept.public_id}/resend/", follow=True)
    assert "1条重发" in answer.content.decode()
    assert tasks.deliver_notices() == 1

    assert len(robot.received) == 1
    assert Entry.objects.filter(action="notifications.resend").get().data["count"] == 1
    with pytest.raises(RuleError, match="不用重发"):
        services.resend(channel=kept, actor=world.people["sys_admin"])


def test_a_region_sets_its_hours(world, admin):
    hours = {"quiet_from": "19:00", "quiet_until": "09:00", "digest_at": "09:30"}

    assert admin.post("/channels/times/", hours).status_code == 302

    table = Timetable.objects.get(jurisdiction=world.county)
    assert (table.quiet_from, table.digest_at, table.working_days_only) == (
        time(19),
        time(9, 30),
        False,
    )
    wrong = admin.post("/channels/times/", {**hours, "digest_at": "99"})
    assert wrong.status_code == 422
    assert admin.get("/api/v1/channels/times/").json()["quiet_from"] == "19:00"


@pytest.mark.trust("B01", "B10")
@pytest.mark.parametrize("who", ["plan_admin", "sec_admin", "filer", "foreign_sys"])
def test_nobody_else_keeps_a_regions_ways(world: World, who):
    kept = make_channel(world, WECOM)
    place = world.county
    make_person(world, "foreign_sys", "外县系统", "sys_admin", foreign=True)
    person = world.people.get(who) or type(world.people["filer"]).objects.get(username=who)
    before = Entry.objects.count()

    acts = (
        lambda: services.create_channel(jurisdiction=place, data=data(WECOM), actor=person),
        lambda: services.update_channel(channel=kept, data=data(WECOM), actor=person),
        lambda: services.test_channel(channel=kept, actor=person),
        lambda: services.resend(channel=kept, actor=person),
        lambda: services.set_times(
            jurisdiction=place,
            quiet_from=time(1),
            quiet_until=time(2),
            digest_at=time(3),
            working_days_only=True,
            actor=person,
        ),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()

    assert Entry.objects.count() == before
    assert Channel.objects.count() == 1
    assert not Timetable.objects.exists()
    assert not Message.objects.exists()
    missing = 404 if who == "foreign_sys" else 403
    assert client_of(person).get(f"/channels/{kept.public_id}/").status_code == missing


def test_a_program_keeps_robots_too(world, admin):
    url = "/api/v1/channels/"
    told = {key: value for key, value in FORM.items() if key != "is_active"}

    made = admin.post(url, told, "application/json")
    assert made.status_code == 201
    one = f"{url}{made.json()['public_id']}/"
    changed = admin.put(
        one, {**told, "name": "二群", "address": "", "is_active": False}, "application/json"
    )

    assert changed.json()["name"] == "二群"
    assert admin.get(one).json()["latest"] == []
    assert admin.post(f"{one}test/").status_code == 409  # it is off
    assert admin.post(f"{one}resend/").json()["code"] == "channel.nothing"
    assert admin.put(f"{url}times/", {"quiet_from": "20:00"}, "application/json").status_code == 400
    refused = admin.post(url, {**told, "name": "三群", "key": "x"}, "application/json")
    assert refused.status_code == 400


def test_the_inbox_shows_each_way_and_what_became_of_it(world, filer, settings):
    settings.EMAIL_HOST = "mail.example.cn"
    type(filer).objects.filter(pk=filer.pk).update(email="ali@example.cn")
    make_channel(world, WECOM)
    with clock.at(datetime(2024, 4, 10, 9, tzinfo=clock.ZONE)):
        services.notify(recipients=[filer], kind="filings.returned", key="1", title="退回")
    Delivery.objects.filter(channel=None).update(state="sent")
    Delivery.objects.exclude(channel=None).update(state="unknown")

    body = client_of(filer).get("/messages/").content.decode()

    assert "邮件　已发" in body
    assert "绩效群　状态不明" in body
    (row,) = client_of(filer).get("/api/v1/messages/").json()["results"]
    assert {(one["way"], one["state"]) for one in row["deliveries"]} == {
        ("邮件", "sent"),
        ("绩效群", "unknown"),
    }


def test_a_message_goes_each_way_once(world, filer):
    channel = make_channel(world, WECOM)
    services.notify(recipients=[filer], kind="x", key="1", title="x")
    message = Message.objects.get()
    for way in (None, channel):
        Delivery.objects.create(message=message, channel=way, deliver_after=clock.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.create(message=message, channel=way, deliver_after=clock.now())
