"""Routes of projects below /api/v1/."""

from django.urls import path

from apps.projects import api, api_budgets, api_imports, api_payments

urlpatterns = [
    path("<int:year>/projects/", api.ProjectList.as_view(), name="api-projects"),
    path("<int:year>/projects/export/", api.ProjectExport.as_view(), name="api-projects-export"),
    path(
        "<int:year>/projects/import/template/",
        api_imports.ImportTemplate.as_view(),
        name="api-projects-template",
    ),
    path(
        "<int:year>/projects/import/",
        api_imports.ImportList.as_view(),
        name="api-projects-import",
    ),
    path(
        "<int:year>/projects/import/confirm/",
        api_imports.ImportConfirm.as_view(),
        name="api-projects-import-confirm",
    ),
    path(
        "<int:year>/executions/import/template/",
        api_imports.ExecutionsTemplate.as_view(),
        name="api-executions-template",
    ),
    path(
        "<int:year>/executions/import/",
        api_imports.ExecutionsList.as_view(),
        name="api-executions-import",
    ),
    path(
        "<int:year>/executions/import/confirm/",
        api_imports.ExecutionsConfirm.as_view(),
        name="api-executions-import-confirm",
    ),
    path(
        "<int:year>/budget-dates/import/template/",
        api_imports.StepsTemplate.as_view(),
        name="api-budget_dates-template",
    ),
    path(
        "<int:year>/budget-dates/import/",
        api_imports.StepsList.as_view(),
        name="api-budget_dates-import",
    ),
    path(
        "<int:year>/budget-dates/import/confirm/",
        api_imports.StepsConfirm.as_view(),
        name="api-budget_dates-import-confirm",
    ),
    path(
        "<int:year>/spending/import/template/",
        api_imports.SpendingTemplate.as_view(),
        name="api-spending-template",
    ),
    path(
        "<int:year>/spending/import/",
        api_imports.SpendingList.as_view(),
        name="api-spending-import",
    ),
    path(
        "<int:year>/spending/import/confirm/",
        api_imports.SpendingConfirm.as_view(),
        name="api-spending-import-confirm",
    ),
    path(
        "<int:year>/projects/<uuid:public_id>/spending/",
        api_payments.ProjectSpending.as_view(),
        name="api-project-spending",
    ),
    path("<int:year>/payments/", api_payments.PaymentFiles.as_view(), name="api-payments"),
    path(
        "<int:year>/payments/<uuid:public_id>/",
        api_payments.PaymentFileOne.as_view(),
        name="api-payment-file",
    ),
    path(
        "<int:year>/payments/<uuid:public_id>/check/",
        api_payments.PaymentFileCheck.as_view(),
        name="api-payment-check",
    ),
    path(
        "<int:year>/payments/<uuid:public_id>/confirm/",
        api_payments.PaymentFileConfirm.as_view(),
        name="api-payment-confirm",
    ),
    path("<int:year>/unit-budgets/", api_budgets.UnitBudgets.as_view(), name="api-unit-budgets"),
    path(
        "<int:year>/unit-budgets/<uuid:public_id>/",
        api_budgets.UnitBudgetOne.as_view(),
        name="api-unit-budget",
    ),
    path("<int:year>/projects/<uuid:public_id>/", api.ProjectOne.as_view(), name="api-project"),
    path(
        "<int:year>/projects/<uuid:public_id>/confirm/",
        api.ProjectConfirm.as_view(),
        name="api-project-confirm",
    ),
    path(
        "<int:year>/projects/<uuid:public_id>/money/",
        api.ProjectMoney.as_view(),
        name="api-project-money",
    ),
    path(
        "<int:year>/projects/<uuid:public_id>/executions/",
        api.ProjectExecutions.as_view(),
        name="api-project-executions",
    ),
]
