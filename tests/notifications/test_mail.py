"""Mail goes out once: claimed and committed, then sent, then marked."""

from datetime import datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as site

from apps.core import clock
from apps.notifications import delivering, services, tasks, truth
from apps.notifications.models import Delivery
from apps.notifications.ways import mail
from apps.organizations.models import User
from tests.jobs.together import at_once

NOW = datetime(2024, 4, 10, 23, 59, tzinfo=clock.ZONE)


def make_person(name: str = "ali") -> User:
    return User.objects.create_person(name, name, email=f"{name}@example.cn")


def tell(person: User, key: str = "1", at: datetime = NOW, **more: object) -> None:
    more.setdefault("title", "农业科退回1处")
    with clock.at(at):
        services.notify(recipients=[person], kind="tests", key=key, **more)


def deliver(at: datetime = NOW) -> int:
    with clock.at(at):
        return tasks.deliver_notices()


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.django_db
def test_a_mail_says_what_when_in_words_and_where(post):
    tell(make_person(), body="水质检测达标率低于上年。", url="/2024/filings/x/")

    assert deliver() == 1

    (letter,) = post.received
    assert letter["Subject"] == "农业科退回1处"
    assert letter["To"] == "ali@example.cn"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip().splitlines() == [
        "农业科退回1处",
        "水质检测达标率低于上年。",
        "时间：2024年4月10日 23:59",
        "办理：https://jx.example.cn/2024/filings/x/",
    ]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.sent_at, delivery.error) == ("sent", NOW, "")


@pytest.mark.django_db
@pytest.mark.trust("G12")
def test_the_mails_time_is_shanghai_time_wherever_the_server_stands():
    utc = datetime.fromisoformat("2024-12-31T16:00:00+00:00")

    assert mail.moment(utc) == "2025年1月1日 00:00"


@pytest.mark.django_db
@pytest.mark.trust("H02")
def test_what_was_sent_is_not_sent_again(post):
    tell(make_person())

    assert [deliver(), deliver(), deliver(NOW + timedelta(days=9))] == [1, 0, 0]
    assert len(post.received) == 1


@pytest.mark.django_db
def test_all_that_is_due_to_a_person_comes_in_one_mail(post):
    ali, guli = make_person(), make_person("guli")
    tell(ali, "1", title="第一条")
    tell(guli, "1", title="给古丽")
    tell(ali, "2", title="第二条")
    tell(ali, "3", title="明天的", deliver_after=NOW + timedelta(days=1))

    assert deliver() == 3

    to_ali, to_guli = sorted(post.received, key=lambda letter: letter["To"])
    assert to_ali["Subject"] == "预算绩效管理：2条消息"
    assert "第一条" in to_ali.get_content()
    assert "第二条" in to_ali.get_content()
    assert "明天的" not in to_ali.get_content()
    assert to_guli["Subject"] == "给古丽"
    assert sorted(states()) == ["sent", "sent", "sent", "waiting"]


@pytest.mark.django_db
def test_a_delivery_waits_for_its_time(post):
    tell(make_person(), deliver_after=NOW + timedelta(seconds=1))

    assert deliver() == 0
    assert deliver(NOW + timedelta(seconds=1)) == 1


@pytest.mark.django_db
def test_a_refusing_server_is_tried_three_times_ever_later(post):
    post.answers = ["550 no", "554 no", "550 no"]
    tell(make_person())

    assert deliver() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.deliver_after) == ("waiting", NOW + timedelta(minutes=5))
    assert "550" in delivery.error
    assert deliver(NOW + timedelta(minutes=4)) == 0
    assert deliver(NOW + timedelta(minutes=5)) == 1
    assert deliver(NOW + timedelta(minutes=34)) == 0
    assert deliver(NOW + timedelta(minutes=35)) == 1

    assert states() == ["failed"]
    assert post.n_tried == 3
    assert deliver(NOW + timedelta(days=9)) == 0


@pytest.mark.django_db
def test_a_later_try_may_succeed(post):
    post.answers = ["451 later"]
    tell(make_person())
    deliver()

    deliver(NOW + timedelta(minutes=5))

    assert states() == ["sent"]
    assert Delivery.objects.get().error == ""


@pytest.mark.django_db
def test_a_server_that_is_away_sent_nothing_so_it_is_tried_again(post, settings):
    settings.EMAIL_PORT = 1
    tell(make_person())

    assert deliver() == 1

    assert states() == ["waiting"]
    assert "refused" in Delivery.objects.get().error


@pytest.mark.django_db
def test_what_a_holiday_held_back_survives_a_server_that_is_away_when_it_may_go(post, settings):
    settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
    first = NOW + timedelta(days=9)
    tell(make_person(), "1", deliver_after=first)
    tell(make_person("guli"), "1", deliver_after=first)  # rests behind the first, untried

    deliver(first)
    for n in (1, 2, 3):
        deliver(first + timedelta(days=n))
    assert states() == ["waiting", "waiting"]
    settings.EMAIL_PORT = port
    deliver(first + timedelta(days=3, minutes=5))

    assert states() == ["sent", "sent"]


@pytest.mark.django_db
def test_a_server_that_stays_away_is_given_up_for_all_three_days_after_the_first_try(
    post, settings
):
    settings.EMAIL_PORT = 1
    tell(make_person(), "1")
    tell(make_person("guli"), "1")
    deliver()

    deliver(NOW + delivering.PATIENCE + timedelta(minutes=1))
    deliver(NOW + delivering.PATIENCE + timedelta(minutes=6))

    assert states() == ["failed", "failed"]


@pytest.mark.django_db
def test_what_the_server_puts_off_waits_ever_longer_and_for_days(post):
    tell(make_person())
    waits, at = [], NOW
    for _ in range(9):
        post.answers, post.n_tried = ["450 greylisted"], 0
        assert deliver(at) == 1
        after = Delivery.objects.get().deliver_after
        waits.append((after - at) // timedelta(minutes=5))
        at = after

    assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64]
    assert at - NOW < delivering.PATIENCE
    assert states() == ["waiting"]
    post.answers, post.n_tried = ["450 greylisted"], 0
    deliver(NOW + delivering.PATIENCE + timedelta(hours=6))
    assert states() == ["failed"]


@pytest.mark.django_db
def test_the_bell_rings_on_after_its_time_and_leaves_the_rest_to_the_next(post, monkeypatch):
    monkeypatch.setattr(tasks, "LASTS", 0)
    tell(make_person(), "1")
    tell(make_person("guli"), "1")

    assert [deliver(), deliver(), deliver()] == [1, 1, 0]
    beat = site.CELERY_BEAT_SCHEDULE["deliveries"]
    assert beat["options"]["expires"] < beat["schedule"]
    assert states() == ["sent", "sent"]


@pytest.mark.django_db
def test_what_was_interrupted_before_it_was_handed_over_waits_again(post, monkeypatch):
    def out_of_time(messages):
        raise SoftTimeLimitExceeded

    tell(make_person())
    with monkeypatch.context() as patch:
        patch.setitem(truth._checks, "tests", out_of_time)
        with pytest.raises(SoftTimeLimitExceeded):
            deliver()
    assert states() == ["waiting"]

    deliver(NOW + delivering.REST)

    assert states() == ["sent"]


@pytest.mark.django_db
def test_a_line_that_broke_in_the_middle_is_unknown_and_never_sent_again(post):
    post.answers = [""]
    tell(make_person())

    assert deliver() == 1

    assert states() == ["unknown"]
    assert "可能已发出" in Delivery.objects.get().error
    assert deliver(NOW + timedelta(days=9)) == 0
    assert post.received == []


@pytest.mark.django_db
@pytest.mark.trust("H04")
def test_a_claim_whose_sender_died_is_unknown_and_never_sent_again(post):
    tell(make_person())
    Delivery.objects.update(state=Delivery.State.CLAIMED, claimed_at=NOW, n_attempts=1)

    assert deliver(NOW + delivering.CLAIM_LASTS) == 0
    assert states() == ["claimed"]
    assert deliver(NOW + delivering.CLAIM_LASTS + timedelta(seconds=1)) == 0

    assert states() == ["unknown"]
    assert Delivery.objects.get().get_state_display() == "状态不明"
    assert post.received == []


@pytest.mark.django_db
def test_a_sender_that_comes_back_late_does_not_overwrite_the_unknown(post):
    tell(make_person())
    with clock.at(NOW):
        parcel = delivering._claim()
    Delivery.objects.update(state=Delivery.State.UNKNOWN)

    delivering._mark(parcel, mail.send(parcel))

    assert states() == ["unknown"]


@pytest.mark.django_db
@pytest.mark.trust("B13")
@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_nobody_who_lost_the_account_or_the_address_gets_mail(post, change):
    tell(make_person())
    User.objects.update(**change)

    deliver()

    assert states() == ["failed"]
    assert post.received == []


@pytest.mark.django_db
@pytest.mark.trust("B13")
def test_mail_goes_to_the_address_the_person_has_when_it_is_sent(post):
    tell(make_person())
    User.objects.update(email="new@example.cn")

    deliver()

    assert post.received[0]["To"] == "new@example.cn"


@pytest.mark.django_db
def test_without_a_mail_server_nothing_is_tried(post, settings):
    tell(make_person())
    settings.EMAIL_HOST = ""

    assert deliver() == 0
    assert states() == ["waiting"]


@pytest.mark.trust("H02")
def test_many_senders_at_once_send_each_mail_once(own_database, post):
    for number in range(8):
        tell(make_person(f"p{number}"))

    def work(index: int) -> None:
        deliver()

    at_once(4, work)

    assert sorted(letter["To"] for letter in post.received) == [
        f"p{number}@example.cn" for number in range(8)
    ]
    assert set(states()) == {"sent"}


def test_the_claim_is_committed_before_anything_is_sent(own_database, post, monkeypatch):
    seen = []
    tell(make_person())
    original = mail.letter

    def look(parcel):
        seen.extend(at_once(1, lambda index: states()))
        return original(parcel)

    monkeypatch.setattr(mail, "letter", look)

    deliver()

    assert seen == [["claimed"]]
