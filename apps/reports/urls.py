from django.urls import path

from apps.reports import views
from apps.reports.leaving import views as leaving
from apps.reports.ledger import views as ledger
from apps.reports.months import views as months
from apps.reports.synchrony import views as synchrony

app_name = "reports"
urlpatterns = [
    path("", views.start, name="start"),
    path("<int:year>/", views.home, name="home"),
    path("<int:year>/search/", views.search, name="search"),
    path("<int:year>/projects/<uuid:public_id>/", views.project, name="project"),
    path("people/<uuid:public_id>/hand-over/", leaving.hand_over, name="hand_over"),
    path("<int:year>/calendar/", months.calendar, name="calendar"),
    path("<int:year>/ledger/", ledger.ledger, name="ledger"),
    path("<int:year>/ledger/export/", ledger.export_ledger, name="export_ledger"),
    path("<int:year>/ledger/silent/", ledger.silent_units, name="silent"),
    path(
        "<int:year>/ledger/tasks/<uuid:public_id>/checkpoints/",
        ledger.checkpoint,
        name="checkpoint",
    ),
    path("<int:year>/synchrony/", synchrony.synchrony, name="synchrony"),
    path("<int:year>/synchrony/export/", synchrony.export_synchrony, name="export_synchrony"),
    path(
        "<int:year>/projects/<uuid:public_id>/synchrony/",
        synchrony.project,
        name="synchrony_project",
    ),
    path("<int:year>/units/", views.units, name="units"),
    path("<int:year>/units/<uuid:public_id>/", views.unit, name="unit"),
]
