"""The ledger, its workbook and its import."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import KeyPages, demand_valid, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.organizations.models import User
from apps.projects.api_imports import ImportConfirm, ImportList, ImportTemplate
from apps.projects.models import Project
from apps.rectification import book, selectors, services
from apps.rectification.api.common import FoundProblemIn, OneProblemOut, ProblemRow, told
from apps.rectification.forms import STATES, LedgerFilter
from apps.rectification.importing import LISTING
from apps.rectification.models import Problem, Severity, Source
from apps.rectification.selectors import ProblemsAsked
from apps.rectification.services import Found

FILTERS = [
    OpenApiParameter("source", str, enum=Source.values),
    OpenApiParameter("state", str, enum=[code for code, _ in STATES if code]),
    OpenApiParameter("severity", str, enum=Severity.values),
    OpenApiParameter("unit", str, description="责任单位的public_id"),
    OpenApiParameter("q", str, description="单位编码的开头，或问题、单位、项目里的字"),
]


def _asked(request: Request, year: int) -> ProblemsAsked:
    """What the query asks for. Raises ValidationError."""
    units = selectors.units_with_problems(caller(request), year)
    form = LedgerFilter(request.query_params, units=units)
    demand_valid(form)
    return form.asked()


class Newest(KeyPages):
    """The newest first."""

    descending = True


@extend_schema_view(
    get=extend_schema(operation_id="problems_list", summary="整改台账", parameters=FILTERS)
)
class Problems(ListAPIView[Problem]):
    """整改台账，新的在前；POST登记一个问题。"""

    serializer_class = ProblemRow
    pagination_class = Newest
    queryset = Problem.objects.none()

    def get_queryset(self) -> QuerySet[Problem]:
        """The problems that the filter shows. Raises ValidationError."""
        year = self.kwargs["year"]
        return selectors.ledger(caller(self.request), year, _asked(self.request, year))

    @extend_schema(
        operation_id="problems_open",
        summary="登记一个问题并下达整改",
        request=FoundProblemIn,
        responses={201: OneProblemOut},
    )
    def post(self, request: Request, year: int) -> Response:
        """Bring a problem up; its unit is told."""
        user, said = caller(request), read(FoundProblemIn, request)
        made = services.register_problem(actor=user, found=_found(user, year, said))
        return Response(told(made, request), status=201)


def _found(user: User, year: int, said: dict[str, object]) -> Found:
    """What the services take; a unit or project that is none for the caller is a 404."""
    unit = get_object_or_404(
        selectors.units_to_open(user).select_related("jurisdiction"), public_id=said.pop("unit")
    )
    key, label = said.pop("project"), str(said.pop("reference"))
    project = None
    if key is not None:
        project = get_object_or_404(Project.objects.visible_to(user), public_id=key)
    return Found(unit=unit, project=project, year=year, label=label, **said)  # type: ignore[arg-type]  # validated by FoundProblemIn


class Export(APIView):
    """导出整改台账的Excel。"""

    @extend_schema(
        operation_id="problems_export", parameters=FILTERS, request=None, responses=WORKBOOK
    )
    def post(self, request: Request, year: int) -> FileResponse:
        """What the filter shows, as a workbook."""
        made = book.export(actor=caller(request), year=year, asked=_asked(request, year))
        return workbook(made, book.name_of(year))


# --- import -----------------------------------------------------------------------------------
class ProblemsTemplate(ImportTemplate):
    """外部检查问题清单的空模板。"""

    listing = LISTING


class ProblemsImport(ImportList):
    """上传外部检查问题清单，先核对，不导入。"""

    listing = LISTING


class ProblemsConfirm(ImportConfirm):
    """把核对通过的问题清单整体导入。"""

    listing = LISTING
