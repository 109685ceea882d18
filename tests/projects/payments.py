"""Exports of the payment system, and their way through the steps."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from apps.core import uploads
from apps.projects.models import PaymentFile
from apps.projects.payments import services
from apps.projects.payments.services import Layout
from tests.personas import World
from tests.projects.lists import YEAR, ran
from tests.projects.lists import code as code_of

HEAD = ("项目编码", "项目名称", "资金性质", "截至日期", "累计支付（万元）")
COLUMNS = {"code": HEAD[0], "fund": HEAD[2], "as_of": HEAD[3], "amount": HEAD[4]}
SINGLE_HEAD = ("支付凭证号", "项目编码", "支付日期", "支付金额（元）")
SINGLE = {
    "voucher": SINGLE_HEAD[0],
    "code": SINGLE_HEAD[1],
    "as_of": SINGLE_HEAD[2],
    "amount": SINGLE_HEAD[3],
}


def line(number: int = 1, amount: Any = 25, on: Any = "2024-03-31", **cells: str) -> Any:
    """One row of cumulative numbers; keyword arguments replace the code and the source."""
    key, fund = cells.get("code", code_of(number)), cells.get("fund", "财政拨款")
    return (key, f"农村饮水巩固{number}", fund, on, amount)


def total(amount: Any) -> Any:
    """The last row."""
    return ("合计", "", "", "", amount)


def csv(*rows: Any, head: Any = HEAD, encoding: str = "utf-8") -> bytes:
    """The rows as a CSV below its head."""
    return "\r\n".join(",".join(str(cell) for cell in row) for row in (head, *rows)).encode(
        encoding
    )


def layout(**more: Any) -> Layout:
    """The columns of HEAD, in 万元."""
    return Layout(**{"columns": COLUMNS, "kind": "cumulative", "unit": "wan", **more})


def single(**more: Any) -> Layout:
    """The columns of SINGLE_HEAD, in 元."""
    return Layout(**{"columns": SINGLE, "kind": "single", "unit": "yuan", **more})


def uploaded(world: World, content: bytes, name: str = "支出.csv", key: str = "plan_admin") -> Any:
    """The file after its head was read."""
    guarded = uploads.guard_table(io.BytesIO(content), name)
    actor = world.people[key]
    file = services.upload(actor=actor, region=world.county, year=YEAR, upload=guarded)
    return fresh(file)


def checked(world: World, content: bytes, how: Layout | None = None, **more: Any) -> PaymentFile:
    """The file after its dry run."""
    file = uploaded(world, content, **more)
    actor = world.people["plan_admin"]
    return fresh(services.check(actor=actor, file=file, layout=how or layout()))


def imported(world: World, content: bytes, how: Layout | None = None, reason: str = "") -> Any:
    """The file after its import."""
    file = checked(world, content, how)
    assert file.state == "check_done", (file.job.message, file.job.result)
    actor = world.people["plan_admin"]
    return fresh(services.start_import(actor=actor, file=file, reason=reason))


def fresh(file: PaymentFile) -> PaymentFile:
    """The file after its waiting job."""
    ran(file.job)
    return PaymentFile.objects.select_related("job", "file", "jurisdiction").get(pk=file.pk)


DAY = date(2024, 3, 31)
