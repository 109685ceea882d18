"""The pages on which an edition of the library is made: accessible, quiet, to be looked at."""

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.filings import services as filings
from apps.indicators import library_file, services
from apps.indicators.models import Indicator, Library
from tests import makers
from tests.indicators.conftest import SHIPPED
from tests.makers import MONDAY


@pytest.fixture(scope="module", autouse=True)
def edition(world) -> Library:
    """The county's 2023 edition, a 2024 draft made from it, and a filing that promises more."""
    with clock.at(MONDAY):
        services.load(actor=None, documents=library_file.read_all(SHIPPED), jurisdiction="652823")
        made = services.start(
            actor=world.people["plan_admin"],
            jurisdiction=world.county,
            fiscal_year=2024,
            title="分行业分领域共性项目绩效指标体系",
            source="县财政局",
            base=Library.objects.get(),
        )
    filing = makers.submitted(world, makers.target_filing(world))
    with clock.at(MONDAY):
        opinion = {"filing": filing, "opinion": "同意"}
        filings.pass_on(actor=world.people["section_reviewer"], **opinion)
        filing.refresh_from_db()
        marks = makers.full_marks(filing)
        filings.pass_on(actor=world.people["performance_reviewer"], marks=marks, **opinion)
    return made


@pytest.mark.req("Q-12", "W-21", "W-23", "W-24")
def test_the_pages_of_an_edition(person, edition):
    admin = person("plan_admin")
    page, url = admin.page, f"/2024/indicators/editions/{edition.public_id}/"
    row = Indicator.objects.get(category__library=edition, code="SL-2101")
    for name, path in {
        "16-library": "/2024/indicators/?q=%E7%AE%A1%E7%BD%91",
        "16-editions": "/2024/indicators/editions/",
        "16-edition": f"{url}?category={row.category_id}",
        "16-row": f"/2024/indicators/rows/{row.pk}/",
        "16-new-row": f"{url}rows/new/",
        "16-import": f"{url}import/",
        "16-candidates": f"{url}candidates/",
    }.items():
        admin.goto(path)
        admin.look(name)

    page.get_by_label("勾选").first.check()
    admin.button("采入勾选的").click()
    expect(page.locator("body")).to_contain_text("已采入1条")
    admin.goto(f"{url}?unfinished=on")
    expect(page.get_by_role("table")).to_contain_text("缺项")
    admin.goto(url)
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.locator("body")).to_contain_text("待发布")

    judge = person("performance_reviewer")
    judge.goto(url)
    judge.look("16-judge")
    judge.page.get_by_role("button", name="发布，2024年度起选用").click()
    expect(judge.page.locator("body")).to_contain_text("已发布")
