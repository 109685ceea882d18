"""The working copy of each county's plan, with one of everything that a draft holds."""

from __future__ import annotations

from typing import Any

from apps.core import clock
from apps.workplans.models import (
    BasisDocument,
    Notice,
    Plan,
    PlanEvent,
    PlanTask,
    RuleSetting,
    ScoreItem,
    ScoreSheet,
    TaskWindow,
)
from tests import makers
from tests.personas import World

TEXT = "一、报送绩效目标。各单位4月15日前报送绩效目标。\n二、加强学习。"


def draft_objects(where: World) -> dict[str, Any]:
    """The draft and its parts under the kinds by which routes ask for them."""
    published = Plan.objects.get(jurisdiction=where.county, fiscal_year=makers.YEAR, amends=None)
    plan = Plan.objects.create(
        jurisdiction=where.county,
        fiscal_year=makers.YEAR,
        title=published.title,
        amends=published,
    )
    notice = Notice.objects.create(
        plan=plan,
        name="通知",
        text=TEXT,
        sha256="0" * 64,
        leftovers=[{"start": 26, "end": 33, "note": "没有期限"}],
        added_at=clock.now(),
    )
    task = _task(plan, notice, where)
    return {
        "draft.plan": plan,
        "draft.task": task,
        "draft.window": TaskWindow.objects.create(task=task, key="2024", label="年初", note="待定"),
        "draft.event": PlanEvent.objects.create(plan=plan, code="budget", title="预算批复"),
        "draft.setting": RuleSetting.objects.create(
            plan=plan, code="share", title="抽审比例", clause="不低于20%。", note="待定"
        ),
        "draft.sheet": _sheet(plan),
        "document": BasisDocument.objects.create(
            jurisdiction=where.county, code="law", title="预算法"
        ),
    }


def _task(plan: Plan, notice: Notice, where: World) -> PlanTask:
    return PlanTask.objects.create(
        plan=plan,
        position=1,
        code="read",
        title="报送绩效目标",
        stage="targets",
        kind="materials",
        subject_kind="unit",
        level="unit",
        evaluated_year=makers.YEAR,
        responsible="各单位",
        section=where.sections["performance"],
        clause="各单位4月15日前报送绩效目标。",
        notice=notice,
        check_state=PlanTask.Check.WAITING,
        read_from={"task": {"span": [9, 25], "certainty": "certain", "note": ""}},
    )


def _sheet(plan: Plan) -> ScoreSheet:
    sheet = ScoreSheet.objects.create(plan=plan, code="four", title="审核表", clause="通知附件")
    ScoreItem.objects.create(
        sheet=sheet, position=1, group="完整性", name="完整", prompt="是否完整", points=100
    )
    return sheet
