"""Pages of projects, under their year."""

from django.urls import path

from apps.projects import views, views_payments

app_name = "projects"
PROJECTS, EXECUTIONS, STEPS = {"kind": "projects"}, {"kind": "executions"}, {"kind": "steps"}
SPENDING = {"kind": "spending"}
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
    path("<int:year>/payments/", views_payments.list_files, name="payments"),
    path("<int:year>/payments/<uuid:public_id>/", views_payments.one, name="payment_file"),
    path(
        "<int:year>/payments/<uuid:public_id>/check/",
        views_payments.check,
        name="check_payments",
    ),
    path(
        "<int:year>/payments/<uuid:public_id>/confirm/",
        views_payments.confirm,
        name="confirm_payments",
    ),
    path("<int:year>/budget-dates/import/", views.import_list, STEPS, name="import_steps"),
    path("<int:year>/budget-dates/import/template/", views.template, STEPS, name="steps_template"),
    path(
        "<int:year>/budget-dates/import/confirm/",
        views.import_confirm,
        STEPS,
        name="confirm_steps",
    ),
    path("<int:year>/spending/import/", views.import_list, SPENDING, name="import_spending"),
    path(
        "<int:year>/spending/import/template/", views.template, SPENDING, name="spending_template"
    ),
    path(
        "<int:year>/spending/import/confirm/",
        views.import_confirm,
        SPENDING,
        name="confirm_spending",
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
