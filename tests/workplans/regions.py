"""A small region for any profile: units of all kinds, projects of all sorts, bureaus below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.core import clock
from apps.organizations.models import Jurisdiction, Membership, Unit, User
from apps.projects.models import FundLine, FundTag, Project, ProjectYear, Transfer

SINCE = date(2015, 1, 1)
UNITS = {  # key: (code, kind, parent, marks)
    "planning": ("101", "department", None, {"is_fund_manager": True}),
    "planning_station": ("101001", "subordinate", "planning", {}),
    "health": ("102", "department", None, {}),
    "hospital": ("102001", "subordinate", "health", {}),
    "secret": ("103", "department", None, {"is_classified": True}),
    "closed": ("104", "department", None, {"is_active": False}),
    "town": ("301", "town", None, {}),
    "other_town": ("302", "town", None, {}),
    "company": ("401", "company", None, {}),
    "breeding": ("501", "other", None, {}),
}


@dataclass(frozen=True)
class Sort:
    """What a project is; `level` is the level of government that pays."""

    unit: str
    origin: str = "initial"
    attribute: str = "continuing"
    marks: tuple[str, ...] = ()
    level: str = "own"
    tag: str = ""
    state: str = "active"
    is_classified: bool = False


PROJECTS = (
    Sort("planning", attribute="new", marks=("is_key",), level="central"),
    Sort("planning", level="central", tag="central_special_transfer"),
    Sort("planning_station"),
    Sort("health", origin="added", attribute="new", marks=("is_infrastructure",)),
    Sort("health", marks=("is_policy",)),
    Sort("hospital", attribute="new", marks=("is_policy", "is_key"), level="province"),
    Sort("town", origin="added", attribute="one_off", marks=("is_livelihood",)),
    Sort("company"),
    Sort("secret"),  # nothing of a classified unit is ever owed in the system
    Sort("planning", is_classified=True),
    Sort("closed"),
    Sort("health", state="cancelled"),
)


TRANSFERS = (("planning", "central_special_transfer"), ("planning", ""), ("hospital", ""))


def settle(place: Jurisdiction, year: int) -> User:
    """Units, the same projects and transfers in the year and the year before; its administrator."""
    units: dict[str, Unit] = {}
    for key, (code, kind, parent, marks) in UNITS.items():
        units[key] = Unit.objects.create(
            jurisdiction=place,
            code=code,
            name=f"{place}{key}",
            kind=kind,
            parent=units[parent] if parent else None,
            **marks,
        )
    for n, sort in enumerate(PROJECTS, start=1):
        _project(units[sort.unit], sort, n, year)
    for n, (key, tag) in enumerate(TRANSFERS, start=1):
        _transfer(units[key], tag, n, year)
    return _admin(place)


def _project(unit: Unit, sort: Sort, n: int, year: int) -> None:
    described = {"name": f"项目{n}", "code": f"{unit.jurisdiction.code}17T{n:012d}"}
    project = Project.objects.create(
        jurisdiction=unit.jurisdiction,
        unit=unit,
        first_year=year - 1,
        state=sort.state,
        created_at=clock.start_of(SINCE),
        **({"classified_serial": n, "is_classified": True} if sort.is_classified else described),
        **dict.fromkeys(sort.marks, True),
    )
    if sort.tag:
        tag, _ = FundTag.objects.get_or_create(code=sort.tag, defaults={"name": sort.tag})
        project.fund_tags.add(tag)
    own = unit.jurisdiction.level
    for each in (year - 1, year):
        row = ProjectYear.objects.create(
            project=project,
            jurisdiction=unit.jurisdiction,
            fiscal_year=each,
            origin=sort.origin,
            attribute=sort.attribute,
            joined_on=date(each, 1, 20),
        )
        level = own if sort.level == "own" else sort.level
        FundLine.objects.create(year=row, source="fiscal", level=level, adjusted=Decimal(1000))


def _transfer(unit: Unit, tag: str, n: int, year: int) -> None:
    for each in (year - 1, year):
        transfer = Transfer.objects.create(
            jurisdiction=unit.jurisdiction,
            unit=unit,
            fiscal_year=each,
            name=f"转移支付{n}",
            document_number=f"财〔{each}〕{n}号",
            issued_on=date(each, 2, 1),
            created_at=clock.start_of(SINCE),
        )
        if tag:
            transfer.fund_tags.add(FundTag.objects.get(code=tag))


def add_below(place: Jurisdiction, codes: dict[str, str], without_bureau: str) -> None:
    """The regions below, each with a finance bureau but one."""
    for code, name in codes.items():
        region, _ = Jurisdiction.objects.get_or_create(
            code=code, defaults={"name": name, "level": "county", "parent": place}
        )
        if code != without_bureau:
            region.bureau, _ = Unit.objects.get_or_create(
                jurisdiction=region,
                code="101",
                defaults={"name": f"{name}财政局", "kind": "department"},
            )
            region.save(update_fields=["bureau"])


def _admin(place: Jurisdiction) -> User:
    person = User(
        username=f"admin{place.code}",
        name="计划管理员",
        jurisdiction=place,
        created_at=clock.start_of(SINCE),
    )
    person.set_unusable_password()
    person.save()
    Membership.objects.create(user=person, role="plan_admin", jurisdiction=place, starts_on=SINCE)
    return person
