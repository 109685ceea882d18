"""What several routes of the plans share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.rest import asked_number
from apps.jobs.models import Job
from apps.jobs.tasks import run_job

ROW = TypeVar("ROW", bound=Model)
YEAR = OpenApiParameter("year", int, description="年度，不填为全部")


class PlanStartedOut(serializers.Serializer[Any]):
    """The job that does it; GET jobs/{job}/ says how far it is."""

    job = serializers.UUIDField(source="public_id")


def started(job: Job) -> Response:
    """202 with the job, which a worker is asked to take at once."""
    run_job.delay_on_commit(job.pk)
    return Response(PlanStartedOut(job).data, status=202)


def of_year(request: Request, rows: QuerySet[ROW], field: str) -> QuerySet[ROW]:
    """The rows of `?year=`, or all; what is no year answers 400."""
    year = asked_number(request, "year")
    return rows if year is None else rows.filter(**{field: year})
