"""Routes of projects below /api/v1/."""

from django.urls import path

from apps.projects import api

urlpatterns = [
    path("<int:year>/projects/", api.ProjectList.as_view(), name="api-projects"),
    path("<int:year>/projects/export/", api.ProjectExport.as_view(), name="api-projects-export"),
    path(
        "<int:year>/projects/import/template/",
        api.ImportTemplate.as_view(),
        name="api-projects-template",
    ),
    path("<int:year>/projects/import/", api.ImportList.as_view(), name="api-projects-import"),
    path(
        "<int:year>/projects/import/confirm/",
        api.ImportConfirm.as_view(),
        name="api-projects-import-confirm",
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
