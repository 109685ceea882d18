"""Routes of projects below /api/v1/."""

from django.urls import path

from apps.projects import api, api_budgets, api_imports

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
