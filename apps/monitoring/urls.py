from django.urls import path

from apps.monitoring.views import bulletin, decision, excel, grid, paper, sheet

app_name = "monitoring"
BASE = "<int:year>/monitoring/<uuid:public_id>/"
urlpatterns = [
    path("<int:year>/monitoring/", grid.grid, name="grid"),
    path("<int:year>/monitoring/bulletin/", bulletin.bulletin, name="bulletin"),
    path(BASE, sheet.sheet, name="sheet"),
    path(f"{BASE}decision/", decision.decision, name="decision"),
    path(f"{BASE}conclude/", decision.act, {"name": "conclude"}, name="conclude"),
    path(f"{BASE}light/", decision.act, {"name": "light"}, name="change_light"),
    path(f"{BASE}excel/", excel.excel, name="excel"),
    path(f"{BASE}excel/workbook/", excel.workbook_file, name="workbook"),
    path(f"{BASE}excel/upload/", excel.upload, name="upload"),
    path(f"{BASE}pdf/", paper.pdf, name="pdf"),
    path(f"{BASE}xlsx/", paper.xlsx, name="xlsx"),
]
