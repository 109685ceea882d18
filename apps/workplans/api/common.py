"""What several routes of the plans share."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from apps.core.rest import asked_number

ROW = TypeVar("ROW", bound=Model)
YEAR = OpenApiParameter("year", int, description="年度，不填为全部")


def of_year(request: Request, rows: QuerySet[ROW], field: str) -> QuerySet[ROW]:
    """The rows of `?year=`, or all; what is no year answers 400."""
    year = asked_number(request, "year")
    return rows if year is None else rows.filter(**{field: year})
