"""Documents, events, parameters and score sheets for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import KeyPages, read
from apps.organizations.models import Jurisdiction
from apps.workplans import selectors
from apps.workplans.api import inputs
from apps.workplans.api.drafts import the_draft
from apps.workplans.api.reading import SettingOut
from apps.workplans.models import BasisDocument, PlanEvent, ScoreSheet
from apps.workplans.services import editing


class DocumentOut(serializers.ModelSerializer[BasisDocument]):
    """A document of the library."""

    number = serializers.CharField(source="document_number")

    class Meta:
        model = BasisDocument
        fields = ["public_id", "code", "title", "number", "issuer", "issued_on", "url", "note"]
        read_only_fields = fields


class PlanEventOut(serializers.ModelSerializer[PlanEvent]):
    """An event; `id` names it in addresses."""

    class Meta:
        model = PlanEvent
        fields = ["id", "code", "title", "happened_on", "clause"]
        read_only_fields = fields


class ScoreSheetOut(serializers.ModelSerializer[ScoreSheet]):
    """A score sheet; `id` names it in addresses."""

    class Meta:
        model = ScoreSheet
        fields = ["id", "code", "title", "clause", "mode"]
        read_only_fields = fields


class KeptSettingOut(SettingOut):
    """A parameter; `id` names it in addresses."""

    class Meta(SettingOut.Meta):
        fields = ["id", *SettingOut.Meta.fields]
        read_only_fields = fields


# --- documents --------------------------------------------------------------------------------
class Documents(ListAPIView[BasisDocument]):
    """依据库。"""

    serializer_class = DocumentOut
    pagination_class = KeyPages
    queryset = BasisDocument.objects.none()

    def get_queryset(self) -> Any:
        """The library of the caller's regions."""
        return selectors.documents(caller(self.request))

    @extend_schema(
        operation_id="document_add",
        summary="在依据库加一份文件",
        request=inputs.NewDocumentIn,
        responses={201: DocumentOut},
    )
    def post(self, request: Request) -> Response:
        """The new document."""
        told = read(inputs.NewDocumentIn, request)
        place = get_object_or_404(Jurisdiction, code=told.pop("jurisdiction"))
        made = editing.add_document(jurisdiction=place, values=told, actor=caller(request))
        return Response(DocumentOut(made).data, status=201)


class Document(APIView):
    """依据库的一份文件。"""

    def _document(self, request: Request, public_id: UUID) -> BasisDocument:
        return get_object_or_404(selectors.documents(caller(request)), public_id=public_id)

    @extend_schema(
        operation_id="document_edit",
        summary="改依据库的文件",
        request=inputs.DocumentIn,
        responses=DocumentOut,
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """The document with its new values."""
        found, told = self._document(request, public_id), read(inputs.DocumentIn, request)
        kept = editing.edit_document(document=found, values=told, actor=caller(request))
        return Response(DocumentOut(kept).data)

    @extend_schema(operation_id="document_remove", summary="删依据库的文件", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The library without the document."""
        found = self._document(request, public_id)
        editing.remove_document(document=found, actor=caller(request))
        return Response(status=204)


# --- events -----------------------------------------------------------------------------------
class DraftEvents(APIView):
    """给草稿加一个事件。"""

    @extend_schema(request=inputs.EventIn, responses={201: PlanEventOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new event."""
        plan, told = the_draft(request, public_id), read(inputs.EventIn, request)
        made = editing.add_event(plan=plan, values=told, actor=caller(request))
        return Response(PlanEventOut(made).data, status=201)


class DraftEvent(APIView):
    """草稿的一个事件。"""

    def _event(self, request: Request, pk: int) -> PlanEvent:
        return get_object_or_404(selectors.draft_events(caller(request)), pk=pk)

    @extend_schema(
        operation_id="draft_event_edit",
        summary="改草稿的事件",
        request=inputs.EventIn,
        responses=PlanEventOut,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The event with its new values."""
        found, told = self._event(request, pk), read(inputs.EventIn, request)
        kept = editing.edit_event(event=found, values=told, actor=caller(request))
        return Response(PlanEventOut(kept).data)

    @extend_schema(operation_id="draft_event_remove", summary="删草稿的事件", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """The draft without the event."""
        editing.remove_event(event=self._event(request, pk), actor=caller(request))
        return Response(status=204)


# --- parameters -------------------------------------------------------------------------------
class DraftSettings(APIView):
    """给草稿加一项参数。"""

    @extend_schema(request=inputs.SettingIn, responses={201: KeptSettingOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new parameter."""
        plan, told = the_draft(request, public_id), read(inputs.SettingIn, request)
        number = told.pop("task", None)
        task = get_object_or_404(plan.tasks, public_id=number) if number else None
        made = editing.add_setting(plan=plan, task=task, values=told, actor=caller(request))
        return Response(KeptSettingOut(made).data, status=201)


class Setting(APIView):
    """一项参数：定值、改、删。"""

    @extend_schema(
        operation_id="setting_decide",
        summary="给参数定值",
        request=inputs.ValueIn,
        responses=KeptSettingOut,
    )
    def put(self, request: Request, pk: int) -> Response:
        """The parameter decided; of a published plan only one that was left open."""
        rows = selectors.open_settings(caller(request))
        found, told = get_object_or_404(rows, pk=pk), read(inputs.ValueIn, request)
        kept = editing.set_setting(setting=found, value=told["value"], actor=caller(request))
        return Response(KeptSettingOut(kept).data)

    @extend_schema(
        operation_id="setting_edit",
        summary="改草稿的参数",
        request=inputs.SettingIn,
        responses=KeptSettingOut,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The parameter with its new values."""
        rows = selectors.open_settings(caller(request))
        found, told = get_object_or_404(rows, pk=pk), read(inputs.SettingIn, request)
        told.pop("task", None)
        kept = editing.edit_setting(setting=found, values=told, actor=caller(request))
        return Response(KeptSettingOut(kept).data)

    @extend_schema(operation_id="setting_remove", summary="删草稿的参数", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """The draft without the parameter."""
        found = get_object_or_404(selectors.open_settings(caller(request)), pk=pk)
        editing.remove_setting(setting=found, actor=caller(request))
        return Response(status=204)


# --- score sheets -----------------------------------------------------------------------------
class DraftSheets(APIView):
    """给草稿加一张评分表。"""

    @extend_schema(request=inputs.ScoreSheetIn, responses={201: ScoreSheetOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new sheet."""
        plan, told = the_draft(request, public_id), read(inputs.ScoreSheetIn, request)
        made = editing.add_sheet(plan=plan, values=told, actor=caller(request))
        return Response(ScoreSheetOut(made).data, status=201)


class DraftSheet(APIView):
    """草稿的一张评分表。"""

    def _sheet(self, request: Request, pk: int) -> ScoreSheet:
        return get_object_or_404(selectors.draft_sheets(caller(request)), pk=pk)

    @extend_schema(
        operation_id="draft_sheet_edit",
        summary="改草稿的评分表",
        request=inputs.ScoreSheetIn,
        responses=ScoreSheetOut,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The sheet with its new values."""
        found, told = self._sheet(request, pk), read(inputs.ScoreSheetIn, request)
        kept = editing.edit_sheet(sheet=found, values=told, actor=caller(request))
        return Response(ScoreSheetOut(kept).data)

    @extend_schema(
        operation_id="draft_sheet_remove", summary="删草稿的评分表", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """The draft without the sheet."""
        editing.remove_sheet(sheet=self._sheet(request, pk), actor=caller(request))
        return Response(status=204)
