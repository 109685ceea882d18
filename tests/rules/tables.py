"""Self-evaluation tables of several bureaus' manners, clean until something in them is changed.

A row is "level 2 | name | operator | target | unit | actual | weight | score | reason".
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.core import exact_json
from apps.rules.findings import Severity
from apps.rules.table_checks import Checked, check, read

DATA = Path(__file__).parent.parent / "data" / "published_results.json"
PUBLISHED = {
    record["id"]: record for record in exact_json.loads(DATA.read_text(encoding="utf-8"))["records"]
}
LEVELS = {
    "数量": "产出", "质量": "产出", "时效": "产出", "成本": "产出", "经济成本": "成本",
    "社会成本": "成本", "经济效益": "效益", "社会效益": "效益", "生态效益": "效益",
    "可持续影响": "效益", "服务对象满意度": "满意度", "决策": "决策", "管理": "管理",
}  # fmt: skip

ROADS = """
数量 | 养护农村公路里程 | ≥ | 320 | 公里 | 328 | 10 | 10
数量 | 更换路灯 | ≥ | 150 | 盏 | 150 | 10 | 10
质量 | 工程验收合格率 | ≥ | 95 | % | 100 | 10 | 10
时效 | 按期完工率 | = | 100 | % | 100 | 10 | 10
成本 | 项目总成本 | ≤ | 486.5 | 万元 | 463.42 | 10 | 10
社会效益 | 受益村民 | ≥ | 12000 | 人 | 11400 | 15 | 14.25 | 两个村整体搬迁，人口减少
可持续影响 | 管护制度 | 定性 | 建立健全 | | 建立健全 | 15 | 15
服务对象满意度 | 群众满意度 | ≥ | 90 | % | 93.5 | 10 | 10
"""
DEVICES = """
经济成本 | 设备采购单价 | ≤ | 2.4 | 万元 | 2.35 | 10 | 10
社会成本 | 停诊天数 | ≤ | 3 | 天 | 3 | 10 | 10
数量 | 购置呼吸机 | = | 12 | 台 | 12 | 15 | 15
质量 | 验收合格率 | = | 100 | % | 100 | 15 | 15
时效 | 完成时间 | 定性 | 2023年11月底前 | | 2023年10月完成 | 10 | 10
社会效益 | 年服务患者 | ≥ | 5600 | 人次 | 6104 | 20 | 20
服务对象满意度 | 患者满意度 | ≥ | 95 | % | 92.15 | 10 | 9.7 | 候诊时间偏长，已增开窗口
"""
MIXED = """
数量 | 开展培训 | | 不少于6期 | | 6期 | 15 | 15
数量 | 参训人员 | | ≥300人次 | | 315人次 | 15 | 15
质量 | 结业考试通过率 | | 95%以上 | | 0.97 | 10 | 10
时效 | 培训按计划完成 | | 12月底前 | | 已完成 | 10 | 10
经济效益 | 学员就业增收 | | 1,500元 | | 1,650元 | 20 | 20
可持续影响 | 师资库 | | 建成并更新 | | 已建成并更新 | 10 | 10
服务对象满意度 | 学员满意度 | | ≥0.9 | % | 0.95 | 10 | 10
"""
FRAMEWORK = """
决策 | 立项依据充分性 | 定性 | | | | 5 | 5
管理 | 资金使用合规性 | 定性 | | | 未发现违规 | 5 | 5
管理 | 预算执行率 | ≥ | 100 | % | 92.4 | 10 | 9.24 | 尾款次年支付
数量 | 采集水样 | ≥ | 480 | 份 | 480 | 20 | 20
质量 | 数据有效率 | ≥ | 98 | % | 99.2 | 20 | 20
生态效益 | 断面达标率变化 | 区间 | 0-5 | % | 2 | 30 | 30
服务对象满意度 | 公众满意度 | ≥ | 85 | % | 88 | 10 | 10
"""
RELIEF = """
数量 | 发放临时救助 | ≥ | 860 | 户 | 860 | 20 | 20
数量 | 走访困难家庭 | ≥ | 1000 | 户次 | 1000 | |
质量 | 对象认定准确率 | ≥ | 99 | % | 99 | 20 | 20
时效 | 资金拨付时限 | ≤ | 10 | 个工作日 | 8 | 10 | 10
社会效益 | 因救助不及时引发的事件 | ≤ | 0 | 起 | 0 | 20 | 20
服务对象满意度 | 救助对象满意度 | ≥ | 95 | % | 100 | 10 | 10
"""
MONEY = {
    "roads": {
        "unit": "万元", "initial": "520", "adjusted": "486.5", "executed": "463.42",
        "exec_weight": "10", "exec_rate_published": "95.26", "exec_score": "9.53",
        "lines": [
            {"name": "当年财政拨款", "initial": "500", "adjusted": "466.5", "executed": "446.02"},
            {"name": "其他资金", "initial": "20", "adjusted": "20", "executed": "17.4"},
        ],
    },
    "devices": {
        "unit": "万元", "initial": "28.8", "adjusted": "28.8", "executed": "28.2",
        "exec_weight": "10", "exec_rate_published": "97.9", "exec_score": "9.79",
    },
    "mixed": {
        "unit": "元", "initial": "180000.00", "adjusted": "165000.00", "executed": "165000.00",
        "exec_weight": "10分", "exec_rate_published": "1", "exec_score": "10分",
        "lines": [{"name": "其中：财政资金", "adjusted": "165000.00", "executed": "165000.00"}],
    },
    "framework": {
        "unit": "万元", "adjusted": "75.00", "executed": "69.30", "exec_rate_published": "92.4%",
    },
    "relief": {
        "unit": "万元", "initial": "—", "adjusted": "1,250.00", "executed": "1,250.00",
        "exec_weight": "20", "exec_rate_published": "100.00%", "exec_score": "20.00",
        "lines": [
            {"name": "财政拨款", "adjusted": "1,250.00", "executed": "1,250.00"},
            {"name": "其中：中央", "adjusted": "900", "executed": "900"},
            {"name": "县级", "adjusted": "350", "executed": "350"},
        ],
    },
}  # fmt: skip
TOTALS = {
    "roads": "98.78", "devices": "99.49", "mixed": "100", "framework": "99.24", "relief": "100",
}  # fmt: skip
ROWS = {
    "roads": ROADS, "devices": DEVICES, "mixed": MIXED, "framework": FRAMEWORK, "relief": RELIEF,
}  # fmt: skip
KEYS = ("l2", "l3", "op", "target", "unit", "actual", "weight", "score", "deviation")


def clean(name: str) -> dict[str, Any]:
    """One of the clean tables as a record."""
    return deepcopy(
        {
            "project": "项目",
            "year": Decimal(2023),
            "unit": "某局",
            "amounts": MONEY[name],
            "indicators": [_row(text) for text in ROWS[name].strip().splitlines()],
            "grade": "",
            "l1_weights_declared": {},
            "total": {"weight": Decimal(100), "score": TOTALS[name]},
        }
    )


def _row(text: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in text.split("|")]
    row: dict[str, Any] = dict(zip(KEYS, [*cells, *[""] * 9], strict=False))
    row["l1"] = LEVELS[row["l2"]]
    return row


def changed(name: str, **changes: Any) -> dict[str, Any]:
    """A clean table with cells changed: `executed="0"`, `r3_score="8"`, `total_score="97"`."""
    record = clean(name)
    for place, value in changes.items():
        lead, _, cell = place.partition("_")
        if lead[:1] == "r" and lead[1:].isdigit():
            record["indicators"][int(lead[1:]) - 1][cell] = value
        elif lead == "total":
            record["total"][cell] = value
        elif place in record or place == "partial":
            record[place] = value
        else:
            record["amounts"][place] = value
    return record


def checked(record: dict[str, Any]) -> Checked:
    return check(read(record))


def said(record: dict[str, Any], *, tips: bool = False) -> list[str]:
    """What the check-up says above 建议 (or all of it): "code @ path", in the order of paths."""
    return sorted(
        f"{each.code.removeprefix('table.')} @ {each.path}"
        for each in checked(record).findings
        if tips or each.severity != Severity.TIP
    )
