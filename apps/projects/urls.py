"""Pages of projects, under their year."""

from django.urls import path

from apps.projects import views

app_name = "projects"
PROJECTS, EXECUTIONS, STEPS = {"kind": "projects"}, {"kind": "executions"}, {"kind": "steps"}
urlpatterns = [
    path("<int:year>/projects/", views.list_projects, name="list"),
    path("<int:year>/projects/export/", views.export, name="export"),
    path("<int:year>/projects/new/", views.new, name="new"),
    path("<int:year>/projects/import/", views.import_list, PROJECTS, name="import"),
    path("<int:year>/projects/import/template/", views.template, PROJECTS, name="template"),
    path(
        "<int:year>/projects/import/confirm/",
        views.import_confirm,
        PROJECTS,
        name="import_confirm",
    ),
    path(
        "<int:year>/executions/import/",
        views.import_list,
        EXECUTIONS,
        name="import_executions",
    ),
    path(
        "<int:year>/executions/import/template/",
        views.template,
        EXECUTIONS,
        name="executions_template",
    ),
    path(
        "<int:year>/executions/import/confirm/",
        views.import_confirm,
        EXECUTIONS,
        name="confirm_executions",
    ),
    path("<int:year>/budget-dates/import/", views.import_list, STEPS, name="import_steps"),
    path("<int:year>/budget-dates/import/template/", views.template, STEPS, name="steps_template"),
    path(
        "<int:year>/budget-dates/import/confirm/",
        views.import_confirm,
        STEPS,
        name="confirm_steps",
    ),
    path("<int:year>/unit-budgets/", views.unit_list, name="unit_budgets"),
    path("<int:year>/unit-budgets/<uuid:public_id>/", views.unit_one, name="unit_budget"),
    path("<int:year>/transfers/new/", views.new_transfer, name="new_transfer"),
    path("<int:year>/transfers/<uuid:public_id>/edit/", views.edit_transfer, name="edit_transfer"),
    path("<int:year>/projects/<uuid:public_id>/edit/", views.edit, name="edit"),
    path("<int:year>/projects/<uuid:public_id>/confirm/", views.confirm, name="confirm"),
    path("<int:year>/projects/<uuid:public_id>/money/", views.money, name="money"),
    path("<int:year>/projects/<uuid:public_id>/executions/", views.executions, name="executions"),
]
