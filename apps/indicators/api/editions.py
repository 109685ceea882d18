"""Making editions by program: the same services, rights and refusals as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import FileIn, KeyPages, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.core.uploads import guard_xlsx, received
from apps.indicators import candidates, exports, permissions, selectors, services
from apps.indicators.api.inputs import (
    EditionImportOut,
    EditionIn,
    EditionOut,
    EditionRemarkIn,
    IndicatorCategoryIn,
    IndicatorCategoryOut,
    IndicatorRowIn,
    IndicatorRowOut,
    TakeIn,
)
from apps.indicators.models import Category, Indicator, Library
from apps.indicators.services.importing import Outcome
from apps.indicators.services.writing import NO_RIGHT
from apps.rules.errors import RuleError


def _edition(request: Request, public_id: UUID) -> Library:
    """An edition in whose making the caller takes part. Raises Http404."""
    rows = Library.objects.listed_to(caller(request)).select_related("jurisdiction", "unit")
    return get_object_or_404(rows, public_id=public_id)


def _draft(request: Request, public_id: UUID) -> Library:
    """The same, for one who writes it. Raises Http404 or PermissionDenied."""
    library = _edition(request, public_id)
    if not permissions.may_edit(caller(request), library):
        raise PermissionDenied(NO_RIGHT)
    return library


def _category(library: Library, pk: int) -> Category:
    return get_object_or_404(library.categories.all(), pk=pk)


class NewestFirst(KeyPages):
    """Pages from the newest on."""

    descending = True


@extend_schema_view(get=extend_schema(operation_id="editions_list", summary="指标库的版次"))
class Editions(ListAPIView[Library]):
    """指标库的版次，含编制中的。"""

    serializer_class = EditionOut
    pagination_class = NewestFirst
    queryset = Library.objects.none()

    def get_queryset(self) -> QuerySet[Library]:
        """Those in whose making the caller takes part."""
        rows = Library.objects.listed_to(caller(self.request))
        return rows.select_related("jurisdiction", "unit")

    @extend_schema(
        operation_id="editions_start",
        summary="编一个新版次",
        request=EditionIn,
        responses={201: EditionOut},
    )
    def post(self, request: Request) -> Response:
        """The new draft; 404 for an owner or a base that does not exist for the caller."""
        told, user = read(EditionIn, request), caller(request)
        owner = next((one for one in selectors.owners(user) if one.key == told["owner"]), None)
        if owner is None:
            raise PermissionDenied(NO_RIGHT)
        base = told.pop("base")
        held = get_object_or_404(selectors.bases(user), public_id=base) if base else None
        made = services.start(
            actor=user,
            jurisdiction=owner.jurisdiction,
            unit=owner.unit,
            base=held,
            fiscal_year=told["fiscal_year"],
            title=told["title"] or (held.title if held else ""),
            source=told["source"] or (held.source if held else ""),
            level=told["level"],
        )
        return Response(EditionOut(made).data, status=201)


class Edition(APIView):
    """指标库的一个版次。"""

    @extend_schema(operation_id="editions_read", summary="一个版次", responses=EditionOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The edition with its categories."""
        return Response(EditionOut(_edition(request, public_id)).data)

    @extend_schema(operation_id="editions_drop", summary="删除编制中的版次", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The draft is gone."""
        services.drop(actor=caller(request), library=_edition(request, public_id))
        return Response(status=204)


class ByCode(KeyPages):
    """Pages by code."""

    field = "code"


@extend_schema_view(get=extend_schema(operation_id="edition_rows", summary="版次里的指标"))
class Rows(ListAPIView[Indicator]):
    """一个版次的全部指标，按标识。"""

    serializer_class = IndicatorRowOut
    pagination_class = ByCode
    queryset = Indicator.objects.none()

    def get_queryset(self) -> QuerySet[Indicator]:
        """The edition's rows."""
        library = _edition(self.request, self.kwargs["public_id"])
        return selectors.edition_rows(library, selectors.Wanted()).order_by()

    @extend_schema(
        operation_id="edition_row_add",
        summary="给版次加一条指标",
        request=IndicatorRowIn,
        responses={201: IndicatorRowOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new row; without a code it gets the next of its place."""
        library, told = _draft(request, public_id), read(IndicatorRowIn, request)
        place = _category(library, told.pop("category"))
        made = services.add_row(actor=caller(request), library=library, category=place, values=told)
        return Response(IndicatorRowOut(made).data, status=201)


class Row(APIView):
    """版次里的一条指标。"""

    def _row(self, request: Request, pk: int) -> Indicator:
        """The row, for one who writes its edition. Raises Http404 or PermissionDenied."""
        held = get_object_or_404(selectors.rows_kept(caller(request)), pk=pk)
        if not permissions.may_edit(caller(request), held.category.library):
            raise PermissionDenied(NO_RIGHT)
        return held

    @extend_schema(
        operation_id="edition_row_edit",
        summary="改版次里的指标",
        request=IndicatorRowIn,
        responses=IndicatorRowOut,
    )
    def put(self, request: Request, pk: int) -> Response:
        """The row as told; its code stays."""
        held, told = self._row(request, pk), read(IndicatorRowIn, request)
        place = _category(held.category.library, told.pop("category"))
        kept = services.edit_row(actor=caller(request), row=held, values=told, category=place)
        return Response(IndicatorRowOut(kept).data)

    @extend_schema(
        operation_id="edition_row_withdraw", summary="撤下版次里的指标", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """The draft without the row."""
        services.withdraw_row(actor=caller(request), row=self._row(request, pk))
        return Response(status=204)


class Categories(APIView):
    """版次的类别。"""

    @extend_schema(
        operation_id="edition_category_add",
        summary="给版次加一个类别",
        request=IndicatorCategoryIn,
        responses={201: IndicatorCategoryOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new category, in the last place."""
        library, told = _draft(request, public_id), read(IndicatorCategoryIn, request)
        made = services.add_category(actor=caller(request), library=library, **told)
        return Response(IndicatorCategoryOut(made).data, status=201)


class Workbook(APIView):
    """版次的工作簿：导出，改好再导入。"""

    parser_classes = [PlainMultiPartParser]

    @extend_schema(operation_id="edition_workbook", summary="导出一个版次", responses=WORKBOOK)
    def get(self, request: Request, public_id: UUID) -> FileResponse:
        """The workbook that can be imported again."""
        library = _edition(request, public_id)
        return workbook(exports.edition(library), f"{library.fiscal_year}年度指标库.xlsx")

    @extend_schema(
        operation_id="edition_import",
        summary="把工作簿导入编制中的版次",
        request={"multipart/form-data": FileIn},
        responses=EditionImportOut,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """What the import did; 409 with every wrong cell and nothing done."""
        library = _draft(request, public_id)
        read(FileIn, request)
        file = received(request._request, "file")
        content = guard_xlsx(file, file.name or "").content
        outcome = services.import_rows(actor=caller(request), library=library, content=content)
        if outcome.errors:
            raise _refusal(outcome)
        return Response(EditionImportOut(outcome).data)


def _refusal(outcome: Outcome) -> RuleError:
    """The wrong cells, as the page lists them."""
    told = [error.as_dict() for error in outcome.errors[:200]]
    sentence = f"{len(outcome.errors)}格要改，没有导入任何数据。{outcome.errors[0].message}"
    return RuleError(sentence, code="cells", errors=told)


class CandidateExampleOut(serializers.Serializer[Any]):
    """Where a candidate was promised."""

    subject = serializers.CharField()
    name = serializers.CharField()
    value = serializers.CharField()


class CandidateOut(serializers.Serializer[Any]):
    """A group of like names that the edition lacks."""

    key = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField())
    n_filings = serializers.IntegerField()
    level1 = serializers.CharField(source="sample.level1")
    level2 = serializers.CharField(source="sample.level2")
    unit = serializers.CharField(source="sample.unit")
    examples = CandidateExampleOut(many=True)


class Candidates(APIView):
    """候选指标：已定稿绩效目标用过、本版没有的。"""

    @extend_schema(
        operation_id="edition_candidates",
        summary="候选指标",
        responses=CandidateOut(many=True),
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The 200 most used."""
        found = candidates.candidates(_draft(request, public_id))
        return Response(CandidateOut(found[:200], many=True).data)

    @extend_schema(
        operation_id="edition_take",
        summary="采入候选指标",
        request=TakeIn,
        responses={201: IndicatorRowOut(many=True)},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new rows of the draft."""
        library, told = _draft(request, public_id), read(TakeIn, request)
        place = _category(library, told["category"])
        made = services.take(
            actor=caller(request), library=library, category=place, keys=told["keys"]
        )
        return Response(IndicatorRowOut(made, many=True).data, status=201)


class Submit(APIView):
    """送审。"""

    @extend_schema(
        operation_id="edition_submit", summary="送审版次", request=None, responses=EditionOut
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The edition waits for publication."""
        made = services.submit(actor=caller(request), library=_edition(request, public_id))
        return Response(EditionOut(made).data)


class SendBack(APIView):
    """退回修改。"""

    @extend_schema(
        operation_id="edition_return",
        summary="退回版次修改",
        request=EditionRemarkIn,
        responses=EditionOut,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The edition is a draft again."""
        library, told = _edition(request, public_id), read(EditionRemarkIn, request)
        made = services.send_back(actor=caller(request), library=library, **told)
        return Response(EditionOut(made).data)


class Publish(APIView):
    """发布。"""

    @extend_schema(
        operation_id="edition_publish", summary="发布版次", request=None, responses=EditionOut
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The edition is in force from its year on."""
        made = services.publish(actor=caller(request), library=_edition(request, public_id))
        return Response(EditionOut(made).data)
