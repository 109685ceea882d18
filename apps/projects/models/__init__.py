"""Projects and policies with their money: budgeted, planned, paid, transferred."""

from apps.projects.models.payments import (
    Execution,
    Payment,
    PaymentFile,
    PaymentFileQuerySet,
    SpendingPlan,
)
from apps.projects.models.projects import (
    BudgetType,
    FundLine,
    FundTag,
    Project,
    ProjectQuerySet,
    ProjectYear,
    StepDate,
    Transfer,
    TransferFund,
    TransferQuerySet,
    UnitBudget,
    in_share,
)

__all__ = [
    "BudgetType",
    "Execution",
    "FundLine",
    "FundTag",
    "Payment",
    "PaymentFile",
    "PaymentFileQuerySet",
    "Project",
    "ProjectQuerySet",
    "ProjectYear",
    "SpendingPlan",
    "StepDate",
    "Transfer",
    "TransferFund",
    "TransferQuerySet",
    "UnitBudget",
    "in_share",
]
