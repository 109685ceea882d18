"""The shape of what people type about projects; nothing is saved here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.core.money import WAN
from apps.organizations.models import Unit
from apps.projects import selectors
from apps.projects.funds import MoneyLine
from apps.projects.models import (
    BudgetType,
    FundLine,
    FundTag,
    Project,
    ProjectYear,
    Transfer,
    TransferFund,
)
from apps.projects.selectors import Filter
from apps.projects.services import FILER_FACTS, OFFICE_FACTS

ALL = ("", "全部")
MOST_WAN = Decimal("999999999.999999")


class WanField(forms.DecimalField):
    """An amount typed in 万元 and answered in yuan."""

    def __init__(self, label: str, *, required: bool = False, **more: Any) -> None:
        limits: dict[str, Any] = {
            "min_value": 0,
            "max_value": MOST_WAN,
            "decimal_places": 6,
            "max_digits": 15,
        }
        super().__init__(label=f"{label}（万元）", required=required, **limits, **more)

    def clean(self, value: Any) -> Decimal | None:
        """万元 to yuan."""
        amount = super().clean(value)
        return None if amount is None else (amount * WAN).quantize(Decimal("0.01"))

    def prepare_value(self, value: Any) -> Any:
        """Yuan to 万元 for the input; what was typed stays as it was."""
        return format((value / WAN).normalize(), "f") if isinstance(value, Decimal) else value


class ProjectFilter(forms.Form):
    """Filters of the list, the export and the API; all of them optional."""

    q = forms.CharField(label="名称或编码", max_length=60, required=False)
    unit = forms.ChoiceField(label="单位", required=False)
    budget_type = forms.ChoiceField(
        label="预算类型", choices=[ALL, *BudgetType.choices], required=False
    )
    tag = forms.ChoiceField(label="资金标签", required=False)
    origin = forms.ChoiceField(
        label="来源",
        choices=[ALL, *ProjectYear.Origin.choices, (selectors.RESERVE, "储备（未列入）")],
        required=False,
    )

    def __init__(self, data: Any, *, units: QuerySet[Unit]) -> None:
        super().__init__(data, auto_id="projects_%s")
        named = [(str(unit.public_id), f"{unit.code} {unit.name}") for unit in units]
        tags = [(tag.code, tag.name) for tag in FundTag.objects.all()]
        self.fields["unit"].choices = [ALL, *named]  # type: ignore[attr-defined]
        self.fields["tag"].choices = [ALL, *tags]  # type: ignore[attr-defined]

    def chosen(self) -> Filter:
        """What the valid fields ask for; a field with an error counts as empty."""
        self.is_valid()
        data = self.cleaned_data
        return Filter(
            unit=data.get("unit", ""),
            budget_type=data.get("budget_type", ""),
            tag=data.get("tag", ""),
            origin=data.get("origin", ""),
            text=data.get("q", "").strip(),
        )


class ProjectForm(forms.Form):
    """A project's facts. A filer sees those that describe it, the plan administrator all."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="实施单位")
    code = forms.CharField(
        label="项目编码",
        max_length=30,
        help_text="21位：区划6位＋年度2位＋类别字母1位＋顺序号12位，例如65282324T000000000123",
    )
    name = forms.CharField(label="项目名称", max_length=120)
    category = forms.ChoiceField(label="项目类别", choices=Project.Category.choices, initial="T")
    budget_type = forms.ChoiceField(label="预算类型", choices=BudgetType.choices)
    fund_tags = forms.ModelMultipleChoiceField(
        FundTag.objects.all(),
        label="资金标签",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_year = forms.IntegerField(label="起始年度", min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label="终止年度", min_value=2000, max_value=2100, required=False)
    is_key = forms.BooleanField(label="重点项目", required=False)
    is_livelihood = forms.BooleanField(label="民生项目", required=False)
    is_infrastructure = forms.BooleanField(label="基建项目", required=False)
    is_policy = forms.BooleanField(label="政策", required=False)
    leader = forms.CharField(label="项目负责人", max_length=40, required=False)
    leader_phone = forms.CharField(label="联系电话", max_length=30, required=False)
    total_investment = WanField("总投资")
    summary = forms.CharField(
        label="项目概况", max_length=5000, required=False, widget=forms.Textarea({"rows": 5})
    )

    def __init__(self, *args: Any, keep: set[str], units: QuerySet[Unit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        few = list(units[:2]) if "unit" in keep else []
        self.only_unit = few[0] if len(few) == 1 else None
        gone = {"unit"} if self.only_unit else set()
        for name in set(self.fields) - (keep - gone):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The only unit there is takes the place of a choice."""
        data = super().clean() or self.cleaned_data
        return {"unit": self.only_unit, **data} if self.only_unit else data

    @classmethod
    def to_create(cls, data: Any, *, units: QuerySet[Unit], year: int) -> ProjectForm:
        """Everything, for a new project."""
        keep = {"unit", "fund_tags", *OFFICE_FACTS}
        return cls(data, keep=keep, units=units, initial={"first_year": year})

    @classmethod
    def to_edit(cls, data: Any, *, project: Project, office: bool) -> ProjectForm:
        """The facts that the editor may change, as they are now."""
        keep = {"fund_tags", *OFFICE_FACTS} if office else set(FILER_FACTS)
        initial = {name: getattr(project, name) for name in OFFICE_FACTS}
        initial["fund_tags"] = project.fund_tags.all()
        return cls(data, keep=keep, units=Unit.objects.none(), initial=initial)

    def facts(self) -> dict[str, Any]:
        """The cleaned facts without the tags."""
        return {key: value for key, value in self.cleaned_data.items() if key != "fund_tags"}


class ConfirmForm(forms.Form):
    """A project's place in a year's budget."""

    origin = forms.ChoiceField(label="来源", choices=ProjectYear.Origin.choices)
    attribute = forms.ChoiceField(label="项目属性", choices=ProjectYear.Attribute.choices)
    joined_on = DayField(
        label="列入日期",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="年中追加必填；年初预算不填时为1月1日",
    )


class ExecutionForm(forms.Form):
    """What had been paid of a year's money up to a date."""

    as_of = DayField(label="截至日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    amount = WanField("累计执行数", required=True, help_text="从年初累计到截至日期，不是当月数")
    source = forms.CharField(
        label="数据来源", max_length=60, help_text="数字取自哪里，例如国库集中支付"
    )


class MoneyForm(forms.Form):
    """A year's money, one line for each source and level that the list knows."""

    def __init__(self, *args: Any, purses: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.purses = purses
        for purse in purses:
            for amount, label in (
                ("initial", "年初预算数"),
                ("adjusted", "调整后预算数"),
                ("arrived", "到位数"),
            ):
                name = f"{purse.source}-{purse.level}-{amount}"
                self.fields[name] = WanField(f"{purse.label} {label}")

    def lines(self) -> list[MoneyLine]:
        """The lines that carry any money."""
        found = []
        for purse in self.purses:
            amounts = {
                amount: self.cleaned_data.get(f"{purse.source}-{purse.level}-{amount}")
                or Decimal(0)
                for amount in ("initial", "adjusted", "arrived")
            }
            if any(amounts.values()):
                found.append(MoneyLine(source=purse.source, level=purse.level, **amounts))
        return found

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The inputs as the table shows them: label, then three amounts."""
        return [
            (
                purse.label,
                [
                    self[f"{purse.source}-{purse.level}-{amount}"]
                    for amount in ("initial", "adjusted", "arrived")
                ],
            )
            for purse in self.purses
        ]


class UnitBudgetForm(forms.Form):
    """What a unit's budget of the year was approved at, by source."""

    fiscal = WanField("财政拨款")
    carryover = WanField("上年结转")
    other = WanField("其他资金")
    basis = forms.CharField(label="批复文号", max_length=100)

    def budget(self) -> dict[str, Any]:
        """What the service takes: the sources that say anything in yuan, and the document."""
        found = {source: self.cleaned_data.get(source) for source in FundLine.Source.values}
        amounts = {source: amount for source, amount in found.items() if amount is not None}
        return {"amounts": amounts, "basis": self.cleaned_data["basis"]}


class TransferForm(forms.Form):
    """A transfer as its document says it, with its money by level in 万元."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="业务主管部门")
    name = forms.CharField(label="转移支付名称", max_length=120)
    document_number = forms.CharField(
        label="下达文号", max_length=60, help_text="上级下达资金的文号，例如新财农〔2024〕12号"
    )
    issued_on = DayField(
        label="下达日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    has_targets = forms.BooleanField(label="绩效目标随文下达", required=False, initial=True)
    fund_tags = forms.ModelMultipleChoiceField(
        FundTag.objects.all(),
        label="转移支付类别",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, units: QuerySet[Unit] | None, **more: Any) -> None:
        super().__init__(*args, **more)
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        for level, label in TransferFund.Level.choices:
            self.fields[f"amount-{level}"] = WanField(label)

    @classmethod
    def to_edit(cls, data: Any, *, transfer: Transfer) -> TransferForm:
        """The facts as they are now; the unit stays."""
        names = ("name", "document_number", "issued_on", "has_targets")
        initial = {name: getattr(transfer, name) for name in names}
        initial["fund_tags"] = transfer.fund_tags.all()
        held = selectors.amounts_of(transfer)
        initial |= {f"amount-{level}": amount for level, amount in held.items()}
        return cls(data, units=None, initial=initial)

    def amounts(self) -> dict[str, Decimal]:
        """The yuan by level that were typed."""
        found = {level: self.cleaned_data[f"amount-{level}"] for level in TransferFund.Level.values}
        return {level: amount for level, amount in found.items() if amount}

    def facts(self) -> dict[str, Any]:
        """Name, document, day."""
        names = ("name", "document_number", "issued_on", "has_targets")
        return {name: self.cleaned_data[name] for name in names}

    def money(self) -> list[forms.BoundField]:
        """The inputs of the levels."""
        return [self[f"amount-{level}"] for level in TransferFund.Level.values]

    def head(self) -> list[forms.BoundField]:
        """The other inputs but the tags."""
        names = ("unit", "name", "document_number", "issued_on")
        return [self[name] for name in names if name in self.fields]
