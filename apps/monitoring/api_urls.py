"""Routes of monitoring below /api/v1/."""

from django.urls import path

from apps.monitoring.api import bulletin, decision, excel, grid, paper, sheet

ONE = "<int:year>/monitoring/<uuid:public_id>"

urlpatterns = [
    path("<int:year>/monitoring/", grid.Grid.as_view(), name="api-monitoring-grid"),
    path(
        "<int:year>/monitoring/bulletin/",
        bulletin.BulletinView.as_view(),
        name="api-monitoring-bulletin",
    ),
    path(f"{ONE}/", sheet.Sheet.as_view(), name="api-monitoring"),
    path(f"{ONE}/decision/", decision.Decision.as_view(), name="api-monitoring-decision"),
    path(f"{ONE}/conclude/", decision.Conclude.as_view(), name="api-monitoring-conclude"),
    path(f"{ONE}/light/", decision.ChangeLight.as_view(), name="api-monitoring-light"),
    path(f"{ONE}/excel/", excel.NodeFillIn.as_view(), name="api-monitoring-excel"),
    path(f"{ONE}/pdf/", paper.NodePdf.as_view(), name="api-monitoring-pdf"),
    path(f"{ONE}/xlsx/", paper.NodeXlsx.as_view(), name="api-monitoring-xlsx"),
]
