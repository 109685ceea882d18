"""What the API says of a refused input or request: what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import exceptions, serializers
from rest_framework.views import APIView

SILENT = ("HEAD", "OPTIONS")  # methods that nobody needs to be told of
AnyField = serializers.Field[Any, Any, Any, Any]
LONGEST = 30  # characters of a found value that a sentence repeats

PLAIN = {
    "required": "未填。",
    "blank": "未填。",
    "null": "未填（null）。",
    "empty": "一条也没有，至少一条。",
    "not_a_list": "应为一组值（[…]）。",
    "not_a_dict": "应为一个对象（{…}）。",
    "max_string_length": "数太长。",
    "null_characters_not_allowed": "有空字符，请去掉。",
    "surrogate_characters_not_allowed": "有残缺的字符，请去掉。",
}
KINDS: tuple[tuple[Any, str], ...] = (  # the first that fits
    (serializers.BooleanField, "true或false"),
    (serializers.IntegerField, "整数"),
    (serializers.DecimalField, "数，例如12.50"),
    (serializers.DateField, "日期，例如2024-04-08"),
    (serializers.TimeField, "时间，例如08:30"),
    (serializers.UUIDField, "公开标识（UUID）"),
    (serializers.FileField, "文件（multipart/form-data）"),
    (serializers.EmailField, "邮箱，例如ren@example.cn"),
    (serializers.BaseSerializer, "一个对象（{…}）"),
    (serializers.CharField, "文字"),
)


def fault(field: AnyField | None, error: exceptions.ErrorDetail, value: Any) -> str:
    """The sentence for one fault of a field; a sentence of our own stays as it is."""
    code = str(error.code)
    if field is None:
        return str(error)
    if code in PLAIN:
        return PLAIN[code]
    if code == "invalid":
        return _invalid(field, error, value)
    make = LIMITS.get(code)
    return make(field, value) if make else str(error)


def _invalid(field: AnyField, error: exceptions.ErrorDetail, value: Any) -> str:
    if isinstance(field, serializers.RegexField) and isinstance(value, str):
        return f"{_found(value)}{error}"
    expected = next((words for kind, words in KINDS if isinstance(field, kind)), "")
    return f"{_found(value)}应为{expected}。" if expected else str(error)


def _found(value: Any) -> str:
    """填的是“…”, for a value that fits into a sentence."""
    if value is None or not isinstance(value, (str, int, float)):
        return ""
    text = str(value)
    return f"填的是“{text[:LONGEST]}{'…' if len(text) > LONGEST else ''}”，"


def _length(field: Any, value: Any) -> str:
    if isinstance(value, (list, dict)):
        return f"有{len(value)}条，最多{field.max_length}条。"
    return f"有{len(str(value))}个字，最多{field.max_length}个字。"  # a number may be a text


def _range(field: Any, value: Any) -> str:
    if field.min_value is not None and field.max_value is not None:
        return f"{_found(value)}应在{field.min_value}到{field.max_value}之间。"
    if field.min_value is not None:
        return f"{_found(value)}应不小于{field.min_value}。"
    return f"{_found(value)}应不大于{field.max_value}。"


def _digits(field: Any, value: Any) -> str:
    whole = field.max_digits - field.decimal_places
    return f"{_found(value)}整数最多{whole}位，小数最多{field.decimal_places}位。"


def _choice(field: Any, value: Any) -> str:
    allowed = "、".join(str(choice) for choice in field.choices if choice != "")
    return f"{_found(value)}应为{allowed}之一。"


LIMITS: dict[str, Any] = {
    "max_length": _length,
    "min_value": _range,
    "max_value": _range,
    "max_digits": _digits,
    "max_decimal_places": _digits,
    "max_whole_digits": _digits,
    "invalid_choice": _choice,
}


def at(form: Any, path: Sequence[str]) -> tuple[AnyField | None, str, Any]:
    """The field at a path, its name in the form's words (退回意见 第2条 要求), what was sent there.

    The field is None where the form has none.
    """
    field, value, words = form, getattr(form, "initial_data", None), []
    for part in path:
        value = _inner(value, part)
        if isinstance(field, (serializers.ListSerializer, serializers.ListField)):
            field = field.child
            words.append(f"第{int(part) + 1}条" if part.isdigit() else part)
            continue
        named = field.fields.get(part) if isinstance(field, serializers.Serializer) else None
        field = named or getattr(field, "child", None)
        words.append(str(named.label or part) if named is not None else part)
    return field, " ".join(words), value


def _inner(value: Any, part: str) -> Any:
    if isinstance(value, list):
        return value[int(part)] if part.isdigit() and int(part) < len(value) else None
    return value.get(part) if hasattr(value, "get") else None


def request_fault(error: Exception, view: APIView | None, method: str) -> str | None:
    """The sentence for a request that the framework refuses, None where the error has its own."""
    allowed = [name for name in view.allowed_methods if name not in SILENT] if view else []
    readable = [parser.media_type for parser in view.parser_classes] if view else []
    if isinstance(error, exceptions.NotAuthenticated):
        return "没有登录，也没有令牌。请带上请求头Authorization: Bearer pm_…。"
    if isinstance(error, exceptions.MethodNotAllowed):
        return f"这个地址不接受{method}，可以用{'、'.join(allowed)}。"
    if isinstance(error, exceptions.UnsupportedMediaType):
        return f"内容类型不对，这里只读{'、'.join(readable)}。"
    if isinstance(error, exceptions.NotAcceptable):
        return "这里只答application/json，请求头Accept要的不是。"
    return None
