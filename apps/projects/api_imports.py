"""Imports of lists for programs: the template, the check of a workbook, its import as a whole."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import uploads
from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import FileIn, Input, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.jobs import selectors as jobs
from apps.jobs.tasks import run_job
from apps.organizations.models import Jurisdiction
from apps.projects.api import StartedOut
from apps.projects.imports import services as imports
from apps.projects.imports.listings import EXECUTIONS, PROJECTS, SPENDING, STEPS, Listing


class CheckedIn(Input):
    """The job that checked the list."""

    job = serializers.UUIDField(label="核对任务")


def _region(request: Request, listing: Listing) -> Jurisdiction:
    region = listing.region_of(caller(request))
    if region is None:
        raise PermissionDenied(f"{listing.title}由{listing.keepers}导入。")
    return region


class ImportTemplate(APIView):
    """项目清单的空模板。"""

    listing = PROJECTS

    @extend_schema(responses=WORKBOOK)
    def get(self, request: Request, year: int) -> FileResponse:
        """The workbook to fill in."""
        listing = self.listing
        region = _region(request, listing)
        name = f"{region.name}{year}年度{listing.title}模板.xlsx"
        return workbook(listing.template(region, year), name)


class ImportList(APIView):
    """上传项目清单，先核对，不导入。"""

    listing = PROJECTS
    parser_classes = [PlainMultiPartParser]

    @extend_schema(request={"multipart/form-data": FileIn}, responses={202: StartedOut})
    def post(self, request: Request, year: int) -> Response:
        """Leave a job that checks the workbook."""
        listing = self.listing
        region = _region(request, listing)
        read(FileIn, request)
        file = uploads.received(request._request, "file")
        job = imports.start_check(
            listing=listing,
            actor=caller(request),
            jurisdiction=region,
            year=year,
            upload=uploads.guard_xlsx(file, file.name or ""),
        )
        run_job.delay_on_commit(job.pk)
        return Response(StartedOut(job).data, status=202)


class ImportConfirm(APIView):
    """把核对通过的清单整体导入。"""

    listing = PROJECTS

    @extend_schema(request=CheckedIn, responses={202: StartedOut})
    def post(self, request: Request, year: int) -> Response:
        """Leave a job that imports the checked list."""
        asked = read(CheckedIn, request)
        own = jobs.jobs_of(caller(request)).filter(kind=self.listing.check, params__year=year)
        checked = get_object_or_404(own, public_id=asked["job"])
        _region(request, self.listing)  # the right may have ended since the check
        job = imports.start_import(actor=caller(request), checked=checked)
        run_job.delay_on_commit(job.pk)
        return Response(StartedOut(job).data, status=202)


# --- the same of executions -----------------------------------------------------------------
class ExecutionsTemplate(ImportTemplate):
    """支出执行表的模板，已有当年的项目和上次的执行数。"""

    listing = EXECUTIONS


class ExecutionsList(ImportList):
    """上传支出执行表，先核对，不导入。"""

    listing = EXECUTIONS


class ExecutionsConfirm(ImportConfirm):
    """把核对通过的支出执行表整体导入。"""

    listing = EXECUTIONS


# --- the same of the budget's days ----------------------------------------------------------
class StepsTemplate(ImportTemplate):
    """预算日期登记表的模板，已有当年的项目和已登记的日期。"""

    listing = STEPS


class StepsList(ImportList):
    """上传预算日期登记表，先核对，不导入。"""

    listing = STEPS


class StepsConfirm(ImportConfirm):
    """把核对通过的预算日期登记表整体导入。"""

    listing = STEPS


# --- the same of 用款计划 -------------------------------------------------------------------
class SpendingTemplate(ImportTemplate):
    """用款计划的模板，已有当年的项目和已登记的计划。"""

    listing = SPENDING


class SpendingList(ImportList):
    """上传用款计划，先核对，不导入。"""

    listing = SPENDING


class SpendingConfirm(ImportConfirm):
    """把核对通过的用款计划整体导入。"""

    listing = SPENDING
