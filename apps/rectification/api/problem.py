"""One problem: read, answered, re-checked; its files and its letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import uploads
from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import FileIn, Input, read
from apps.jobs.downloads import file_response
from apps.jobs.tasks import run_job
from apps.organizations.models import User
from apps.rectification import letter, selectors, services
from apps.rectification.api.common import (
    LetterIn,
    OneProblemOut,
    ProblemAnswerIn,
    ProblemDayIn,
    ProblemJobOut,
    ProblemOpinionIn,
    ProblemOwnerIn,
    ProblemReasonIn,
    ProofOut,
    found,
    told,
)
from apps.rectification.models import Problem, Proof


class ProblemView(APIView):
    """一个问题的经过、材料和现在能办的事。"""

    @extend_schema(operation_id="problems_read", responses=OneProblemOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem."""
        return Response(told(found(request, year, public_id), request))


class Answer(APIView):
    """单位答复整改措施和结果。"""

    @extend_schema(operation_id="problems_answer", request=ProblemAnswerIn, responses=OneProblemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem, waiting for the re-check."""
        problem, said = _asked(request, year, public_id, ProblemAnswerIn)
        services.answer(problem=problem, actor=caller(request), **said)
        return Response(told(problem, request))


class Close(APIView):
    """复核销号；没有整改佐证的不能销号。"""

    @extend_schema(operation_id="problems_close", request=ProblemOpinionIn, responses=OneProblemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem, closed."""
        problem, said = _asked(request, year, public_id, ProblemOpinionIn)
        services.close(problem=problem, actor=caller(request), **said)
        return Response(told(problem, request))


class SendBack(APIView):
    """退回单位补改，重定整改截止。"""

    @extend_schema(operation_id="problems_send_back", request=ProblemDayIn, responses=OneProblemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem, with its unit again."""
        problem, said = _asked(request, year, public_id, ProblemDayIn)
        services.send_back(problem=problem, actor=caller(request), **said)
        return Response(told(problem, request))


class Extend(APIView):
    """整改延期，写明理由。"""

    @extend_schema(operation_id="problems_extend", request=ProblemDayIn, responses=OneProblemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem with its later day."""
        problem, said = _asked(request, year, public_id, ProblemDayIn)
        services.extend(problem=problem, actor=caller(request), **said)
        return Response(told(problem, request))


class Refuse(APIView):
    """认定单位拒不整改，写明理由。"""

    @extend_schema(operation_id="problems_refuse", request=ProblemReasonIn, responses=OneProblemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem, refused."""
        problem, said = _asked(request, year, public_id, ProblemReasonIn)
        services.refuse(problem=problem, actor=caller(request), **said)
        return Response(told(problem, request))


class Withdraw(APIView):
    """撤销登记有误的问题，写明理由。"""

    @extend_schema(
        operation_id="problems_withdraw", request=ProblemReasonIn, responses=OneProblemOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem, withdrawn."""
        problem, said = _asked(request, year, public_id, ProblemReasonIn)
        services.withdraw(problem=problem, actor=caller(request), **said)
        return Response(told(problem, request))


class NameOwner(APIView):
    """指定整改责任人。"""

    @extend_schema(
        operation_id="problems_name_owner", request=ProblemOwnerIn, responses=OneProblemOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The problem with its owner."""
        problem, said = _asked(request, year, public_id, ProblemOwnerIn)
        owner = get_object_or_404(
            User.objects.filter(pk__in=[person.pk for person in selectors.may_own(problem)]),
            public_id=said["owner"],
        )
        services.name_owner(problem=problem, actor=caller(request), owner=owner)
        return Response(told(problem, request))


def _asked(
    request: Request, year: int, public_id: UUID, kind: type[Input]
) -> tuple[Problem, dict[str, Any]]:
    """The problem, and what the request says about it."""
    problem = found(request, year, public_id)
    return problem, read(kind, request)


# --- files ------------------------------------------------------------------------------------
class Files(APIView):
    """给一个问题上传材料：单位传整改佐证，财政传问题依据或复核材料。"""

    parser_classes = [PlainMultiPartParser]

    @extend_schema(
        operation_id="problems_add_file",
        request={"multipart/form-data": FileIn},
        responses={201: ProofOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The file, once it passed its guard."""
        problem, _ = _asked(request, year, public_id, FileIn)
        file = uploads.received(request._request, "file")
        upload = uploads.guard_attachment(file, file.name or "")
        proof = services.add_file(problem=problem, actor=caller(request), upload=upload)
        return Response(ProofOut(proof).data, status=201)


def _proof(request: Request, year: int, public_id: UUID) -> Proof:
    seen = selectors.shown(caller(request)).filter(fiscal_year=year)
    rows = Proof.objects.filter(problem__in=seen).select_related("file", "problem")
    return get_object_or_404(rows, public_id=public_id)


class OneFile(APIView):
    """下载或删去问题的一个材料。"""

    @extend_schema(
        operation_id="problem_files_read",
        summary="下载问题的一个材料",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The file."""
        return file_response(_proof(request, year, public_id).file)

    @extend_schema(
        operation_id="problem_files_remove",
        summary="删去还没有随答复报出的整改佐证",
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, year: int, public_id: UUID) -> Response:
        """Take it away."""
        services.remove_file(proof=_proof(request, year, public_id), actor=caller(request))
        return Response(status=204)


# --- paper ------------------------------------------------------------------------------------
class Letter(APIView):
    """生成整改通知书或预警通知书的PDF，由后台任务做。"""

    @extend_schema(operation_id="problems_letter", request=LetterIn, responses={202: ProblemJobOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The job."""
        problem, said = _asked(request, year, public_id, LetterIn)
        job = letter.start(problem=problem, actor=caller(request), **said)
        run_job.delay_on_commit(job.pk)
        return Response(ProblemJobOut(job).data, status=202)
