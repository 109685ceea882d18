"""Each person is told once."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.notifications import selectors, services
from apps.notifications.models import Delivery, Message
from apps.organizations.models import User
from tests.jobs.together import at_once

NOW = datetime(2024, 4, 10, 9, tzinfo=clock.ZONE)


def make_people(*, email: str = "") -> list[User]:
    return [
        User.objects.create_person("ali", "艾力", email=email),
        User.objects.create_person("guli", "古丽"),
    ]


def tell(people: list[User], key: str = "filing:7:2024-04-10", **more: object) -> int:
    more.setdefault("title", "农业科退回1处")
    return services.notify(recipients=people, kind="filings.returned", key=key, **more)


@pytest.mark.django_db
def test_everyone_named_has_the_message_and_the_count_is_told():
    people = make_people()

    with clock.at(NOW):
        n_new = tell(people, body="水质检测达标率低于上年。", url="/2024/filings/")

    assert n_new == 2
    message = Message.objects.get(recipient=people[0])
    assert (message.title, message.body) == ("农业科退回1处", "水质检测达标率低于上年。")
    assert (message.url, message.created_at, message.read_at) == ("/2024/filings/", NOW, None)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
@pytest.mark.trust("G02")
def test_the_same_key_is_told_once_and_another_day_again():
    people = make_people()

    assert tell(people) == 2
    assert tell([*people, *people]) == 0
    assert tell(people[:1], "filing:7:2024-04-11") == 1

    assert Message.objects.count() == 3


@pytest.mark.django_db
def test_who_comes_later_is_told_without_telling_the_others_again():
    people = make_people()
    assert tell(people[:1]) == 1

    assert tell(people) == 1


@pytest.mark.trust("G02")
def test_the_same_notice_from_many_at_once_is_one(own_database, settings):
    settings.EMAIL_HOST = "mail.example.cn"
    people = make_people(email="ali@example.cn")

    counts = at_once(6, lambda index: tell(people))

    assert sum(counts) == 2
    assert Message.objects.count() == 2
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.trust("A08")
def test_a_disabled_person_is_not_told():
    people = make_people()
    people[0].is_active = False

    assert tell(people) == 1
    assert Message.objects.get().recipient == people[1]


@pytest.mark.django_db
@pytest.mark.trust("H01")
def test_a_notice_of_a_rolled_back_act_was_never_given():
    people = make_people()

    with transaction.atomic():
        tell(people)
        transaction.set_rollback(True)

    assert not Message.objects.exists()


@pytest.mark.django_db
def test_mail_waits_for_people_with_an_address_where_a_mail_server_is_set(settings):
    settings.EMAIL_HOST = "mail.example.cn"
    people = make_people(email="ali@example.cn")

    tell(people, deliver_after=NOW)

    delivery = Delivery.objects.get()
    assert (delivery.message.recipient, delivery.address) == (people[0], "ali@example.cn")
    assert (delivery.state, delivery.deliver_after) == (Delivery.State.WAITING, NOW)


@pytest.mark.django_db
@pytest.mark.trust("C06")
@pytest.mark.parametrize("url", ["https://evil.cn/", "//evil.cn", "/\\evil.cn", "javascript:x"])
def test_a_message_leads_nowhere_else(url):
    with pytest.raises(ValueError, match="not a path of this site"):
        tell(make_people(), url=url)

    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.trust("C13")
def test_a_title_is_one_line():
    tell(make_people(), title="退回\r\nBcc: x@evil.cn " + "长" * 200)

    title = Message.objects.first().title
    assert title.startswith("退回 Bcc: x@evil.cn")
    assert len(title) == 120


@pytest.mark.django_db
def test_reading_is_counted_and_only_by_its_person():
    ali, guli = make_people()
    tell([ali, guli])
    tell([ali], "filing:8")
    mine = Message.objects.filter(recipient=ali).first()
    assert selectors.unread(ali).count() == 2

    with pytest.raises(PermissionDenied):
        services.mark_read(message=mine, actor=guli)
    assert selectors.unread(ali).count() == 2

    with clock.at(NOW):
        services.mark_read(message=mine, actor=ali)
    services.mark_read(message=mine, actor=ali)
    mine.refresh_from_db()
    assert mine.read_at == NOW
    assert selectors.unread(ali).count() == 1
    assert services.mark_all_read(actor=ali) == 1
    assert (selectors.unread(ali).count(), selectors.unread(guli).count()) == (0, 1)
