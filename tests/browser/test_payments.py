"""An export of the payment system: uploaded, mapped, explained, imported, seen on the project."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.projects.models import Project
from tests import makers
from tests.makers import MONDAY
from tests.projects import payments
from tests.projects.payments import csv, line, total

pytestmark = pytest.mark.req("Y-15", "Y-30")


@pytest.fixture(scope="module", autouse=True)
def projects(world) -> list[Project]:
    """Three projects of 县水利局."""
    with clock.at(MONDAY):
        names = ("塔里木片区渠道防渗", "乡镇道路硬化", "村级饮水管网改造")
        return [makers.make_project(world, n=n, name=name) for n, name in enumerate(names, 1)]


def test_an_export_goes_from_upload_to_the_project(person, world, projects):
    admin = person("plan_admin")
    page = admin.page
    admin.goto("/2024/payments/")
    admin.look("22-payments")
    first, second, third = (project.code for project in projects)
    rows = (
        line(1, 20, code=first),
        line(2, 1500, code=second),
        line(3, "3.5", code=third, fund="上年结转"),
    )
    content = csv(
        ("集中支付累计表  截至2024年3月31日",), payments.HEAD, *rows, total("1523.5"), head=()
    )
    file = {"name": "3月支出.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("集中支付系统导出的文件").set_input_files(file)
    admin.button("上传").click()
    expect(page.get_by_role("heading", name="对照各列")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("项目编码", exact=False).first).to_have_value("项目编码")
    admin.look("22-payments-map")
    admin.button("核对").click()
    expect(page.get_by_role("heading", name="核对结果")).to_be_visible(timeout=30_000)
    expect(page.locator("#payment-file")).to_contain_text("超过调整后预算数")
    admin.look("22-payments-checked")
    page.get_by_role("textbox", name="理由").fill("年中追加，预算待调整")
    admin.button("确认导入").click()
    expect(page.locator("#payment-file")).to_contain_text("已导入：新增3笔", timeout=30_000)
    admin.look("22-payments-imported")
    admin.goto(f"/2024/projects/{projects[0].public_id}/executions/")
    expect(page.locator("#executions")).to_contain_text("3月支出.csv")
    admin.look("22-executions")
    admin.goto("/2024/payments/")
    admin.look("22-payments-list")
