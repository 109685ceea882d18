"""A transfer brought through its states by the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.projects import transfers
from apps.projects.models import Transfer
from apps.rules.decomposition import Value
from apps.rules.target_form import TargetForm, TargetLine
from apps.rules.target_shapes import TRANSFER
from apps.targets import handing
from apps.targets import services as targets
from apps.targets.handing import ShareIn
from apps.workplans.models import Assignment, Plan, PlanTask, ReviewStep, RuleSetting, TaskWindow
from apps.workplans.services import assign_transfer
from tests import makers
from tests.personas import World

D = Decimal
SETTINGS = (
    ("transfers.breakdown", "转移支付目标分解到哪里", "分单位、到项目"),
    ("transfers.exempt_kinds", "可不随文下达目标的转移支付", "应急救灾类；其他（须写明理由）"),
)
METERS = "更换老旧水表"  # the good project form promises it too: ≥1,200块


def make_task(plan: Plan, world: World) -> PlanTask:
    """The plan hands transfers down, to units and projects."""
    task = PlanTask.objects.create(
        plan=plan,
        position=8,
        code="targets.transfer",
        title="转移支付绩效目标分解",
        stage="targets",
        kind="targets.transfer",
        subject_kind="transfer",
        level="unit",
        evaluated_year=makers.YEAR,
        responsible="业务主管部门",
        section=world.sections["performance"],
        clause="分解后的绩效目标合计数应与上级下达的绩效目标保持一致。",
    )
    TaskWindow.objects.create(task=task, key="2024", opens_at=makers.OPENS, closes_at=makers.CLOSES)
    ReviewStep.objects.create(
        task=task, position=1, title="业务科室初审", place="routed", role="section_reviewer"
    )
    for code, title, value in SETTINGS:
        RuleSetting.objects.create(
            plan=plan, code=code, title=title, value=value, is_filled=True, clause="分单位、到项目"
        )
    return task


def registered(world: World, unit: str = "water", **changes: object) -> Transfer:
    """900 万元 for drinking water, by a document of February, with its assignment."""
    told = {
        "unit": world.units[unit],
        "year": makers.YEAR,
        "name": "农村饮水安全补助资金",
        "document_number": "新财农〔2024〕12号",
        "issued_on": date(2024, 2, 20),
        "amounts": {"central": D(6_000_000), "province": D(3_000_000)},
    }
    with clock.at(makers.MONDAY):
        transfer = transfers.register(actor=world.people["plan_admin"], **(told | changes))
        assign_transfer(transfer=transfer, actor=None)
    return transfer


def line(
    key: str, name: str, operator: str, value: str | None, unit: str, level2: str
) -> TargetLine:
    text = "管护制度落实到村" if operator == "定性" else ""
    level1 = "效益" if level2.endswith("效益") else "产出"
    return TargetLine(
        key=key,
        level1=level1,
        level2=level2,
        name=name,
        operator=operator,
        value=None if value is None else D(value),
        value_text=text,
        unit=unit,
        direction="正向",
        basis="计划标准",
    )


KEYS = {name: str(uuid4()) for name in ("meters", "quality", "care")}


def regional(**changes: object) -> TargetForm:
    """What the document from above asks of the region."""
    lines = (
        line(KEYS["meters"], METERS, "≥", "2000", "块", "数量"),
        line(KEYS["quality"], "水质检测达标率", "≥", "95", "%", "质量"),
        line(KEYS["care"], "管护制度落实情况", "定性", None, "", "社会效益"),
    )
    goal = "完成2024年农村饮水安全补助资金安排的2000块水表更换，水质检测达标率95%以上。"
    told: dict[str, object] = {"shape": TRANSFER, "year_goal": goal, "lines": lines}
    return TargetForm(**(told | changes))  # type: ignore[arg-type]


def opened(world: World, transfer: Transfer, filer: str = "filer") -> Filing:
    """The draft with the regional targets in it."""
    owed = Assignment.objects.get(transfer=transfer)
    person = world.people[filer]
    with clock.at(makers.MONDAY):
        filing = filings.open_filing(assignment=owed, actor=person)
        targets.save(filing=filing, actor=person, version=version_of(filing), form=regional())
    return filing


def version_of(filing: Filing) -> int:
    return filing.revisions.order_by("-number")[0].version


def rows(project_code: str, **changes: ShareIn) -> list[ShareIn]:
    """A project and the subordinate station, adding up."""
    told = {
        "project": ShareIn(project_code, D(6_000_000), values("1200", "95", "100")),
        "station": ShareIn("201001", D(3_000_000), values("800", "95", "100")),
    }
    return list((told | changes).values())


def values(meters: str, quality: str, care: str) -> dict[str, Value]:
    told = {"meters": meters, "quality": quality, "care": care}
    return {KEYS[name]: Value(D(text)) for name, text in told.items() if text}


def handed_down(world: World, filing: Filing, given: list[ShareIn], filer: str = "filer") -> None:
    """The shares saved by the unit's filer."""
    with clock.at(makers.MONDAY):
        handing.hand_down(
            filing=filing,
            actor=world.people[filer],
            version=version_of(filing),
            rows=given,
        )


def submit(world: World, filing: Filing, filer: str = "filer") -> Filing:
    with clock.at(makers.MONDAY):
        filings.submit(
            filing=filing,
            actor=world.people[filer],
            version=version_of(filing),
            key=str(uuid4()),
        )
    filing.refresh_from_db()
    return filing


def approved(world: World, filing: Filing, reviewer: str = "section_reviewer") -> Filing:
    """Submitted and passed by its only desk."""
    submit(world, filing)
    with clock.at(makers.MONDAY):
        filings.pass_on(filing=filing, actor=world.people[reviewer], opinion="同意")
    filing.refresh_from_db()
    return filing
