"""What stands around every page: who, which year, what is running, where one can go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import FilteredRelation, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from apps.core import clock
from apps.notifications import selectors as notifications
from apps.organizations import selectors as organizations
from apps.organizations.models import Jurisdiction, Membership, Role, User
from apps.reports import waiting
from apps.workplans import rolling
from apps.workplans.models import Plan, PlanTask, TaskWindow

UNIT_SIDE = frozenset({Role.FILER, Role.UNIT_HEAD, Role.SUPERVISOR})
REVIEWERS = frozenset({Role.SUPERVISOR, Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER})
CHECKERS = frozenset(
    {Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER, Role.LEADER, Role.PLAN_ADMIN}
)
COMPARERS = frozenset({Role.PERFORMANCE_REVIEWER, Role.LEADER})
BUREAU = frozenset(
    {
        Role.SECTION_REVIEWER,
        Role.PERFORMANCE_REVIEWER,
        Role.BUDGET_OFFICER,
        Role.LEADER,
        Role.OBSERVER,
        Role.PLAN_ADMIN,
    }
)
WORKERS = UNIT_SIDE | BUREAU
LEADS = BUREAU | {Role.SUPERVISOR, Role.UNIT_HEAD}
ADMINS = frozenset({Role.SYS_ADMIN, Role.SEC_ADMIN, Role.PLAN_ADMIN})
# The three administrators start at their own page: nothing is filed or reviewed by them.
WITHOUT_HOME = frozenset({Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN})
COLUMNS = ("pk", "label", "opens_at", "closes_at")  # of a window, as far as the top bar needs it
WINDOW = tuple(f"open__{name}" for name in COLUMNS)
LEDGER = (
    "reports:ledger",
    "reports:silent",
    "reports:checkpoint",
    "reports:synchrony",
    "targets:approv",
)
SCALE = (
    "filings:sample",
    "filings:session",
    "filings:minutes",
    "filings:matter",
    "filings:returned",
    "filings:calibration",
    "filings:second_score",
)
PLACES = (
    "organizations:unit",
    "organizations:section",
    "organizations:people",
    "organizations:person",
    "organizations:new_person",
    "organizations:locked",
    "organizations:import",
    "organizations:liaisons",
    "organizations:new_liaison",
    "reports:hand_over",
)


class Entry(NamedTuple):
    """One place of the rail: who sees it, and which pages belong to it."""

    label: str
    icon: str
    name: str
    roles: frozenset[Role] | None  # None: everybody but the three administrators
    pages: tuple[str, ...]


ENTRIES = (
    Entry("待办", "inbox", "reports:home", None, ("reports:home",)),
    Entry("填报", "file-text", "filings:list", UNIT_SIDE, ("filings:", "targets:")),
    Entry("审核", "eye-check", "filings:queue", REVIEWERS, ("filings:queue", "filings:review")),
    Entry("抽审", "file-check", "filings:samples", CHECKERS, SCALE),
    Entry("事前评估", "gavel", "pre_assessment:list", WORKERS, ("pre_assessment:",)),
    Entry("监控", "activity", "monitoring:grid", frozenset({Role.FILER}), ("monitoring:",)),
    Entry("整改台账", "tool", "rectification:problems", WORKERS, ("rectification:",)),
    Entry("年度计划", "calendar", "workplans:plan", WORKERS, ("workplans:", "reports:calendar")),
    Entry("推进台账", "list-check", "reports:ledger", LEADS, LEDGER),
    Entry("项目档案", "archive", "projects:list", WORKERS, ("projects:", "reports:project")),
    Entry("单位档案", "building", "reports:units", BUREAU, ("reports:unit",)),
    Entry("指标库", "target", "indicators:library", WORKERS, ("indicators:",)),
    Entry("机构人员", "users", "organizations:units", ADMINS, PLACES),
    Entry(
        "通知渠道",
        "bell",
        "notifications:channels",
        frozenset({Role.SYS_ADMIN}),
        ("notifications:channel", "notifications:times"),
    ),
    Entry("系统日志", "list-check", "audit:log", frozenset({Role.AUDIT_ADMIN}), ("audit:",)),
)
LINKS = {
    "home": "reports:home",
    "search": "reports:search",
    "messages": "notifications:list",
    "jobs": "jobs:list",
    "account": "organizations:account",
    "tokens": "organizations:tokens",
    "login": "organizations:login",
    "relogin": "organizations:relogin",
    "logout": "organizations:logout",
}


@dataclass(frozen=True)
class NavItem:
    """One entry of the rail as this person sees it now."""

    label: str
    icon: str
    url: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True)
class YearOption:
    """One year of the switcher."""

    year: int
    url: str
    word: str


@dataclass(frozen=True)
class Running:
    """The task window now open that closes first."""

    title: str
    closes_at: datetime


def _running(windows: list[TaskWindow], now: datetime) -> Running | None:
    """The first to close as the top bar names it, by the day that is owed; None where none is."""
    for window, due_at in rolling.in_order(windows):
        if due_at > now:
            title, label = window.task.title, window.label
            return Running(title if label in title else f"{title}·{label}", due_at)
    return None


def _is_for(entry: Entry, held: set[str]) -> bool:
    """Whether somebody with these roles sees the place."""
    return not held & WITHOUT_HOME if entry.roles is None else bool(held & entry.roles)


def link(name: str, year: int | None) -> str:
    """The page's address, under the year where it has one; empty where there is no such page."""
    for kwargs in ({"year": year}, {}):
        try:
            return reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""


class Shell:
    """The frame of one request; each part is computed when the page asks for it, once.

    Costs the user's memberships and the clock (shared with the page), the plans with the counts.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.user: User | AnonymousUser = getattr(request, "user", None) or AnonymousUser()
        self.is_member = isinstance(self.user, User)
        self.is_demo: bool = settings.DEMO
        self.business_date: date | None = settings.BUSINESS_DATE
        self.idle_seconds = int(settings.SESSION_IDLE.total_seconds())

    @cached_property
    def now(self) -> datetime:
        """The moment at which this page is made."""
        return clock.now()

    @property
    def today(self) -> date:
        """The date at which this page is made; countdowns are measured from it."""
        return self.now.date()

    @cached_property
    def memberships(self) -> list[Membership]:
        """The user's memberships that hold today."""
        return organizations.memberships(self.user)

    @property
    def label(self) -> str:
        """How the top bar names the user: 填报员·县水务局."""
        return organizations.office_label(self.user)

    @cached_property
    def regions(self) -> list[Jurisdiction]:
        """The jurisdictions in which the user has a role, by code."""
        found = {m.jurisdiction_id: m.jurisdiction for m in self.memberships}
        return sorted(found.values(), key=lambda region: region.code)

    @cached_property
    def region(self) -> Jurisdiction | None:
        """The jurisdiction chosen in the top bar, else the first one."""
        code = self._request.GET.get("region", "")
        chosen = (region for region in self.regions if region.code == code)
        return next(chosen, self.regions[0] if self.regions else None)

    @cached_property
    def _frame(self) -> list[dict[str, Any]]:
        """The region's published years, latest first, with their open windows and what waits."""
        if self.region is None or not isinstance(self.user, User):
            return []
        is_near = Q(
            tasks__windows__opens_at__lte=self.now,
            tasks__windows__closes_at__gt=self.now - rolling.REACH,
        )
        counters = waiting.counters(self.user, self._named_year)
        return list(
            Plan.objects.filter(jurisdiction=self.region)
            .exclude(state=Plan.State.DRAFT)
            .annotate(open=FilteredRelation("tasks__windows", condition=is_near), **counters)
            .order_by("-fiscal_year")
            .values("fiscal_year", "tasks__title", "tasks__roll", *WINDOW, *counters)
        )

    @cached_property
    def _told(self) -> dict[str, int]:
        """The counters as the frame's query answered them; empty where it found no year."""
        first = next(iter(self._frame), {})
        return {key: n for key, n in first.items() if key.startswith("n_")}

    @cached_property
    def _plans(self) -> dict[int, Running | None]:
        """The region's published years, latest first, with what is running.

        A query for the calendar, where a task moves its deadlines off days on which nobody works.
        """
        near: dict[int, list[TaskWindow]] = {}
        for row in self._frame:
            known = near.setdefault(row["fiscal_year"], [])
            if row[WINDOW[0]] is not None:
                task = PlanTask(title=row["tasks__title"], roll=row["tasks__roll"])
                window = {name: row[key] for name, key in zip(COLUMNS, WINDOW, strict=True)}
                known.append(TaskWindow(task=task, **window))
        return {year: _running(windows, self.now) for year, windows in near.items()}

    @cached_property
    def current_year(self) -> int | None:
        """The year in progress: this calendar year if it has a plan, else the latest that has."""
        if not self._plans:
            return self.today.year if self.is_member else None
        return self.today.year if self.today.year in self._plans else next(iter(self._plans))

    @property
    def has_plan(self) -> bool:
        """Whether the open year has a published plan in the region."""
        return self.year in self._plans

    @property
    def is_planner(self) -> bool:
        """Whether the user publishes plans."""
        return any(m.role == Role.PLAN_ADMIN for m in self.memberships)

    @property
    def compares_reviewers(self) -> bool:
        """Whether the user sees how reviewers score: the performance section, leaders."""
        return any(m.role in COMPARERS for m in self.memberships)

    @cached_property
    def year(self) -> int | None:
        """The year in the address, else the year in progress."""
        return self._named_year or self.current_year

    @cached_property
    def _named_year(self) -> int | None:
        match = self._request.resolver_match
        named = match.kwargs.get("year") if match else None
        return int(named) if named is not None else None

    @property
    def year_word(self) -> str:
        """往年 or 下年 while another year than the current one is open."""
        return self._word(self.year)

    def _word(self, year: int | None) -> str:
        """How a year lies to the current one."""
        if year is None or self.current_year is None or year == self.current_year:
            return ""
        return "往年" if year < self.current_year else "下年"

    @cached_property
    def years(self) -> list[YearOption]:
        """The years of the switcher; each leads to that year's home."""
        known = {*self._plans, self.year or self.today.year}
        return [
            YearOption(year, link("reports:home", year), self._word(year))
            for year in sorted(known, reverse=True)
        ]

    @cached_property
    def running(self) -> Running | None:
        """What is open now and closes first in this year's plan."""
        return self._plans.get(self.year) if self.year else None

    @cached_property
    def links(self) -> dict[str, str]:
        """Addresses of the top bar."""
        return {key: link(name, self.year) for key, name in LINKS.items()}

    @cached_property
    def n_todo(self) -> int:
        """How many things wait for the user in this year."""
        if not isinstance(self.user, User) or self.year is None:
            return 0
        if self._named_year and self._told:
            return waiting.n_todo(self.year, self._told)
        return waiting.todo_count(self.user, self.year)

    @cached_property
    def n_unread(self) -> int:
        """How many messages the user has not read."""
        if not isinstance(self.user, User):
            return 0
        known = self._told.get(waiting.UNREAD)
        return notifications.unread(self.user).count() if known is None else known

    @property
    def query(self) -> str:
        """What was searched for, so that the field keeps it."""
        return self._request.GET.get("q", "")[:100]

    @cached_property
    def nav(self) -> list[NavItem]:
        """The rail, by role; nothing for somebody who is not logged in."""
        if not self.is_member:
            return []
        held = {m.role for m in self.memberships}
        mine = [entry for entry in ENTRIES if _is_for(entry, held)]
        places = [(entry, link(entry.name, self.year)) for entry in mine]
        here = self._here([entry for entry, url in places if url])
        return [
            NavItem(
                entry.label,
                entry.icon,
                url,
                entry is here,
                self.n_todo if entry.name == "reports:home" else 0,
            )
            for entry, url in places
            if url
        ]

    def _here(self, entries: list[Entry]) -> Entry | None:
        """The entry to which this page belongs: the longest pattern that fits its name."""
        match = self._request.resolver_match
        name = match.view_name if match else ""
        fits = [
            (len(page), entry) for entry in entries for page in entry.pages if name.startswith(page)
        ]
        return max(fits, key=lambda fit: fit[0])[1] if fits else None


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
