"""What a colleague finds in a 事前绩效评估报告 before it is handed in (Q-07, Q-08)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.assessment_form import (
    AMOUNTS,
    ORGANISED,
    QUESTIONS,
    VERDICT,
    AssessmentFacts,
    AssessmentForm,
    Basis,
    Dimension,
)
from apps.rules.assessment_words import place
from apps.rules.findings import Finding, Severity, ranked
from apps.rules.numbers import show_points, show_wan

OUTLINE = "事前绩效评估报告的目录"
FIVE = "新党发〔2018〕30号：立项必要性、投入经济性、绩效目标合理性、实施方案可行性、筹资合规性"
DECISIONS = "评估围绕区、州、县党委、人民政府决策部署"
SHORTEST = 20  # characters that a chapter needs to say anything


def check(form: AssessmentForm, facts: AssessmentFacts) -> list[Finding]:
    """All findings on the report, 阻断 first."""
    return ranked(
        [
            *_unread(form),
            *_year(form, facts),
            *_texts(form),
            *_amounts(form, facts),
            *_bases(form),
            *_dimensions(form),
            *_manner(form),
            *_uptake(form, facts),
        ]
    )


def _finding(
    form: AssessmentForm, path: str, said: tuple[str, str], message: str, **more: str | Severity
) -> Finding:
    """`said` is what was found and what is expected."""
    severity = more.get("severity", Severity.BLOCK)
    found, expected = said
    return Finding(
        code=f"assessment.{more['code']}",
        severity=Severity(severity),
        path=path,
        where=place(path, form),
        found=found,
        expected=expected,
        message=message,
        clause=str(more.get("clause", OUTLINE)),
    )


def _unread(form: AssessmentForm) -> Iterator[Finding]:
    for path, text in form.unread.items():
        yield _finding(form, path, (text, "一个数"), f"填“{text}”，请填数，例如80。", code="number")


def _year(form: AssessmentForm, facts: AssessmentFacts) -> Iterator[Finding]:
    """The budget year is this plan's year or the next, within the project's years (U-41)."""
    year = form.budget_year
    if year is None:
        if "budget_year" not in form.unread:
            yield _finding(
                form,
                "budget_year",
                ("未填", "年度"),
                "未填。结论只对写明的预算年度有效。",
                code="year",
            )
        return
    allowed = (facts.plan_year, facts.plan_year + 1)
    if year not in allowed:
        yield _finding(
            form,
            "budget_year",
            (str(year), f"{allowed[0]}或{allowed[1]}"),
            f"填{year}，只能申请{allowed[0]}年度（年中追加）或{allowed[1]}年度（下年预算）。",
            code="year",
        )
    elif not facts.first_year <= year <= (facts.last_year or year):
        span = f"{facts.first_year}–{facts.last_year or ''}"
        yield _finding(
            form, "budget_year", (str(year), span), f"填{year}，不在项目期{span}年内。", code="year"
        )


def _texts(form: AssessmentForm) -> Iterator[Finding]:
    for code, question in QUESTIONS.items():
        text = form.texts.get(code, "").strip()
        if question.is_required and not text:
            yield _finding(form, code, ("未填", "文字"), f"未填。{question.help}", code="text")
        elif question.is_required and len(text) < SHORTEST:
            yield _finding(
                form,
                code,
                (f"{len(text)}字", f"至少{SHORTEST}字"),
                f"只有{len(text)}字，看不出论证过程。{question.help}",
                code="thin",
                severity=Severity.HINT,
            )


def _amounts(form: AssessmentForm, facts: AssessmentFacts) -> Iterator[Finding]:
    for code, label in AMOUNTS.items():
        amount = form.amounts.get(code)
        if amount is None and code not in form.unread:
            said = ("未填", "金额（万元）")
            yield _finding(form, code, said, f"{label}未填；没有的填0。", code="amount")
        elif amount is not None and amount < 0:
            said = (show_wan(amount), "不小于0")
            yield _finding(form, code, said, f"{label}不能小于0。", code="amount")
    if form.amounts.get("asked") == 0:
        yield _finding(form, "asked", ("0", "大于0"), "申请0万元，不用评估。", code="amount")
    total = form.amounts.get("total")
    if total is not None:
        yield from _parts(form, total)
        yield from _registered(form, total, facts.total_investment)


def _parts(form: AssessmentForm, total: Decimal) -> Iterator[Finding]:
    for code in ("asked", "county"):
        part = form.amounts.get(code)
        if part is not None and part > total:
            yield _finding(
                form,
                code,
                (show_wan(part), f"不超过{show_wan(total)}"),
                f"{AMOUNTS[code]}{show_wan(part)}万元，大于总投资{show_wan(total)}万元。",
                code="parts",
            )


def _registered(form: AssessmentForm, total: Decimal, known: Decimal | None) -> Iterator[Finding]:
    if known is not None and known != total:
        yield _finding(
            form,
            "total",
            (show_wan(total), show_wan(known)),
            f"填{show_wan(total)}万元，项目档案登记的总投资是{show_wan(known)}万元。",
            code="investment",
            severity=Severity.HINT,
        )


def _bases(form: AssessmentForm) -> Iterator[Finding]:
    """At least one decision, each with level, document and how it agrees (Q-08)."""
    if not form.bases:
        yield _finding(
            form,
            "bases",
            ("0条", "至少1条"),
            "没有写政策依据。至少写一条区、州、县的决策部署。",
            code="basis",
            clause=DECISIONS,
        )
    for row in form.bases:
        for name, message in _missing(row):
            yield _finding(
                form,
                f"basis:{row.key}.{name}",
                ("未填", "文字"),
                message,
                code="basis",
                clause=DECISIONS,
            )


def _missing(row: Basis) -> Iterator[tuple[str, str]]:
    if not row.level:
        yield "level", "未选级次。"
    if not row.title and not row.document:
        yield "title", "未写文件或会议，也没有文号。"
    if not row.accord:
        yield "accord", "未写本项目与这一条怎样相符。"


def _dimensions(form: AssessmentForm) -> Iterator[Finding]:
    for row in form.dimensions:
        yield from _dimension(form, row)


def _dimension(form: AssessmentForm, row: Dimension) -> Iterator[Finding]:
    base = f"dimension:{row.name}"
    if not row.statement.strip():
        yield _finding(
            form,
            f"{base}.statement",
            ("未填", "文字"),
            f"{row.name}没有评估意见。",
            code="dimension",
            clause=FIVE,
        )
    if not row.evidence.strip():
        yield _finding(
            form,
            f"{base}.evidence",
            ("未填", "材料名称"),
            f"{row.name}没有写佐证，审核时无从核对。",
            code="evidence",
            clause=FIVE,
            severity=Severity.HINT,
        )
    for point in row.points:
        path = f"point:{row.name}/{point.name}"
        if point.points is None:
            if path not in form.unread:
                yield _finding(
                    form,
                    path,
                    ("未打分", f"0–{show_points(point.full)}"),
                    f"未打分。满分{show_points(point.full)}分。",
                    code="points",
                    clause=FIVE,
                )
        elif not 0 <= point.points <= point.full:
            yield _finding(
                form,
                path,
                (show_points(point.points), f"0–{show_points(point.full)}"),
                f"打了{show_points(point.points)}分，满分{show_points(point.full)}分。",
                code="points",
                clause=FIVE,
            )


def _manner(form: AssessmentForm) -> Iterator[Finding]:
    if not form.methods:
        yield _finding(form, "methods", ("未选", "至少1种"), "没有选评估方法。", code="methods")
    if not form.organised:
        yield _finding(form, "organised", ("未选", "1种"), "没有选评估组织方式。", code="organised")
    if form.organised == ORGANISED[2] and not form.helper.strip():
        yield _finding(
            form,
            "helper",
            ("未填", "机构名称"),
            "选了第三方独立评估，没有写是哪家机构。",
            code="helper",
        )
    if form.is_professional and not form.professional_why.strip():
        yield _finding(
            form,
            "professional_why",
            ("未填", "理由"),
            "选了专业性较强，没有写理由。",
            code="professional",
        )
    full = sum((p.full for d in form.dimensions for p in d.points), start=form.points * 0)
    if full and not form.unread and form.points == full:
        yield _finding(
            form,
            VERDICT.questions[0].code,
            (show_points(form.points), "有根据的分"),
            f"自评{show_points(form.points)}分，各项都是满分，请核对。",
            code="full_marks",
            severity=Severity.TIP,
        )


def _uptake(form: AssessmentForm, facts: AssessmentFacts) -> Iterator[Finding]:
    """Earlier results of the same thing are taken up, or it is said why not (U-45)."""
    if not facts.n_earlier or form.texts.get("uptake", "").strip():
        return
    said = ("未填", "采纳说明")
    message = f"有{facts.n_earlier}件同一项目或相近项目以前的评估结果，写明怎样采纳。"
    if facts.uptake_clause:
        more = {"code": "uptake", "clause": facts.uptake_clause}
        yield _finding(form, "uptake", said, message, **more)
    else:
        yield _finding(form, "uptake", said, message, code="uptake", severity=Severity.HINT)
