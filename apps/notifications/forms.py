"""Shape of what is said about mail and robots; rules live in the services."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.notifications.models import Channel, Preference
from apps.notifications.services import ChannelData
from apps.notifications.topics import Topic

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
TOPICS = forms.CheckboxSelectMultiple


class PreferenceForm(forms.Form):
    """What I want by mail, and when."""

    topics = forms.MultipleChoiceField(
        label="发邮件的消息",
        choices=Topic.choices,
        required=False,
        widget=TOPICS,
        help_text="不勾的只在“消息”页里，不发邮件。",
    )
    pace = forms.ChoiceField(
        label="汇总",
        choices=Preference.Pace.choices,
        required=False,
        help_text="退回、延期等急的总是随时发。",
    )
    digest_at = forms.TimeField(label="汇总时间", required=False, widget=CLOCK)
    quiet_from = forms.TimeField(label="免打扰从", required=False, widget=CLOCK)
    quiet_until = forms.TimeField(label="免打扰到", required=False, widget=CLOCK)
    days = forms.ChoiceField(label="哪些天发", choices=Preference.Days.choices, required=False)

    def wish(self) -> dict[str, Any]:
        """The valid input as the service takes it."""
        data = dict(self.cleaned_data)
        chosen = set(data.pop("topics"))
        return {**data, "muted": [topic for topic in Topic.values if topic not in chosen]}


class ChannelForm(forms.Form):
    """A robot; address and secret are typed, never shown."""

    kind = forms.ChoiceField(label="类型", choices=Channel.Kind.choices)
    name = forms.CharField(label="名称", max_length=40, help_text="例如：绩效管理群")
    address = forms.CharField(
        label="机器人地址",
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "未填。从群机器人的设置页整条复制。"},
    )
    secret = forms.CharField(
        label="签名密钥",
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="政务钉钉“加签”的密钥，没有加签的不填。",
    )
    format = forms.ChoiceField(label="格式", choices=Channel.Format.choices)
    topics = forms.MultipleChoiceField(
        label="发哪些消息",
        choices=Topic.choices,
        widget=TOPICS,
        help_text="群里的人都看得到标题和姓名，正文不发。",
    )
    is_active = forms.BooleanField(label="启用", required=False, initial=True)

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = "存下后不再显示。" if is_new else "已存，不再显示；留空不改。"
        self.fields["address"].required = is_new
        self.fields["address"].help_text = f"从群机器人的设置页整条复制。{kept}"

    def data_of(self) -> ChannelData:
        """The valid input as the service takes it."""
        return ChannelData(**self.cleaned_data)


class TimesForm(forms.Form):
    """A region's hours of mail."""

    quiet_from = forms.TimeField(label="免打扰从", widget=CLOCK)
    quiet_until = forms.TimeField(
        label="免打扰到", widget=CLOCK, help_text="两头一样就是没有免打扰。"
    )
    digest_at = forms.TimeField(
        label="汇总时间", widget=CLOCK, help_text="审核人员的通知每个工作日这时汇总成一封。"
    )
    working_days_only = forms.BooleanField(label="只在工作日发", required=False)
