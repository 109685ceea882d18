"""Pages of the trail."""

from django.urls import path

from apps.audit import views

app_name = "audit"

urlpatterns = [
    path("audit/", views.log, name="log"),
    path("audit/export/", views.export, name="export"),
]
