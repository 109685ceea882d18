"""Pages of background work."""

from django.urls import path

from apps.jobs import views

app_name = "jobs"

urlpatterns = [
    path("jobs/", views.list_jobs, name="list"),
    path("jobs/<uuid:public_id>/", views.detail, name="detail"),
    path("jobs/<uuid:public_id>/seen/", views.seen, name="seen"),
    path("jobs/<uuid:public_id>/file/", views.file, name="file"),
]
