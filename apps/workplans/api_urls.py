"""Where programs read the plans, under /api/v1/."""

from django.urls import path

from apps.workplans import api
from apps.workplans.api import feeds

urlpatterns = [
    path("calendar-feed/", feeds.Feed.as_view(), name="api-calendar-feed"),
    path("plans/", api.PlanList.as_view(), name="api-plans"),
    path(
        "plans/<uuid:public_id>/settings/",
        api.PlanSettings.as_view(),
        name="api-plan-settings",
    ),
    path("plans/<uuid:public_id>/publish/", api.PlanPublish.as_view(), name="api-plan-publish"),
    path("<int:year>/deadlines/", api.Deadlines.as_view(), name="api-deadlines"),
    path("tasks/", api.TaskList.as_view(), name="api-tasks"),
    path("tasks/<uuid:public_id>/", api.TaskDetail.as_view(), name="api-task"),
    path("tasks/<uuid:public_id>/reach/", api.TaskReach.as_view(), name="api-task-reach"),
    path("tasks/<uuid:public_id>/offline/", api.TaskOffline.as_view(), name="api-task-offline"),
    path("assignments/", api.AssignmentList.as_view(), name="api-assignments"),
    path(
        "assignments/<uuid:public_id>/extension/",
        api.AssignmentExtend.as_view(),
        name="api-extension",
    ),
    path(
        "assignments/<uuid:public_id>/exemption/",
        api.AssignmentExempt.as_view(),
        name="api-exemption",
    ),
]
