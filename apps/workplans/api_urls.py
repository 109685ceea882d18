"""Where programs read the plans, under /api/v1/."""

from django.urls import path

from apps.workplans import api
from apps.workplans.api import amending, checks, drafts, feeds, library

urlpatterns = [
    path("calendar-feed/", feeds.Feed.as_view(), name="api-calendar-feed"),
    path("plans/", api.PlanList.as_view(), name="api-plans"),
    path(
        "plans/<uuid:public_id>/settings/",
        api.PlanSettings.as_view(),
        name="api-plan-settings",
    ),
    path("plans/<uuid:public_id>/publish/", api.PlanPublish.as_view(), name="api-plan-publish"),
    path("plans/<uuid:public_id>/events/", api.EventDates.as_view(), name="api-plan-events"),
    path("<int:year>/holidays/", api.HolidayYearOne.as_view(), name="api-holidays"),
    path("holidays/years/", api.YearAnnounce.as_view(), name="api-holidays-year"),
    path("holidays/days/", api.DaySet.as_view(), name="api-holidays-day"),
    path("holidays/load/", api.YearsLoad.as_view(), name="api-holidays-load"),
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
    path("plans/new/", drafts.NewPlan.as_view(), name="api-plan-new"),
    path("plans/<uuid:public_id>/draft/", drafts.DraftPlan.as_view(), name="api-draft"),
    path("plans/<uuid:public_id>/notices/", drafts.DraftNotice.as_view(), name="api-draft-notice"),
    path(
        "plans/<uuid:public_id>/leftovers/",
        drafts.DraftLeftover.as_view(),
        name="api-draft-leftover",
    ),
    path("plans/<uuid:public_id>/tasks/", drafts.DraftTasks.as_view(), name="api-draft-tasks"),
    path("plans/<uuid:public_id>/weights/", drafts.PlanWeights.as_view(), name="api-plan-weights"),
    path(
        "plans/<uuid:public_id>/reminders/",
        drafts.PlanReminders.as_view(),
        name="api-plan-reminders",
    ),
    path(
        "plans/<uuid:public_id>/events/new/", library.DraftEvents.as_view(), name="api-draft-events"
    ),
    path(
        "plans/<uuid:public_id>/settings/new/",
        library.DraftSettings.as_view(),
        name="api-draft-settings",
    ),
    path("plans/<uuid:public_id>/sheets/", library.DraftSheets.as_view(), name="api-draft-sheets"),
    path("plans/<uuid:public_id>/checks/", checks.PlanChecks.as_view(), name="api-plan-checks"),
    path("plans/<uuid:public_id>/compare/", amending.PlanCompare.as_view(), name="api-compare"),
    path("plans/<uuid:public_id>/yaml/", amending.PlanYaml.as_view(), name="api-plan-yaml"),
    path("plans/<uuid:public_id>/xlsx/", amending.PlanWorkbook.as_view(), name="api-plan-xlsx"),
    path("plans/<uuid:public_id>/import/", amending.PlanImport.as_view(), name="api-plan-import"),
    path(
        "plans/<uuid:public_id>/import/confirm/",
        amending.PlanImportConfirm.as_view(),
        name="api-plan-import-confirm",
    ),
    path("plans/<uuid:public_id>/amend/", amending.PlanAmend.as_view(), name="api-amend"),
    path("plans/<uuid:public_id>/changes/", amending.PlanChanges.as_view(), name="api-changes"),
    path(
        "plans/<uuid:public_id>/amendments/",
        amending.PlanAmendments.as_view(),
        name="api-amendments",
    ),
    path("tasks/<uuid:public_id>/draft/", drafts.DraftTask.as_view(), name="api-draft-task"),
    path("tasks/<uuid:public_id>/move/", drafts.DraftTaskMove.as_view(), name="api-task-move"),
    path("tasks/<uuid:public_id>/check/", drafts.DraftTaskCheck.as_view(), name="api-task-check"),
    path("tasks/<uuid:public_id>/basis/", drafts.DraftTaskBasis.as_view(), name="api-task-basis"),
    path("tasks/<uuid:public_id>/windows/", drafts.DraftWindows.as_view(), name="api-task-windows"),
    path("tasks/<uuid:public_id>/series/", drafts.DraftSeries.as_view(), name="api-task-series"),
    path("tasks/<uuid:public_id>/scopes/", drafts.TaskScopes.as_view(), name="api-task-scopes"),
    path("tasks/<uuid:public_id>/steps/", drafts.TaskSteps.as_view(), name="api-task-steps"),
    path("tasks/<uuid:public_id>/slots/", drafts.TaskSlots.as_view(), name="api-task-slots"),
    path("tasks/<uuid:public_id>/facts/", drafts.TaskFacts.as_view(), name="api-task-facts"),
    path("tasks/<uuid:public_id>/weights/", drafts.TaskWeights.as_view(), name="api-task-weights"),
    path(
        "tasks/<uuid:public_id>/reminders/",
        drafts.TaskReminders.as_view(),
        name="api-task-reminders",
    ),
    path("tasks/<uuid:public_id>/reached/", amending.TaskReached.as_view(), name="api-reached"),
    path("windows/<int:pk>/", drafts.DraftWindow.as_view(), name="api-window"),
    path("events/<int:pk>/", library.DraftEvent.as_view(), name="api-event"),
    path("settings/<int:pk>/", library.Setting.as_view(), name="api-setting"),
    path("sheets/<int:pk>/", library.DraftSheet.as_view(), name="api-sheet"),
    path("documents/", library.Documents.as_view(), name="api-documents"),
    path("documents/<uuid:public_id>/", library.Document.as_view(), name="api-document"),
]
