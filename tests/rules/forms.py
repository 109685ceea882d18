"""Plain makers of target forms and facts; a form made without arguments has no finding."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.rules.findings import Finding
from apps.rules.target_checks import check
from apps.rules.target_form import TargetFacts, TargetForm, TargetLine, Weights

DATA = Path(__file__).parent.parent / "data" / "published_targets.json"
PUBLISHED = {
    record["id"]: record for record in json.loads(DATA.read_text(encoding="utf-8"))["records"]
}
WEIGHTS = Weights(
    title="不设成本指标",
    execution=Decimal(10),
    levels={"成本": Decimal(0), "产出": Decimal(50), "效益": Decimal(30), "满意度": Decimal(10)},
    required=("产出", "效益"),
    departure_blocks=False,
    clause="财预〔2020〕10号",
)
GOAL = "改造3个乡镇供水管网26公里，更换老旧水表1,900块，管网漏损率降到12%以内。"


def line(key: str = "a", **changes: Any) -> TargetLine:
    row = TargetLine(
        key=key,
        level1="产出",
        level2="数量",
        name="更换老旧水表",
        operator="≥",
        value=Decimal(1900),
        unit="块",
        direction="正向",
        weight=Decimal(50),
        basis="计划标准",
        evidence="验收单",
    )
    return replace(row, **changes)


def lines() -> tuple[TargetLine, ...]:
    return (
        line("a"),
        line(
            "b",
            level1="效益",
            level2="社会效益",
            name="供水受益农村人口",
            value=Decimal(32000),
            unit="人",
            weight=Decimal(30),
        ),
        line(
            "c",
            level1="满意度",
            level2="服务对象满意度",
            name="用水户满意度",
            value=Decimal(92),
            unit="%",
            weight=Decimal(10),
        ),
    )


def form(**changes: Any) -> TargetForm:
    whole = TargetForm(
        attribute="continuing",
        first_year=2023,
        last_year=2025,
        leader="王建国",
        leader_phone="0996-1234567",
        mid_goal="三年内改造全部老旧供水管网80公里。",
        year_goal=GOAL,
        funds={"year": {"fiscal": Decimal("13800000"), "other": Decimal("400000")}},
        lines=lines(),
    )
    return replace(whole, **changes)


def with_row(**changes: Any) -> TargetForm:
    """The good form with its first row changed."""
    return form(lines=(line(**changes), *lines()[1:]))


def qualitative(text: str) -> TargetForm:
    """The good form with its first row judged by this standard."""
    return with_row(operator="定性", value=None, value_text=text, unit="", direction="")


def funds(year: str, **more: dict[str, Decimal]) -> TargetForm:
    """The good form with another amount of fiscal money, in yuan."""
    return form(funds={"year": {"fiscal": Decimal(year), "other": Decimal(400000)}, **more})


def facts(**changes: Any) -> TargetFacts:
    known = TargetFacts(
        fiscal_year=2024,
        project_first_year=2023,
        project_last_year=2025,
        budget={"fiscal": Decimal("13800000"), "other": Decimal("400000")},
        weights=WEIGHTS,
    )
    return replace(known, **changes)


def codes(findings: list[Finding], *, severity: str | None = None) -> list[str]:
    """The codes found, without their common beginning."""
    return [
        finding.code.removeprefix("targets.")
        for finding in findings
        if severity is None or finding.severity == severity
    ]


def found(whole: TargetForm, code: str, **known: Any) -> list[Finding]:
    """The findings of one check."""
    return [each for each in check(whole, facts(**known)) if each.code == f"targets.{code}"]


def published(record_id: str) -> TargetForm:
    """A published table as the target form its unit would have filed."""
    record = PUBLISHED[record_id]
    rows = []
    for number, row in enumerate(record["indicators"], start=1):
        numbers = {
            name: Decimal(row[name]) for name in ("value", "weight") if row.get(name) is not None
        }
        texts = {name: row[name] for name in row if name not in ("value", "weight")}
        rows.append(TargetLine(key=f"{record_id}-{number}", basis="计划标准", **texts, **numbers))
    budget = Decimal(record["budget_wan"]) * 10000
    year = record["year"]
    return form(
        first_year=year,
        last_year=year,
        attribute="new",
        mid_goal="",
        year_goal=f"{record['project']}：按计划使用资金{record['budget_wan']}万元，完成下列指标。",
        funds={"year": {"fiscal": budget}},
        lines=tuple(rows),
    )


def published_facts(record_id: str, **changes: Any) -> TargetFacts:
    record = PUBLISHED[record_id]
    return facts(
        fiscal_year=record["year"],
        project_first_year=record["year"],
        project_last_year=record["year"],
        budget={"fiscal": Decimal(record["budget_wan"]) * 10000},
        **changes,
    )
