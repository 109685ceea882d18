"""Places and people of the demo, from fixtures/demo, made by the services of organizations."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ObjectDoesNotExist

from apps.organizations import services
from apps.organizations.models import Jurisdiction, Role, Section, Unit, User
from apps.organizations.services.places import UnitData

FOLDER = Path(__file__).resolve().parents[3] / "fixtures"
SINCE = date(2023, 1, 1)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
GIVEN = ("建国", "晓梅", "志强", "丽娜", "海峰", "雪莲", "永红", "敏", "文博", "艳", "国庆", "玉兰")


@dataclass
class County:
    """The demo's places and people by code; `data` is the file."""

    data: dict[str, Any]
    region: Jurisdiction
    units: dict[str, Unit] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    filers: dict[str, User] = field(default_factory=dict)
    reviewers: dict[str, User] = field(default_factory=dict)
    plan_admin: User | None = None
    performance: User | None = None

    @property
    def admin(self) -> User:
        """The plan administrator. Raises LookupError before the people are made."""
        if self.plan_admin is None:
            raise LookupError("people first")
        return self.plan_admin

    @property
    def scorer(self) -> User:
        """The performance section's reviewer. Raises LookupError before the people are made."""
        if self.performance is None:
            raise LookupError("people first")
        return self.performance


def read(name: str) -> dict[str, Any]:
    """The demo file as data."""
    text = (FOLDER / "demo" / f"{name}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def found(data: dict[str, Any], region: Jurisdiction) -> County | None:
    """The county as it stands in the database, or None when its people are not there yet."""
    county = County(data, region)
    county.units = {unit.code: unit for unit in region.units.all()}
    county.sections = {section.code: section for section in region.sections.all()}
    people = {user.username: user for user in User.objects.filter(jurisdiction=region)}
    if "jihua" not in people or "jixiao" not in people:
        return None
    county.plan_admin, county.performance = people["jihua"], people["jixiao"]
    county.filers = {code: people[f"t{code}"] for code in county.units if f"t{code}" in people}
    names = {code: f"s-{code}" for code in county.sections}
    county.reviewers = {code: people[name] for code, name in names.items() if name in people}
    return county


def build(data: dict[str, Any], region: Jurisdiction, password: str) -> County:
    """Sections, units, routes and people; the profile has made the region itself."""
    system, security = services.create_first_admins(
        jurisdiction=region, system="xitong", security="anquan"
    )
    county = County(data, region)
    _places(county, system.user)
    _people(county, system.user, security.user)
    hashed = make_password(password)  # one hash for all: a hundred would take half a minute
    User.objects.filter(jurisdiction=region).update(password=hashed)
    return county


def _places(county: County, system: User) -> None:
    region = county.region
    for row in county.data["sections"]:
        services.create_section(
            actor=system,
            jurisdiction=region,
            code=row["code"],
            name=row["name"],
            kind=Section.Kind.BUSINESS,
            aliases=[],
        )
    county.sections = {section.code: section for section in region.sections.all()}
    for row in county.data["units"]:
        unit = services.create_unit(
            actor=system,
            jurisdiction=region,
            code=row["code"],
            data=UnitData(
                name=row["name"],
                kind=row["kind"],
                parent=county.units.get(row["code"][:3]) if len(row["code"]) > 3 else None,
                is_classified=row.get("is_classified", False),
            ),
        )
        county.units[unit.code] = unit
        services.set_route(actor=system, section=county.sections[row["route"]], unit=unit)


def _people(county: County, system: User, security: User) -> None:
    """A filer and a head for each unit, a reviewer for each section, one of each other role."""

    def person(username: str, role: Role, **place: Any) -> User:
        user = services.create_person(
            actor=system, jurisdiction=county.region, username=username, name=_name(username)
        )
        services.grant(
            actor=security,
            user=user,
            role=role,
            jurisdiction=county.region,
            starts_on=SINCE,
            **place,
        )
        return user

    for code, unit in county.units.items():
        if not unit.is_classified:
            county.filers[code] = person(f"t{code}", Role.FILER, unit=unit)
    water = county.units["202"]
    person("f202", Role.UNIT_HEAD, unit=water)
    person("z202", Role.SUPERVISOR, unit=water)
    for code, section in county.sections.items():
        if section.kind == Section.Kind.BUSINESS:
            county.reviewers[code] = person(f"s-{code}", Role.SECTION_REVIEWER, section=section)
    performance = county.sections["performance"]
    county.performance = person("jixiao", Role.PERFORMANCE_REVIEWER, section=performance)
    person("yusuan", Role.BUDGET_OFFICER, section=county.sections["budget"])
    county.plan_admin = person("jihua", Role.PLAN_ADMIN)
    person("juzhang", Role.LEADER)
    person("renda", Role.OBSERVER)
    person("shenji", Role.AUDIT_ADMIN)


def _name(username: str) -> str:
    """A made-up name that stays the same."""
    seed = sum(ord(char) * (place + 3) for place, char in enumerate(username))
    return SURNAMES[seed % len(SURNAMES)] + GIVEN[seed // 7 % len(GIVEN)]


def region_of(data: dict[str, Any]) -> Jurisdiction:
    """The demo's jurisdiction. Raises ObjectDoesNotExist before the profile is loaded."""
    try:
        return Jurisdiction.objects.get(code=data["region"])
    except ObjectDoesNotExist as error:
        raise LookupError("load the profile first") from error
