"""A person's messages: unread first, opened by a button, nobody else's."""

from datetime import datetime

import pytest

from apps.core import clock
from apps.notifications import services
from apps.notifications.models import Delivery, Message
from tests.personas import client_of

CANARY = "只有本人可见的消息"


def tell(person, number=0, **more) -> Message:
    more.setdefault("title", f"第{number:03}条")
    services.notify(recipients=[person], kind="tests", key=str(number), **more)
    return Message.objects.get(recipient=person, key=str(number))


def test_unread_messages_stand_first_then_read_ones_latest_first(filer):
    for number in range(4):
        tell(filer, number)
    Message.objects.filter(key__in=["1", "3"]).update(read_at=clock.now())

    answer = client_of(filer).get("/messages/")

    body = answer.content.decode()
    places = [body.index(f"第{number:03}条") for number in (2, 0, 3, 1)]
    assert places == sorted(places)
    assert "2条未读" in body


def test_a_message_shows_its_time_in_shanghai_and_what_became_of_the_mail(filer, settings):
    settings.EMAIL_HOST = "mail.example.cn"
    filer.email = "ali@example.cn"
    filer.save(update_fields=["email"])
    with clock.at(datetime.fromisoformat("2024-12-31T16:05:00+00:00")):
        tell(filer)
    Delivery.objects.update(state=Delivery.State.UNKNOWN)

    body = client_of(filer).get("/messages/").content.decode()

    assert "2025年1月1日 00:05" in body
    assert "状态不明" in body


def test_a_look_does_not_mark_and_opening_does(filer):
    message = tell(filer, url="/jobs/")
    client = client_of(filer)
    client.get("/messages/")
    message.refresh_from_db()
    assert message.read_at is None
    assert client.get(f"/messages/{message.public_id}/read/").status_code == 405

    answer = client.post(f"/messages/{message.public_id}/read/")

    message.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, "/jobs/")
    assert message.read_at is not None


def test_a_message_without_object_leads_back_to_the_list(filer):
    message = tell(filer)

    answer = client_of(filer).post(f"/messages/{message.public_id}/read/")

    assert (answer.status_code, answer.url) == (302, "/messages/")


def test_all_are_marked_by_one_button(filer, filer2):
    tell(filer)
    tell(filer2)

    client_of(filer).post("/messages/read/")

    assert Message.objects.unread().get().recipient == filer2


@pytest.mark.trust("B03", "B10")
@pytest.mark.parametrize("who", ["filer2", "unit_head", "sys_admin", "stranger"])
def test_a_message_does_not_exist_for_others(world, filer, who):
    message = tell(filer, title=CANARY)
    client = client_of(world.people[who])

    assert CANARY not in client.get("/messages/").content.decode()
    assert client.get("/api/v1/messages/").json()["results"] == []
    for place in ("", "/api/v1"):
        assert client.post(f"{place}/messages/{message.public_id}/read/").status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.trust("C02")
def test_what_others_wrote_is_shown_as_text(filer):
    tell(filer, title="<img src=x onerror=alert(1)>", body="<script>alert(1)</script>")

    body = client_of(filer).get("/messages/").content.decode()

    assert "<img src=x" not in body
    assert "<script>alert" not in body
    assert "&lt;script&gt;" in body


def test_read_messages_follow_by_key(filer, django_assert_max_num_queries):
    for number in range(70):
        tell(filer, number)
    services.mark_all_read(actor=filer)
    tell(filer, 70)
    client = client_of(filer)

    with django_assert_max_num_queries(20):
        first = client.get("/messages/").context["inbox"]
    second = client.get("/messages/", {"before": first.older}).context["inbox"]

    assert [message.key for message in first.unread] == ["70"]
    keys = [message.key for message in (*first.read, *second.read)]
    assert keys == [str(number) for number in reversed(range(70))]
    assert (second.unread, second.older) == ([], 0)


def test_an_empty_list_says_what_will_stand_there(filer):
    assert "还没有消息" in client_of(filer).get("/messages/").content.decode()


@pytest.mark.trust("B07")
def test_the_api_shows_named_fields_and_marks_read(filer):
    message = tell(filer, title="退回1处", body="正文", url="/jobs/")
    client = client_of(filer)

    (row,) = client.get("/api/v1/messages/").json()["results"]
    fields = "public_id kind title body url created_at read_at deliveries"
    assert set(row) == set(fields.split())
    assert row["read_at"] is None
    told = client.post(f"/api/v1/messages/{message.public_id}/read/", {"title": "x"})

    message.refresh_from_db()
    assert told.json()["read_at"] is not None
    assert message.title == "退回1处"
    assert message.read_at is not None
