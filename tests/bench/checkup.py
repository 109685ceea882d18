"""The check-up of one form among many: its time must not grow with what was filed before.

Two databases, the larger with ten times the library rows and ten times the past forms, all of one
region and year, in names and goals of a few hundred towns and two dozen works. A larger library has
more categories, not larger ones. Beside the check-up its own reads alone, as the server answers
them; and the same check-up done again for many filings as the job does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import Any

from django.db import connection

from apps.core import bulk, clock
from apps.filings.models import Recheck, Revision
from apps.filings.services import rechecking
from apps.indicators.models import Category, Indicator, Library
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets import content, texts
from apps.targets.models import Target, TargetSheet, TargetText
from apps.workplans.models import Plan
from tests import makers
from tests.bench import crowd, databases
from tests.bench.measuring import Measured, in_turn, seconds_of
from tests.bench.submitting import form_of_ten
from tests.personas import World

SIZES = {"default": 2_000, "full": 10_000}  # library rows; past indicators are ten times as many
ROUNDS = 40
AGAIN = {"default": 500, "full": 10_000}  # filings that are checked again
A_CATEGORY = 40
LINES = 10
TOWNS = [f"{a}{b}{c}" for a in "东西南北上下新老" for b in "河滩沟梁坪" for c in "镇乡村街"]
WORKS = ("渠道防渗", "道路硬化", "校舍维修", "病床购置", "林带抚育", "泵站改造", "桥涵加固",
         "管网铺设", "草场围栏", "粮仓修缮", "机井更新", "公厕新建", "路灯安装", "危房改造",
         "文化站修缮", "养老院扩建", "苗木采购", "垃圾清运", "农机补贴", "技能培训", "疫苗接种",
         "河道清淤", "广场绿化", "市场改造")  # fmt: skip


def measure(template: str, size: str) -> Iterator[Measured]:
    """One check-up in the large database against the small one and against its reads; the job."""
    large, small = SIZES[size], SIZES[size] // 10
    with ExitStack() as stack:
        names = {n: stack.enter_context(databases.copied(template, f"{template}_check{n}"))
                 for n in (small, large)}  # fmt: skip
        taken = {}
        for n, name in names.items():
            databases.use(name)
            revision = _filled(n)
            works = {"check": _check_up(revision), "reads": _reads(revision)}
            taken[n] = {key: t * 1000 for key, t in in_turn(works, rounds=ROUNDS).items()}
        of = f"check-up, {large:,} rows, {large * LINES:,} past"
        check = taken[large]["check"]
        yield Measured(of, check, "ms", "at a tenth of both", taken[small]["check"], 1.5)
        yield Measured(of, check, "ms", "its reads alone", taken[large]["reads"], 3.0)
        yield _again(AGAIN[size])


# --- what is measured -------------------------------------------------------------------------
def _check_up(revision: Revision) -> Callable[[], object]:
    def check() -> object:
        with clock.one_moment():
            return content.check(_fresh(revision))

    assert "targets.copied_goal" in {finding.code for finding in content.check(_fresh(revision))}
    return check


def _fresh(revision: Revision) -> Revision:
    rows = Revision.objects.select_related(
        "filing__assignment__task", "filing__assignment__project", "filing__unit"
    )
    return rows.get(pk=revision.pk)


def _reads(revision: Revision) -> Callable[[], object]:
    """The statements of one check-up, sent again and every row fetched."""
    noted: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        noted.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        content.check(_fresh(revision))

    def read() -> object:
        with connection.cursor() as cursor:
            for sql, params in noted:
                cursor.execute(sql, params)
                cursor.fetchall()
        return noted

    return read


def _again(n: int) -> Measured:
    """Milliseconds a filing, as the job checks a plan's filings again, its writes included."""
    plan = Plan.objects.get(jurisdiction__code="652823", fiscal_year=makers.YEAR)

    def block() -> object:
        return rechecking.recheck_block(plan)

    times = [seconds_of(block) / rechecking.BLOCK for _ in range(n // rechecking.BLOCK)]
    assert Recheck.objects.count() >= n // rechecking.BLOCK
    return Measured(f"check again, {n:,} filings", median(times) * 1000, "ms each", "", None, None)


# --- what stands there ------------------------------------------------------------------------
def _filled(n: int) -> Revision:
    """A draft of ten rows that copies the goal of one past form, among n library rows and forms."""
    world = crowd.make_people()
    library = _library(n)
    crowd.fill(world, n)
    copied = _forms(world)
    plan = world.county.plans.get(fiscal_year=makers.YEAR)
    project = makers.make_project(world, n=1, name="东河镇渠道防渗工程")
    makers.assign_all(world, plan)
    filing = makers.open_target_filing(world, project)
    form = form_of_ten()
    lines = [replace(line, library_id=library[at]) for at, line in enumerate(form.lines)]
    revision = filing.revisions.get()
    content.store(revision, replace(form, year_goal=_goal(copied), lines=tuple(lines)))
    databases.settle()
    return revision


def _library(n: int) -> list[int]:
    library = Library.objects.create(
        title="指标库", source="测速", fiscal_year=makers.YEAR, state="published"
    )
    places = bulk.insert(
        Category,
        [
            {"library_id": library.pk, "code": f"c{at}", "name": f"类{at}", "position": at}
            for at in range(n // A_CATEGORY)
        ],
    )
    return bulk.insert(
        Indicator,
        [
            {
                "category_id": places[at // A_CATEGORY % len(places)],
                "code": f"X-{at}",
                "level1": "产出",
                "level2": "数量",
                "name": f"{WORKS[at % len(WORKS)]}{at}",
                "operator": "≥",
                "unit": "处",
                "direction": "正向",
            }
            for at in range(n)
        ],
    )


def _forms(world: World) -> int:
    """Every revision of the crowd has a form of ten rows; what was submitted is in the index.

    Answers the number of one that is in force.
    """
    rows = Revision.objects.order_by("pk")
    found = list(rows.values_list("pk", "filing", "filing__assignment__project", "submitted_at"))
    sheets = bulk.insert(
        TargetSheet,
        [{"revision_id": pk, "year_goal": _goal(at)} for at, (pk, *_) in enumerate(found)],
    )
    bulk.insert(
        Target,
        [
            {"sheet_id": sheet, "position": line, **_line(at, line)}
            for at, sheet in enumerate(sheets)
            for line in range(1, LINES + 1)
        ],
    )
    bulk.insert(
        TargetText,
        [
            {
                "revision_id": pk,
                "filing_id": filing,
                "project_id": project,
                "jurisdiction_id": world.county.pk,
                "evaluated_year": makers.YEAR,
                **_text(at),
            }
            for at, (pk, filing, project, sent_at) in enumerate(found)
            if sent_at is not None
        ],
    )
    live = set(rows.filter(filing__state="approved").values_list("pk", flat=True))
    return next(at for at, (pk, *_) in enumerate(found) if pk in live)


def _text(at: int) -> dict[str, str]:
    lines = tuple(TargetLine("", **_line(at, line)) for line in range(1, LINES + 1))
    form = TargetForm(year_goal=_goal(at), lines=lines)
    town, work = _town(at), WORKS[at % len(WORKS)]
    return texts.columns(texts.wording_of(form, f"{town}{work}工程{at}"))


def _town(at: int) -> str:
    return TOWNS[at // len(WORKS) % len(TOWNS)]


def _goal(at: int) -> str:
    work, other = WORKS[at % len(WORKS)], WORKS[at // 7 % len(WORKS)]
    return (
        f"在{_town(at)}实施{work}{at % 97 + 3}处，配套{other}{at % 53 + 2}处，"
        f"覆盖{at + 11}户，年底前全部完工并经验收合格。"
    )


def _line(at: int, line: int) -> dict[str, Any]:
    return {
        "level1": "产出",
        "level2": "数量",
        "name": f"{WORKS[(at + line) % len(WORKS)]}处数",
        "operator": "≥",
        "value": Decimal(at % 89 + line),
        "unit": "处",
        "direction": "正向",
        "weight": Decimal(9),
    }
