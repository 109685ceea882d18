from django.urls import path

from apps.targets.views import documents, sheet

app_name = "targets"
BASE = "<int:year>/targets/<uuid:public_id>/"
urlpatterns = [
    path("<int:year>/targets/documents/", documents.document_batch, name="document_batch"),
    path(BASE, sheet.sheet, name="sheet"),
    path(f"{BASE}copy/", sheet.copy, name="copy"),
    path(f"{BASE}document/", documents.document, name="document"),
    path(f"{BASE}document/pdf/", documents.document_pdf, name="document_pdf"),
    path(f"{BASE}document/xlsx/", documents.document_xlsx, name="document_xlsx"),
    path(f"{BASE}excel/", documents.excel, name="excel"),
    path(f"{BASE}excel/workbook/", documents.workbook_file, name="workbook"),
    path(f"{BASE}excel/upload/", documents.upload, name="upload"),
]
