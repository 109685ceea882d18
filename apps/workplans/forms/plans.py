"""A plan made, named, read from a notice, taken from a file, amended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from apps.organizations.models import Jurisdiction
from apps.workplans.forms.faults import PlainForm
from apps.workplans.models import Plan

REASON = forms.Textarea(attrs={"rows": 3})


class HeadForm(PlainForm):
    """How the plan is called, by which document."""

    title = forms.CharField(label="名称", max_length=120)
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    source_note = forms.CharField(label="说明", max_length=200, required=False)


class NewPlanForm(PlainForm):
    """Where a new year begins: empty, from a sample, or from an earlier plan."""

    jurisdiction = forms.ChoiceField(label="行政区划")
    title = forms.CharField(label="名称", max_length=120)
    source = forms.ChoiceField(label="从哪里开始", widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        places: Iterable[Jurisdiction],
        earlier: Iterable[Plan],
        samples: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        place, source = self.fields["jurisdiction"], self.fields["source"]
        if isinstance(place, forms.ChoiceField) and isinstance(source, forms.ChoiceField):
            place.choices = [(one.code, one.name) for one in places]
            source.choices = [
                ("empty", "空白计划，再读通知"),
                *((f"plan:{one.public_id}", f"从上年复制：{one}") for one in earlier),
                *((f"sample:{name}", f"套用样板：{title}") for name, title in samples),
            ]


class NoticeForm(PlainForm):
    """A notice, pasted or as a file."""

    name = forms.CharField(
        label="通知名称", max_length=120, required=False, help_text="不填就用文件名或通知标题。"
    )
    text = forms.CharField(
        label="粘贴正文", required=False, max_length=400_000, widget=forms.Textarea({"rows": 14})
    )
    file = forms.FileField(
        label="或上传文件",
        required=False,
        allow_empty_file=True,
        help_text=".docx或.txt。扫描件先转成文字。",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.txt"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        if "text" in data and bool(data.get("text", "").strip()) == bool(data.get("file")):
            two = data.get("file") is not None
            self.add_error("text", "粘贴和上传只选一样。" if two else "没有正文，也没有文件。")
        return data


class AmendmentForm(PlainForm):
    """Why a published plan is changed, by which document."""

    reason = forms.CharField(label="修订理由", max_length=200, widget=REASON)
    document_number = forms.CharField(label="文号", max_length=60, required=False)
