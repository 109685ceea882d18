"""One populated world for the access tests: four tenants, every kind of object, a token in each.

A tenant's texts hold its token, so that a page that shows a foreign row is caught by its words and
not only by its status.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import models

from apps.core import clock
from apps.core.uploads import XLSX_TYPE, Upload
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.jobs import services as jobs
from apps.notifications import services as notifications
from apps.notifications.models import Channel
from apps.organizations import services as organizations
from apps.organizations.models import Membership, SectionRoute, User
from apps.organizations.services.places import UnitData
from apps.pre_assessment import services as assessing
from apps.projects import services as projects
from apps.projects.imports.listings import EXECUTIONS, PROJECTS, SPENDING, STEPS
from apps.projects.models import Project
from apps.rules.target_form import TargetForm
from apps.targets import services as targets
from apps.targets.approvals import services as approvals
from apps.workplans import services as workplans
from apps.workplans.models import Assignment, Plan
from tests import makers
from tests.access.drafts import draft_objects
from tests.access.editions import edition_objects
from tests.access.meetings import add_sessions
from tests.access.monitored import add_monitored
from tests.access.problems import add_problems
from tests.access.samples import add_samples, add_second_scores
from tests.core.books import book
from tests.personas import World, give_password, make_person, make_world
from tests.pre_assessment import acting
from tests.projects import lists, payments
from tests.targets import adjusting, handing_down

PDF = b"%PDF-1.4\n% "
TENANTS = {  # key: (unit, filer, section reviewer, performance reviewer)
    "own": ("water", "filer", "section_reviewer", "performance_reviewer"),
    "child": ("water_station", "station_filer", "section_reviewer", "performance_reviewer"),
    "sibling": ("traffic", "stranger", "other_section_reviewer", "performance_reviewer"),
    "foreign": ("foreign_water", "foreign_filer", "foreign_farmer", "foreign_reviewer"),
}
DEPTHS = ("name", "known", "draft", "sent", "desk", "personal", "plan", "never")
BY_NUMBER = ("seat", "route", "draft.window", "draft.event", "draft.setting", "draft.sheet")
BY_NUMBER += ("edition.row",)
ASSESSED = ("assessed.draft", "assessed.desk", "assessed.closed", "assessed.excepted")
STATES = ("fresh", "draft", "sent", "second", "returned", "approved")


def token(tenant: str, depth: str) -> str:
    """The word that only this tenant's rows of this depth hold, e.g. qzsiblingdraft."""
    return f"qz{tenant}{depth}"


@dataclass
class Tenant:
    """A unit with its people, and one object of every kind and state."""

    key: str
    world: World  # `county`, and the people under the names that the makers know
    unit: str
    objects: dict[str, Any] = field(default_factory=dict)

    def actor(self, key: str) -> User:
        person = self.world.people[key]
        person.forget_memberships()
        return person


@dataclass
class County:
    """The whole world: people by role, tenants by relation to 县水利局."""

    world: World
    tenants: dict[str, Tenant] = field(default_factory=dict)
    classified: dict[str, Any] = field(default_factory=dict)
    books: dict[str, bytes] = field(default_factory=dict)  # workbooks, which are slow to write

    def thing(self, kind: str, tenant: str) -> Any:
        """The object of the kind, or None where this tenant has none."""
        if tenant == "classified":
            return self.classified.get(kind)
        return self.tenants[tenant].objects.get(kind)


def make_county() -> County:
    """Everything, brought about by the services on the same Monday."""
    world = make_world()
    foreign = _foreign_world(world)
    county = County(world)
    with clock.at(makers.MONDAY):
        for where in (world, foreign):
            plan = makers.make_plan(where)
            plan.title = f"{where.county}2024年度工作计划 {_plan_token(where)}"
            plan.save(update_fields=["title"])
            acting.add_assessments(where, plan, "部分支持")
            adjusting.add_adjustment(where, plan, months=(4, 9))  # a node is open this Monday
            handing_down.make_task(plan, where)
        for number, key in enumerate(TENANTS):
            county.tenants[key] = _tenant(key, world, foreign, number)
        for where in (world, foreign):
            makers.assign_all(where, Plan.objects.get(jurisdiction=where.county))
        for tenant in county.tenants.values():
            _fill(tenant)
        _classify(county)
        _uploads(county)
        for key, where in (("own", world), ("foreign", foreign)):
            county.tenants[key].objects |= draft_objects(where) | edition_objects(where)
        add_samples(county)
        add_second_scores(county)
        add_sessions(county)
        add_problems(county)
        add_monitored(county)
        _keys(county)
    return county


def _plan_token(where: World) -> str:
    return token("foreign" if where.county.code == "652325" else "county", "plan")


def _foreign_world(world: World) -> World:
    """The sibling county under the names that the makers use."""
    for username, role, place in (
        ("foreign_farmer", "section_reviewer", "foreign_farm"),
        ("foreign_admin", "plan_admin", None),
        ("foreign_sys_admin", "sys_admin", None),
    ):
        world.people[username] = make_person(world, username, username, role, place, foreign=True)
    SectionRoute.objects.create(
        jurisdiction=world.sibling,
        section=world.sections["foreign_farm"],
        unit=world.units["foreign_water"],
    )
    names = {"performance": "foreign_performance", "farm": "foreign_farm"}
    return World(
        world.sibling,
        world.county,
        units=world.units,
        sections={key: world.sections[name] for key, name in names.items()},
        people={
            **world.people,
            "plan_admin": world.people["foreign_admin"],
            "sys_admin": world.people["foreign_sys_admin"],
        },
    )


def _tenant(key: str, world: World, foreign: World, number: int) -> Tenant:
    unit, filer, reviewer, performer = TENANTS[key]
    base = foreign if key == "foreign" else world
    people = {
        **base.people,
        "filer": world.people[filer],
        "section_reviewer": world.people[reviewer],
        "performance_reviewer": world.people[performer],
    }
    where = replace(base, people=people)
    tenant = Tenant(key, where, unit)
    for position, state in enumerate(STATES):
        name = f"{token(key, 'name')} {state}工程"
        tenant.objects[f"project.{state}"] = makers.make_project(
            where, unit, 100 * number + position + 1, name
        )
    tenant.objects["project"] = _described(tenant, tenant.objects["project.fresh"])
    tenant.objects["reserve"] = projects.create_project(
        actor=tenant.actor("plan_admin"),
        unit=world.units[unit],
        code=f"{where.county.code}24T{900 + number:012d}",
        name=f"{token(key, 'name')} 储备工程",
        first_year=2024,
    )
    return tenant


def _described(tenant: Tenant, project: Project) -> Project:
    """Words in every text of the project."""
    facts = {
        "leader": token(tenant.key, "name"),
        "leader_phone": token(tenant.key, "name"),
        "summary": f"概况 {token(tenant.key, 'name')}",
    }
    return projects.update_project(project=project, actor=tenant.actor("plan_admin"), facts=facts)


# --- filings --------------------------------------------------------------------------------
def _fill(tenant: Tenant) -> None:
    """A filing in every state, with a file, a remark, a return, and what belongs to people."""
    for state in STATES:
        owed = Assignment.objects.get(project=tenant.objects[f"project.{state}"])
        tenant.objects[f"assignment.{state}"] = owed
    tenant.objects["fresh"] = tenant.objects["assignment.fresh"]
    for state in STATES[1:]:
        tenant.objects[state] = _filing(tenant, state)
    tenant.objects["materials"] = _materials(tenant)
    _assessments(tenant)
    _approval(tenant)
    _adjustments(tenant)
    _transfers(tenant)
    tenant.objects["task"] = tenant.objects["draft"].assignment.task
    tenant.objects["plan"] = tenant.objects["task"].plan
    _personal(tenant)
    _places(tenant)


def form_of(tenant: str, depth: str) -> TargetForm:
    """A form without findings whose every text holds the token."""
    word = token(tenant, depth)
    form = makers.good_form()
    lines = tuple(
        replace(line, name=f"{line.name}{word}", evidence=f"{line.evidence}{word}")
        for line in form.lines
    )
    return replace(
        form, lines=lines, year_goal=f"{form.year_goal}{word}", mid_goal=f"{form.mid_goal}{word}"
    )


def _filing(tenant: Tenant, state: str) -> Filing:
    """The project's filing, as far as the state says."""
    filer = tenant.actor("filer")
    filing = filings.open_filing(assignment=tenant.objects[f"assignment.{state}"], actor=filer)
    depth = "draft" if state == "draft" else "sent"
    makers.saved(tenant.world, filing, form_of(tenant.key, depth))
    attachment = filings.attach(
        filing=filing,
        actor=filer,
        slot="basis",
        upload=Upload(
            f"{token(tenant.key, depth)}.pdf",
            PDF + token(tenant.key, depth).encode(),
            "application/pdf",
        ),
    )
    tenant.objects[f"attachment.{state}"] = attachment
    if state == "draft":
        return filing
    makers.submitted(tenant.world, filing, form_of(tenant.key, depth))
    tenant.objects[f"receipt.{state}"] = filing.revisions.get().receipt_number
    _STEPS[state](tenant, filing)
    filing.refresh_from_db()
    return filing


def _remark(tenant: Tenant, filing: Filing) -> None:
    word = token(tenant.key, "sent")
    tenant.objects["comment"] = filings.comment(
        filing=filing,
        actor=tenant.actor("section_reviewer"),
        path="year_goal",
        text=f"请写明完成年份 {word}",
    )


def _first_pass(tenant: Tenant, filing: Filing) -> None:
    filings.pass_on(
        filing=filing,
        actor=tenant.actor("section_reviewer"),
        opinion=f"同意 {token(tenant.key, 'sent')}",
    )
    filing.refresh_from_db()


def _half_judged(tenant: Tenant, filing: Filing) -> None:
    """At the second desk, with an opinion that is written but not given."""
    _first_pass(tenant, filing)
    filings.save_review(
        filing=filing,
        actor=tenant.actor("performance_reviewer"),
        opinion=f"初稿 {token(tenant.key, 'desk')}",
        marks=makers.full_marks(filing),
    )


def _returned(tenant: Tenant, filing: Filing) -> None:
    filings.send_back(
        filing=filing,
        actor=tenant.actor("section_reviewer"),
        opinion=f"退回 {token(tenant.key, 'sent')}",
        items=[filings.Wanted("year_goal", f"写明年份 {token(tenant.key, 'sent')}")],
        due_on=date(2024, 4, 17),
    )
    tenant.objects["item"] = filing.return_items.get()
    makers.saved(tenant.world, filing, form_of(tenant.key, "draft"))


def _approved(tenant: Tenant, filing: Filing) -> None:
    _first_pass(tenant, filing)
    filings.pass_on(
        filing=filing,
        actor=tenant.actor("performance_reviewer"),
        opinion=f"通过 {token(tenant.key, 'sent')}",
        marks=makers.full_marks(filing),
    )


_STEPS = {
    "sent": _remark,
    "second": _half_judged,
    "returned": _returned,
    "approved": _approved,
}


def _materials(tenant: Tenant) -> Filing:
    owed = Assignment.objects.get(
        unit=tenant.world.units[tenant.unit], project=None, task__kind="materials"
    )
    filing = filings.open_filing(assignment=owed, actor=tenant.actor("filer"))
    filings.save_materials(
        filing=filing,
        actor=tenant.actor("filer"),
        version=filing.revisions.get().version,
        summary=f"情况 {token(tenant.key, 'draft')}",
        facts={"n": "3"},
    )
    return filing


def _approval(tenant: Tenant) -> None:
    """The approved targets of the unit stand in a document."""
    tenant.objects["approval"] = approvals.issue(
        actor=tenant.actor("plan_admin"),
        unit=tenant.world.units[tenant.unit],
        year=makers.YEAR,
        order=approvals.Order(f"财预〔2024〕{tenant.key}号", date(2024, 4, 1)),
    )


# --- transfers ------------------------------------------------------------------------------
def _transfers(tenant: Tenant) -> None:
    """A transfer that nobody has begun, and one whose decomposition is being written."""
    for kind, depth in (("transfer", "known"), ("handing.transfer", "draft")):
        tenant.objects[kind] = handing_down.registered(
            tenant.world,
            tenant.unit,
            name=f"{token(tenant.key, 'name')} {depth}补助资金",
            document_number=f"财〔2024〕{kind}号",
        )
    filing = handing_down.opened(tenant.world, tenant.objects["handing.transfer"])
    form = handing_down.regional(year_goal=f"目标 {token(tenant.key, 'draft')}")
    makers.saved(tenant.world, filing, form)
    tenant.objects["handing"] = filing


# --- assessments ----------------------------------------------------------------------------
def _assessments(tenant: Tenant) -> None:
    """Reports being written, on the last desk, closed with 部分支持; an exception that waits."""
    rows = {name: _assessed(tenant, n, name) for n, name in enumerate(ASSESSED)}
    for name in ("assessed.closed", "assessed.excepted"):
        acting.concluded(tenant.world, rows[name])
    tenant.objects |= rows
    tenant.objects["barred"] = rows["assessed.closed"].assignment.project
    tenant.objects["exception"] = assessing.propose_exception(
        project=rows["assessed.excepted"].assignment.project,
        actor=tenant.actor("plan_admin"),
        year=2024,
        kind="exception",
        amount=Decimal(600000),
        reason="防汛急需",
        document="会议纪要",
    )


def _assessed(tenant: Tenant, number: int, name: str) -> Filing:
    unit = tenant.world.units[tenant.unit]
    project = projects.create_project(
        actor=tenant.actor("plan_admin"),
        unit=unit,
        code=f"{tenant.world.county.code}24T{2000 + 10 * unit.pk + number:012d}",
        name=f"{token(tenant.key, 'name')} {name}",
        first_year=2024,
    )
    depth = "draft" if name == "assessed.draft" else "sent"
    form = acting.report(helper=f"某公司{token(tenant.key, depth)}")
    if name == "assessed.draft":
        filing = acting.asked_for(tenant.world, project)
        acting.saved(tenant.world, filing, form)
        return filing
    filing = acting.at_last_desk(tenant.world, project, form)
    if name == "assessed.desk":
        acting.act(
            tenant.world,
            "performance_reviewer",
            "decide_reassessment",
            filing=filing,
            is_wanted=False,
            reason="已经论证",
        )
    return filing


# --- adjustments ----------------------------------------------------------------------------
def _adjustments(tenant: Tenant) -> None:
    """An exception that the unit asks for between the nodes, and that waits."""
    with clock.at(adjusting.JULY):
        tenant.objects["adjustment.exception"] = targets.ask_exception(
            subject=adjusting.subject_of(tenant.objects["approved"]),
            actor=tenant.actor("filer"),
            year=2024,
            reason=f"洪水冲毁取水口，等不到八月{token(tenant.key, 'name')}",
            evidence="灾情证明",
        )


# --- people and places ----------------------------------------------------------------------
def _personal(tenant: Tenant) -> None:
    """What exists for the tenant's filer alone: a message, a finished job with file, a token."""
    filer = tenant.actor("filer")
    word = token(tenant.key, "personal")
    notifications.notify(recipients=[filer], kind="test", key=word, title=word, body=word, url="/")
    tenant.objects["message"] = filer.messages.get(key=word)
    job = jobs.leave(kind=PROJECTS.check, title=word, owner=filer)
    job.file = jobs.keep_file(
        content=PDF + word.encode(), name=f"{word}.pdf", content_type="application/pdf", owner=filer
    )
    job.state, job.finished_at = job.State.DONE, clock.now()
    job.save(update_fields=["file", "state", "finished_at"])
    tenant.objects["job"] = job
    tenant.objects["token"], _ = organizations.make_token(
        actor=filer, name=word, days=30, may_write=True
    )
    tenant.objects["feed"] = workplans.make_feed(actor=filer)
    workplans.reader_of(secret=tenant.objects["feed"])  # its hour of reading is noted already


def _places(tenant: Tenant) -> None:
    filer = tenant.world.people["filer"]
    unit = tenant.world.units[tenant.unit]
    tenant.objects["unit"] = unit
    tenant.objects["person"] = filer
    tenant.objects["seat"] = Membership.objects.get(user=filer)
    tenant.objects["liaison"] = organizations.register_liaison(
        actor=filer, unit=unit, name=token(tenant.key, "known"), phone="0996-4020000", user=filer
    )
    tenant.objects["route"] = SectionRoute.objects.filter(
        jurisdiction=unit.jurisdiction, unit__isnull=False
    )[0]
    tenant.objects["section"] = tenant.objects["route"].section
    if tenant.key in ("own", "foreign"):  # a robot belongs to a county, not to a unit
        tenant.objects["channel"] = Channel.objects.create(
            jurisdiction=unit.jurisdiction,
            kind="wecom",
            name=f"{tenant.key}群",
            address=f"https://qyapi.weixin.qq.com/send?key={token(tenant.key, 'never')}",
            topics=["return"],
            created_at=clock.now(),
        )


def _classify(county: County) -> None:
    """A classified unit and a classified project of 县水利局: rows that say nothing."""
    admin = county.world.people["plan_admin"]
    organizations.create_unit(
        actor=county.world.people["sys_admin"],
        jurisdiction=county.world.county,
        code="298",
        data=UnitData(token("classified", "never"), "department", is_classified=True),
    )
    made = projects.create_classified(
        actor=admin, unit=county.world.units["water"], first_year=2024
    )
    projects.confirm(project=made, actor=admin, year=2024, origin="initial", attribute="new")
    county.classified = {
        "project": made,
        "unit": county.world.units["secret"],
        "person": county.world.people["secret_filer"],
        "fresh": _owed_before(county),
    }


def _owed_before(county: County) -> Assignment:
    """What the unit owed before it became classified; no service makes such a row."""
    row = Assignment.objects.get(unit=county.world.units["traffic"], project=None, transfer=None)
    row.pk, row.public_id, row.unit = None, uuid4(), county.world.units["secret"]
    row.save(force_insert=True)
    return row


def _keys(county: County) -> None:
    """县水利局's filer has a password; filer2 a one-time link."""
    world = county.world
    give_password(world.people["filer"])
    county.tenants["own"].objects["link"] = organizations.issue_link(
        actor=world.people["sys_admin"], person=world.people["filer2"]
    )


def _uploads(county: County) -> None:
    """A workbook that the administrator put aside, and a list that was checked: theirs alone."""
    own, admin = county.tenants["own"], county.world.people["sys_admin"]
    rows = [["预算单位编码", "单位名称", "单位类型"], ["778", "新单位", "部门"]]
    own.objects["book"] = jobs.keep_file(
        content=book(rows), name="单位.xlsx", content_type=XLSX_TYPE, owner=admin
    )
    own.objects["check"] = lists.checked(
        county.world, lists.workbook(county.world, lists.line(702))
    )
    paid = lists.payments(county.world, lists.paid(own.objects["project"].code))
    own.objects["payments"] = lists.checked(county.world, paid, listing=EXECUTIONS)
    export = payments.csv(payments.line(code=own.objects["project"].code))
    own.objects["export"] = payments.checked(county.world, export)
    pace = lists.paced(county.world, lists.pace(own.objects["project"].code))
    own.objects["pace"] = lists.checked(county.world, pace, listing=SPENDING)
    days = lists.dated(county.world, lists.day(own.objects["project"].code))
    own.objects["days"] = lists.checked(county.world, days, listing=STEPS)


def public_id(thing: Any) -> dict[str, Any]:
    """How an address names the object."""
    if isinstance(thing, str):
        return {"number": thing, "token": thing}
    if isinstance(thing, models.Model) and not hasattr(thing, "public_id"):
        return {"pk": thing.pk}
    return {"public_id": thing.public_id}


def missing(kind: str) -> dict[str, Any]:
    """An address of the kind that names nothing."""
    if kind.startswith("receipt"):
        return {"number": "R-0"}
    if kind in ("link", "feed"):
        return {"token": "nothing"}
    return {"pk": 2**31} if kind in BY_NUMBER else {"public_id": uuid4()}
