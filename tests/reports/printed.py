"""The official form of a self-evaluation table as a workbook and as copied text (DOMAIN 1.5)."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
FUND_KEYS = (
    "initial",
    "adjusted",
    "executed",
    "exec_weight",
    "exec_rate_published",
    "exec_score",
)
SOURCE_KEYS = ("initial", "adjusted", "executed", "weight", "rate", "score")
HEAD = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)
SIGNS = {"定性": "", "": "", "区间": ""}


def rows_of(record: dict[str, Any]) -> list[list[Any]]:
    """The form's rows, column A first: head, money, goals, indicators, total."""
    amounts = record["amounts"]
    rows: list[list[Any]] = [
        ["项目支出绩效自评表"],
        [f"（{record['year']}年度）"],
        ["项目名称", record["project"]],
        ["主管部门", "某局", "", "", "实施单位", record["unit"]],
        [f"项目资金（{amounts['unit']}）", "", *FUNDS],
        ["", "年度资金总额", *(_cell(amounts.get(key, "")) for key in FUND_KEYS)],
    ]
    for line in amounts.get("lines", ()):
        cells = (_cell(line.get(key, "")) or "—" for key in SOURCE_KEYS)
        rows.append(["", line["name"], *cells])
    rows += [
        ["年度总体目标", "预期目标", "", "", "实际完成情况"],
        ["", "完成全年任务", "", "", "已完成"],
        list(HEAD),
    ]
    return rows + _indicators(record)


def _indicators(record: dict[str, Any]) -> list[list[Any]]:
    out: list[list[Any]] = []
    last1 = last2 = ""
    for row in record["indicators"]:
        sign = SIGNS.get(row["op"], row["op"])
        level1 = f"{row['l1']}指标" if row["l1"] != last1 else ""
        level2 = f"{row['l2']}指标" if level1 or row["l2"] != last2 else ""
        last1, last2 = row["l1"], row["l2"]
        target = f"{sign}{row['target']}{row['unit']}" if row["target"] else ""
        actual = f"{row['actual']}{row['unit']}" if row["actual"] else ""
        cells = [_cell(row["weight"]), _cell(row["score"]), row["deviation"]]
        out.append([level1, level2, row["l3"], target, actual, *cells])
    total = record["total"]
    return [*out, ["总分", "", "", "", "", _cell(total["weight"]), _cell(total["score"]), ""]]


def _cell(value: Any) -> Any:
    """A number as a spreadsheet keeps it."""
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return value


def workbook(record: dict[str, Any], *, shift: int = 0, hide: bool = False) -> bytes:
    """The form with its merged cells; `shift` empty columns before it, `hide` old rows in it."""
    book = Workbook()
    page: Worksheet = book.active
    rows = rows_of(record)
    if hide:
        at = next(place for place, row in enumerate(rows) if row[0] == "一级指标") + 1
        rows.insert(at, ["产出指标", "数量指标", "上年的指标", "≥9个", "1个", 40.0, 40.0, ""])
        page.row_dimensions[at + 1].hidden = True
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1 + shift):
            if value not in ("", None):
                cell = page.cell(number, place, value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type  # =100% is text
    page.merge_cells(start_row=1, end_row=1, start_column=1 + shift, end_column=8 + shift)
    page.merge_cells(start_row=3, end_row=3, start_column=2 + shift, end_column=8 + shift)
    old = book.create_sheet("旧表")
    old.sheet_state = "hidden"
    for row in rows:
        old.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def copied(record: dict[str, Any]) -> str:
    """The same, copied into a text."""
    lines = (
        "\t".join("" if cell is None else str(cell) for cell in row) for row in rows_of(record)
    )
    return "\r\n".join(lines)
