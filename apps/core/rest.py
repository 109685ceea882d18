"""What the API of every room shares: errors in the pages' sentences, input, keyset pages."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db.models import Model
from django.forms import BaseForm
from django.http import FileResponse, Http404
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, NotFound, ParseError, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from apps.core import paging, rest_words
from apps.core.days import too_far
from apps.core.http import BAD_REQUEST, NO_RIGHT, NOT_FOUND
from apps.core.json_body import TooLarge
from apps.core.uploads import XLSX_TYPE
from apps.rules.errors import RuleError

NON_FIELD = "non_field_errors"
UNKNOWN = "没有这个字段。"


# --- errors ---------------------------------------------------------------------------------
class InputError(ValidationError):
    """Wrong input of an Input, with the words by which the form calls its fields."""

    def __init__(self, errors: Any, form: serializers.Field[Any, Any, Any, Any]) -> None:
        super().__init__(errors)
        self.form = form


def on_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as JSON with a code and a sentence; what nobody expected stays loud.

    RuleError is 409 with its data, wrong input 400 by field; a foreign row and a missing one are
    the same 404 (TRUST B10).
    """
    if isinstance(error, RuleError):
        return Response({**error.data, "code": error.code, "detail": str(error)}, status=409)
    if isinstance(error, (Http404, NotFound)):
        return Response({"code": "not_found", "detail": NOT_FOUND}, status=404)
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, SuspiciousOperation):
        error = ParseError(BAD_REQUEST)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        response.data = _input_answer(error)
    elif isinstance(response.data, dict) and "detail" in response.data:
        response.data = _refusal(error, response.data["detail"], context)
    return response


def _refusal(error: Exception, detail: Any, context: dict[str, Any]) -> dict[str, Any]:
    """A code and a sentence for what the framework or a permission refuses."""
    code = getattr(detail, "code", "refused")
    if isinstance(error, PermissionDenied):
        return {"code": code, "detail": str(error) or NO_RIGHT}
    view, request = context.get("view"), context.get("request")
    view = view if isinstance(view, APIView) else None
    text = rest_words.request_fault(error, view, request.method or "" if request else "")
    return {"code": code, "detail": text or detail}


def _input_answer(error: ValidationError) -> dict[str, Any]:
    """The first fault as a sentence, and each with its path, its name and its words."""
    form = error.form if isinstance(error, InputError) else None
    faults = [_fault(form, path, detail) for path, detail in _flat(error.detail, ())]
    first = faults[0] if faults else {"name": "", "message": BAD_REQUEST}
    detail = "：".join(part for part in (first["name"], first["message"]) if part)
    return {"code": "input", "detail": detail, "faults": faults}


def _fault(form: Any, path: Sequence[str], detail: ErrorDetail) -> dict[str, str]:
    field, name, value = rest_words.at(form, path)
    return {
        "path": ".".join(path),
        "name": name,
        "message": rest_words.fault(field, detail, value),
    }


def _flat(detail: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ErrorDetail]]:
    """Each message under the path of its field."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flat(inner, path if key == NON_FIELD else (*path, str(key)))
    elif isinstance(detail, (list, tuple)):
        for index, inner in enumerate(detail):
            is_row = isinstance(inner, (dict, list))
            yield from _flat(inner, (*path, str(index)) if is_row else path)
    else:
        yield path, detail


# --- input ----------------------------------------------------------------------------------
class Input(serializers.Serializer[Any]):
    """What a request may say: the declared fields and no others (TRUST B07)."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse a field that does not exist, so that a slip of the pen is not silently lost."""
        if isinstance(data, Mapping):  # an object, or the fields and files of a form
            unknown = [key for key in data if key not in self.fields]
            if unknown:
                told = {str(key)[:60]: [UNKNOWN] for key in unknown[:10]}
                raise ValidationError(told)
        return super().to_internal_value(data)

    def is_valid(self, *, raise_exception: bool = False) -> bool:
        """Whether the input fits; the error raised names the fields in the form's words."""
        fits = super().is_valid(raise_exception=False)
        if not fits and raise_exception:
            raise InputError(self.errors, self)
        return fits


class FileIn(Input):
    """A file, sent as multipart/form-data; core.uploads says what is wrong with it, or missing."""

    file = serializers.FileField(
        label="文件", required=False, allow_empty_file=True, help_text="必传，最大20MB"
    )


def read(kind: type[Input], request: Request) -> dict[str, Any]:
    """The request's body as the serializer reads it. Raises InputError."""
    told = kind(data=request.data)
    told.is_valid(raise_exception=True)
    return dict(told.validated_data)


def read_rows(kind: type[Input], request: Request) -> list[dict[str, Any]]:
    """The request's body as a list of such inputs. Raises InputError."""
    told = kind(data=request.data, many=True)
    if not told.is_valid(raise_exception=False):
        raise InputError(told.errors, told)
    return list(told.validated_data)


class DayField(serializers.DateField):
    """A day that calendars can reckon with."""

    def to_internal_value(self, value: Any) -> date:
        """The date. Raises ValidationError outside 2000–2099."""
        day: date = super().to_internal_value(value)
        if reason := too_far(day):
            raise ValidationError(reason, code="day")
        return day


# --- pages ----------------------------------------------------------------------------------
class KeyPages(BasePagination):
    """Lists by key, fifty at a time, as the pages have them; marks are signed.

    A subclass names the field; see core.paging for what it must be.
    """

    field = "id"
    descending = False

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The rows of the page that `?after=` or `?before=` names."""
        self.request = request
        self.page: paging.Page[Model] = paging.page_of(
            request._request, queryset, self.field, descending=self.descending
        )
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """The rows with the addresses of their neighbours, null where there is none."""
        return Response(
            {
                "next": self._address(self.page.next_url),
                "previous": self._address(self.page.prev_url),
                "results": data,
            }
        )

    def _address(self, url: str) -> str | None:
        return self.request.build_absolute_uri(url) if url else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The list's shape for the description."""
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The two marks for the description."""
        said = {"after": "从这一行之后，值取自next", "before": "到这一行之前，值取自previous"}
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in said.items()
        ]


def asked_number(request: Request, name: str, *, longest: int = 4) -> int | None:
    """A query's whole number, None where it was not asked. Raises ValidationError."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise ValidationError({name: [f"填的是“{text[:30]}”，应为最多{longest}位的数字，例如1。"]})
    return int(text)


def demand_valid(form: BaseForm) -> None:
    """Refuse a list's filter that is none, by its name. Raises ValidationError."""
    if not form.is_valid():
        wrong = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        raise ValidationError(wrong)


def workbook(content: bytes, name: str) -> FileResponse:
    """A workbook as a download."""
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name, content_type=XLSX_TYPE
    )
