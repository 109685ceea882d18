"""Which days a sweep still has to do."""

from __future__ import annotations

from datetime import date, timedelta

from apps.notifications.models import SweepMark

MOST_BACK = 5  # days that are made up after a standstill; what is older would only confuse


def days_to_do(*, name: str, on: date) -> list[date]:
    """The days since the sweep's last one, and the day itself, which is swept again and again."""
    mark = SweepMark.objects.filter(name=name).first()
    n_missed = min((on - mark.done_on).days - 1, MOST_BACK) if mark else 0
    return [on - timedelta(days=n) for n in range(max(n_missed, 0), -1, -1)]


def mark_done(*, name: str, on: date) -> None:
    """The sweep has done the day."""
    SweepMark.objects.update_or_create(name=name, defaults={"done_on": on})
