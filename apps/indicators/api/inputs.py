"""What programs say about editions and rows, and what they are answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.rest import Input
from apps.indicators import selectors
from apps.indicators.models import Category, Indicator, Library
from apps.rules.target_form import DIRECTIONS, LEVEL1, LEVEL2, OPERATORS

SECOND = list(dict.fromkeys(name for names in LEVEL2.values() for name in names))


def _text(label: str, longest: int) -> serializers.CharField:
    return serializers.CharField(
        label=label, max_length=longest, required=False, allow_blank=True, default=""
    )


def _number(label: str, digits: int, places: int) -> serializers.DecimalField:
    return serializers.DecimalField(
        label=label,
        max_digits=digits,
        decimal_places=places,
        required=False,
        allow_null=True,
        default=None,
    )


class EditionIn(Input):
    """A new edition."""

    owner = serializers.CharField(
        label="编给谁", max_length=36, help_text="本级区划代码，或部门的编号"
    )
    fiscal_year = serializers.IntegerField(label="年度", min_value=2000, max_value=2099)
    base = serializers.UUIDField(
        label="从哪一版复制", required=False, allow_null=True, default=None
    )
    title = _text("名称", 100)
    source = _text("来源", 200)  # type: ignore[assignment]  # a column, not the field's option
    level = serializers.ChoiceField(
        label="内容级次",
        choices=["county", "prefecture", "province"],
        required=False,
        allow_blank=True,
        default="",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """From an empty table, name and source are said. Raises ValidationError."""
        missing = [name for name in ("title", "source") if not attrs[name]]
        if missing and not attrs["base"]:
            raise serializers.ValidationError(
                {name: ["没有填，从空表编起时要填。"] for name in missing}
            )
        return attrs


class IndicatorCategoryIn(Input):
    """A further category."""

    name = serializers.CharField(label="类别", max_length=60)
    kind = serializers.ChoiceField(label="体系", choices=Category.Kind.choices)


class EditionRemarkIn(Input):
    """What has to change."""

    remark = serializers.CharField(label="退回意见", max_length=300)


class IndicatorRowIn(Input):
    """One row; what fits together is said by the library's own check."""

    category = serializers.IntegerField(label="类别")
    code = serializers.RegexField(
        r"^[A-Za-z0-9-]{1,40}$", label="标识", required=False, allow_blank=True, default=""
    )
    subclass = _text("子类", 40)
    purpose = _text("资金用途", 60)
    level1 = serializers.ChoiceField(label="一级指标", choices=list(LEVEL1))
    level2 = serializers.ChoiceField(label="二级指标", choices=SECOND)
    name = serializers.CharField(label="三级指标", max_length=100)
    operator = serializers.ChoiceField(label="性质", choices=list(OPERATORS))
    direction = serializers.ChoiceField(label="方向", choices=list(DIRECTIONS))
    unit = _text("度量单位", 20)
    typical_value = _text("常用值", 60)
    low = _number("常用范围下限", 18, 4)
    high = _number("常用范围上限", 18, 4)
    cost_unit = _text("成本计量单位", 20)
    cost_low = _number("单位成本下限（元）", 15, 2)
    cost_high = _number("单位成本上限（元）", 15, 2)
    explanation = serializers.CharField(label="指标解释", max_length=300)
    formula = _text("计算方法", 300)
    data_source = _text("数据来源", 200)
    evidence = _text("佐证材料", 200)
    keywords = _text("检索词", 100)
    is_core = serializers.BooleanField(label="核心指标", required=False, default=False)


class TakeIn(Input):
    """Which candidates go into which category."""

    category = serializers.IntegerField(label="放入类别")
    keys = serializers.ListField(
        child=serializers.CharField(max_length=260), label="候选指标", max_length=200
    )


class IndicatorCategoryOut(serializers.ModelSerializer[Category]):
    """A category; `id` names it in rows."""

    class Meta:
        model = Category
        fields = ["id", "kind", "code", "name", "position"]
        read_only_fields = fields


class EditionOut(serializers.ModelSerializer[Library]):
    """An edition with its categories and how many rows it holds."""

    jurisdiction = serializers.CharField(source="jurisdiction.code", allow_null=True, default=None)
    unit = serializers.UUIDField(source="unit.public_id", allow_null=True, default=None)
    categories = IndicatorCategoryOut(many=True)
    n_rows = serializers.SerializerMethodField()

    class Meta:
        model = Library
        fields = [
            "public_id",
            "jurisdiction",
            "unit",
            "level",
            "fiscal_year",
            "number",
            "title",
            "source",
            "state",
            "remark",
            "submitted_at",
            "published_at",
            "n_rows",
            "categories",
        ]
        read_only_fields = fields

    def get_n_rows(self, library: Library) -> int:
        """Rows of all kinds."""
        return sum(held.n_rows for held in selectors.holdings([library])[library.pk])


class IndicatorRowOut(serializers.ModelSerializer[Indicator]):
    """A row of an edition; `id` names it in addresses."""

    class Meta:
        model = Indicator
        fields = [
            "id",
            "code",
            "category",
            "subclass",
            "purpose",
            "level1",
            "level2",
            "name",
            "operator",
            "direction",
            "unit",
            "typical_value",
            "low",
            "high",
            "cost_unit",
            "cost_low",
            "cost_high",
            "explanation",
            "formula",
            "data_source",
            "evidence",
            "keywords",
            "is_core",
        ]
        read_only_fields = fields


class EditionImportOut(serializers.Serializer[Any]):
    """What an import did."""

    n_new = serializers.IntegerField()
    n_changed = serializers.IntegerField()
    n_same = serializers.IntegerField()
    n_extra = serializers.IntegerField(help_text="表里没有、留在版次里的条数")
