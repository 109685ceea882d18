"""What a good request of every writing route of a draft plan says."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.workplans.services import exporting
from tests.access.drafts import TEXT

MORE = f"{TEXT}三、报送自评。5月底前报送自评报告。"
LINES = {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0"}
TASK = {
    "title": "季度总结",
    "stage": "materials",
    "kind": "materials",
    "subject": "unit",
    "level": "unit",
    "evaluated_year": "2024",
    "responsible": "各单位",
    "clause": "每季度报送。",
    "roll": "keep",
}
WINDOW = {"label": "上半年", "opens": "2024-06-01", "closes": "2024-06-28", "kind": "fixed"}
SERIES = {"series": "quarterly", "months_after": "1", "day": "10"}
DOCUMENT = {"title": "预算法实施条例"}
EVENT = {"title": "决算批复", "clause": "通知第三条"}
SETTING = {
    "code": "floor",
    "title": "合格线",
    "value_type": "number",
    "value": "60",
    "clause": "二",
}
SHEET = {"title": "复核表", "mode": "points", "clause": "附件2"}
ITEM = {"group": "完整性", "name": "完整", "prompt": "是否完整", "points": "100"}
BAND = {"grade": "合格", "floor": "0", "consequence": "pass", "text": "通过"}
AMENDMENT = {"reason": "上级改了时间", "document_number": ""}
REMINDER = {"about": "due", "days": -3, "audience": "person"}
NEW = {"jurisdiction": "652823", "title": "新计划", "source": "empty"}


def same(**body: Any) -> Any:
    """A body that does not depend on the object; a fresh copy each time."""
    return lambda county, thing: dict(body)


def _file(county: Any, plan: Any) -> dict[str, Any]:
    """The draft's own file: taken in, it changes nothing."""
    body = exporting.to_yaml(exporting.profile_of(plan)).encode()
    return {"file": SimpleUploadedFile("plan.yaml", body)}


def _leftover(county: Any, plan: Any) -> dict[str, Any]:
    notice = plan.notices.get()
    return {"notice": str(notice.public_id), "start": notice.leftovers[0]["start"]}


def _sheet_page(n_items: int) -> dict[str, Any]:
    lists = {"item-TOTAL_FORMS": "1", "item-INITIAL_FORMS": str(n_items)}
    lists |= {"band-TOTAL_FORMS": "1", "band-INITIAL_FORMS": "0"}
    items = {f"item-0-{name}": value for name, value in ITEM.items()}
    return SHEET | lists | items | {f"band-0-{name}": value for name, value in BAND.items()}


BODIES: dict[str, Any] = {
    "workplans:new": same(**NEW),
    "workplans:head": same(title="改过的名称"),
    "workplans:read_notice": same(name="补充通知", text=MORE),
    "workplans:leftover": _leftover,
    "workplans:new_task": same(**TASK),
    "workplans:edit_task": same(**TASK),
    "workplans:events": same(**EVENT),
    "workplans:event": same(**EVENT),
    "workplans:new_setting": same(**SETTING),
    "workplans:setting": same(value="20"),
    "workplans:setting_facts": same(**SETTING),
    "workplans:check_setting": same(on="off", severity="建议", reason="本地不查"),
    "workplans:sheets": same(**_sheet_page(0)),
    "workplans:sheet": same(**_sheet_page(1)),
    "workplans:plan_list": same(**{**LINES, "row-TOTAL_FORMS": "0"}),
    "workplans:task_list": same(**LINES, **{"row-0-title": "汇总表", "row-0-code": ""}),
    "workplans:import": _file,
    "workplans:changes": same(**AMENDMENT),
    "workplans:check": same(act="confirm"),
    "workplans:move_task": same(to="down"),
    "workplans:windows": same(**WINDOW),
    "workplans:window": same(**WINDOW),
    "workplans:series": same(**SERIES),
    "workplans:basis": same(codes="law"),
    "workplans:library": same(**DOCUMENT),
    "workplans:document": same(**DOCUMENT),
    # --- API
    "api-plan-new": same(**{**NEW, "year": 2026}),
    "api-draft": same(title="改过的名称"),
    "api-draft-notice": same(name="补充通知", text=MORE),
    "api-draft-leftover": _leftover,
    "api-draft-tasks": same(**TASK),
    "api-draft-events": same(**EVENT),
    "api-draft-settings": same(**SETTING),
    "api-draft-sheets": same(**SHEET, items=[ITEM], bands=[BAND]),
    "api-plan-checks": lambda county, thing: [
        {"code": "targets.basis", "on": False, "reason": "本地不查"}
    ],
    "api-plan-weights": lambda county, thing: [],
    "api-plan-reminders": lambda county, thing: [],
    "api-plan-import": _file,
    "api-plan-import-confirm": _file,
    "api-changes": same(**AMENDMENT),
    "api-draft-task": same(title="改过的任务"),
    "api-task-move": same(position=1),
    "api-task-check": same(act="confirm"),
    "api-task-windows": same(**WINDOW),
    "api-task-series": same(series="quarterly", months_after=1, day=10),
    "api-task-basis": same(codes=["law"]),
    "api-task-scopes": lambda county, thing: [{"field": "unit_kind", "value": "department"}],
    "api-task-steps": lambda county, thing: [
        {"title": "收件核对", "place": "performance", "role": "performance_reviewer"}
    ],
    "api-task-slots": lambda county, thing: [{"code": "summary", "title": "汇总表"}],
    "api-task-facts": lambda county, thing: [{"code": "n", "title": "稿件", "unit": "篇"}],
    "api-task-weights": lambda county, thing: [],
    "api-task-reminders": lambda county, thing: [
        {"about": "due", "days": -3, "audience": "person"}
    ],
    "api-window": same(**WINDOW),
    "api-event": same(title="决算批复"),
    "api-setting": same(value="20"),
    "api-sheet": same(title="改过的表"),
    "api-documents": same(**DOCUMENT, jurisdiction="652823"),
    "api-document": same(**DOCUMENT),
}
