"""What a plan may settle about scoring, as texts under codes, and the rules that the texts make.

A parameter's default is what its clause says. Where no clause gives a number there is no default:
what is asked and not settled is refused by name as 待本地确认. Percentages are written as 80 for
80%; scales as 80=70、60=50 (from 80% on, 70%).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, NoReturn

from apps.rules.errors import RuleError
from apps.rules.grading import Band
from apps.rules.numbers import parse_number, quoted
from apps.rules.scoring.rules import (
    ALWAYS,
    CONVERTED,
    CORE,
    FOUND_LOW,
    HOUSE,
    HUNDRED,
    NEVER,
    ONE,
    RATIO,
    SELF,
    SHARED,
    STEPPED,
    TWO_SIDED,
    UP_TO,
    ZERO,
    Ceiling,
    Lowering,
    ScoreRules,
    ShareBand,
    Step,
)

PROPORTION, BY_STEPS = "按比例", "按区间"
NONE = "不设"
PARTED = re.compile(r"[、，,；;\s]+")
MOST = Decimal(1000)  # percent


class Parameter(NamedTuple):
    """One setting; `default` None: the place must say, `clause` is where a default comes from.

    `asked_if`: a code and the values with which this one matters.
    """

    code: str
    title: str
    default: str | None
    clause: str = ""
    choices: tuple[str, ...] = ()
    asked_if: tuple[str, tuple[str, ...]] | None = None


_BY_STEPS = ("scoring.execution", (STEPPED,))
_LOWERED = ("scoring.over", (ALWAYS,))
PARAMETERS = (
    Parameter("scoring.execution", "执行率的计分方法", RATIO, SELF, (RATIO, STEPPED)),
    Parameter("scoring.execution_steps", "区间法各区间得分", "80=70、60=50", CORE, (), _BY_STEPS),
    Parameter("scoring.over_budget", "区间法执行率超过100%得分", None, "", (), _BY_STEPS),
    Parameter("scoring.share_bands", "定性指标各档下限", "达成=80、部分达成=60、未达成=0", SELF),
    Parameter(
        "scoring.satisfaction", "满意度未达到的计分", PROPORTION, SELF, (PROPORTION, BY_STEPS)
    ),
    Parameter(
        "scoring.satisfaction_steps",
        "满意度各区间得分",
        None,
        "",
        (),
        ("scoring.satisfaction", (BY_STEPS,)),
    ),
    Parameter("scoring.equal", "“=”型指标的计分", TWO_SIDED, HOUSE, (TWO_SIDED, UP_TO)),
    Parameter("scoring.over", "超额完成的计分", FOUND_LOW, SELF, (NEVER, FOUND_LOW, ALWAYS)),
    Parameter("scoring.over_threshold", "超过指标值多少起调减", None, "", (), _LOWERED),
    Parameter("scoring.over_rate", "每多超1%减百分之几", None, "", (), _LOWERED),
    Parameter("scoring.over_floor", "最多减到百分之几", None, "", (), _LOWERED),
    Parameter("scoring.pass_mark", "完成比例的及格门槛（0为不设）", "0", CORE),
    Parameter("scoring.excluded", "不适用指标的分值", CONVERTED, HOUSE, (CONVERTED, SHARED)),
    Parameter("scoring.ceilings", "执行率低于多少总分最高多少", NONE, HOUSE),
    Parameter("scoring.grades", "等级分数线", "优=90、良=80、中=60、差=0", SELF),
)
_BY_CODE = {each.code: each for each in PARAMETERS}


def missing(values: Mapping[str, str]) -> list[Parameter]:
    """Parameters that matter with these values, have no default and are not settled yet."""
    return [
        each
        for each in PARAMETERS
        if each.default is None
        and _is_asked(each, values)
        and not _text(each.code, values)
        # 区间法 needs the rate above 100% only where one occurs: it is refused there
        and each.code != "scoring.over_budget"
    ]


def score_rules(values: Mapping[str, str], clause: str = "", version: str = "") -> ScoreRules:
    """The rules that a plan's values make; `version` names the edition in every trace.

    Raises RuleError naming every setting that is still 待本地确认, and one that cannot be read.
    """
    lacking = missing(values)
    if lacking:
        titles = "、".join(f"“{each.title}”" for each in lacking)
        raise RuleError(
            f"计分规则{titles}：待本地确认。请计划管理员在计划参数里设定。",
            code="scoring.unset",
            settings=[each.code for each in lacking],
        )
    is_stepped = _choice("scoring.satisfaction", values) == BY_STEPS
    return ScoreRules(
        execution=_choice("scoring.execution", values),
        execution_steps=_steps("scoring.execution_steps", values),
        over_budget=_optional("scoring.over_budget", values),
        share_bands=_share_bands("scoring.share_bands", values),
        satisfaction=_steps("scoring.satisfaction_steps", values) if is_stepped else (),
        equal=_choice("scoring.equal", values),
        over=_choice("scoring.over", values),
        lowering=_lowering(values),
        pass_mark=_optional("scoring.pass_mark", values) or ZERO,
        excluded=_choice("scoring.excluded", values),
        ceilings=_ceilings("scoring.ceilings", values),
        grades=_grades("scoring.grades", values, clause),
        clause=clause,
        version=version or ScoreRules.version,
    )


def _is_asked(parameter: Parameter, values: Mapping[str, str]) -> bool:
    if parameter.asked_if is None:
        return True
    code, wanted = parameter.asked_if
    return _text(code, values) in wanted


def _text(code: str, values: Mapping[str, str]) -> str:
    return values.get(code, "").strip() or _BY_CODE[code].default or ""


def _choice(code: str, values: Mapping[str, str]) -> str:
    text = _text(code, values)
    if text not in _BY_CODE[code].choices:
        _refuse(code, text, "、".join(_BY_CODE[code].choices))
    return text


def _optional(code: str, values: Mapping[str, str]) -> Decimal | None:
    """A percentage as ratio; None where nothing is settled."""
    text = _text(code, values)
    return _percent(code, text) if text else None


def _percent(code: str, text: str) -> Decimal:
    found = _number(code, text)
    if not 0 <= found <= MOST:
        _refuse(code, text, "0–1000的百分数")
    return found / HUNDRED


def _number(code: str, text: str) -> Decimal:
    try:
        return parse_number(text)
    except RuleError:
        _refuse(code, text, "数")


def _lowering(values: Mapping[str, str]) -> Lowering | None:
    """All three numbers, or nothing."""
    codes = ("scoring.over_threshold", "scoring.over_rate", "scoring.over_floor")
    found = [_optional(code, values) for code in codes]
    threshold, rate, floor = found
    if threshold is None or rate is None or floor is None:
        return None
    if floor > ONE:
        _refuse(codes[2], _text(codes[2], values), "0–100的百分数")
    return Lowering(threshold, rate * HUNDRED, floor)


def _pairs(code: str, values: Mapping[str, str]) -> list[tuple[str, Decimal]]:
    """80=70、60=50 as pairs of a text and a number. Raises RuleError for anything else."""
    text, out = _text(code, values), []
    for part in filter(None, PARTED.split(text)):
        left, mark, right = part.partition("=")
        if not mark or not left.strip():
            _refuse(code, text, _BY_CODE[code].default or "80=70、60=50")
        out.append((left.strip(), _number(code, right)))
    return out


def _falling(code: str, values: Mapping[str, str], ends: list[Decimal]) -> None:
    """Refuse a scale that is empty, repeats itself, rises, or leaves 0–100."""
    is_falling = all(low < high for high, low in pairwise(ends))
    if not ends or not is_falling or not 0 <= ends[-1] <= ends[0] <= HUNDRED:
        _refuse(code, _text(code, values), "0–100之间、从高到低的几档")


def _steps(code: str, values: Mapping[str, str]) -> tuple[Step, ...]:
    pairs = [(_number(code, left), right) for left, right in _pairs(code, values)]
    _falling(code, values, [floor for floor, _ in pairs])
    if any(not 0 <= share <= HUNDRED for _, share in pairs):
        _refuse(code, _text(code, values), "得分在0–100%之间")
    return tuple(Step(floor / HUNDRED, share / HUNDRED) for floor, share in pairs)


def _share_bands(code: str, values: Mapping[str, str]) -> tuple[ShareBand, ...]:
    pairs = _pairs(code, values)
    _falling(code, values, [low for _, low in pairs])
    if pairs[-1][1] != 0:
        _refuse(code, _text(code, values), "最低一档从0起")
    highs = [HUNDRED, *(low for _, low in pairs[:-1])]
    return tuple(
        ShareBand(name, low / HUNDRED, high / HUNDRED)
        for (name, low), high in zip(pairs, highs, strict=True)
    )


def _ceilings(code: str, values: Mapping[str, str]) -> tuple[Ceiling, ...]:
    if _text(code, values) == NONE:
        return ()
    pairs = [(_number(code, left), right) for left, right in _pairs(code, values)]
    _falling(code, values, [below for below, _ in pairs])
    _falling(code, values, [most for _, most in pairs])
    return tuple(Ceiling(below / HUNDRED, most) for below, most in pairs)


def _grades(code: str, values: Mapping[str, str], clause: str) -> tuple[Band, ...]:
    pairs = _pairs(code, values)
    _falling(code, values, [floor for _, floor in pairs])
    if pairs[-1][1] != 0:
        _refuse(code, _text(code, values), "最低一等从0起")
    is_own = bool(values.get(code, "").strip()) and bool(clause)
    return tuple(Band(name, floor, clause=clause if is_own else SELF) for name, floor in pairs)


def _refuse(code: str, text: str, expected: str) -> NoReturn:
    raise RuleError(
        f"计分规则“{_BY_CODE[code].title}”：填“{quoted(text)}”，应为{expected}。",
        code="scoring.setting",
        settings=[code],
    )
