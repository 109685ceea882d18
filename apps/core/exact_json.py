"""JSON in which numbers keep the digits they were written with: 8.50 stays 8.50, both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from apps.rules.errors import RuleError
from apps.rules.numbers import quoted

INDENT = " "


def loads(text: str) -> Any:
    """What the text says, every number a Decimal. Raises RuleError naming line and column."""
    try:
        return json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        raise RuleError(
            f"不是JSON：第{error.lineno}行第{error.colno}个字符起读不了。", code="json.broken"
        ) from error
    except RecursionError as error:
        raise RuleError("JSON的括号套得太深，读不了。", code="json.deep") from error


def dumps(value: Any, depth: int = 0) -> str:
    """The value as JSON, indented; Decimals as numbers with all their decimals."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        members = [f"{_text(str(key))}: {dumps(each, depth + 1)}" for key, each in value.items()]
        return _wrapped("{", members, "}", depth)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _wrapped("[", [dumps(each, depth + 1) for each in value], "]", depth)
    return _text(value)


def _wrapped(start: str, members: list[str], end: str, depth: int) -> str:
    if not members:
        return start + end
    inner = "\n" + INDENT * (depth + 1)
    return f"{start}{inner}{(',' + inner).join(members)}\n{INDENT * depth}{end}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise RuleError(
            f"JSON里的数“{quoted(digits)}”太大，读不了。", code="json.number"
        ) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; a name that stands in it twice leaves open which value is meant."""
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RuleError(f"JSON的一个对象里“{quoted(twice)}”写了两次。", code="json.twice")
    return held


def _refuse_constant(name: str) -> NoReturn:
    raise RuleError(f"JSON里的“{name}”不是数。", code="json.constant")
