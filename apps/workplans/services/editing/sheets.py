"""Score sheets of a draft."""

from __future__ import annotations

from django.db import transaction

from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import GradeBand, Plan, ScoreItem, ScoreSheet
from apps.workplans.profiles import SheetRow, sheet_problems
from apps.workplans.services.editing.common import (
    Values,
    agreed,
    checked,
    differing,
    free_code,
    opened,
    recorded,
    refusal,
)
from apps.workplans.services.exporting import sheet_row
from apps.workplans.services.loading import values as columns
from apps.workplans.services.loading.writing import Writer

CONSEQUENCE = GradeBand.Consequence


@transaction.atomic
def add_sheet(*, plan: Plan, values: Values, actor: User) -> ScoreSheet:
    """A new score sheet. `values`: the keys of SheetRow, with items and bands as lists.

    `pass_mark` (a number of points) may stand instead of bands: 合格 from it on, else 不合格.
    """
    plan = opened(plan, actor)
    taken = list(plan.sheets.values_list("code", flat=True))
    row = _row({"code": free_code("sheet-", taken)} | dict(values))
    if row.code in taken:
        raise refusal(f"标识：“{row.code}”已是另一张审核表的，换一个。", field="code")
    sheet = ScoreSheet.objects.create(plan=plan, code=row.code, **columns.sheet_values(row))
    _write_rows(sheet, row)
    recorded(plan, actor, "add_sheet", sheet, items=len(row.items))
    return sheet


@transaction.atomic
def edit_sheet(*, sheet: ScoreSheet, values: Values, actor: User) -> ScoreSheet:
    """The sheet has these values; items and bands are whole lists. Its code stays."""
    plan = opened(sheet.plan, actor)
    sheet = plan.sheets.get(pk=sheet.pk)
    now = sheet_row(sheet)
    row = _row(now.model_dump() | dict(values) | {"code": sheet.code})
    data = differing(now, row)
    if not data:
        return sheet
    for key, value in columns.sheet_values(row).items():
        setattr(sheet, key, value)
    sheet.save(update_fields=["title", "clause", "mode", "requirements"])
    _write_rows(sheet, row)
    recorded(plan, actor, "edit_sheet", sheet, **data)
    return sheet


@transaction.atomic
def remove_sheet(*, sheet: ScoreSheet, actor: User) -> None:
    """The sheet is gone. Refused while a review step uses it."""
    plan = opened(sheet.plan, actor)
    sheet = plan.sheets.get(pk=sheet.pk)
    step = sheet.steps.select_related("task").first()
    if step is not None:
        raise RuleError(
            f"审核表“{sheet}”：“{step.task}”的步骤“{step}”在用，先改那一步再删。",
            code="workplans.sheet_used",
        )
    recorded(plan, actor, "remove_sheet", sheet, code=sheet.code)
    sheet.delete()


def _row(values: Values) -> SheetRow:
    """The values as a row. Raises RuleError."""
    given = {key: value for key, value in values.items() if key != "pass_mark"}
    if values.get("pass_mark") not in (None, ""):
        given["bands"] = _pass_bands(str(values["pass_mark"]))
    row = checked(SheetRow, given)
    agreed(SheetRow, sheet_problems(row, ()))
    return row


def _pass_bands(mark: str) -> list[dict[str, object]]:
    """Two bands: passed from the mark on, otherwise to be done again."""
    return [
        {"grade": "合格", "floor": mark, "consequence": CONSEQUENCE.PASS, "text": f"{mark}分以上"},
        {"grade": "不合格", "floor": 0, "consequence": CONSEQUENCE.REDO, "text": "修改完善后重报"},
    ]


def _write_rows(sheet: ScoreSheet, row: SheetRow) -> None:
    writer = Writer()
    writer.merge(ScoreItem.objects.all(), "sheet", {sheet: columns.item_values(row)})
    writer.merge(GradeBand.objects.all(), "sheet", {sheet: [b.model_dump() for b in row.bands]})
