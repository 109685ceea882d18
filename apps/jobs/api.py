"""A person's jobs for programs: what runs, how it ended, the file it made."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import KeyPages
from apps.jobs import selectors, services
from apps.jobs.downloads import file_response
from apps.jobs.models import Job, JobQuerySet


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job as its owner sees it."""

    file_name = serializers.CharField(source="file.name", default="", read_only=True)

    class Meta:
        model = Job
        fields = [
            "public_id",
            "kind",
            "title",
            "state",
            "n_done",
            "n_total",
            "message",
            "result",
            "file_name",
            "created_at",
            "finished_at",
        ]
        read_only_fields = fields


class JobPages(KeyPages):
    """Fifty at a time, latest first."""

    field = "created_at"
    descending = True


class JobList(generics.ListAPIView[Job]):
    """本人的后台任务。"""

    serializer_class = JobSerializer
    pagination_class = JobPages
    queryset = Job.objects.none()  # for the schema; rows come from get_queryset

    def get_queryset(self) -> JobQuerySet:
        """Own jobs only."""
        return selectors.jobs_of(caller(self.request))


class JobDetail(generics.RetrieveAPIView[Job]):
    """一个后台任务的进度和结果。"""

    serializer_class = JobSerializer
    lookup_field = "public_id"
    queryset = Job.objects.none()

    def get_queryset(self) -> JobQuerySet:
        """Own jobs only."""
        return selectors.jobs_of(caller(self.request))


class JobFile(APIView):
    """下载一个后台任务做好的文件。"""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, public_id: UUID) -> FileResponse:
        """The file as a download; 404 when there is none."""
        job = get_object_or_404(selectors.jobs_of(caller(request)), public_id=public_id)
        if job.file is None:
            raise Http404
        return file_response(job.file)


class JobSeen(APIView):
    """记下已看过一个任务的结果。"""

    @extend_schema(operation_id="jobs_seen", request=None, responses=JobSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The job, no longer shown as news."""
        job = get_object_or_404(selectors.jobs_of(caller(request)), public_id=public_id)
        return Response(JobSerializer(services.mark_seen(job=job, actor=caller(request))).data)
