"""A lower room's fact reaches its handlers, once in effect, however often it is tried."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from apps.core import clock
from apps.jobs import registry, services, tasks
from apps.jobs.models import Event
from apps.organizations.models import User

NOW = datetime(2024, 4, 10, 9, tzinfo=clock.ZONE)
pytestmark = pytest.mark.django_db


def leave(key: str = "target:7") -> None:
    services.leave_event(kind="tests.approved", key=key, payload={"id": 7})


def test_an_event_reaches_every_handler_and_is_marked(reacts):
    got: list[tuple[str, int]] = []
    reacts(
        "tests.approved",
        lambda event: got.append(("a", event.payload["id"])),
        lambda event: got.append(("b", event.payload["id"])),
    )
    leave()

    with clock.at(clock.now()):
        assert tasks.handle_events() == 1

    assert got == [("a", 7), ("b", 7)]
    assert Event.objects.get().handled_at is not None
    assert not services.handle_event()


@pytest.mark.trust("H02")
def test_an_event_left_twice_is_one_event(reacts):
    got: list[Event] = []
    reacts("tests.approved", got.append)
    leave()
    leave()

    assert tasks.handle_events() == 1
    leave()

    assert tasks.handle_events() == 0
    assert len(got) == 1


@pytest.mark.trust("H01")
def test_an_event_of_a_rolled_back_fact_never_happened(reacts):
    with transaction.atomic():
        leave()
        transaction.set_rollback(True)

    assert not Event.objects.exists()


def test_an_event_that_nobody_waits_for_is_done():
    leave()

    assert tasks.handle_events() == 1
    assert Event.objects.get().handled_at is not None


def test_a_failed_handler_undoes_all_handlers_keeps_the_error_and_is_tried_again(reacts):
    broken = [True]

    def writes(event: Event) -> None:
        User.objects.create_person("made", "产物")

    def breaks(event: Event) -> None:
        if broken:
            raise KeyError("no such thing")

    reacts("tests.approved", writes, breaks)
    with clock.at(NOW):
        leave()
        with pytest.raises(KeyError):
            services.handle_event()

        event = Event.objects.get()
        assert (event.handled_at, event.n_attempts) == (None, 1)
        assert event.error == "KeyError: 'no such thing'"
        assert not User.objects.exists()
        assert not services.handle_event()  # not due yet

    broken.clear()
    with clock.at(NOW + timedelta(seconds=11)):
        assert services.handle_event()
    event.refresh_from_db()
    assert (event.error, event.handled_at) == ("", NOW + timedelta(seconds=11))
    assert User.objects.count() == 1


def test_one_bad_event_does_not_keep_the_others_waiting(reacts):
    got: list[str] = []

    def handler(event: Event) -> None:
        if event.key == "bad":
            raise KeyError(event.key)
        got.append(event.key)

    reacts("tests.approved", handler)
    leave("bad")
    leave("good")

    with pytest.raises(KeyError):
        tasks.handle_events()
    tasks.handle_events()

    assert got == ["good"]


def test_after_eight_failures_an_operator_must_look(reacts):
    tries: list[int] = []

    def handler(event: Event) -> None:
        tries.append(event.n_attempts)
        raise KeyError(event.key)

    reacts("tests.approved", handler)
    with clock.at(NOW):
        leave()
    for hours in range(0, 240, 12):
        with clock.at(NOW + timedelta(hours=hours)):
            for _ in range(2):
                try:
                    services.handle_event()
                except KeyError:
                    continue

    assert tries == list(range(8))
    assert Event.objects.get().handled_at is None


def test_a_handler_registered_twice_is_called_once(reacts):
    got: list[Event] = []
    reacts("tests.approved")
    registry.register_event("tests.approved", got.append)
    handler = registry.handlers_of("tests.approved")[0]
    registry.register_event("tests.approved", handler)

    assert registry.handlers_of("tests.approved") == [handler]
