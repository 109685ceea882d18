"""The body of an API request; apart from rest.py, which needs the framework's views."""

from __future__ import annotations

import json
import math
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from apps.core.http import BAD_REQUEST

DEPTH = 20
NOT_JSON = "请求不是合法的JSON（UTF-8）。数不能写NaN、Infinity或超长数字，嵌套最多20层。"
BAD_MARKS = "请求里有空字符或残缺的字符，请去掉后再传。"


class TooLarge(APIException):
    """A body beyond the limit (TRUST D01)."""

    status_code = 413
    default_code = "too_large"

    def __init__(self) -> None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        super().__init__(f"请求超过{limit}MB，请分几次传。")


class SafeJSONParser(BaseParser):
    """JSON that the database can hold: no NaN, no endless number, no NUL, no half character.

    Its size and its depth are bounded (TRUST C10, finding 9).
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value. Raises ParseError, or TooLarge."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        try:
            told = json.loads(raw.decode(), parse_constant=_no_constant, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise ParseError(NOT_JSON) from error
        _demand_plain(told)
        return told


class PlainMultiPartParser(MultiPartParser):
    """Files and fields of a form; one that is broken is refused in our words."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The fields and files. Raises ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            raise ParseError(BAD_REQUEST) from error


def _no_constant(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _demand_plain(told: Any) -> None:
    """Refuse marks that no database keeps, and nests deeper than any form. Raises ParseError."""
    waiting = [(told, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEPTH:
            raise ParseError(NOT_JSON)
        if isinstance(value, str):
            if "\x00" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
                raise ParseError(BAD_MARKS)
        elif isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
