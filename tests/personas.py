"""The people and places of the tests: one county, a sibling county, one person per role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.organizations import sessions
from apps.organizations.models import (
    Jurisdiction,
    Membership,
    Section,
    SectionAlias,
    SectionRoute,
    Unit,
    User,
)

SINCE = date(2020, 1, 1)
PASSWORD = "Heshui-2024-shuiku"


@dataclass
class World:
    """Places and people by short name; `county` is 652823, `sibling` 652325."""

    county: Jurisdiction
    sibling: Jurisdiction
    units: dict[str, Unit] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


UNITS = {  # key: (code, name, kind, parent, is_classified)
    "water": ("201", "县水利局", "department", None, False),
    "water_station": ("201001", "县水利管理站", "subordinate", "water", False),
    "traffic": ("205", "县交通运输局", "department", None, False),
    "secret": ("299", "涉密单位甲", "department", None, True),
    "town": ("301", "尉犁镇", "town", None, False),
    "company": ("401", "县城投公司", "company", None, False),
}
SECTIONS = {  # key: (code, name, kind, aliases)
    "performance": ("jxk", "绩效科", "performance", ["预算绩效评价科", "绩效评价科"]),
    "agriculture": ("nyk", "农业科", "business", ["农业农村科"]),
    "social": ("sbk", "社保科", "business", ["社会保障科"]),
    "debt": ("zwk", "债务科", "business", ["政府债务管理科"]),
    "rural": ("xck", "乡财科", "business", ["农财科"]),
    "budget": ("ysk", "预算科", "budget", []),
}
ROUTES: list[dict[str, str]] = [
    {"section": "rural", "fund_tag": "衔接资金"},
    {"section": "debt", "fund_tag": "债券"},
    {"section": "social", "budget_type": "social"},
    {"section": "agriculture", "unit": "water"},
    {"section": "agriculture", "unit": "secret"},
    {"section": "rural", "unit": "town"},
    {"section": "social", "unit": "traffic"},
    {"section": "debt", "unit": "company"},
]
PEOPLE = {  # key: (name, role, unit or section key)
    "filer": ("艾力", "filer", "water"),
    "filer2": ("古丽", "filer", "water"),
    "unit_head": ("王局", "unit_head", "water"),
    "station_filer": ("巴哈", "filer", "water_station"),
    "supervisor": ("马主管", "supervisor", "water"),
    "section_reviewer": ("李科", "section_reviewer", "agriculture"),
    "other_section_reviewer": ("赵科", "section_reviewer", "social"),
    "rural_reviewer": ("钱科", "section_reviewer", "rural"),
    "debt_reviewer": ("吴科", "section_reviewer", "debt"),
    "performance_reviewer": ("孙绩效", "performance_reviewer", "performance"),
    "budget_officer": ("周预算", "budget_officer", "budget"),
    "leader": ("郑局长", "leader", None),
    "observer": ("冯代表", "observer", None),
    "plan_admin": ("陈计划", "plan_admin", None),
    "sys_admin": ("褚系统", "sys_admin", None),
    "sec_admin": ("卫安全", "sec_admin", None),
    "audit_admin": ("蒋审计", "audit_admin", None),
    "expert": ("沈专家", "expert", None),
    "stranger": ("韩旁人", "filer", "traffic"),
    "secret_filer": ("杨保密", "filer", "secret"),
    "disabled": ("朱停用", "filer", "water"),
}
FOREIGN = {
    "foreign_filer": ("秦外县", "filer", "foreign_water"),
    "foreign_reviewer": ("尤外县", "performance_reviewer", "foreign_performance"),
}


def make_places() -> World:
    """Two counties of one region with their units, sections and routes."""
    make = Jurisdiction.objects.get_or_create
    region, _ = make(code="650000", defaults={"name": "新疆维吾尔自治区", "level": "province"})
    upper, _ = make(
        code="652800",
        defaults={"name": "巴音郭楞蒙古自治州", "level": "prefecture", "parent": region},
    )
    next_upper, _ = make(
        code="652300", defaults={"name": "昌吉回族自治州", "level": "prefecture", "parent": region}
    )
    county, _ = make(code="652823", defaults={"name": "尉犁县", "level": "county", "parent": upper})
    sibling, _ = make(
        code="652325", defaults={"name": "奇台县", "level": "county", "parent": next_upper}
    )
    world = World(county, sibling)
    _make_units(world)
    _make_sections(world)
    return world


def _make_units(world: World) -> None:
    """The units in their order, at once; then who stands below whom."""
    for key, (code, name, kind, _, classified) in UNITS.items():
        world.units[key] = Unit(
            jurisdiction=world.county, code=code, name=name, kind=kind, is_classified=classified
        )
    world.units["foreign_water"] = Unit(
        jurisdiction=world.sibling, code="201", name="奇台县水利局", kind="department"
    )
    Unit.objects.bulk_create(world.units.values())
    below = {key: parent for key, (_, _, _, parent, _) in UNITS.items() if parent}
    for key, parent in below.items():
        world.units[key].parent = world.units[parent]
    Unit.objects.bulk_update([world.units[key] for key in below], ["parent"])


def _make_sections(world: World) -> None:
    for key, (code, name, kind, _) in SECTIONS.items():
        world.sections[key] = Section(jurisdiction=world.county, code=code, name=name, kind=kind)
    for key, name, kind in (
        ("performance", "绩效股", "performance"),
        ("farm", "农业股", "business"),
    ):
        world.sections[f"foreign_{key}"] = Section(
            jurisdiction=world.sibling, code=key, name=name, kind=kind
        )
    Section.objects.bulk_create(world.sections.values())
    SectionAlias.objects.bulk_create(
        SectionAlias(section=world.sections[key], jurisdiction=world.county, name=alias)
        for key, (_, _, _, aliases) in SECTIONS.items()
        for alias in aliases
    )
    SectionRoute.objects.bulk_create(
        SectionRoute(
            jurisdiction=world.county,
            section=world.sections[route["section"]],
            fund_tag=route.get("fund_tag", ""),
            budget_type=route.get("budget_type", ""),
            unit=world.units[route["unit"]] if "unit" in route else None,
        )
        for route in ROUTES
    )


def _seat(
    world: World, username: str, name: str, role: str, place: str | None, foreign: bool
) -> Membership:
    """An unsaved person in one role; without a password, in the county or the sibling."""
    where = world.sibling if foreign else world.county
    user = User(username=username, name=name, jurisdiction=where, created_at=clock.start_of(SINCE))
    user.set_unusable_password()
    return Membership(
        user=user,
        role=role,
        jurisdiction=where,
        unit=world.units.get(place or ""),
        section=world.sections.get(place or ""),
        starts_on=SINCE,
    )


def make_person(
    world: World,
    username: str,
    name: str,
    role: str,
    place: str | None = None,
    foreign: bool = False,
) -> User:
    """A person without a password who holds one role; `place` is a unit's or section's key."""
    seat = _seat(world, username, name, role, place, foreign)
    seat.user.save()
    seat.save()
    return seat.user


def make_world() -> World:
    """All places and all people, in few statements: most tests begin here."""
    world = make_places()
    seats = {key: _seat(world, key, *told, foreign=False) for key, told in PEOPLE.items()}
    seats |= {key: _seat(world, key, *told, foreign=True) for key, told in FOREIGN.items()}
    world.people = {key: seat.user for key, seat in seats.items()}
    world.people["disabled"].is_active = False
    User.objects.bulk_create(world.people.values())
    Membership.objects.bulk_create(seats.values())
    return world


@pytest.fixture
def world(db: None) -> World:
    """All places and all people, in the test's own transaction."""
    return make_world()


def _persona(key: str) -> Any:
    @pytest.fixture(name=key)
    def person(world: World) -> User:
        return world.people[key]

    return person


for _key in (*PEOPLE, *FOREIGN):
    globals()[f"persona_{_key}"] = _persona(_key)


@pytest.fixture
def quick_hashes(settings: Any) -> None:
    """Passwords cost nothing, for tests that try many and are not about the cost."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def visitor() -> Client:
    """A browser without a log-in."""
    return Client()


class DeskClient(Client):
    """A logged-in browser whose session stays fresh when a test moves the clock by days."""

    _held: datetime | None = None

    def request(self, **request: Any) -> Any:
        """Freshen the session when the test holds the clock at another moment, then ask."""
        held = clock._fixed.get()  # reading the real clock would count as a query of the page
        if held is not None and held != self._held and sessions.SEEN_AT in self.session:
            self._held = held
            self._freshen()
        return super().request(**request)

    def _freshen(self) -> None:
        session = self.session
        sessions.stamp(session, clock.now())
        session.save()


def client_of(user: User, **more: Any) -> DeskClient:
    """A browser in which the user is logged in, with proper session times."""
    client = DeskClient(**more)
    client.force_login(User.objects.get(pk=user.pk))
    client._freshen()
    return client


def give_password(user: User, password: str = PASSWORD) -> User:
    """The user with a password that opens the log-in page."""
    user.set_password(password)
    user.password_changed_at = clock.now()
    user.save(update_fields=["password", "password_changed_at"])
    return user
