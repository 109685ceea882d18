"""Draft plans for programs: made, read from a notice, changed task by task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser, SafeJSONParser
from apps.core.rest import Input, read, read_rows
from apps.organizations.models import Jurisdiction
from apps.workplans import notice_files, selectors
from apps.workplans.api import inputs
from apps.workplans.api.reading import PlanSerializer
from apps.workplans.models import Plan, PlanTask, TaskWindow
from apps.workplans.services import amending, checking, editing, exporting, reading, starting

ROW = OpenApiTypes.OBJECT  # a row with the keys of the profile


class NoticeOut(serializers.Serializer[Any]):
    """A notice that was read: how many tasks came of it, and the sentences left over."""

    public_id = serializers.UUIDField()
    name = serializers.CharField()
    n_tasks = serializers.IntegerField()
    leftovers = serializers.ListField(child=serializers.DictField())


def the_draft(request: Request, public_id: UUID) -> Plan:
    """The draft that the caller edits. Raises Http404."""
    return get_object_or_404(selectors.drafts(caller(request)), public_id=public_id)


def the_task(request: Request, public_id: UUID) -> PlanTask:
    """The task of such a draft. Raises Http404."""
    return get_object_or_404(selectors.draft_tasks(caller(request)), public_id=public_id)


def task_answer(task: PlanTask, status: int = 200) -> Response:
    """The task as its row, with the number that addresses name it by."""
    task.refresh_from_db()
    row = exporting.task_row(task).model_dump(mode="json")
    told = {"public_id": str(task.public_id), "check_state": task.check_state}
    return Response(told | row, status=status)


# --- plans ------------------------------------------------------------------------------------
@extend_schema(request=inputs.HeadIn, responses=PlanSerializer)
class DraftPlan(APIView):
    """计划草稿：改名称和文号，删除草稿。"""

    @extend_schema(operation_id="draft_edit", summary="改计划草稿的名称和文号")
    def patch(self, request: Request, public_id: UUID) -> Response:
        """The draft under its new name."""
        plan, told = the_draft(request, public_id), read(inputs.HeadIn, request)
        plan = editing.edit_plan(plan=plan, values=told, actor=caller(request))
        return Response(PlanSerializer(plan).data)

    @extend_schema(
        operation_id="draft_drop", summary="删除计划草稿或放弃修订", responses={204: None}
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Nothing is left of the draft; a published plan is as it was."""
        plan = the_draft(request, public_id)
        if plan.amends_id is not None:
            amending.drop_amendment(copy=plan, actor=caller(request))
        else:
            editing.drop_plan(plan=plan, actor=caller(request))
        return Response(status=204)


class NewPlan(APIView):
    """新建计划草稿，从空白、样板或上年计划开始。"""

    @extend_schema(request=inputs.NewPlanIn, responses={201: PlanSerializer})
    def post(self, request: Request) -> Response:
        """The draft."""
        told = read(inputs.NewPlanIn, request)
        place = get_object_or_404(Jurisdiction, code=told.pop("jurisdiction"))
        plan = starting.start_plan(jurisdiction=place, actor=caller(request), **told)
        return Response(PlanSerializer(plan).data, status=201)


class DraftNotice(APIView):
    """读一份通知（正文，或.docx、.txt文件），读出的任务待核对。"""

    parser_classes = [SafeJSONParser, PlainMultiPartParser]

    @extend_schema(
        request={"application/json": inputs.NoticeIn, "multipart/form-data": inputs.NoticeFileIn},
        responses={201: NoticeOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The notice, with how many tasks it gave."""
        plan = the_draft(request, public_id)
        name, text = self._told(request)
        notice = reading.add_notice(plan=plan, name=name, text=text, actor=caller(request))
        shown = {
            "public_id": notice.public_id,
            "name": notice.name,
            "n_tasks": notice.tasks.count(),
            "leftovers": notice.leftovers,
        }
        return Response(NoticeOut(shown).data, status=201)

    def _told(self, request: Request) -> tuple[str, str]:
        """Name and text, of the body or of the file in it. Raises InputError or RuleError."""
        if not request.content_type.startswith("multipart/"):
            told = read(inputs.NoticeIn, request)
            return told.get("name", ""), told["text"]
        told = read(inputs.NoticeFileIn, request)
        file = notice_files.received(request._request)
        return told.get("name") or file.name, file.text


class DraftLeftover(APIView):
    """未成任务的句子改作任务。"""

    @extend_schema(request=inputs.LeftoverIn, responses={201: ROW})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The task, waiting to be checked."""
        plan, told = the_draft(request, public_id), read(inputs.LeftoverIn, request)
        notice = get_object_or_404(plan.notices, public_id=told["notice"])
        task = reading.task_from_leftover(notice=notice, start=told["start"], actor=caller(request))
        return task_answer(task, 201)


# --- tasks ------------------------------------------------------------------------------------
class DraftTasks(APIView):
    """在草稿里加一项任务。"""

    @extend_schema(request=inputs.TaskIn, responses={201: ROW})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new last task."""
        plan, told = the_draft(request, public_id), read(inputs.TaskIn, request)
        return task_answer(editing.add_task(plan=plan, values=told, actor=caller(request)), 201)


class DraftTask(APIView):
    """草稿里的一项任务：读、改、删。"""

    @extend_schema(operation_id="draft_task_read", summary="草稿任务的全部内容", responses=ROW)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The task with all that belongs to it, as a row of the profile."""
        return task_answer(the_task(request, public_id))

    @extend_schema(
        operation_id="draft_task_edit",
        summary="改草稿里的任务",
        request=inputs.TaskIn,
        responses=ROW,
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """The task with its new values."""
        task, told = the_task(request, public_id), read(inputs.TaskIn, request)
        return task_answer(editing.edit_task(task=task, values=told, actor=caller(request)))

    @extend_schema(
        operation_id="draft_task_remove", summary="删草稿里的任务", responses={204: None}
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The draft without the task."""
        editing.remove_task(task=the_task(request, public_id), actor=caller(request))
        return Response(status=204)


class DraftTaskMove(APIView):
    """移动任务的位置。"""

    @extend_schema(request=inputs.MoveIn, responses=ROW)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The task at its new place."""
        task, told = the_task(request, public_id), read(inputs.MoveIn, request)
        moved = editing.move_task(task=task, position=told["position"], actor=caller(request))
        return task_answer(moved)


class CheckedOut(serializers.Serializer[Any]):
    """What became of the sentence."""

    act = serializers.CharField()


class DraftTaskCheck(APIView):
    """核对一项任务：确认，或不作任务。"""

    @extend_schema(request=inputs.CheckIn, responses=CheckedOut)
    def post(self, request: Request, public_id: UUID) -> Response:
        """What was done."""
        task, told = the_task(request, public_id), read(inputs.CheckIn, request)
        if told["act"] == "dismiss":
            reading.dismiss_task(task=task, actor=caller(request))
        else:
            checking.check_task(
                task=task, window=None, values={}, is_confirmed=True, actor=caller(request)
            )
        return Response(CheckedOut(told).data)


class DraftTaskBasis(APIView):
    """任务的依据。"""

    @extend_schema(request=inputs.BasisIn, responses=ROW)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The task on these documents."""
        task, told = the_task(request, public_id), read(inputs.BasisIn, request)
        return task_answer(editing.set_basis(task=task, codes=told["codes"], actor=caller(request)))


# --- windows ----------------------------------------------------------------------------------
class DraftWindows(APIView):
    """给任务加一个填报期。"""

    @extend_schema(request=inputs.WindowIn, responses={201: ROW})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The task with the new window."""
        task, told = the_task(request, public_id), read(inputs.WindowIn, request)
        editing.add_window(task=task, values=told, actor=caller(request))
        return task_answer(task, 201)


class DraftSeries(APIView):
    """按周期展开填报期。"""

    @extend_schema(request=inputs.SeriesIn, responses={201: ROW})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The task with a window for each occurrence."""
        task, told = the_task(request, public_id), read(inputs.SeriesIn, request)
        name = told.pop("series")
        editing.add_series(task=task, series=name, values=told, actor=caller(request))
        return task_answer(task, 201)


class DraftWindow(APIView):
    """草稿里的一个填报期。"""

    def _window(self, request: Request, pk: int) -> TaskWindow:
        return get_object_or_404(selectors.draft_windows(caller(request)), pk=pk)

    @extend_schema(
        operation_id="draft_window_edit",
        summary="改草稿里的填报期",
        request=inputs.WindowIn,
        responses=ROW,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The task with the window as it is now."""
        window, told = self._window(request, pk), read(inputs.WindowIn, request)
        editing.edit_window(window=window, values=told, actor=caller(request))
        return task_answer(window.task)

    @extend_schema(
        operation_id="draft_window_remove", summary="删草稿里的填报期", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """The task without the window."""
        editing.remove_window(window=self._window(request, pk), actor=caller(request))
        return Response(status=204)


# --- lists ------------------------------------------------------------------------------------
class _TaskRows(APIView):
    """A list of a task, written whole."""

    kind: type[Input]
    write: Any

    def _put(self, request: Request, public_id: UUID) -> Response:
        task, rows = the_task(request, public_id), read_rows(self.kind, request)
        type(self).write(task=task, rows=rows, actor=caller(request))
        return task_answer(task)


class TaskScopes(_TaskRows):
    """整份写任务的范围。"""

    kind, write = inputs.ScopeIn, staticmethod(editing.set_scopes)

    @extend_schema(request=inputs.ScopeIn(many=True), responses=ROW)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The task with these conditions."""
        return self._put(request, public_id)


class TaskSteps(_TaskRows):
    """整份写任务的审核步骤。"""

    kind, write = inputs.StepIn, staticmethod(editing.set_steps)

    @extend_schema(request=inputs.StepIn(many=True), responses=ROW)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The task with these steps."""
        return self._put(request, public_id)


class TaskSlots(_TaskRows):
    """整份写任务的附件。"""

    kind, write = inputs.SlotIn, staticmethod(editing.set_slots)

    @extend_schema(request=inputs.SlotIn(many=True), responses=ROW)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The task with these places for files."""
        return self._put(request, public_id)


class TaskFacts(_TaskRows):
    """整份写任务的填报数。"""

    kind, write = inputs.FactIn, staticmethod(editing.set_facts)

    @extend_schema(request=inputs.FactIn(many=True), responses=ROW)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The task with these numbers."""
        return self._put(request, public_id)


class TaskWeights(APIView):
    """整份写任务的分值权重。"""

    @extend_schema(request=inputs.WeightIn(many=True), responses=ROW)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The task with these templates."""
        task, rows = the_task(request, public_id), read_rows(inputs.WeightIn, request)
        editing.set_weights(plan=task.plan, task=task, rows=rows, actor=caller(request))
        return task_answer(task)


class TaskReminders(APIView):
    """整份写任务的提醒。"""

    @extend_schema(request=inputs.ReminderIn(many=True), responses=ROW)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The task with these reminders."""
        task, rows = the_task(request, public_id), read_rows(inputs.ReminderIn, request)
        editing.set_reminders(plan=task.plan, task=task, rows=rows, actor=caller(request))
        return task_answer(task)


class PlanWeights(APIView):
    """整份写计划的分值权重。"""

    @extend_schema(request=inputs.WeightIn(many=True), responses=PlanSerializer)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The plan with these templates."""
        plan, rows = the_draft(request, public_id), read_rows(inputs.WeightIn, request)
        editing.set_weights(plan=plan, rows=rows, actor=caller(request))
        return Response(PlanSerializer(plan).data)


class PlanReminders(APIView):
    """整份写计划的提醒。"""

    @extend_schema(request=inputs.ReminderIn(many=True), responses=PlanSerializer)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The plan with these reminders."""
        plan, rows = the_draft(request, public_id), read_rows(inputs.ReminderIn, request)
        editing.set_reminders(plan=plan, rows=rows, actor=caller(request))
        return Response(PlanSerializer(plan).data)


def plans_seen(request: Request) -> QuerySet[Plan]:
    """Plans that exist for the caller."""
    return Plan.objects.visible_to(caller(request)).select_related("jurisdiction", "amends")
