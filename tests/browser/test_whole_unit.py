"""A clerk fills the whole unit's tasks, and the sum is compared with the unit's budget."""

import pytest
from playwright.sync_api import expect

from apps.targets.selectors import current_form
from tests.browser import forms
from tests.targets import whole


@pytest.fixture(scope="module")
def filing(world):
    made = whole.unit_filing(world)
    whole.budget(world)
    whole.save(world, made, whole.unit_form(tasks=whole.unit_form().tasks[:1]))
    return made


@pytest.mark.req("Q-16", "Y-80")
def test_tasks_are_typed_and_their_sum_meets_the_budget(person, filing):
    clerk = person("filer")
    clerk.goto(f"/2024/targets/{filing.public_id}/")
    expect(clerk.page.locator("#findings")).to_contain_text("任务合计90.00万元")
    with forms.saves(clerk):
        clerk.page.get_by_label("第2行 任务名称", exact=True).fill("河湖管护")
        clerk.page.get_by_label("第2行 主要内容", exact=True).fill("巡河1,200次")
        clerk.page.get_by_label("第2行 财政拨款", exact=True).fill("30")
        clerk.page.get_by_label("房屋 数量", exact=False).first.focus()
    expect(clerk.page.locator("#findings")).not_to_contain_text("任务合计")
    expect(clerk.page.locator('[data-total="fiscal"]')).to_have_text("100")
    clerk.look("12-whole-unit")
    assert [task.name for task in current_form(filing).tasks] == ["农村供水", "河湖管护"]
    clerk.look_on_phone("12-whole-unit")
