"""Money: stored as integer 分, spoken as Decimal yuan, shown in 万元."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.core import validators
from django.db import models
from django.db.models.expressions import Combinable

FEN = Decimal("0.01")
WAN = Decimal(10000)
LIMIT = Decimal("9999999999999.99")  # ten thousand 亿 and change; fits a bigint of 分


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]  # generic in stubs only
    """An amount in yuan with two places; the column holds integer 分 so that sums are exact."""

    description = "money in yuan"

    if TYPE_CHECKING:  # what may be assigned, and what is read
        _pyi_private_set_type: Decimal | int | str | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Decimal  # type: ignore[assignment]

    @property
    def validators(self) -> list[Any]:
        """Bounds in yuan; the integer column's own bounds are in 分 and would mislead."""
        return [validators.MinValueValidator(-LIMIT), validators.MaxValueValidator(LIMIT)]

    def from_db_value(self, value: Any, expression: object, connection: object) -> Decimal | None:
        """分 to yuan; sums arrive as int on both databases."""
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def to_python(self, value: Any) -> Decimal | None:
        """Whatever a form or caller gives, as Decimal yuan."""
        return (
            None
            if value is None or value == ""
            else Decimal(str(value)).quantize(FEN, ROUND_HALF_UP)
        )

    def get_prep_value(self, value: Any) -> int | None:
        """Yuan to 分. Raises ValueError for a value with more than two places."""
        if value is None:
            return None
        if hasattr(value, "resolve_expression"):
            return value  # type: ignore[no-any-return]
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
        fen = int(amount.scaleb(2))
        if Decimal(fen).scaleb(-2) != amount:
            raise ValueError(f"{amount} has more than two places")
        return fen

    def formfield(self, **kwargs: Any) -> Any:
        """A decimal input in yuan."""
        from django import forms  # noqa: PLC0415 (forms import models elsewhere)

        return forms.DecimalField(
            max_digits=15, decimal_places=2, required=not self.blank, label=self.verbose_name
        )
