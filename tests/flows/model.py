"""What the engine should do, said again in plain Python: no Django, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

OPEN, DESK, CLOSED = ("draft", "returned"), ("submitted", "in_review"), ("approved", "rejected")
SAVED = ("draft", "returned", "submitted", "in_review", "rejected")
OK, NOTHING = "ok", "nothing"  # accepted; accepted, but it had been done before
REFUSED, DENIED, MISSING, LOGGED_OUT = "refused", "denied", "missing", "logged out"
AGRICULTURE, PERFORMANCE = "agriculture", "performance"
OFFICES = (AGRICULTURE, PERFORMANCE)  # of the two steps
WATER, STATION = "water", "station"


@dataclass(frozen=True)
class Person:
    """Where someone stands: units filed for, units only read, sections judged for."""

    files_for: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    judges_at: tuple[str, ...] = ()
    reads_region: bool = False
    is_admin: bool = False


PEOPLE = {
    "filer": Person(files_for=(WATER,)),
    "filer2": Person(files_for=(WATER,)),
    "unit_head": Person(reads=(WATER,)),
    "station_filer": Person(files_for=(STATION,)),
    "supervisor": Person(reads=(WATER, STATION)),
    "section_reviewer": Person(judges_at=(AGRICULTURE,)),
    "performance_reviewer": Person(judges_at=(PERFORMANCE,), reads_region=True),
    "filer_and_reviewer": Person(files_for=(WATER,), judges_at=(AGRICULTURE,)),
    "both_reviewer": Person(judges_at=(AGRICULTURE, PERFORMANCE), reads_region=True),
    "other_section_reviewer": Person(),
    "budget_officer": Person(reads_region=True),
    "plan_admin": Person(reads_region=True, is_admin=True),
    "stranger": Person(),
    "foreign_reviewer": Person(),
}


@dataclass
class Revision:
    """One version of the content, and who had a hand in it."""

    number: int
    version: int
    is_good: bool = False
    writers: set[str] = field(default_factory=set)
    submitted_by: str = ""
    receipt: str = ""
    hash: str = ""
    judges: dict[int, str] = field(default_factory=dict)  # step → who signs
    decided: dict[int, str] = field(default_factory=dict)  # step → who decided

    @property
    def is_open(self) -> bool:
        return not self.receipt


@dataclass
class Filing:
    """One answer to the assignment; `step` counts from 0 while it lies on a desk."""

    unit: str
    state: str = "draft"
    step: int | None = None
    revisions: list[Revision] = field(default_factory=list)
    approved: int | None = None
    was_sent: bool = False
    is_waived: bool = False
    is_reopened: bool = False  # ever: it goes back to what it was when its day is over
    n_wanted: int = 0  # return items that are neither changed nor answered
    n_items: int = 0
    n_comments: int = 0
    seen_by: set[str] = field(default_factory=set)  # sections that ever judged it

    @property
    def newest(self) -> Revision:
        return self.revisions[-1]

    def opens(self, source: int | None = None) -> None:
        """The next revision begins as a copy of the newest, or of the one with this number."""
        old = self.newest
        is_good = self.revisions[source - 1].is_good if source else old.is_good
        self.revisions.append(Revision(old.number + 1, old.version + 1, is_good, set(old.writers)))

    def leaves_the_desks(self, state: str) -> None:
        self.state, self.step = state, None

    def exists_for(self, who: str) -> bool:
        """Whether the person may know that there is such a filing."""
        person = PEOPLE[who]
        if person.is_admin or self.unit in (*person.files_for, *person.reads):
            return True
        if not self.was_sent:
            return False
        if person.reads_region:
            return True
        lies_at = {OFFICES[self.step]} if self.step is not None else set()
        routed = {AGRICULTURE}  # the department's own route, and the station's through it
        return bool((lies_at | routed | self.seen_by) & set(person.judges_at))

    def lies_with(self, who: str) -> bool:
        return self.step is not None and OFFICES[self.step] in PEOPLE[who].judges_at

    def has_decided(self, who: str) -> bool:
        """Whether the person already judged the revision that was sent last."""
        sent = [revision for revision in self.revisions if not revision.is_open]
        return bool(sent) and who in sent[-1].decided.values()

    def is_fresh_for(self, who: str) -> bool:
        """Filer, first and second reviewer are three people."""
        newest = self.newest
        others = {judge for step, judge in newest.judges.items() if step != self.step}
        return who not in newest.writers | others | {newest.submitted_by}


@dataclass
class Task:
    """An assignment: its window, its live filing, and those that were cancelled."""

    unit: str
    opens_at: datetime
    due_at: datetime
    filing: Filing | None = None
    granted: datetime | None = None  # by the last extension
    cancelled: list[Filing] = field(default_factory=list)

    def is_open_at(self, moment: datetime) -> bool:
        return self.opens_at <= moment < self.due_at

    def may_be_due(self, moment: datetime) -> bool:
        """A return takes no extension back that still runs."""
        return self.granted is None or moment >= self.granted or self.due_at < self.granted

    def exists_for(self, who: str) -> bool:
        """Whether the assignment exists for the person, filed or not."""
        person = PEOPLE[who]
        if self.unit in (*person.files_for, *person.reads) or person.reads_region:
            return True
        return AGRICULTURE in person.judges_at

    def filings(self) -> list[Filing]:
        return [*self.cancelled, *([self.filing] if self.filing else [])]


@dataclass
class Model:
    """Everything, and the moment."""

    now: datetime
    tasks: dict[str, Task]
    keys: dict[tuple[str, str], tuple[int, int, str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)

    # --- what a verb must answer, before anything is changed ---------------------------------
    def door(self, who: str, filing: Filing | None) -> str:
        """Whether the filing exists for the person at all."""
        if who in self.disabled:
            return LOGGED_OUT
        return OK if filing is not None and filing.exists_for(who) else MISSING

    def writing(self, who: str, task: Task) -> str:
        """Right, state and window of everything that a filer does to the open revision."""
        answer = self.door(who, task.filing)
        if answer != OK or task.filing is None:
            return answer
        if task.unit not in PEOPLE[who].files_for:
            return DENIED
        is_writable = task.filing.state in OPEN and task.is_open_at(self.now)
        return OK if is_writable else REFUSED

    def begin(self, who: str, task: Task) -> str:
        if who in self.disabled:
            return LOGGED_OUT
        if not task.exists_for(who):
            return MISSING
        if task.unit not in PEOPLE[who].files_for:
            return DENIED
        if task.filing is not None:
            return NOTHING
        return OK if task.is_open_at(self.now) else REFUSED

    def save(self, who: str, task: Task, version: int) -> str:
        answer = self.writing(who, task)
        if answer == OK and task.filing and version != task.filing.newest.version:
            return REFUSED
        return answer

    def submit(self, who: str, task: Task, version: int, key: str) -> str:
        right = self.door(who, task.filing)
        if right != OK or task.filing is None:
            return right
        if task.unit not in PEOPLE[who].files_for:
            return DENIED
        if earlier := self.keys.get((who, key)):
            return NOTHING if earlier[:2] == (id(task.filing), version) else REFUSED
        answer = self.save(who, task, version)
        filing = task.filing
        is_clean = (filing.newest.is_good or filing.is_waived) and not filing.n_wanted
        return answer if answer != OK or is_clean else REFUSED

    def withdraw(self, who: str, task: Task) -> str:
        answer = self.door(who, task.filing)
        if answer != OK or task.filing is None:
            return answer
        if task.unit not in PEOPLE[who].files_for:
            return DENIED
        is_untouched = task.filing.state == "submitted" and not task.filing.newest.judges
        return OK if is_untouched and task.is_open_at(self.now) else REFUSED

    def judging(self, who: str, task: Task) -> str:
        """Right of everything that a reviewer does."""
        answer = self.door(who, task.filing)
        if answer != OK or task.filing is None:
            return answer
        if not task.filing.lies_with(who):
            return REFUSED if task.filing.has_decided(who) else DENIED
        return OK if task.filing.is_fresh_for(who) else DENIED

    def comment(self, who: str, task: Task) -> str:
        answer = self.door(who, task.filing)
        if answer != OK or task.filing is None:
            return answer
        takes_part = task.unit in PEOPLE[who].files_for or task.filing.lies_with(who)
        if not takes_part:
            return DENIED
        return OK if task.filing.state in (*OPEN, *DESK) else REFUSED

    def administer(self, who: str, task: Task, is_possible: bool) -> str:
        answer = self.door(who, task.filing)
        if answer != OK:
            return answer
        if not PEOPLE[who].is_admin:
            return DENIED
        return OK if is_possible else REFUSED

    def extend(self, who: str, task: Task, due_at: datetime) -> str:
        if who in self.disabled:
            return LOGGED_OUT
        if not task.exists_for(who):
            return MISSING
        if not PEOPLE[who].is_admin:
            return DENIED
        is_open = task.filing is None or task.filing.state in OPEN
        return OK if is_open and due_at > max(task.due_at, self.now) else REFUSED

    # --- what an accepted verb changes ---------------------------------------------------------
    def lapsing(self) -> list[Filing]:
        """Filings that were reopened and not filed in time."""
        late = [task.filing for task in self.tasks.values() if task.due_at <= self.now]
        return [f for f in late if f and f.state in OPEN and f.is_reopened]

    def judged(self, filing: Filing, who: str, is_decided: bool) -> None:
        """The person has signed the present step of the revision on the desk."""
        step = filing.step
        if step is None:
            raise AssertionError("nothing lies on a desk")
        filing.newest.judges[step] = who
        filing.seen_by.add(OFFICES[step])
        if is_decided:
            filing.newest.decided[step] = who
