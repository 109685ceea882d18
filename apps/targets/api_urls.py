"""Routes of the targets below /api/v1/."""

from django.urls import path

from apps.targets import api

ONE = "<int:year>/targets/<uuid:public_id>"

urlpatterns = [
    path("<int:year>/targets/documents/", api.PdfBatch.as_view(), name="api-target-documents"),
    path(f"{ONE}/", api.Sheet.as_view(), name="api-target"),
    path(f"{ONE}/copy/", api.CopyLastYear.as_view(), name="api-target-copy"),
    path(f"{ONE}/document/pdf/", api.Pdf.as_view(), name="api-target-pdf"),
    path(f"{ONE}/document/xlsx/", api.Form.as_view(), name="api-target-xlsx"),
    path(f"{ONE}/excel/", api.FillIn.as_view(), name="api-target-excel"),
]
