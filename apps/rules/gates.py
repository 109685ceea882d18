"""The gate to the budget: who is assessed first, what a conclusion lets in (Y-36, U-41, Q-14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from apps.rules.numbers import show_wan

NONE = "未评估"


class Verdict(StrEnum):
    """A conclusion of an assessment (DOMAIN 1.8)."""

    SUPPORT = "支持"
    PARTLY = "部分支持"
    REFUSE = "不支持"


@dataclass(frozen=True)
class Subject:
    """What the gate must know of a project that asks for money."""

    is_new: bool
    is_infrastructure: bool = False
    is_classified: bool = False


@dataclass(frozen=True)
class Gate:
    """The conclusions that a plan does not let in, 未评估 among them, and its clause."""

    blocked: frozenset[str] = frozenset()  # empty: no gate
    clause: str = ""


@dataclass(frozen=True)
class Passage:
    """Whether the gate is open, why, what to do, and by which clause. Amounts in yuan."""

    is_open: bool
    code: str  # not_asked, supported, excepted, missing, running, rejected, verdict
    reason: str
    todo: str = ""
    limit: Decimal | None = None  # the most that may be budgeted
    clause: str = ""

    def as_trace(self) -> dict[str, str]:
        """The decision as it is kept and shown behind 为什么."""
        return {
            "rule": f"gates.{self.code}",
            "clause": self.clause,
            "result": "可以列入预算" if self.is_open else "不能列入预算",
            "formula": self.reason,
            "limit": "" if self.limit is None else f"{show_wan(self.limit)}万元",
        }


@dataclass(frozen=True)
class Standing:
    """What is known of a project's assessment for a year."""

    verdict: str = ""  # empty: no conclusion yet
    supported: Decimal | None = None
    is_running: bool = False  # a report is being written or reviewed
    is_rejected: bool = False  # a report was refused before anybody concluded on it
    exception: str = ""  # the reason of a confirmed exception
    excepted: Decimal | None = None  # the amount that it lets in


def passage(subject: Subject, standing: Standing, gate: Gate) -> Passage:
    """Whether the project may be confirmed into the budget."""
    return replace(_passage(subject, standing, gate.blocked), clause=gate.clause)


def _passage(subject: Subject, standing: Standing, blocked: frozenset[str]) -> Passage:
    if not blocked or not subject.is_new or subject.is_classified:
        return Passage(True, "not_asked", _not_asked(subject, bool(blocked)))
    if standing.exception:
        reason = f"经批准列入：{standing.exception}"
        return Passage(True, "excepted", reason, limit=standing.excepted)
    if standing.verdict:
        return _judged(standing, blocked)
    if NONE not in blocked:
        return Passage(True, "not_asked", "本年度计划不以事前绩效评估为前提。")
    if standing.is_running:
        todo = "等财政审核出结论，或提交还在填的报告。"
        return Passage(False, "running", "事前绩效评估还没有结论。", todo)
    if standing.is_rejected:
        todo = "请计划管理员重新开放这份报告，按审核意见修改后再报。"
        return Passage(False, "rejected", "事前绩效评估报告审核没有通过。", todo)
    by_unit = "由单位申请事前绩效评估。"
    by_authority = "由投资主管部门评估，登记其意见后列入。"
    who = by_authority if subject.is_infrastructure else by_unit
    return Passage(False, "missing", "新增项目没有做事前绩效评估。", who)


def _not_asked(subject: Subject, has_gate: bool) -> str:
    if not has_gate:
        return "本年度计划没有设事前绩效评估门槛。"
    return "涉密项目线下办理。" if subject.is_classified else "不是新增项目，不以评估为前提。"


def _judged(standing: Standing, blocked: frozenset[str]) -> Passage:
    said = f"评估结论为“{standing.verdict}”"
    if standing.supported is not None:
        said = f"{said}，支持金额{show_wan(standing.supported)}万元"
    if standing.verdict in blocked:
        todo = "请计划管理员重新开放评估，按意见修改后再报；确需安排的，走例外审批。"
        return Passage(False, "verdict", f"{said}。", todo, standing.supported)
    return Passage(True, "supported", f"{said}。", limit=standing.supported)


@dataclass(frozen=True)
class Prompt:
    """Whether a third party may assess again, and why (Y-37)."""

    is_due: bool
    reason: str


def reassessment(county: Decimal | None, floor: Decimal | None, is_professional: bool) -> Prompt:
    """The prompt to finance: county investment at or above the floor, or a matter of experts.

    Amounts in yuan; `floor` None: the plan has no such parameter.
    """
    reasons = []
    if floor is not None and county is not None and county >= floor:
        reasons.append(f"县本级投资{show_wan(county)}万元，达到{show_wan(floor)}万元")
    if is_professional:
        reasons.append("专业性较强")
    text = "；".join(reasons)
    return Prompt(bool(reasons), f"{text}。" if text else "不涉及再评估。")


def limit_problem(supported: Decimal, asked: Decimal, verdict: str) -> str:
    """What is wrong with a supported amount for a verdict; empty when nothing is. In yuan."""
    if supported < 0:
        return "支持金额不能小于0。"
    whole = show_wan(asked)
    if verdict == Verdict.REFUSE and supported:
        return f"结论为“不支持”，支持金额应为0，填了{show_wan(supported)}万元。"
    if verdict == Verdict.SUPPORT and supported != asked:
        return f"结论为“支持”，支持金额应等于申请的{whole}万元；少于申请的选“部分支持”。"
    if verdict == Verdict.PARTLY and not 0 < supported < asked:
        return f"结论为“部分支持”，支持金额应大于0、小于申请的{whole}万元。"
    return ""


def band_problem(verdict: str, band: str) -> str:
    """What is wrong with a verdict beside the band of the score; empty when nothing is (Y-38)."""
    order = [each.value for each in Verdict]
    if verdict in order and band in order and order.index(verdict) < order.index(band):
        return f"审核打分在“{band}”一档，结论不能是“{verdict}”；分打错的先改分。"
    return ""
