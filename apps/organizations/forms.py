"""Shape of input; rules live in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.organizations import passwords
from apps.organizations.models import Jurisdiction, Membership, Role, Section, Unit, User
from apps.organizations.models.places import BUDGET_TYPES

DATE = forms.DateInput(attrs={"type": "date"})
ROLES = [(value, label) for value, label in Role.choices if value != Role.AGENCY]


class LoginForm(forms.Form):
    """账号 and 密码; nothing is told about their shape."""

    username = forms.CharField(
        label="账号",
        max_length=200,
        help_text="单位填报账号或个人账号",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="密码",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    """A password, twice."""

    new = forms.CharField(
        label="新密码",
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次",
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = passwords.profile().in_words()

    def clean(self) -> dict[str, Any]:
        """Both entries are the same."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入不一致，请重新输入。")
        return data


class PasswordForm(NewPasswordForm):
    """The present password and the new one."""

    current = forms.CharField(
        label="现在的密码",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["current", "new", "again"]


class TokenForm(forms.Form):
    """What the program is called, how long, whether it writes."""

    name = forms.CharField(label="用途", max_length=60, help_text="例如：财政一体化取数")
    days = forms.IntegerField(label="有效天数", min_value=1, max_value=365, initial=90)
    may_write = forms.BooleanField(label="可写（能提交和修改，不只是读）", required=False)


class PersonForm(forms.Form):
    """Who the account is for."""

    username = forms.CharField(
        label="账号", max_length=40, help_text="3–40个字母、数字、点、横线，例如slj-tbr01"
    )
    name = forms.CharField(label="姓名", max_length=40)
    email = forms.EmailField(label="邮箱", required=False)
    phone = forms.CharField(label="电话", max_length=30, required=False)


class ReasonForm(forms.Form):
    """Why an account is disabled or enabled."""

    reason = forms.CharField(label="原因", max_length=200)


class SearchForm(forms.Form):
    """One box; what was typed too long finds nothing."""

    q = forms.CharField(label="名称或编码", max_length=40, required=False)

    def wanted(self) -> str:
        """The text searched for, or empty."""
        return str(self.cleaned_data["q"]).strip() if self.is_valid() else ""


class GrantForm(forms.Form):
    """A role at a place for a time."""

    role = forms.ChoiceField(label="角色", choices=ROLES)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="单位",
        required=False,
        to_field_name="public_id",
        help_text="填报员、负责人、主管部门审核员选单位",
    )
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label="科室",
        required=False,
        to_field_name="public_id",
        help_text="科室审核员、预算科选科室",
    )
    starts_on = DayField(label="起", required=False, widget=DATE, help_text="不填为今天")
    ends_on = DayField(label="止", required=False, widget=DATE, help_text="长期的不填")

    def __init__(self, *args: Any, jurisdiction: Jurisdiction | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "unit", Unit.objects.active().filter(jurisdiction=jurisdiction))
        _offer(self, "section", Section.objects.filter(jurisdiction=jurisdiction))


class DeputyForm(forms.Form):
    """Who stands in, from when to when."""

    user = forms.ModelChoiceField(User.objects.none(), label="代办人", to_field_name="public_id")
    starts_on = DayField(label="起", widget=DATE)
    ends_on = DayField(label="止", widget=DATE, help_text="最长92天")

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "user", colleagues(membership))


class HandOverForm(forms.Form):
    """Who takes over, from which day."""

    to = forms.ModelChoiceField(User.objects.none(), label="接手人", to_field_name="public_id")
    on = DayField(label="从哪天起", required=False, widget=DATE, help_text="不填为今天")

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "to", colleagues(membership))


def colleagues(membership: Membership) -> QuerySet[User]:
    """To whom a seat may be lent or handed over: active people of its jurisdiction."""
    people = User.objects.filter(jurisdiction=membership.jurisdiction_id, is_active=True)
    return people.exclude(pk=membership.user_id)


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
    field.queryset = rows
    field.empty_label = "—"


class UnitForm(forms.Form):
    """A unit's particulars; its code only when it is new."""

    code = forms.CharField(label="预算单位编码", max_length=9, help_text="3位、6位或9位数字")
    name = forms.CharField(label="单位名称", max_length=100)
    kind = forms.ChoiceField(label="单位类型", choices=Unit.Kind.choices)
    parent = forms.ModelChoiceField(
        Unit.objects.none(), label="主管部门", required=False, to_field_name="public_id"
    )
    credit_code = forms.RegexField(
        r"^[0-9A-Z]{18}$",
        label="统一社会信用代码",
        required=False,
        error_messages={"invalid": "应为18位数字和大写字母。"},
    )
    is_fund_manager = forms.BooleanField(label="资金主管部门", required=False)
    is_classified = forms.BooleanField(label="涉密单位", required=False)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def __init__(self, *args: Any, jurisdiction: Jurisdiction | None, **kwargs: Any) -> None:
        unit: Unit | None = kwargs.pop("unit", None)
        super().__init__(*args, **kwargs)
        rows = Unit.objects.active().filter(jurisdiction=jurisdiction)
        _offer(self, "parent", rows.exclude(pk=unit.pk) if unit else rows)
        if unit:
            del self.fields["code"]
            names = [name for name in self.fields if name != "parent"]
            self.initial = {name: getattr(unit, name) for name in names}
            self.initial["parent"] = unit.parent.public_id if unit.parent else None


class RegionForm(forms.Form):
    """A region right below, and the finance bureau that answers for it."""

    code = forms.CharField(label="区划代码", max_length=6, help_text="6位，例如150824")
    name = forms.CharField(label="名称", max_length=60, help_text="例如乌拉特中旗")
    bureau_code = forms.CharField(
        label="财政部门编码", max_length=12, help_text="该地区的预算单位编码，例如101"
    )
    bureau_name = forms.CharField(label="财政部门名称", max_length=100, help_text="例如旗财政局")


class SectionForm(forms.Form):
    """A section's local name and the other names papers use."""

    code = forms.SlugField(label="标识", max_length=20, help_text="字母和数字，定后不改，例如nyk")
    name = forms.CharField(label="科室名称", max_length=40)
    kind = forms.ChoiceField(label="类别", choices=Section.Kind.choices)
    aliases = forms.CharField(
        label="别名", max_length=400, required=False, help_text="多个用顿号隔开，例如农财科、乡财科"
    )

    def __init__(self, *args: Any, section: Section | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if section:
            del self.fields["code"], self.fields["kind"]
            names = "、".join(alias.name for alias in section.aliases.all())
            self.initial = {"name": section.name, "aliases": names}

    def clean_aliases(self) -> list[str]:
        """The names, parted at any comma."""
        text = str(self.cleaned_data["aliases"])
        for mark in "，,；;":
            text = text.replace(mark, "、")
        return [part.strip()[:40] for part in text.split("、") if part.strip()]

    def clean_name(self) -> str:
        """The name without blanks, as aliases are compared."""
        return "".join(str(self.cleaned_data["name"]).split())


class LiaisonForm(forms.Form):
    """Who speaks for a unit, from when to when."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位", to_field_name="public_id")
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="电话", max_length=30, help_text="手机或座机，例如0996-4020000")
    user = forms.ModelChoiceField(
        User.objects.none(),
        label="系统账号",
        required=False,
        to_field_name="public_id",
        help_text="有账号的选上，调走时随交接一起办",
    )
    starts_on = DayField(label="起", required=False, widget=DATE, help_text="不填为今天")
    ends_on = DayField(label="止", required=False, widget=DATE, help_text="长期的不填")

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "unit", Unit.objects.filter(pk__in=[unit.pk for unit in units]))
        people = User.objects.filter(is_active=True, memberships__unit__in=units)
        _offer(self, "user", people.distinct())
        if len(units) == 1:
            self.initial["unit"] = units[0].public_id

    def field_of(self, code: str) -> str | None:
        """The field that a refusal is about; None when it is about all of them."""
        return {"phone": "phone", "dates": "ends_on", "account": "user", "twice": "name"}.get(code)


class LiaisonFilter(forms.Form):
    """Filters of the list of liaison officers and of its export."""

    WHICH = [("", "在任"), ("without", "没有联络员的单位"), ("all", "含卸任的")]

    q = forms.CharField(label="单位或姓名", max_length=40, required=False)
    which = forms.ChoiceField(label="显示", choices=WHICH, required=False)

    def chosen(self) -> tuple[str, str]:
        """The text and which list; a field with an error counts as empty."""
        self.is_valid()
        return self.cleaned_data.get("q", "").strip(), self.cleaned_data.get("which", "")


class RouteForm(forms.Form):
    """One of three keys, and the section it goes to."""

    section = forms.ModelChoiceField(
        Section.objects.none(), label="科室", to_field_name="public_id"
    )
    fund_tag = forms.CharField(label="资金标签", max_length=40, required=False)
    budget_type = forms.ChoiceField(
        label="预算类型",
        required=False,
        choices=[("", "—"), *BUDGET_TYPES.items()],
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位", required=False, to_field_name="public_id"
    )

    def __init__(self, *args: Any, jurisdiction: Jurisdiction | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        business = Section.objects.filter(jurisdiction=jurisdiction, kind=Section.Kind.BUSINESS)
        _offer(self, "section", business)
        _offer(self, "unit", Unit.objects.active().filter(jurisdiction=jurisdiction))
