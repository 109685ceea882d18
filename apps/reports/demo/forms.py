"""Target forms for demo projects, from the indicator library, without a finding that blocks."""

from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from apps.core.money import WAN
from apps.indicators.models import Indicator
from apps.indicators.models import Library as Editions
from apps.organizations.models import Jurisdiction
from apps.projects.models import Project
from apps.reports.demo.figures import number, pick
from apps.rules.target_form import TargetForm, TargetLine

# Second level, how many rows, points each: 产出50, 效益30, 满意度10 (财预〔2020〕10号).
PLAN = (
    ("产出", "数量", 2, 10),
    ("产出", "质量", 1, 15),
    ("产出", "时效", 1, 15),
    ("效益", "社会效益", 1, 15),
    ("效益", "可持续影响", 1, 15),
    ("满意度", "服务对象满意度", 1, 10),
)


class Library:
    """The quantitative rows of the year's edition by category and second level, read once.

    Of an edition that grew, those it took over: what a project promises stays what it was.
    """

    def __init__(self, region: Jurisdiction, year: int) -> None:
        self._rows: dict[tuple[str, str], list[Indicator]] = {}
        editions = Editions.objects.filter(jurisdiction=region, unit=None, fiscal_year__lte=year)
        edition = editions.order_by("-fiscal_year", "-number")[0]
        rows = Indicator.objects.filter(category__library=edition)
        rows = rows.exclude(operator__in=["定性", "区间"]).exclude(unit="")
        if edition.base_id:
            rows = rows.exclude(origin=None)
        for row in rows.select_related("category").order_by("category__code", "code"):
            self._rows.setdefault((row.category.code, row.level2), []).append(row)

    def rows(self, category: str, level2: str, n: int, seed: str) -> list[Indicator]:
        """n different rows of a category, topped up from the general one."""
        own = self._rows.get((category, level2), [])
        common = self._rows.get(("general", level2), [])
        found = own if len(own) >= n else own + [row for row in common if row not in own]
        start = number(seed, level2, below=len(found))
        return [found[(start + step) % len(found)] for step in range(n)]


def form_for(
    project: Project, category: str, money: Decimal, library: Library, year: int
) -> TargetForm:
    """A complete form: two quantities, quality, time, two benefits, satisfaction; yuan."""
    lines: list[TargetLine] = []
    for level1, level2, n, points in PLAN:
        for row in library.rows(category, level2, n, project.code or ""):
            lines.append(_line(project, row, level1, points, len(lines), year))
    names = "、".join(line.name for line in lines[:2])
    wan = money / WAN
    return TargetForm(
        attribute="new" if project.first_year == year else "continuing",
        first_year=project.first_year,
        last_year=project.last_year or year,
        leader=project.leader,
        leader_phone="0996-4022000",
        year_goal=f"用{wan:.2f}万元完成{project.name}年度任务，按计划达到{names}等指标，让服务对象满意。",
        funds={"year": {"fiscal": money}},
        lines=tuple(lines),
    )


def _line(
    project: Project, row: Indicator, level1: str, points: int, position: int, year: int
) -> TargetLine:
    return TargetLine(
        key=str(uuid5(NAMESPACE_URL, f"{project.code}/{year}/{position}")),
        level1=level1,
        level2=row.level2,
        name=row.name,
        operator=row.operator,
        value=_value(project, row),
        unit=row.unit,
        direction=row.direction,
        weight=Decimal(points),
        basis="计划标准",
        evidence=row.evidence[:200],
        library_id=row.pk,
    )


def _value(project: Project, row: Indicator) -> Decimal:
    """A plausible value: high for rates, small for what should stay low, else a round number."""
    if "%" in row.unit:
        if row.direction == "反向":
            return Decimal(pick((2, 3, 5, 8), project.code, row.code))
        return Decimal(pick((90, 92, 95, 98), project.code, row.code))
    if row.direction == "反向" and row.operator == "=":
        return Decimal(0)  # accidents, breaches: none
    if row.direction == "反向":
        return Decimal(pick((1, 5, 10, 15), project.code, row.code))
    return Decimal(pick((3, 6, 12, 20, 35, 60, 120, 260, 480), project.code, row.code))
