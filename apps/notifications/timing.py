"""When a person's mail may go out: quiet hours, working days, the day's one mail.

Working days and roles are known to rooms above; they register what must be asked of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from apps.core import clock
from apps.notifications.models import Preference, Timetable
from apps.notifications.topics import URGENT, Topic

if TYPE_CHECKING:
    from apps.organizations.models import User

DAY = timedelta(days=1)
LONGEST_REST = 40  # days off in a row that are looked through; none was ever longer than ten

WorkingDay = Callable[[date], bool | None]  # None: not announced
Readers = Callable[[Collection[int]], set[int]]


@dataclass(frozen=True)
class Habit:
    """What holds for one person, or for one region's robots."""

    quiet_from: time
    quiet_until: time
    working_days_only: bool
    digest_at: time
    is_digest: bool = False
    muted: frozenset[str] = frozenset()

    def wants(self, topic: Topic) -> bool:
        """Whether mail about the topic is wanted at all."""
        return topic.value not in self.muted


FREE = Habit(time(0), time(0), working_days_only=False, digest_at=time(8, 30))


def _unknown(day: date) -> bool | None:
    """Before a calendar is registered no day is known."""
    return None


def _nobody(people: Collection[int]) -> set[int]:
    return set()


_asked: dict[str, WorkingDay] = {}
_readers: dict[str, Readers] = {}


def register(*, working_day: WorkingDay, digest_readers: Readers) -> None:
    """Say who knows the working days, and who reads a day's notices in one mail unless asked.

    Called from an upper room's AppConfig.ready(); twice is harmless.
    """
    _asked["working_day"], _readers["digest"] = working_day, digest_readers


def _is_open(day: date) -> bool:
    """Whether mail may go out on the day; a year that is not announced holds nothing back."""
    return _asked.get("working_day", _unknown)(day) is not False


# --- moments --------------------------------------------------------------------------------
def next_moment(habit: Habit, moment: datetime, topic: Topic) -> datetime:
    """The first moment not before the given one at which mail about the topic may go out."""
    if habit.is_digest and topic not in URGENT:
        moment = _digest(habit, moment)
    for _ in range(LONGEST_REST):
        later = _awake(habit, _on_a_day(habit, moment))
        if later == moment:
            break
        moment = later
    return moment


def _digest(habit: Habit, moment: datetime) -> datetime:
    """The next time of the day's one mail, always on a working day."""
    local = moment.astimezone(clock.ZONE)
    for n in range(LONGEST_REST):
        day = local.date() + DAY * n
        at = datetime.combine(day, habit.digest_at, tzinfo=clock.ZONE)
        if at >= local and _is_open(day):
            return at
    return local


def _on_a_day(habit: Habit, moment: datetime) -> datetime:
    """The moment, or the midnight at which the next working day begins."""
    local = moment.astimezone(clock.ZONE)
    if habit.working_days_only and not _is_open(local.date()):
        return clock.start_of(local.date() + DAY)
    return moment


def _awake(habit: Habit, moment: datetime) -> datetime:
    """The moment, or the end of the quiet hours in which it lies."""
    local = moment.astimezone(clock.ZONE)
    begins, ends, at = habit.quiet_from, habit.quiet_until, local.time()
    end = datetime.combine(local.date(), ends, tzinfo=clock.ZONE)
    if begins < ends:
        return end if begins <= at < ends else moment
    if begins > ends and at >= begins:
        return end + DAY
    return end if begins > ends and at < ends else moment


# --- people ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reader:
    """Somebody to whom messages go: mailbox, region, and what holds for the mail."""

    email: str
    place: int | None
    habit: Habit


def readers_of(people: Collection[int]) -> dict[int, Reader]:
    """These people with their own wish, else what holds for their role or their region."""
    rows = get_user_model().objects.filter(pk__in=people)
    known = {pk: (email, place) for pk, email, place in _columns(rows)}
    tables = timetables({place for _, place in known.values() if place})
    wishes = {wish.user_id: wish for wish in Preference.objects.filter(user__in=people)}
    in_digests = _readers.get("digest", _nobody)(people)
    return {
        pk: Reader(email, place, _habit(wishes.get(pk), tables.get(place or 0), pk in in_digests))
        for pk, (email, place) in known.items()
    }


def _columns(rows: QuerySet[User]) -> Iterable[tuple[int, str, int | None]]:
    return rows.values_list("pk", "email", "jurisdiction")


def timetables(places: Iterable[int]) -> dict[int, Timetable]:
    """The timetable of each region, with the defaults where none was set."""
    known = {row.jurisdiction_id: row for row in Timetable.objects.filter(jurisdiction__in=places)}
    return {place: known.get(place) or Timetable(jurisdiction_id=place) for place in places}


def of_region(table: Timetable) -> Habit:
    """What holds for the region's robots."""
    return Habit(table.quiet_from, table.quiet_until, table.working_days_only, table.digest_at)


def _habit(wish: Preference | None, table: Timetable | None, reads_digests: bool) -> Habit:
    """One person's habit; somebody of no region, a program's account, has no quiet hours."""
    base = of_region(table) if table else FREE
    wish = wish or Preference()
    return Habit(
        quiet_from=base.quiet_from if wish.quiet_from is None else wish.quiet_from,
        quiet_until=base.quiet_until if wish.quiet_until is None else wish.quiet_until,
        working_days_only=(
            wish.days == Preference.Days.WORKING if wish.days else base.working_days_only
        ),
        digest_at=wish.digest_at or base.digest_at,
        is_digest=wish.pace == Preference.Pace.DAILY if wish.pace else reads_digests,
        muted=frozenset(wish.muted),
    )
