"""Routes of background work below /api/v1/."""

from django.urls import path

from apps.jobs import api

urlpatterns = [
    path("jobs/", api.JobList.as_view(), name="api-jobs"),
    path("jobs/<uuid:public_id>/", api.JobDetail.as_view(), name="api-job"),
    path("jobs/<uuid:public_id>/file/", api.JobFile.as_view(), name="api-job-file"),
    path("jobs/<uuid:public_id>/seen/", api.JobSeen.as_view(), name="api-job-seen"),
]
