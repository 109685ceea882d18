"""The pages as a browser would use them: one function a button, each answers with the response."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.filings.models import Filing, ReturnItem
from apps.rules.target_form import TargetForm
from apps.targets.inputs import inputs_of
from apps.workplans.models import Assignment, ScoreItem
from tests.makers import YEAR

NOBODYS = uuid4()


def _url(name: str, public_id: Any) -> str:
    return reverse(name, args=[YEAR, public_id])


def begin(client: Client, assignment: Assignment) -> Any:
    return client.post(_url("filings:begin", assignment.public_id))


def save(client: Client, public_id: Any, version: int, form: TargetForm, **headers: str) -> Any:
    data = {**inputs_of(form), "version": version}
    return client.post(_url("targets:sheet", public_id), data, headers=headers)


def autosave(client: Client, public_id: Any, version: int, form: TargetForm) -> Any:
    return save(client, public_id, version, form, **{"X-Autosave": "true"})


def submit(client: Client, public_id: Any, version: int, key: str) -> Any:
    data = {"version": version, "key": key}
    return client.post(_url("filings:submit", public_id), data)


def attach(client: Client, public_id: Any, slot: str = "basis") -> Any:
    file = SimpleUploadedFile("立项批复.pdf", b"%PDF-1.4\n", "application/pdf")
    return client.post(_url("filings:attach", public_id), {"slot": slot, "file": file})


def withdraw(client: Client, public_id: Any) -> Any:
    return client.post(_url("filings:withdraw", public_id), {"reason": "资金来源填错"})


def comment(client: Client, public_id: Any) -> Any:
    data = {"path": "year_goal", "text": "请写明完成年份"}
    return client.post(_url("filings:comment", public_id), data)


def answer(client: Client, item: ReturnItem | None, is_resolved: bool) -> Any:
    data = {"is_resolved": "on"} if is_resolved else {"answer": "目标本年不变"}
    return client.post(_url("filings:answer", item.public_id if item else NOBODYS), data)


def judge(
    client: Client, filing: Filing | None, decision: str, due_on: date, share: str = "0.95"
) -> Any:
    """Press a button of the review page, with every criterion marked on the last step."""
    data = {"decision": decision, "opinion": "意见", "due_on": due_on.isoformat()}
    data |= {"item": "1", "item-1-path": "year_goal", "item-1-message": "写明完成年份"}
    if filing is not None and filing.step and filing.step.sheet_id:
        data |= marks(filing, share)
    public_id = filing.public_id if filing else NOBODYS
    return client.post(_url("filings:review", public_id), data)


def marks(filing: Filing, share: str) -> dict[str, str]:
    """What the score sheet of the filing's step posts, each criterion with the same share."""
    items = ScoreItem.objects.filter(sheet=filing.step.sheet) if filing.step else []
    return {f"points-{item.pk}": f"{float(item.points) * float(share):.2f}" for item in items}


def reopen(client: Client, public_id: Any, until: date) -> Any:
    data = {"reason": "指标单位写错", "until": until.isoformat()}
    return client.post(_url("filings:reopen", public_id), data)


def end_reopening(client: Client, public_id: Any) -> Any:
    return client.post(_url("filings:end_reopening", public_id), {"reason": "开错了"})


def cancel(client: Client, public_id: Any) -> Any:
    return client.post(_url("filings:cancel", public_id), {"reason": "项目并入他项"})


def waive(client: Client, public_id: Any, code: str, path: str) -> Any:
    data = {"code": f"{code} {path}", "reason": "上级已批复"}
    return client.post(_url("filings:waive", public_id), data)


def extend(client: Client, assignment: Assignment, last_day: date) -> Any:
    data = {"last_day": last_day.isoformat(), "reason": "汛期抢险"}
    return client.post(_url("workplans:extend", assignment.public_id), data)
