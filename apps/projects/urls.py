"""Pages of projects, under their year."""

from django.urls import path

from apps.projects import views

app_name = "projects"
urlpatterns = [
    path("<int:year>/projects/", views.list_projects, name="list"),
    path("<int:year>/projects/export/", views.export, name="export"),
    path("<int:year>/projects/new/", views.new, name="new"),
    path("<int:year>/projects/import/", views.import_list, name="import"),
    path("<int:year>/projects/import/template/", views.template, name="template"),
    path("<int:year>/projects/import/confirm/", views.import_confirm, name="import_confirm"),
    path("<int:year>/projects/<uuid:public_id>/edit/", views.edit, name="edit"),
    path("<int:year>/projects/<uuid:public_id>/confirm/", views.confirm, name="confirm"),
    path("<int:year>/projects/<uuid:public_id>/money/", views.money, name="money"),
]
