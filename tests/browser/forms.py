"""What a clerk does in the target form, by mouse, keyboard and clipboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Response, expect

from tests.browser.person import Person
from tests.rules.forms import PUBLISHED

GOAL = "制作安装坡面水标尺266米，宽50厘米以上，验收合格率100%，受益脱贫人口1,000人。"
ROWS = (  # of a form that has nothing to correct
    ("产出", "数量", "更换老旧水表", "≥", "1900", "块", "正向", "50", "计划标准", "验收单"),
    ("效益", "社会效益", "供水受益农村人口", "≥", "32000", "人", "正向", "30", "计划标准", "名册"),
    ("满意度", "服务对象满意度", "用水户满意度", "≥", "92", "%", "正向", "10", "计划标准", "问卷"),
)
FIELDS = ("level1", "level2", "name", "operator", "value", "unit", "direction", "weight", "basis")


def begin(clerk: Person, project: str, task: str = "") -> None:
    """From 我的待办 into the form of a project that nobody has begun."""
    clerk.goto("/2024/")
    rows = clerk.page.get_by_role("row").filter(has_text=project).filter(has_text=task)
    rows.get_by_role("button", name=re.compile("^去填报")).click()
    expect(clerk.page.locator("h1")).to_have_text(project)


def fill_head(clerk: Person, money: str, goal: str = GOAL) -> None:
    """Everything above the indicators."""
    page = clerk.page
    page.get_by_label("项目属性").select_option(label="新增项目")
    for label, text in {
        "项目期起始年度": "2024",
        "项目期终止年度": "2024",
        "项目负责人": "王建国",
        "联系电话": "0996-1234567",
        "年度 财政拨款": money,
        "年度目标": goal,
    }.items():
        page.get_by_label(label, exact=True).fill(text)


def fill_published(clerk: Person, record_id: str) -> None:
    """A published table: its money typed, its indicators pasted as one block."""
    record = PUBLISHED[record_id]
    goal = f"{record['project']}：按计划使用资金{record['budget_wan']}万元，完成下列指标。"
    fill_head(clerk, record["budget_wan"], goal)
    clerk.page.get_by_label("第1行 一级指标").focus()
    paste(clerk, block(record_id))
    expect(clerk.page.locator(".jx-paste")).to_contain_text("粘贴：填入")


def block(record_id: str) -> str:
    """The table's indicators as a spreadsheet copies them: the grid's columns, tabs between."""
    return (
        "\r\n".join("\t".join(_cells(row)) for row in PUBLISHED[record_id]["indicators"]) + "\r\n"
    )


def _cells(row: dict[str, str]) -> list[str]:
    direction = {"≥": "正向", "≤": "反向"}.get(row["operator"], "")
    value = row.get("value") or row.get("value_text", "")
    weight = row.get("weight") or ""
    head = [row["level1"], row["level2"], row["name"], row["operator"], value, row["unit"]]
    return [*head, direction, weight, "", "计划标准"]  # 上年目标 is the system's own column


def paste(clerk: Person, text: str) -> None:
    """Put a block on the real clipboard and paste it into the focused cell."""
    clerk.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    clerk.page.keyboard.press("Control+V")


def set_column(clerk: Person, label: str, values: list[str]) -> None:
    """Type one column from the first row down."""
    for number, value in enumerate(values, 1):
        clerk.page.get_by_label(f"第{number}行 {label}", exact=True).fill(value)


def type_row(clerk: Person, number: int, row: tuple[str, ...]) -> None:
    """One row cell by cell, as a browser without scripts does it."""
    for field, text in zip((*FIELDS, "evidence"), row, strict=True):
        cell = clerk.page.locator(f"[name=line-{number - 1}-{field}]")
        if field in ("level1", "level2", "operator", "direction", "basis"):
            cell.select_option(label=text)
        elif field == "evidence":
            clerk.page.get_by_label(f"第{number}行 更多").click()
            cell.fill(text)
        else:
            cell.fill(text)


@contextmanager
def saves(clerk: Person) -> Iterator[None]:
    """What the block types is saved by itself, and the form says when."""
    with clerk.page.expect_response(_is_saved):
        yield
    expect(clerk.page.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d:\d\d"))


def _is_saved(answer: Response) -> bool:
    return "x-autosave" in answer.request.headers and answer.ok


def submit(clerk: Person) -> str:
    """Check, confirm; the receipt's number."""
    clerk.button("检查并提交").click()
    clerk.button("确认提交").click()
    expect(clerk.page.locator("h1")).to_have_text("报送回执")
    return clerk.page.locator(".jx-receipt dd").first.inner_text()


def blocking(clerk: Person) -> list[str]:
    """The places that keep the form from being submitted, as the panel names them."""
    items = clerk.page.locator("#findings .jx-find-item").filter(
        has=clerk.page.get_by_role("img", name="阻断")
    )
    return items.get_by_role("link").all_inner_texts()
