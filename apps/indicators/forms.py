"""The shape of what may be asked of the library."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.indicators.models import Category, Indicator, Library
from apps.indicators.selectors import Owner, Wanted
from apps.rules.errors import RuleError
from apps.rules.target_form import DIRECTIONS, LEVEL1, LEVEL2, OPERATORS

ALL = ("", "全部")
SECOND_LEVELS = list(dict.fromkeys(level2 for group in LEVEL2.values() for level2 in group))


class LibraryFilter(forms.Form):
    """Filters of the list, the picker and the API; all of them optional."""

    q = forms.CharField(
        label="检索", max_length=50, required=False, help_text="名称、检索词、解释里的字，空格隔开"
    )
    level1 = forms.ChoiceField(
        label="一级指标", choices=[ALL, *((name, name) for name in LEVEL1)], required=False
    )
    level2 = forms.ChoiceField(
        label="二级指标", choices=[ALL, *((name, name) for name in SECOND_LEVELS)], required=False
    )
    category = forms.IntegerField(
        label="类别", min_value=1, max_value=2**31, required=False, widget=forms.HiddenInput
    )
    source = forms.ChoiceField(label="级次", choices=[ALL, *Library.Level.choices], required=False)
    subclass = forms.CharField(
        label="子类", max_length=40, required=False, widget=forms.HiddenInput
    )
    purpose = forms.CharField(
        label="资金用途", max_length=60, required=False, widget=forms.HiddenInput
    )
    core = forms.BooleanField(label="只看核心指标", required=False)
    after = forms.RegexField(
        r"^\d{1,9}\.[A-Za-z0-9-]{1,40}$", label="翻页", required=False, widget=forms.HiddenInput
    )
    sheet = forms.UUIDField(label="申报表", required=False, widget=forms.HiddenInput)

    def wanted(self) -> Wanted:
        """What the valid fields ask for; a field with an error counts as empty."""
        data: dict[str, Any] = self.cleaned_data
        return Wanted(
            text=data.get("q") or "",
            level1=data.get("level1") or "",
            level2=data.get("level2") or "",
            category=data.get("category"),
            core=bool(data.get("core")),
            source=data.get("source") or "",
            subclass=data.get("subclass") or "",
            purpose=data.get("purpose") or "",
        )


class EditionFilter(LibraryFilter):
    """Filters of one edition's rows."""

    source = None  # type: ignore[assignment]
    sheet = None  # type: ignore[assignment]
    unfinished = forms.BooleanField(label="只看缺项的", required=False)
    field_order = ["q", "level1", "level2", "core", "unfinished"]


class RefusedForm(forms.Form):
    """A form that shows a rule's refusal at the field it names."""

    def refuse(self, error: RuleError) -> None:
        """The refusal stands at its field, or above the form when it names none of its fields."""
        name = str(error.data.get("field") or "")
        text = str(error)
        if name in self.fields:
            self.add_error(name, text.removeprefix(f"{self.fields[name].label}："))
        else:
            self.add_error(None, text)


class BaseField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in stubs only
    """Editions to copy from, each with its year and owner."""

    def label_from_instance(self, obj: Any) -> str:
        """名称（2023年版）尉犁县."""
        return f"{obj}（{obj.edition}）{obj.owner}"


class EditionForm(RefusedForm):
    """A new edition: whose, of which year, from which one."""

    owner = forms.ChoiceField(label="编给谁")
    fiscal_year = forms.IntegerField(label="年度", min_value=2000, max_value=2099)
    base = BaseField(
        Library.objects.none(),
        label="从哪一版复制",
        required=False,
        to_field_name="public_id",
        help_text="不选就从空表编起",
    )
    title = forms.CharField(
        label="名称", max_length=100, required=False, help_text="不填沿用所复制的那一版"
    )
    source = forms.CharField(
        label="来源", max_length=200, required=False, help_text="依据的文件或梳理说明，不填沿用"
    )
    level = forms.ChoiceField(
        label="内容级次",
        required=False,
        choices=[
            ("", "本级"),
            ("county", "县"),
            ("prefecture", "州市"),
            ("province", "自治区"),
        ],
        help_text="把上级印发的体系录进来时选上级",
    )

    def __init__(self, *args: Any, owners: list[Owner], bases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = {owner.key: owner for owner in owners}
        owner, base = self.fields["owner"], self.fields["base"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 (declared above)
        assert isinstance(base, forms.ModelChoiceField)  # noqa: S101 (declared above)
        owner.choices = [(one.key, one.label) for one in owners]
        base.queryset, base.empty_label = bases, "—"

    def clean(self) -> dict[str, Any]:
        """Name and source come from the base where they are not said."""
        data: dict[str, Any] = super().clean() or {}
        base = data.get("base")
        for name in ("title", "source"):
            data[name] = data.get(name) or (getattr(base, name) if base else "")
            if not data[name] and name not in self.errors:
                self.add_error(name, "没有填，从空表编起时要填。")
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        owner = self.owners[data.pop("owner")]
        return {**data, "jurisdiction": owner.jurisdiction, "unit": owner.unit}


class CategoryForm(RefusedForm):
    """A further category of an edition."""

    name = forms.CharField(label="类别", max_length=60)
    kind = forms.ChoiceField(label="体系", choices=Category.Kind.choices)


class RemarkForm(RefusedForm):
    """What has to change before the edition can be published."""

    remark = forms.CharField(label="退回意见", max_length=300)


AREA = forms.Textarea(attrs={"rows": 2})


def _words(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


class RowForm(RefusedForm):
    """One row of an edition; what fits together is said by the library's own check."""

    category = forms.ModelChoiceField(Category.objects.none(), label="类别", empty_label=None)
    code = forms.RegexField(
        r"^[A-Za-z0-9-]{1,40}$", label="标识", required=False, help_text="不填按类别和级次自动编"
    )
    subclass = forms.CharField(label="子类", max_length=40, required=False)
    purpose = forms.CharField(label="资金用途", max_length=60, required=False)
    level1 = forms.ChoiceField(label="一级指标", choices=_words(LEVEL1))
    level2 = forms.ChoiceField(label="二级指标", choices=_words(tuple(SECOND_LEVELS)))
    name = forms.CharField(label="三级指标", max_length=100)
    operator = forms.ChoiceField(label="性质", choices=_words(OPERATORS))
    direction = forms.ChoiceField(label="方向", choices=_words(DIRECTIONS))
    unit = forms.CharField(
        label="度量单位", max_length=20, required=False, help_text="定量指标必填，定性指标不填"
    )
    typical_value = forms.CharField(
        label="常用值",
        max_length=60,
        required=False,
        help_text="一个数，区间写6~8；定性指标写判定标准",
    )
    low = forms.DecimalField(label="常用范围下限", max_digits=18, decimal_places=4, required=False)
    high = forms.DecimalField(label="常用范围上限", max_digits=18, decimal_places=4, required=False)
    cost_unit = forms.CharField(
        label="成本计量单位", max_length=20, required=False, help_text="例如公里、平方米、人"
    )
    cost_low = forms.DecimalField(
        label="单位成本下限（元）", min_value=0, max_digits=15, decimal_places=2, required=False
    )
    cost_high = forms.DecimalField(
        label="单位成本上限（元）", min_value=0, max_digits=15, decimal_places=2, required=False
    )
    explanation = forms.CharField(label="指标解释", max_length=300, widget=AREA)
    formula = forms.CharField(label="计算方法", max_length=300, required=False, widget=AREA)
    data_source = forms.CharField(label="数据来源", max_length=200, required=False)
    evidence = forms.CharField(label="佐证材料", max_length=200, required=False)
    keywords = forms.CharField(label="检索词", max_length=100, required=False)
    is_core = forms.BooleanField(label="核心指标", required=False)

    def __init__(
        self, *args: Any, library: Library, row: Indicator | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)  # noqa: S101 (declared above)
        category.queryset = library.categories.all()
        if row is not None:
            del self.fields["code"]
            self.initial = {name: getattr(row, name) for name in self.fields}
            self.initial["category"] = row.category_id

    def values(self) -> dict[str, Any]:
        """What the service takes beside the category."""
        return {name: value for name, value in self.cleaned_data.items() if name != "category"}


class TakeForm(RefusedForm):
    """Which candidates go into which category."""

    category = forms.ModelChoiceField(Category.objects.none(), label="放入类别", empty_label=None)
    keys = forms.MultipleChoiceField(label="候选指标")

    def __init__(self, *args: Any, library: Library, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category, chosen = self.fields["category"], self.fields["keys"]
        assert isinstance(category, forms.ModelChoiceField)  # noqa: S101 (declared above)
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 (declared above)
        category.queryset = library.categories.all()
        chosen.choices = [(key, key) for key in keys]
