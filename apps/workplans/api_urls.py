"""Where programs read the plans, under /api/v1/."""

from django.urls import path

from apps.workplans import api

urlpatterns = [
    path("plans/", api.PlanList.as_view(), name="api-plans"),
    path("tasks/", api.TaskList.as_view(), name="api-tasks"),
    path("tasks/<uuid:public_id>/", api.TaskDetail.as_view(), name="api-task"),
    path("assignments/", api.AssignmentList.as_view(), name="api-assignments"),
    path(
        "assignments/<uuid:public_id>/extension/",
        api.AssignmentExtend.as_view(),
        name="api-extension",
    ),
]
